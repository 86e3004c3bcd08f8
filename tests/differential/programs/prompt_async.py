#: rare
#: interactive
#: typed: "import asyncio"
#: typed: "async def f(): return 5"
#: typed: ""
#: typed: "asyncio.run(f())"
