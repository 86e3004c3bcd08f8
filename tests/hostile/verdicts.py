"""The table of verdicts: for every hostile program, what may work at which tier. Everything else must be refused."""

from dataclasses import dataclass, field

from pythonide_sandbox.layers import Tier


@dataclass(frozen=True)
class Verdict:
    """One program, what it is given (words in braces are filled in by the ground), and what works although it should not."""

    program: str
    arguments: tuple[str, ...] = ()
    allowed: dict[Tier, frozenset[str]] = field(default_factory=dict[Tier, frozenset[str]])

    def expected(self, tier: Tier) -> frozenset[str]:
        """Return the names of the things that work at `tier`, each a listed opening."""
        return self.allowed.get(tier, frozenset())


TARGETS = ("{targets}",)
NETWORK = ("{tcp}", "{udp}", "{abstract}", "{socket}")
SHARED = ("/course/notes/notes.md",)

VERDICTS = (
    Verdict("read_absolute", TARGETS),
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
    Verdict("write_read_only", ("/course/notes",)),
    Verdict("int80"),
    Verdict("core_dump"),
    Verdict("workspace_itself"),
    Verdict("prctl_doors"),
    Verdict("ioctl_doors"),
    Verdict("proc_write"),
    Verdict("machine_facts"),
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
    Verdict("find_word", ("nobody",)),
)
