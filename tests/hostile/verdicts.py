"""The table of verdicts: for every hostile program, what may work at which tier. Everything else must be refused."""

from dataclasses import dataclass, field

from pythonide_sandbox.layers import Tier


@dataclass(frozen=True)
class Verdict:
    """One program, what it is given (words in braces are filled in by the ground), and what works although it should not.

    `perhaps` works where a machine has what is asked for.
    """

    program: str
    arguments: tuple[str, ...] = ()
    allowed: dict[Tier, frozenset[str]] = field(default_factory=dict[Tier, frozenset[str]])
    perhaps: dict[Tier, frozenset[str]] = field(default_factory=dict[Tier, frozenset[str]])

    def expected(self, tier: Tier) -> frozenset[str]:
        """Return the names of the things that work at `tier`, each a listed opening."""
        return self.allowed.get(tier, frozenset())

    def unexpected(self, worked: frozenset[str], tier: Tier) -> frozenset[str]:
        """Return what should not have worked, or should and did not."""
        return (worked ^ self.expected(tier)) - self.perhaps.get(tier, frozenset())


def at_c(*names: str) -> dict[Tier, frozenset[str]]:
    """Return what works at tier C only."""
    return {Tier.LANDLOCK: frozenset(names)}


TARGETS = ("{targets}",)
NETWORK = ("{tcp}", "{udp}", "{abstract}", "{socket}")
SHARED = ("{notes}",)
METADATA = frozenset(
    {
        "/var/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/run/dbus/system_bus_socket",
        "/run/utmp",
        "/var/log/wtmp",
        "/var/log/lastlog",
        "/etc/ssh/ssh_host_ed25519_key",
        "/etc/sudoers",
        "/etc/gshadow",
        "/.dockerenv",
    }
)
"""Whether a file of the host is there is no secret where its folders are."""
UNREADABLE = frozenset(
    {"opened", "created", "noded", "masked", "nameless", "by_openat2", "taken back later", "declared so"}
)
"""No harm where the launcher is root, at least of its own namespace."""
DO_NOT_WORK = at_c(
    "list own descriptors", "pool", "spawned pool", "executor", "sockets with oneself", "a terminal of one's own"
)
"""What lessons miss at a tier, see `pythonide_sandbox.openings`."""

VERDICTS = (
    Verdict("read_absolute", TARGETS, at_c("stat 0", "stat 1", "stat 2", "stat 3")),
    Verdict("read_relative", TARGETS),
    Verdict("read_symlink", TARGETS),
    Verdict("proc_doors", TARGETS),
    Verdict("proc_secrets"),
    Verdict("inherited"),
    Verdict("host_paths"),
    Verdict("own_proc"),
    Verdict("signals"),
    Verdict("ptrace"),
    Verdict("network", NETWORK),
    Verdict("families"),
    Verdict("mounts"),
    Verdict("namespaces"),
    Verdict("kernel_doors"),
    Verdict("admin_calls"),
    Verdict("terminal_input"),
    Verdict("become_root"),
    Verdict("raise_limits"),
    Verdict("memory_shared"),
    Verdict("inode_bomb"),
    Verdict("huge_file"),
    Verdict("pty_exhaustion"),
    Verdict("spying", SHARED),
    Verdict("write_read_only", ("{course}",)),
    Verdict("int80"),
    Verdict("core_dump"),
    Verdict("workspace_itself"),
    Verdict("prctl_doors"),
    Verdict("ioctl_doors"),
    Verdict("proc_write"),
    Verdict("machine_facts", perhaps={Tier.LANDLOCK: METADATA}),
    Verdict("devices"),
    Verdict("group_escape"),
    Verdict("strange_mounts"),
    Verdict("hard_links", SHARED),
    Verdict("open_again", SHARED),
    Verdict("dots"),
    Verdict("clocks"),
    Verdict("old_calls"),
    Verdict("undo"),
    Verdict("pidfds"),
    Verdict("terminal_answers"),
    Verdict("terminal_steal"),
    Verdict("file_powers"),
    Verdict("id_tricks"),
    Verdict("timers_bomb"),
    Verdict("locked_memory"),
    Verdict("lock_shared", SHARED, dict.fromkeys(Tier, frozenset({"exclusive flock"}))),
    Verdict("socket_options"),
    Verdict("signal_hoard", ("ask",)),
    Verdict("many_children"),
    Verdict("pairs", ("{datagram}",)),
    Verdict("owner_calls", (*TARGETS, *SHARED)),
    Verdict("places"),
    Verdict("strangers", (), at_c("a number in use", "a session", "a priority", "processors", "a folder in /proc")),
    Verdict("unreadable", (), dict.fromkeys((Tier.FULL, Tier.ROOTLESS), UNREADABLE)),
    Verdict("find_word", ("nobody",)),
)
