"""Waits for children that are stopped."""
import os, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        while True:
            signal.pause()
    children.append(child)
for child in children:
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
print("go", flush=True)
for child in children:
    os.waitpid(child, 0)
