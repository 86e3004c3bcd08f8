"""Closes every descriptor, the terminal included, and lives on."""
import os, time
os.closerange(0, 1024)
time.sleep(600)
