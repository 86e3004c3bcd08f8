"""Links in the workspace that lead outside, opened by the program itself."""
import os, sys
from attempt import allowed
for index, path in enumerate(sys.argv[1:]):
    for number, target in enumerate((path, "../" * 12 + path.lstrip("/"), "/proc/self/root" + path, "/proc/1/root" + path)):
        link = f"link-{index}-{number}"
        os.symlink(target, link)
        allowed(f"through {link}", lambda: open(link, "rb").read(1))
        os.unlink(link)
