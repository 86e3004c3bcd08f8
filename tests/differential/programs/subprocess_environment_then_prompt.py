#: interactive
import os
import subprocess

for name, value in sorted(os.environ.items()):
    print(name, value)
print(subprocess.run(["env"], capture_output=True, text=True, check=True).stdout)
