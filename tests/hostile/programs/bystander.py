"""Harmless: says that it is there, and answers when it is spoken to."""
print("HERE", flush=True)
print("ALIVE", input(), flush=True)
