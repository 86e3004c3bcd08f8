import atexit


def fail():
    raise ValueError("at exit")


def leave():
    raise SystemExit(7)


atexit.register(print, "last")
atexit.register(fail)
atexit.register(leave)
