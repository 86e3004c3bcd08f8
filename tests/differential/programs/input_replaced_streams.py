#: typed: "from the real one"
import io
import sys

sys.stdin = io.StringIO("from a string\n")
print(input("ignored prompt: "))
sys.stdin = sys.__stdin__
print(input("real? "))
