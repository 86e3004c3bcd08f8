"""Takes the keys for interrupt, quit and stop from its terminal and leaves its session."""
import os, signal, sys, termios, tty
tty.setraw(0)
modes = termios.tcgetattr(0)
modes[3] &= ~termios.ISIG
termios.tcsetattr(0, termios.TCSANOW, modes)
if os.fork() == 0:
    os.setsid()
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
print("BEGUN", flush=True)
while True:
    signal.pause()
