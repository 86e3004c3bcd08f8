"""Fills the workspace with files, each of an allowed size, until somebody says no. Argument: megabytes."""
import os, sys
print("BEGUN", flush=True)
for number in range(int(sys.argv[1]) // 10):
    with open(f"flood-{number}", "wb") as file:
        for _ in range(10):
            file.write(b"flood!" * 170000)
print("NO LIMIT", flush=True)
