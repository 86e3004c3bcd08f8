"""Turns into another program that knows nothing of Python, deaf to every polite signal."""
import os
os.execv("/bin/sh", ["sh", "-c", "trap '' INT TERM HUP QUIT; echo BEGUN; while :; do :; done"])
