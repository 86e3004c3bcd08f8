import inspect
import sys

print(__loader__.get_source("__main__").count("\n"), __loader__.get_filename("__main__"))
print(inspect.getsource(sys.modules["__main__"]).splitlines()[0])


def f():
    return 1


print(inspect.getsource(f), inspect.getsourcefile(f), inspect.getmodule(f).__name__, f.__module__)
