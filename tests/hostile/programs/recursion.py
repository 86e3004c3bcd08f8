"""Recurses until the stack is full, catches that, and begins again."""
import sys
sys.setrecursionlimit(20000)
print("BEGUN", flush=True)
def down():
    down()
while True:
    try:
        down()
    except BaseException:
        pass
