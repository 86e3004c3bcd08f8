"""Catches everything, the interrupt too, and goes on."""
print("go", flush=True)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
