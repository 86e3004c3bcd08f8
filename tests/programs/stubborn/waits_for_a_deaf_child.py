"""Waits for a subprocess that ignores the interrupt, and will not be disturbed in it."""
import subprocess, sys
DEAF = "import signal, sys, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print(flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE)
child.stdout.readline()
print("go", flush=True)
while True:
    try:
        child.wait()
    except BaseException:
        pass
