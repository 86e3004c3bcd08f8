class A:
    def __del__(self):
        print("gone")


def f():
    local = A()
    raise ValueError


a = A()
f()
