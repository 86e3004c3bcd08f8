"""What a sandbox is to be attacked by, and which programs do it: (subject, words in the program's text, programs)."""

from typing import NamedTuple


class Subject(NamedTuple):
    """A demand: each of the programs has these words in its text."""

    what: str
    words: tuple[str, ...]
    programs: tuple[str, ...]


SUBJECTS = (
    Subject("files of others, by absolute path", ("stat",), ("read_absolute",)),
    Subject("files of others, by relative path", ("..",), ("read_relative", "dots")),
    Subject("files of others, through links", ("symlink",), ("read_symlink", "links_out")),
    Subject("files of others, opened again", ("open",), ("open_again",)),
    Subject("/proc", ("/proc",), ("own_proc", "proc_doors", "proc_secrets", "proc_write", "host_paths")),
    Subject("inherited descriptors and environment", ("environ",), ("inherited",)),
    Subject("signals", ("kill",), ("signals", "kill_everybody")),
    Subject("signals, by a hoard of them", ("signal",), ("signal_hoard", "pidfds")),
    Subject("ptrace", ("ptrace", "process_vm_readv"), ("ptrace",)),
    Subject("network", ("AF_INET", "udp"), ("network",)),
    Subject("abstract sockets", ("abstract",), ("network",)),
    Subject("abstract sockets, between students", ("AF_UNIX",), ("talk_listen", "talk_send")),
    Subject("VSOCK and netlink", ("vsock", "netlink"), ("families",)),
    Subject("mounts", ("mount",), ("mounts", "strange_mounts")),
    Subject("namespaces", ("unshare",), ("namespaces",)),
    Subject("io_uring, keyctl, userfaultfd", ("io_uring_setup", "keyctl", "userfaultfd"), ("kernel_doors",)),
    Subject("fork bombs", ("fork",), ("fork_bomb", "fork_bomb_wild", "zombies", "daemons")),
    Subject("threads", ("thread",), ("threads_bomb",)),
    Subject("memory, of one process", ("bytearray",), ("memory_bomb",)),
    Subject("memory, of eight processes", ("fork", "range(8)"), ("memory_bomb_many",)),
    Subject("memory, in /tmp and /dev/shm", ("/tmp", "/dev/shm"), ("memory_in_files", "memory_shared")),
    Subject("memory, in memfd and System V", ("memfd_create", "memfd_secret", "shmget"), ("memory_shared",)),
    Subject("memory, shared and locked", ("mmap",), ("memory_shared_map", "locked_memory")),
    Subject("disk", ("write",), ("disk_flood", "huge_file")),
    Subject("inodes", ("20000", "/tmp", "/dev/shm"), ("inode_bomb",)),
    Subject("terminals", ("openpty",), ("pty_exhaustion",)),
    Subject("links in the workspace", ("link",), ("links_out", "hard_links", "swap")),
    Subject("the workspace itself", ("/workspace",), ("workspace_itself",)),
    Subject("trees that tire the server", ("mkdir",), ("deep_tree",)),
    Subject("terminal sequences at page and teacher", ("x1b",), ("escape_flood", "terminal_answers")),
    Subject("input pushed into terminals", ("TIOCSTI",), ("terminal_input",)),
    Subject("figures that script the page", ("<script>", "<svg", "10_000, 10_000"), ("scripting_figures",)),
    Subject("rubbish in place of figures", ("plot",), ("channel_garbage",)),
    Subject("leases and inotify on shared files", ("lease", "inotify"), ("spying",)),
    Subject("locks on shared files", ("flock", "F_SETLEASE"), ("lock_shared",)),
    Subject("planted start-up files", ("sitecustomize", "usercustomize", ".pth", ".pythonrc"), ("plant",)),
    Subject("planted start-up files, in the next run", ("sitecustomize", "usercustomize"), ("planted",)),
    Subject("privilege", ("setuid",), ("become_root",)),
    Subject("limits lifted", ("setrlimit",), ("raise_limits",)),
    Subject("bytes that are no text", ("write",), ("odd_output",)),
    Subject("programs that never come back from C", ("sum(range",), ("c_loop",)),
    Subject("programs that never end", ("while True",), ("catch_all", "deaf", "exit_loop")),
)
