"""Leaves traps in the workspace for the next run: configuration that tools and Python read by themselves."""
import os
trap = "import sys\nsys.stdout.write('TRAP ' + __name__ + '\\n')\n"
for name in ("sitecustomize.py", "usercustomize.py", "pythonide_sandbox.py", "runner.py", "readline.py", "rlcompleter.py", "_pyrepl.py"):
    open(name, "w").write(trap)
open("evil.pth", "w").write("import sys; sys.stdout.write('TRAP pth\\n')\n")
open("matplotlibrc", "w").write("figure.dpi: 7\nfont.size: 99\n")
open("pyvenv.cfg", "w").write("home = /workspace\n")
open(".pythonrc", "w").write(trap)
open("pip.conf", "w").write("[global]\nindex-url = http://192.0.2.1\n")
open("pyproject.toml", "w").write("[tool.hostile]\n")
for folder in (os.path.expanduser("~"), os.path.expanduser("~/.config/matplotlib"), os.path.expanduser("~/.local/lib"), "/tmp", "/dev/shm"):
    try:
        os.makedirs(folder, exist_ok=True)
        open(os.path.join(folder, "left-behind"), "w").write("x")
        open(os.path.join(folder, "sitecustomize.py"), "w").write(trap)
    except OSError:
        pass
print("PLANTED")
