import multiprocessing


def work(n):
    print("in the child", n, __name__)


if __name__ == "__main__":
    context = multiprocessing.get_context("forkserver")
    child = context.Process(target=work, args=(7,))
    child.start()
    child.join()
    print(child.exitcode)
