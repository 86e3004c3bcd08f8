from concurrent.futures import ProcessPoolExecutor


def square(n):
    return n * n


class Thing:
    def __init__(self, n):
        self.n = n


def make(n):
    return Thing(n)


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(square, range(6))), pool.submit(make, 3).result().n)
