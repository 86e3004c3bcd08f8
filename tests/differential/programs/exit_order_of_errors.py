import sys

print("1 out")
print("2 err", file=sys.stderr)
sys.stdout.write("3 out ")
sys.stderr.write("4 err ")
raise SystemExit("5 the message")
