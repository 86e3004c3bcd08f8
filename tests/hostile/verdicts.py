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
    Verdict("spying", ("/course/notes/notes.md",)),
    Verdict("write_read_only", ("/course/notes",)),
    Verdict("int80"),
    Verdict("core_dump"),
    Verdict("workspace_itself"),
)
