#: rare
import subprocess
import sys

first = subprocess.Popen([sys.executable, "-c", "for i in range(100000): print(i)"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
print(subprocess.check_output(["head", "-n", "2"], stdin=first.stdout))
first.stdout.close()
print(b"BrokenPipeError" in first.stderr.read(), first.wait())
print(subprocess.Popen("exit 3", shell=True).wait(), subprocess.getstatusoutput("echo out; exit 4"))
import os
print(os.system("exit 5"), os.popen("echo popen").read())
