"""Ends, but for what it has registered for its end."""
import atexit, time
def never():
    print("go", flush=True)
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass
atexit.register(never)
raise SystemExit(3)
