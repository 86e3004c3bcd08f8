"""The web server keeps no privilege, and a checkout in a private folder works all the same."""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = os.geteuid() == 0
SERVICE_UID = 64830 if ROOT else os.geteuid()
HERE = Path(__file__).parent
SOURCES = HERE.parents[2] / "src"
CAP_SYS_ADMIN = 21
PR_CAPBSET_DROP = 24


@dataclass(frozen=True)
class Checkout:
    """A checkout with its environment in a folder nobody else may enter, and a secret beside it."""

    folder: Path
    secret: Path

    def probe(self, data: Path, *flags: str, before: Callable[[], None] | None = None) -> dict[str, object]:
        """Drop privileges in a process started in the checkout, and return what it says."""
        done = subprocess.run(
            [self.folder / ".venv/bin/python", "probe.py", data, str(SERVICE_UID), self.secret, *flags],
            cwd=self.folder,
            env={"PYTHONPATH": str(self.folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            timeout=60,
            check=False,
            preexec_fn=before,
        )
        return json.loads(done.stdout)


@pytest.fixture(scope="module", params=["a private folder in an open one", "a private folder in a private one"])
def checkout(request: pytest.FixtureRequest) -> Iterator[Checkout]:
    """A checkout made under the strictest umask: every file and folder is its owner's alone."""
    with tempfile.TemporaryDirectory() as around:
        Path(around).chmod(0o711 if "open" in request.param else 0o700)
        yield _private_checkout(Path(around) / "private")


def _private_checkout(private: Path) -> Checkout:
    private.mkdir()
    before = os.umask(0o077)
    try:
        folder = private / "checkout"
        shutil.copytree(
            SOURCES,
            folder / "src",
            copy_function=shutil.copyfile,
            ignore=shutil.ignore_patterns("static", "__pycache__"),
        )
        venv.create(folder / ".venv", with_pip=False, symlinks=True)
        shutil.copyfile(HERE / "probe.py", folder / "probe.py")
        (private / "secret").write_text("the key of another service", encoding="utf-8")
    finally:
        os.umask(before)
    private.chmod(0o700)
    return Checkout(folder, private / "secret")


def test_nothing_of_root_is_left_and_the_code_still_imports(checkout: Checkout) -> None:
    """A clean clone in a private folder, started by its owner, loses every privilege and still runs from the same paths."""
    found = checkout.probe(checkout.folder / "data")
    assert found.get("error") is None
    assert set(found["uids"]) == {SERVICE_UID} or not ROOT  # pyright: ignore[reportArgumentType]  # JSON
    assert found["late_import"] == str(checkout.folder / "src/pythonide/domain/paths.py")
    assert (found["write_data"], found["list_data"]) == ("ok", "ok")
    assert found["regained"] == [] or not ROOT
    assert (found["no_new_privileges"], found["dumpable"]) == ("1", 0)
    assert (checkout.folder / "data/database").stat().st_uid == SERVICE_UID
    if ROOT:
        assert set(found["capabilities"].values()) == {"0" * 16}  # pyright: ignore[reportAttributeAccessIssue]  # JSON


@pytest.mark.skipif(not ROOT, reason="an ordinary user owns the private folder, so there is nothing to hide from them")
def test_of_a_private_folder_only_the_needed_parts_are_visible(checkout: Checkout) -> None:
    """What lies beside the checkout is not merely closed: it is not there; the code cannot be changed."""
    found = checkout.probe(checkout.folder / "data")
    assert found["secret"] == "FileNotFoundError"
    assert "secret" not in found["secret_folder"]  # pyright: ignore[reportOperatorIssue]  # JSON
    assert found["write_code"] == "OSError"
    assert found["cwd"] == "/"


def test_an_ordinary_user_is_sealed_as_well(checkout: Checkout) -> None:
    """Where there is nothing to drop, set-uid programs and the eyes of other processes are closed off all the same."""
    found = checkout.probe(checkout.folder / "data", *(["--again"] if ROOT else []))
    assert found["standing"] == "ordinary user"
    assert (found["no_new_privileges"], found["dumpable"]) == ("1", 0)


def test_code_reached_through_links_stays_at_its_path(checkout: Checkout, tmp_path: Path) -> None:
    """A checkout named through symbolic links, one of them inside the private folder, keeps the paths it was started with."""
    inside = checkout.secret.parent / "inside"
    outside = tmp_path / "outside"
    if not inside.is_symlink():
        inside.symlink_to("checkout")
    outside.symlink_to(inside)
    found = Checkout(outside, checkout.secret).probe(checkout.folder / "data")
    assert found["late_import"] == str(outside / "src/pythonide/domain/paths.py")


@pytest.mark.skipif(not ROOT, reason="only root needs a mount namespace here")
def test_a_machine_without_mount_namespaces_gets_the_remedy(checkout: Checkout) -> None:
    """Root without CAP_SYS_ADMIN (a plain container) is told which folder is closed and what to do."""
    found = checkout.probe(checkout.folder / "data", before=_without_sys_admin)
    error = str(found["error"])
    assert "chmod o+x" in error
    assert "/opt" in error


def test_a_data_directory_that_is_a_link_is_refused(checkout: Checkout, tmp_path: Path) -> None:
    """A link could make the server own a folder somebody else chose."""
    target = tmp_path / "target"
    target.mkdir(mode=0o755)
    link = tmp_path / "link"
    link.symlink_to(target)
    error = str(checkout.probe(link)["error"])
    assert str(link) in error
    assert target.stat().st_uid == os.geteuid()


@pytest.mark.skipif(not ROOT, reason="only root can make a folder of another user's")
def test_a_data_directory_of_somebody_else_is_refused(checkout: Checkout, tmp_path: Path) -> None:
    """Neither another user's folder nor a used one of root's changes hands silently."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    os.chown(foreign, 1234, 1234)
    assert "belongs to uid 1234" in str(checkout.probe(foreign)["error"])
    used = tmp_path / "used"
    used.mkdir()
    (used / "precious").touch()
    assert "belongs to uid 0" in str(checkout.probe(used)["error"])
    assert (foreign.stat().st_uid, used.stat().st_uid) == (1234, 0)


def _without_sys_admin() -> None:
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0)


if sys.platform != "linux":
    pytest.skip("privileges are dropped on Linux only", allow_module_level=True)
