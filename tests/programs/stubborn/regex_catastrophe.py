"""A pattern that takes exponential time."""
import re
print("go", flush=True)
re.match(r"(a+)+$", "a" * 60 + "b")
