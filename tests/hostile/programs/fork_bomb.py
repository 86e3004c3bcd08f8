"""Forks for ever. It must meet a limit, and be killed as a whole."""
import os, sys, time
made = 0
try:
    while made < 5000:
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
        made += 1
except OSError as error:
    print("LIMIT", made, error.errno)
else:
    print("NO LIMIT", made)
sys.stdout.flush()
time.sleep(600)
