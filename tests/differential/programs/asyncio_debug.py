#: rare
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": "said by hand"})
    print(type(loop).__name__, loop.get_debug())


asyncio.run(main())
