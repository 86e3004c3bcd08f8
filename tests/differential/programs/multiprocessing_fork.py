import multiprocessing


def work(n, answers):
    answers.put((n * n, __name__, multiprocessing.current_process().name))


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    children = [context.Process(target=work, args=(n, answers)) for n in range(3)]
    for child in children:
        child.start()
    print(sorted(answers.get() for _ in children))
    for child in children:
        child.join()
    print([child.exitcode for child in children])
