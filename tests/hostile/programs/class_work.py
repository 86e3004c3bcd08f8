"""One of many at once: writes, reads back and lists files by relative path (row 1 of the failure modes). Argument: who."""
import os, sys
who = sys.argv[1]
for number in range(5):
    with open("test.csv" if number == 0 else f"part-{number}.txt", "w") as file:
        file.write(f"{who}:{number}\n" * 50)
os.makedirs("results", exist_ok=True)
with open(os.path.join("results", "sum.txt"), "w") as file:
    file.write(who)
assert open("test.csv").read() == f"{who}:0\n" * 50
assert all(open(f"part-{n}.txt").read() == f"{who}:{n}\n" * 50 for n in range(1, 5))
found = sorted(os.path.join(folder, name) for folder, _, names in os.walk(".") for name in names if "__pycache__" not in folder)
print("OWN", who, found, flush=True)
