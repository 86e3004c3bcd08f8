#: typed: "Ada"
import subprocess
import sys

subprocess.run([sys.executable, "-c", "print('hi', input('Name? '))"])
subprocess.run(["tty"])
print(sys.stdin.isatty())
