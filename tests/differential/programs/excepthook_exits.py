import sys


def hook(kind, value, trace):
    sys.exit(5)


sys.excepthook = hook
1 / 0
