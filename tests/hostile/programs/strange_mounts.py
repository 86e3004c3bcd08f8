"""File systems whose code was never meant to meet a stranger."""
from attempt import allowed, call, in_child
for kind in (b"overlay", b"fuse", b"9p", b"ext4", b"xfs", b"iso9660", b"squashfs", b"debugfs", b"tracefs", b"securityfs", b"sysfs", b"bpf", b"hugetlbfs", b"ramfs", b"mqueue", b"devtmpfs", b"devpts", b"binfmt_misc", b"configfs", b"nfs", b"cifs", b"autofs"):
    allowed(f"mount {kind.decode()}", lambda: call("mount", b"none", b"/tmp", kind, 0, b""))
    allowed(f"fsopen {kind.decode()}", lambda: call("fsopen", kind, 0))
