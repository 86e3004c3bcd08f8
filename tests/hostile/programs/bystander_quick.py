"""Harmless: says that it is there and ends."""
print("HERE", flush=True)
