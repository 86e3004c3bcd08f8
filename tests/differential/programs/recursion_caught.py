import sys


def f(n):
    return f(n + 1)


try:
    f(0)
except RecursionError as error:
    print(error)
print(sys.getrecursionlimit())
sys.setrecursionlimit(5000)


def depth(n):
    return n if n == 0 else 1 + depth(n - 1)


print(depth(4500))
