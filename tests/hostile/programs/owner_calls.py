"""What the owner of a file may do without opening it, to files that are not one's own. Arguments: paths."""
import os, sys
from attempt import allowed
for index, path in enumerate(sys.argv[1:]):
    allowed(f"rights of {index}", lambda: os.chmod(path, 0o777) is None)
    allowed(f"times of {index}", lambda: os.utime(path) is None)
    allowed(f"owner of {index}", lambda: os.chown(path, os.getuid(), os.getgid()) is None)
    allowed(f"label on {index}", lambda: os.setxattr(path, "user.hostile", b"x") is None)
    allowed(f"length of {index}", lambda: os.truncate(path, 0) is None)
    allowed(f"link to {index}", lambda: os.link(path, f"linked-{index}") is None)
    def opened():
        descriptor = os.open(path, os.O_RDONLY)
        return os.fchmod(descriptor, 0o777) is None
    allowed(f"rights of the open {index}", opened)
