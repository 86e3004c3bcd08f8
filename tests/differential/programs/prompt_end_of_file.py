#: interactive
#: typed: "x = 1"
#: typed: "\u0004"
import atexit

atexit.register(print, "bye")


class A:
    def __del__(self):
        print("gone")


a = A()
