#: rare
import mmap

with open("m", "w+b") as file:
    file.write(b"hello")
    file.flush()
    with mmap.mmap(file.fileno(), 0) as memory:
        memory[0:1] = b"j"
        print(memory[:])
