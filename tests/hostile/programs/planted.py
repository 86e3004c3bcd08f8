"""Runs after `plant` in the same workspace: has any trap gone off, has anything outside the workspace stayed?"""
import os, sys
from attempt import allowed
allowed("sitecustomize of the workspace", lambda: getattr(sys.modules.get("sitecustomize"), "__file__", "").startswith("/workspace"))
allowed("usercustomize", lambda: "usercustomize" in sys.modules)
for folder in ("~", "~/.config/matplotlib", "/tmp", "/dev/shm"):
    allowed(f"something stayed in {folder}", lambda: os.path.exists(os.path.join(os.path.expanduser(folder), "left-behind")))
allowed("user site is on", lambda: __import__("site").ENABLE_USER_SITE)
allowed("HOME is the workspace", lambda: os.path.expanduser("~").startswith("/workspace"))
def dpi():
    import matplotlib
    return matplotlib.rcParams["font.size"] == 99 or matplotlib.matplotlib_fname().startswith("/workspace")
allowed("matplotlibrc of the workspace", dpi)
