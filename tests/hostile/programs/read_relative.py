"""The same with ../ chains, from every folder one can stand in."""
import os, sys
from attempt import allowed
for start in ("/workspace", "/tmp", os.getcwd()):
    for index, path in enumerate(sys.argv[1:]):
        for depth in (1, 2, 3, 12):
            allowed(f"{index} from {start if start != os.getcwd() else 'cwd'} by {depth}", lambda: open(start + "/.." * depth + path, "rb").read(1))
allowed("above the workspace", lambda: set(os.listdir("/workspace/..")) - set(os.listdir("/")) or None)
