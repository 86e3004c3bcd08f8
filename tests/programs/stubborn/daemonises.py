"""A daemon as in the book: forked twice, a session of its own, no terminal; and the program stays as well."""
import os, signal, time
def deaf():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    deaf()
    if os.fork():
        os._exit(0)
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    while True:
        time.sleep(0.01)
os.wait()
deaf()
print("go", flush=True)
while True:
    time.sleep(600)
