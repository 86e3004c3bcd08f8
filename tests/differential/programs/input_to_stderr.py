#: rare
#: typed: "x"
import sys

print("not flushed", end=" ")
print(input("prompt? "))
sys.stdout = sys.stderr
