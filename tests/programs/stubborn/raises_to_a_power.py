"""Arithmetic of huge numbers, in C."""
print("go", flush=True)
pow(7, 10**8)
