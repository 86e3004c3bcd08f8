"""System calls with a long history of holes, which no lesson needs."""
import ctypes
from attempt import allowed, call, in_child
page = ctypes.create_string_buffer(4096)
allowed("io_uring_setup", lambda: call("io_uring_setup", 4, page))
allowed("keyctl", lambda: call("keyctl", 0, -3, 1))
allowed("keyctl session", lambda: call("keyctl", 1, 0))
allowed("add_key", lambda: call("add_key", b"user", b"hostile", b"x", 1, -3))
allowed("request_key", lambda: call("request_key", b"user", b"hostile", 0, -3))
allowed("userfaultfd", lambda: call("userfaultfd", 1))
allowed("bpf", lambda: call("bpf", 0, bytes(128), 128))
allowed("perf_event_open", lambda: call("perf_event_open", bytes([1]) + bytes(127), 0, -1, -1, 0))
allowed("name_to_handle_at", lambda: call("name_to_handle_at", -100, b"/", bytearray(b"\x80") and ctypes.create_string_buffer(b"\x80\0\0\0" + bytes(132)), ctypes.create_string_buffer(8), 0))
allowed("open_by_handle_at", lambda: call("open_by_handle_at", -100, bytes(16), 0))
allowed("personality", lambda: call("personality", 0x0040000))
allowed("seccomp listener", lambda: call("seccomp", 1, 8, page))
allowed("vmsplice", lambda: in_child(lambda: call("vmsplice", __import__("os").pipe()[1], (ctypes.c_size_t * 2)(ctypes.addressof(page), 8), 1, 0)))
