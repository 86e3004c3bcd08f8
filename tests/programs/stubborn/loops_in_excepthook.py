"""The hook that reports errors does not come back."""
import sys
def hook(*what):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
sys.excepthook = hook
print("go", flush=True)
while True:
    pass
