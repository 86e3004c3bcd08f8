#: arguments: ["a", "--flag", "-x", "", "two words", "é€", "$HOME", "*"]
import sys

print(sys.argv, sys.orig_argv)
