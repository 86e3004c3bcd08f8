"""Environment, memory and command line of other processes."""
from attempt import allowed, other_pids
def any_of(act):
    for pid in other_pids():
        try:
            if act(pid):
                return True
        except OSError:
            pass
    return False
allowed("environ", lambda: any_of(lambda p: open(f"/proc/{p}/environ", "rb").read()))
allowed("mem", lambda: any_of(lambda p: open(f"/proc/{p}/mem", "rb")))
allowed("mem for writing", lambda: any_of(lambda p: open(f"/proc/{p}/mem", "r+b")))
allowed("auxv", lambda: any_of(lambda p: open(f"/proc/{p}/auxv", "rb").read()))
allowed("stack", lambda: any_of(lambda p: open(f"/proc/{p}/stack", "rb").read()))
allowed("syscall", lambda: any_of(lambda p: open(f"/proc/{p}/syscall", "rb").read()))
