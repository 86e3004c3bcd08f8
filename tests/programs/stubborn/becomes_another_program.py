"""Becomes a program that knows nothing of us, and is deaf."""
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.execv(sys.executable, [sys.executable, "-c", "print('go', flush=True)\nwhile True: pass"])
