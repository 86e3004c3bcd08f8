#: rare
#: interactive
import atexit


@atexit.register
def first_registered():
    print("registered first")


atexit.register(print, "registered second", end="!\n")
print("main")
