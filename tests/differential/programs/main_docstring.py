"""What this is for."""
x: int = 3
print(__doc__, __annotations__ if "__annotations__" in globals() else None, list(globals()))
