"""Asks again, whatever it is told; the time limit does not count while it waits."""
print("go", flush=True)
while True:
    try:
        input("? ")
    except BaseException:
        pass
