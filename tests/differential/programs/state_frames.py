import inspect
import sys

frame = sys._getframe()
print(frame.f_code.co_name, frame.f_code.co_filename, frame.f_globals is globals(), frame.f_locals is globals())


def f():
    return [(frame.function, frame.lineno) for frame in inspect.stack()][:2]


print(f())
