#: rare
import subprocess
import sys

if len(sys.argv) > 1:
    print("child", sys.argv[1:], __file__)
else:
    subprocess.run([sys.executable, __file__, "again"])
    subprocess.run([sys.executable, "-m", "beside"])
#: file: beside.py
print(__name__, __spec__.name)
