#: rare
#: typed: "p n"
#: typed: "q"
import pdb
import sys


def f(n):
    return 1 / n


try:
    f(0)
except ZeroDivisionError:
    pdb.post_mortem()
print("end")
