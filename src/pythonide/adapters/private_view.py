"""A private view of the file system: the needed trees stay at their paths, the private folders around them vanish.

A checkout beneath /root (mode 0700) cannot be read by an unprivileged user. In a mount namespace of our own the
topmost private folder is covered by a small empty one, and detached clones of the needed trees are put back inside.
"""

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pythonide_sandbox import syscalls

COVER_OPTIONS = "mode=0755,size=1m,nr_inodes=4096"
MAX_LINKS = 40


class PrivateViewError(Exception):
    """The view cannot be made; the message names the path and the remedy."""


@dataclass(frozen=True)
class Viewer:
    """For whom the view is made."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Resolved:
    """Where a path really leads, and the symbolic links met on the way: their places and their targets."""

    real: Path
    links: Mapping[Path, str]


@dataclass
class Cover:
    """A private folder, and the real paths (writable or not) and links that are to remain visible in it."""

    folder: Path
    trees: dict[Path, bool] = field(default_factory=dict[Path, bool])
    links: dict[Path, str] = field(default_factory=dict[Path, str])


def resolve(path: Path) -> Resolved:
    """Follow every symbolic link of an absolute path, remembering each."""
    links: dict[Path, str] = {}
    real = Path("/")
    ahead = list(reversed(path.parts[1:]))
    while ahead:
        name = ahead.pop()
        step = real.parent if name == ".." else real / name
        if not step.is_symlink():
            real = step
            continue
        if len(links) == MAX_LINKS:
            raise PrivateViewError(f"{path} leads through too many symbolic links.")
        links[step] = target = str(step.readlink())
        target_parts = Path(target).parts
        if Path(target).is_absolute():
            real, target_parts = Path("/"), target_parts[1:]
        ahead.extend(reversed(target_parts))
    return Resolved(real, links)


def plan(trees: Mapping[Path, bool], viewer: Viewer) -> tuple[Cover, ...]:
    """Tell which folders must be covered so that `viewer` reaches `trees` (path → writable)."""
    covers: dict[Path, Cover] = {}
    for path, writable in trees.items():
        found = resolve(path)
        top = _topmost_private(found.real, viewer, writable=writable)
        if top is not None:
            covers.setdefault(top, Cover(top)).trees[found.real] = writable
        for place, target in found.links.items():
            top = _topmost_private(place, viewer, writable=True)
            if top is not None:
                covers.setdefault(top, Cover(top)).links[place] = target
    return tuple(covers.values())


def enter(trees: Mapping[Path, bool], viewer: Viewer) -> tuple[Path, ...]:
    """Make the view for this process, for good, and return the folders it covers; without any, nothing is done at all."""
    covers = plan(trees, viewer)
    if not covers:
        return ()
    try:
        syscalls.unshare(syscalls.CLONE_NEWNS)
        syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    except OSError as error:
        folder = covers[0].folder
        raise PrivateViewError(
            f"{folder} is closed to the service account (uid {viewer.uid}), and this machine refuses the mount namespace that would show it "
            f"only what it needs there ({error.strerror}). Move the checkout, its Python and the data to a folder others may enter, such as /opt, "
            f"or: chmod o+x {folder}"
        ) from error
    for cover in covers:
        _apply(cover, viewer)
    return tuple(cover.folder for cover in covers)


def _topmost_private(real: Path, viewer: Viewer, *, writable: bool) -> Path | None:
    for folder in reversed(real.parents):
        if not _allows(folder, viewer, stat.S_IXOTH):
            return folder
    needed = stat.S_IROTH | (stat.S_IXOTH if real.is_dir() else 0)
    # Who owns the data directory is decided elsewhere; only code is shown to the service account whoever owns it.
    return None if writable or _allows(real, viewer, needed) else real


def _allows(path: Path, viewer: Viewer, others: int) -> bool:
    found = path.stat()
    if found.st_uid == viewer.uid:
        others <<= 6
    elif found.st_gid == viewer.gid:
        others <<= 3
    return found.st_mode & others == others


def _apply(cover: Cover, viewer: Viewer) -> None:
    wanted = _without_nested(cover.trees)
    try:
        clones = [(path, _clone(path, viewer, writable=writable)) for path, writable in sorted(wanted.items())]
    except OSError as error:
        raise PrivateViewError(
            f"{cover.folder} cannot be shown to the service account: {error.strerror} ({error.filename or cover.folder})."
        ) from error
    before = os.umask(0o022)
    try:
        if cover.folder not in wanted:
            syscalls.mount("tmpfs", str(cover.folder), "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, COVER_OPTIONS)
            _make_links(cover.links)
        for path, descriptor in clones:
            _attach(descriptor, path)
        if cover.folder not in wanted:
            flags = syscalls.MS_BIND | syscalls.MS_REMOUNT | syscalls.MS_RDONLY | syscalls.MS_NOSUID | syscalls.MS_NODEV
            syscalls.mount(None, str(cover.folder), None, flags)
    except OSError as error:
        raise PrivateViewError(
            f"What the service account needs in {cover.folder} cannot be put in its place: {error}."
        ) from error
    finally:
        os.umask(before)


def _without_nested(trees: Mapping[Path, bool]) -> dict[Path, bool]:
    """Leave out read-only trees that another read-only tree shows already."""
    return {
        path: writable
        for path, writable in trees.items()
        if writable or not any(trees.get(parent) is False for parent in path.parents)
    }


def _clone(path: Path, viewer: Viewer, *, writable: bool) -> int:
    """Return a detached clone of the mounts at `path`."""
    descriptor = syscalls.open_tree(str(path), recursive=True)
    attributes = syscalls.ATTR_NOSUID | syscalls.ATTR_NODEV
    if writable:
        syscalls.mount_setattr(descriptor, attributes, recursive=True)
        return descriptor
    syscalls.mount_setattr(descriptor, attributes | syscalls.ATTR_RDONLY, recursive=True)
    owner = path.stat()
    if owner.st_uid != viewer.uid:
        _show_as_own(descriptor, (owner.st_uid, owner.st_gid), viewer)
    return descriptor


def _show_as_own(descriptor: int, owner: tuple[int, int], viewer: Viewer) -> None:
    """Let the owner's files (mode 0600 under a strict umask) be read by the viewer; where the file system cannot, modes decide."""
    try:
        namespace = make_user_namespace((owner[0], viewer.uid), (owner[1], viewer.gid))
    except OSError:
        return
    try:
        syscalls.mount_setattr(descriptor, syscalls.ATTR_IDMAP, user_namespace=namespace, recursive=True)
    except OSError:
        return
    finally:
        os.close(namespace)


