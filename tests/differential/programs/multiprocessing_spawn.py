import multiprocessing

print("the module is run as", __name__)


def work(n, answers):
    answers.put((n * n, __name__, multiprocessing.current_process().name))


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=work, args=(7, answers))
    child.start()
    print(answers.get())
    child.join()
    print(child.exitcode)
