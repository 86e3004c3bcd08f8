"""A private view of the file system: the needed trees stay at their paths, the private folders around them vanish.

A checkout beneath /root (mode 0700) cannot be read by an unprivileged user. In a mount namespace of our own the
topmost private folder is covered by a small empty one, and detached clones of the needed trees are put back inside.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pythonide.kit import linux

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
            top = _topmost_private(place.parent, viewer, writable=True)
            if top is not None:
                covers.setdefault(top, Cover(top)).links[place] = target
    return tuple(covers.values())


def enter(trees: Mapping[Path, bool], viewer: Viewer) -> tuple[Path, ...]:
    """Make the view for this process, for good, and return the folders it covers; without any, nothing is done at all."""
    covers = plan(trees, viewer)
    if not covers:
        return ()
    try:
        linux.unshare(linux.CLONE_NEWNS)
        linux.mount(None, Path("/"), None, linux.MS_REC | linux.MS_PRIVATE)
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
            linux.mount("tmpfs", cover.folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, COVER_OPTIONS)
            _make_links(cover.links)
        for path, descriptor in clones:
            _attach(descriptor, path)
        if cover.folder not in wanted:
            flags = linux.MS_BIND | linux.MS_REMOUNT | linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV
            linux.mount(None, cover.folder, None, flags)
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
    descriptor = linux.clone_mounts(path)
    attributes = linux.MOUNT_ATTR_NOSUID | linux.MOUNT_ATTR_NODEV
    if writable:
        linux.set_mount_attributes(descriptor, attributes)
        return descriptor
    linux.set_mount_attributes(descriptor, attributes | linux.MOUNT_ATTR_RDONLY)
    owner = path.stat()
    if owner.st_uid != viewer.uid:
        _show_as_own(descriptor, (owner.st_uid, owner.st_gid), viewer)
    return descriptor


def _show_as_own(descriptor: int, owner: tuple[int, int], viewer: Viewer) -> None:
    """Let the owner's files (mode 0600 under a strict umask) be read by the viewer; where the file system cannot, modes decide."""
    namespace = linux.user_namespace((owner[0], viewer.uid), (owner[1], viewer.gid))
    try:
        linux.set_mount_attributes(descriptor, linux.MOUNT_ATTR_IDMAP, user_namespace=namespace)
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
    linux.attach_mounts(descriptor, path)
    os.close(descriptor)
