from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(lambda n: n * n, range(8))))
    print(type(pool.submit(int, "x").exception()))
left_open = ThreadPoolExecutor(2)
left_open.submit(print, "by a pool that nobody closed")
