import atexit

value = "still here"


def say():
    import __main__
    import sys

    print(value, __main__.value, "__main__" in sys.modules, sys.modules["__main__"].__name__)


atexit.register(say)
