#: rare
import sys

sys.setrecursionlimit(30_000)


def depth(n):
    return n if n == 0 else depth(n - 1)


print(depth(20_000))
