#: rare
import warnings

warnings.simplefilter("always")


def f():
    open("main.py")


f()
