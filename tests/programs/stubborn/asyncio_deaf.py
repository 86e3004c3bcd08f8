"""An event loop that took the interrupt for itself."""
import asyncio, signal
async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)
    print("go", flush=True)
    while True:
        try:
            await asyncio.sleep(0.01)
        except BaseException:
            pass
asyncio.run(main())
