import weakref


class A:
    pass


a = A()
weakref.finalize(a, print, "finalized", 1)
dead = A()
weakref.finalize(dead, print, "at once")
del dead
print("end")
