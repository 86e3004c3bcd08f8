"""One process takes more memory than it may."""
import sys
print("BEGUN", flush=True)
kept = []
for step in range(400):
    kept.append(bytearray(b"x") * (8 << 20))
print("NO LIMIT", len(kept) * 8, "MB", flush=True)
