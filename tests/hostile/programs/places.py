"""The folders around one's own: names of others there, something planted there, one's own place taken away."""
import os, sys
from attempt import allowed
mine, home = os.getcwd(), os.path.expanduser("~")
allowed("names of others", lambda: [name for name in os.listdir(os.path.dirname(mine)) if len(name) == 32] or None)
allowed("runs of others", lambda: [name for name in os.listdir(os.path.dirname(os.path.dirname(home))) if name.isdigit()] or None)
allowed("names by a descriptor", lambda: [name for name in os.listdir(os.open("..", os.O_PATH)) if len(name) == 32] or None)
for name, folder in (("workspaces", os.path.dirname(mine)), ("home", os.path.dirname(os.path.dirname(home))), ("environment", sys.prefix), ("programs", os.path.dirname(sys.executable))):
    allowed(f"a file among {name}", lambda: open(f"{folder}/planted", "w").write("x"))
    allowed(f"a link among {name}", lambda: os.symlink("/", f"{folder}/planted-link") is None)
    allowed(f"a folder among {name}", lambda: os.mkdir(f"{folder}/planted-folder") is None)
allowed("settings of the environment", lambda: open(f"{sys.prefix}/pyvenv.cfg", "a").write("x"))
allowed("the interpreter's link", lambda: os.unlink(sys.executable) is None)
allowed("its own folder renamed", lambda: os.rename(mine, f"{os.path.dirname(mine)}/gone") is None)
allowed("its own folder carried home", lambda: os.rename(mine, f"{home}/gone") is None)
