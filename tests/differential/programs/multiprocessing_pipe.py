#: rare
import multiprocessing


def work(end):
    end.send(end.recv().upper())
    end.close()


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=work, args=(there,))
    child.start()
    here.send("hello")
    print(here.recv())
    child.join()
