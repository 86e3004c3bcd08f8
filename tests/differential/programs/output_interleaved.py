import os
import sys

print("1")
os.write(1, b"2\n")
sys.stderr.write("3")
print("4", end="")
os.system("echo 5")
print("6", file=sys.stderr)
