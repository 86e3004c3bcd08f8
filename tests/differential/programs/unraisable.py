import sys


class A:
    def __del__(self):
        raise ValueError("in __del__")


a = A()
del a
sys.unraisablehook = lambda what: print("hook:", what.exc_value, what.err_msg)
a = A()
del a
print("on")
