#: typed: "\u0003"
import asyncio


async def main():
    print("stop me? ", end="", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("cleaned")


asyncio.run(main())
