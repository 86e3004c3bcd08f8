"""Swaps a folder and a link to somebody else's folder as fast as it can, while the server works there."""
import os, sys, time
target = sys.argv[1]
os.makedirs("real", exist_ok=True)
open("real/notes.txt", "w").write("mine")
print("BEGUN", flush=True)
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    os.symlink("real", "swap.new")
    os.rename("swap.new", "swap")
    os.symlink(target, "swap.new")
    os.rename("swap.new", "swap")
    try:
        os.rename("real", "held")
        os.symlink(target, "real")
        os.unlink("real")
    except OSError:
        pass
    if os.path.exists("held") and not os.path.lexists("real"):
        os.rename("held", "real")
print("DONE", flush=True)
