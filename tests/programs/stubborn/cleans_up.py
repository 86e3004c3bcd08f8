"""Polite: does what is to be done at the end, and says so."""
try:
    print("go", flush=True)
    while True:
        pass
finally:
    print("cleaned up", flush=True)
