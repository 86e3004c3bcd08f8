#: rare
import multiprocessing
from multiprocessing import shared_memory


def add(total, numbers, name):
    with total.get_lock():
        total.value += 5
    numbers[1] = 7
    memory = shared_memory.SharedMemory(name)
    memory.buf[0] = 42
    memory.close()


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    total, numbers = context.Value("i", 1), context.Array("d", 3)
    memory = shared_memory.SharedMemory(create=True, size=16)
    child = context.Process(target=add, args=(total, numbers, memory.name))
    child.start()
    child.join()
    print(total.value, list(numbers), memory.buf[0])
    memory.close()
    memory.unlink()
