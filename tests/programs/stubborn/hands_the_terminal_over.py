"""Makes a deaf child the terminal's foreground: interrupts of the terminal go there."""
import os, signal, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("go", flush=True)
    while True:
        time.sleep(0.01)
while True:
    try:
        os.waitpid(child, 0)
    except BaseException:
        pass
