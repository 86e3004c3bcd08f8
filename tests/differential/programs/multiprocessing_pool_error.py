#: rare
import multiprocessing


def fail(n):
    return 1 / n


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        try:
            pool.map(fail, [1, 0])
        except ZeroDivisionError as error:
            print(type(error.__cause__).__name__, str(error.__cause__).count("main.py"))
        pool.apply(fail, (0,))
