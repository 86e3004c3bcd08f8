#: rare
#: interactive
import asyncio


async def work(n):
    await asyncio.sleep(0.01 * n)
    print("done", n)
    return n


async def main():
    print(await asyncio.gather(*(work(n) for n in (3, 1, 2))))
    async with asyncio.TaskGroup() as group:
        group.create_task(work(1))


asyncio.run(main())
print(type(asyncio.get_event_loop_policy()).__name__)
