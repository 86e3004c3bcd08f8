import sys

for number in range(50):
    print(f"\r{number} %", end="")
    sys.stdout.flush()
print("\a\b\tdone\x00\x1b[31mred\x1b[0m")
