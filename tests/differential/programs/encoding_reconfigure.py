#: rare
import sys

sys.stdout.reconfigure(encoding="latin-1", errors="replace")
print("€ é".encode("latin-1", "replace"))
sys.stdout.reconfigure(line_buffering=False)
print("late")
sys.stderr.write("early\n")
