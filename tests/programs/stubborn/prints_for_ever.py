"""Prints as fast as it can."""
print("go", flush=True)
number = 0
while True:
    try:
        number += 1
        print(number, "of a great many lines")
    except BaseException:
        pass
