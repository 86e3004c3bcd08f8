"""Prints everything that could tell where on the host it lies, who runs it and who else is there."""
import getpass, os, pwd, site, socket, sys, sysconfig, traceback
from attempt import allowed
print("FILE", __file__, os.path.realpath(__file__), "CWD", os.getcwd())
print("PATH", sys.path, sys.prefix, sys.base_prefix, sys.exec_prefix, sys.executable, getattr(sys, "_base_executable", None), sys.orig_argv, sys.argv)
print("ENV", dict(os.environ), os.path.expanduser("~"))
for name in ("mountinfo", "mounts", "mountstats", "maps", "smaps", "status", "stat", "cmdline", "environ", "cgroup", "limits", "uid_map", "net/unix", "net/route", "net/tcp", "net/arp", "auxv", "comm", "cpuset", "wchan", "stack", "sessionid", "loginuid", "timerslack_ns", "numa_maps", "io", "oom_score", "attr/current"):
    try:
        with open(f"/proc/self/{name}", "rb") as file:
            print("PROC", name, file.read())
    except OSError as error:
        print("PROC", name, error)
for name in ("exe", "cwd", "root", "fd/0", "ns/mnt"):
    try:
        print("LINK", name, os.readlink(f"/proc/self/{name}"))
    except OSError as error:
        print("LINK", name, error)
def walk(top, depth):
    for folder, folders, files in os.walk(top):
        if folder.count("/") - top.count("/") >= depth:
            folders.clear()
        for name in folders + files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                print("LINKED", path, os.readlink(path))
            else:
                print("SEEN", path)
for top in ("/workspace", "/tmp", "/course", "/etc", "/dev", "/home", "/opt", "/run", "/var"):
    walk(top, 2)
for path in ("/etc/passwd", "/etc/group", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/machine-id", "/etc/fstab", "/etc/mtab", os.path.join(sys.prefix, "pyvenv.cfg"), "/etc/ld.so.cache", "/opt/env/pyvenv.cfg"):
    try:
        with open(path, "rb") as file:
            print("CONTENT", path, file.read())
    except OSError as error:
        print("CONTENT", path, error)
for folder in (os.path.dirname(sys.executable), "/opt/env/bin"):
    try:
        for entry in os.scandir(folder):
            with open(entry.path, "rb") as file:
                print("HEAD", entry.path, file.read(200) if entry.is_file() else "")
    except OSError as error:
        print("HEAD", folder, error)
print("SITE", site.getusersitepackages(), site.getsitepackages(), sysconfig.get_paths())
print("NAME", socket.gethostname(), os.uname())
try:
    print("ENTRY", pwd.getpwuid(os.getuid()), [entry.pw_name for entry in pwd.getpwall()])
except (KeyError, OSError) as error:
    print("ENTRY", error)
try:
    print("USER", getpass.getuser())
except (KeyError, OSError) as error:
    print("USER", error)
try:
    raise ValueError("seen in a traceback")
except ValueError:
    traceback.print_exc()
    traceback.print_stack()
for name, module in sorted(sys.modules.items()):
    print("MODULE", name, getattr(module, "__file__", None), getattr(module, "__cached__", None), getattr(getattr(module, "__spec__", None), "origin", None))
frame = sys._getframe()
while frame:
    print("FRAME", frame.f_code.co_filename, sorted(frame.f_locals), sorted(frame.f_globals))
    frame = frame.f_back
import json
print("CODE", json.dumps.__code__.co_filename, os.path.join.__code__.co_filename)
allowed("another user's name", lambda: {e.pw_name for e in pwd.getpwall()} - {"root", "student", "nobody", "init"} or None)