def _make_links(links: Mapping[Path, str]) -> None:
    for place, target in links.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)


def _attach(descriptor: int, path: Path) -> None:
    folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    if not path.exists():
        (path if folder else path.parent).mkdir(parents=True, exist_ok=True)
        if not folder:
            path.touch()
    syscalls.move_mount(descriptor, str(path))
    os.close(descriptor)


def make_user_namespace(uids: tuple[int, int], gids: tuple[int, int]) -> int:
    """Return a user namespace that shows the first id of each pair as the second one."""
    ready_read, ready_write = os.pipe()
    done_read, done_write = os.pipe()
    child = os.fork()
    if child == 0:
        _wait_in_user_namespace(ready_write, done_read, done_write)
    os.close(ready_write)
    os.close(done_read)
    try:
        if os.read(ready_read, 1) != b"1":
            raise OSError(errno.EPERM, "no user namespace can be made")
        Path(f"/proc/{child}/uid_map").write_text(f"{uids[0]} {uids[1]} 1", encoding="ascii")
        Path(f"/proc/{child}/gid_map").write_text(f"{gids[0]} {gids[1]} 1", encoding="ascii")
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(ready_read)
        os.close(done_write)
        os.waitpid(child, 0)


def _wait_in_user_namespace(ready: int, done: int, unused: int) -> None:
    """The child's part: enter a user namespace and hold it until the parent has a descriptor of it."""
    try:
        os.close(unused)
        syscalls.unshare(syscalls.CLONE_NEWUSER)
        os.write(ready, b"1")
        os.read(done, 1)
    finally:
        os._exit(0)
