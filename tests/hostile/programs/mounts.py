"""Changing what is mounted, by old and new calls."""
import os
from attempt import allowed, call, in_child
allowed("mount tmpfs", lambda: call("mount", b"tmpfs", b"/tmp", b"tmpfs", 0, 0))
allowed("mount proc", lambda: call("mount", b"proc", b"/proc", b"proc", 0, 0))
allowed("bind", lambda: call("mount", b"/", b"/tmp", 0, 4096, 0))
allowed("remount root writable", lambda: call("mount", 0, b"/", 0, 32 | 4096, 0))
allowed("remount workspace suid", lambda: call("mount", 0, b"/workspace", 0, 32 | 4096, 0))
allowed("umount proc", lambda: call("umount2", b"/proc", 2))
allowed("umount workspace", lambda: call("umount2", b"/workspace", 2))
allowed("pivot_root", lambda: call("pivot_root", b"/tmp", b"/tmp"))
allowed("chroot", lambda: in_child(lambda: call("chroot", b"/tmp")))
allowed("open_tree", lambda: call("open_tree", -100, b"/", 1))
allowed("move_mount", lambda: call("move_mount", -100, b"/proc", -100, b"/tmp", 0))
allowed("fsopen", lambda: call("fsopen", b"tmpfs", 0))
allowed("mount_setattr", lambda: call("mount_setattr", -100, b"/", 0, bytes(32), 32))
allowed("statmount", lambda: call("statmount", bytes(24), bytes(512), 512, 0))
allowed("listmount", lambda: call("listmount", bytes(24), bytes(512), 8, 0))
