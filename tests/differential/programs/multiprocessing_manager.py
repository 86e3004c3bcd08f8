#: rare
import multiprocessing


def work(shared, n):
    shared[n] = n * n


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager:
        shared = manager.dict()
        children = [context.Process(target=work, args=(shared, n)) for n in range(3)]
        [child.start() for child in children]
        [child.join() for child in children]
        print(sorted(shared.items()))
