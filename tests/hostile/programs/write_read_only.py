"""Writing where everybody reads: course folders, environment, interpreter, system. Arguments: course folders."""
import os, sys
from attempt import allowed
folders = [*sys.argv[1:], "/course", "/opt", "/opt/env", "/opt/env/bin", "/opt/python", os.path.dirname(os.__file__), "/usr", "/usr/bin", "/etc", "/", "/dev", "/proc", "/opt/pythonide", "/home"]
for entry in sys.path:
    if entry.startswith("/opt"):
        folders.append(entry)
for folder in dict.fromkeys(folders):
    if not os.path.isdir(folder):
        continue
    allowed(f"new file in {folder}", lambda: open(os.path.join(folder, "planted.py"), "w").write("x"))
    allowed(f"new folder in {folder}", lambda: os.mkdir(os.path.join(folder, "planted")) is None)
    allowed(f"chmod {folder}", lambda: os.chmod(folder, 0o777) is None)
    for name in sorted(os.listdir(folder))[:3]:
        path = os.path.join(folder, name)
        if folder == "/proc" or (folder == "/dev" and not os.path.isfile(path)) or (folder in ("/", "/home", "/course") and os.path.isdir(path)):
            continue
        allowed(f"overwrite {path}", lambda: os.open(path, os.O_WRONLY) + 1 if os.path.isfile(path) else None)
        allowed(f"rename {path}", lambda: os.rename(path, path + ".gone") is None)
        allowed(f"utime {path}", lambda: os.utime(path) is None)
        allowed(f"setxattr {path}", lambda: os.setxattr(path, "user.hostile", b"x") is None)
