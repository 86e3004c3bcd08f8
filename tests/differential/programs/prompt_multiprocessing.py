#: rare
#: interactive
#: typed: "import multiprocessing"
#: typed: "pool = multiprocessing.get_context('fork').Pool(2)"
#: typed: "pool.map(square, range(4))"
#: typed: "pool.terminate()"
def square(n):
    return n * n
