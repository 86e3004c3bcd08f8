#: rare
import dis
import timeit

print(timeit.timeit("1 + 1", number=10) < 1)
dis.dis(compile("x = 1", "<x>", "exec"))
