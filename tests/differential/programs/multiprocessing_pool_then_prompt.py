#: rare
#: interactive
import multiprocessing


def square(n):
    return n * n


if __name__ == "__main__":
    print(multiprocessing.get_start_method())
    with multiprocessing.Pool(3) as pool:
        print(pool.map(square, range(10)))
        print(sorted(pool.imap_unordered(square, range(5))), pool.apply_async(square, (9,)).get())
