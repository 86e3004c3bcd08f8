import subprocess
import sys

code = "import signal; print([n for n in signal.valid_signals() if signal.getsignal(n) == signal.SIG_IGN])"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
print(subprocess.run("grep ^Sig[IBC] /proc/self/status", shell=True, capture_output=True, text=True, restore_signals=False).stdout)
print(subprocess.run("kill -9 $$", shell=True).returncode)
