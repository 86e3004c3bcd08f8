"""Catches whatever is raised, in `finally` as well, and goes on."""
print("BEGUN", flush=True)
def again():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
try:
    again()
finally:
    again()
