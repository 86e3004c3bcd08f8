"""Recurses without end and begins again whenever the stack is full."""
import sys
sys.setrecursionlimit(10**9)
print("BEGUN", flush=True)
def down(depth=0):
    try:
        return down(depth + 1)
    except BaseException:
        return down(0)
while True:
    try:
        down()
    except BaseException:
        pass
