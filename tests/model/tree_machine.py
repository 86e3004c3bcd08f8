"""A workspace against a dictionary: what pages, programs and uploads do to it, in any order, on real files.

The machine asks the disk what is there, and a page that heard every event what it shows.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pythonide.adapters.database import sqlite_url
from pythonide.domain.errors import DomainError
from pythonide.domain.ids import BinItemId, UploadId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.workspaces.access import WriteGrant
from tests.fakes.school import School, open_school

Result = TypeVar("Result")
Key = TypeVar("Key", BinItemId, UploadId)
NAMES = ["a", "A", "b", "lib", "lib-x", "lib/a", "lib/b", "lib/sub", "lib/sub/a", "new/deep/a"]
PATHS = st.sampled_from(NAMES)
FOLDERS = st.sampled_from(["", "lib", "lib/sub", "b"])
TEXTS = st.sampled_from([b"", b"1", b"22", b"333333"])
Tree = dict[str, bytes | None]
"""Bytes of files, `None` for folders."""


def within(tree: Tree, top: str) -> Tree:
    """Return what lies at `top` and below."""
    return {path: data for path, data in tree.items() if path == top or path.startswith(f"{top}/")}


def folders_to(path: str) -> list[str]:
    """Return the folders that lead to a path."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def one_of(data: st.DataObject, known: Mapping[Key, object]) -> Key:
    """Draw one by its place: ids are others each time, and a search must be able to repeat itself."""
    return list(known)[data.draw(st.integers(0, len(known) - 1))]


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for at in range(len(data)):
        yield data[at : at + 1]


class TreeMachine(RuleBasedStateMachine):
    """What is refused changes nothing; what is granted does exactly what the dictionary says."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.root = Path(tempfile.mkdtemp(prefix="trees-"))
        self.stack = AsyncExitStack()
        self.school: School
        self.grant: WriteGrant
        self.model: Tree = {}
        self.binned: dict[BinItemId, tuple[str, Tree]] = {}
        self.arriving: dict[UploadId, tuple[str, bytes, bool]] = {}
        self.do(self._open())
        self.folder = self.root / "workspaces" / self.grant.workspace
        self.shown: set[str] = set()
        self.heard = 0

    async def _open(self) -> None:
        self.school = await self.stack.enter_async_context(open_school(sqlite_url(self.root), self.root / "workspaces"))
        course = await self.school.courses.create("python", "Python")
        user = await self.school.person("ada", course)
        self.grant = await self.school.access.to_write(user.id, await self.school.own(user))
        self.stack.enter_context(self.school.trees.watching(self.grant.workspace))
        await self.school.workspaces.tree(self.grant)

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    def try_to(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """Act, and return `None` if it was refused."""
        try:
            return self.do(work)
        except DomainError:
            return None

    # --- the dictionary's rules

    def clashes(self, path: str) -> bool:
        return any(other.casefold() == path.casefold() for other in self.model)

    def leads(self, path: str) -> bool:
        """Tell whether the folder that holds `path` is there."""
        return all(self.model.get(folder, b"") is None for folder in folders_to(path))

    def could_lead(self, path: str) -> bool:
        """Tell whether the folders to `path` are there or can be made."""
        known = {other.casefold(): other for other in self.model}
        return all(
            known.get(folder.casefold(), folder) == folder and self.model.get(folder) is None
            for folder in folders_to(path)
        )

    def put(self, path: str, tree: Tree, top: str) -> None:
        """Lay a part of a tree at `path`."""
        for folder in folders_to(path):
            self.model[folder] = None
        for inner, data in tree.items():
            self.model[path + inner.removeprefix(top)] = data

    def take(self, path: str) -> Tree:
        taken = within(self.model, path)
        for inner in taken:
            del self.model[inner]
        return taken

    # --- the page

    @rule(path=PATHS, text=TEXTS)
    def page_makes_a_file(self, path: str, text: bytes) -> None:
        may = self.leads(path) and not self.clashes(path)
        self.try_to(self.school.workspaces.create(self.grant, WorkspacePath.parse(path), text))
        if may:
            self.model[path] = text

    @rule(path=PATHS)
    def page_makes_a_folder(self, path: str) -> None:
        may = self.leads(path) and not self.clashes(path)
        self.try_to(self.school.workspaces.make_folder(self.grant, WorkspacePath.parse(path)))
        if may:
            self.model[path] = None

    @rule(paths=st.lists(PATHS, min_size=1, max_size=3, unique=True), folder=FOLDERS)
    def page_moves(self, paths: list[str], folder: str) -> None:
        wanted = [WorkspacePath.parse(path) for path in paths]
        self.do(self.school.workspaces.move(self.grant, wanted, WorkspacePath.parse(folder)))
        for path in paths:
            target = f"{folder}/{path.rpartition('/')[2]}".lstrip("/")
            if path not in self.model or target == path or f"{target}/".startswith(f"{path}/"):
                continue
            others = {other for other in self.model if other != path}
            clash = any(other.casefold() == target.casefold() for other in others)
            if not clash and self.leads(target):
                self.put(target, self.take(path), path)

    @rule(source=PATHS, to=PATHS)
    def page_copies(self, source: str, to: str) -> None:
        copies = [(WorkspacePath.parse(source), WorkspacePath.parse(to))]
        self.do(self.school.workspaces.copy(self.grant, copies))
        inside = f"{to}/".startswith(f"{source}/")
        if source in self.model and not inside and self.leads(to) and not self.clashes(to):
            self.put(to, within(self.model, source), source)

    @rule(paths=st.lists(PATHS, min_size=1, max_size=3, unique=True))
    def page_deletes(self, paths: list[str]) -> None:
        items, _ = self.do(self.school.bin.put(self.grant, [WorkspacePath.parse(path) for path in paths]))
        outermost = {
            path for path in paths if path in self.model and not any(folder in paths for folder in folders_to(path))
        }
        assert {item.path.text for item in items} == outermost
        for item in items:
            self.binned[item.id] = (item.path.text, self.take(item.path.text))

    @precondition(lambda self: self.binned)
    @rule(data=st.data())
    def page_restores(self, data: st.DataObject) -> None:
        item = one_of(data, self.binned)
        path, tree = self.binned[item]
        places, refused = self.do(self.school.bin.restore(self.grant, [item]))
        if refused:
            assert not self.could_lead(path), refused[0].error
            return
        (place,) = places
        assert place.text == path or self.clashes(path) or not self.could_lead(path)
        assert not self.clashes(place.text)
        del self.binned[item]
        self.put(place.text, tree, path)

    @precondition(lambda self: self.binned)
    @rule(data=st.data())
    def page_empties(self, data: st.DataObject) -> None:
        item = one_of(data, self.binned)
        self.do(self.school.bin.empty(self.grant, {item}))
        del self.binned[item]

    # --- uploads

    @rule(path=PATHS, text=TEXTS, replacing=st.booleans())
    def upload_begins(self, path: str, text: bytes, replacing: bool) -> None:  # hypothesis passes rules' values by name
        target = WorkspacePath.parse(path)
        begun = self.try_to(self.school.uploads.begin(self.grant, target, len(text), replacing=replacing))
        exact = self.model.get(path) is not None
        may = self.could_lead(path) and (not self.clashes(path) or (replacing and exact))
        assert (begun is not None) == may
        if begun is not None:
            self.arriving[begun.upload.id] = (path, text, replacing)

    @precondition(lambda self: self.arriving)
    @rule(data=st.data(), share=st.integers(0, 6))
    def upload_goes_on(self, data: st.DataObject, share: int) -> None:
        upload = one_of(data, self.arriving)
        path, text, replacing = self.arriving[upload]
        offset = self.do(self.school.uploads.progress(self.grant, upload)).offset
        part = text[offset : offset + share]
        done = self.try_to(self.school.uploads.receive(self.grant, upload, offset, pieces(part)))
        if offset + len(part) < len(text):
            assert done is not None
            assert not done.upload.placed
            return
        there = path in self.model
        if all(self.model.get(folder) is None for folder in folders_to(path)) and (not there or replacing):
            assert done is not None
            assert done.upload.placed
            del self.arriving[upload]
            if there:
                (item,) = set(self.do(self.school.files.in_bin(self.grant.workspace))) - set(self.binned)
                self.binned[item] = (path, self.take(path))
            self.put(path, {path: text}, path)
        else:
            assert done is None
            for folder in folders_to(path):  # those that could be made were
                if self.model.get(folder, b"") is not None and folder in self.model:
                    break
                self.model[folder] = None

    # --- programs

    @rule(path=PATHS, text=TEXTS)
    def program_writes(self, path: str, text: bytes) -> None:
        if self.leads(path) and self.model.get(path, b"") is not None:
            (self.folder / path).write_bytes(text)
            self.model[path] = text
            self.look()

    @rule(path=PATHS)
    def program_deletes(self, path: str) -> None:
        if path in self.model:
            target = self.folder / path
            shutil.rmtree(target) if target.is_dir() else target.unlink()
            self.take(path)
            self.look()

    @rule(path=PATHS)
    def program_makes_a_folder(self, path: str) -> None:
        if self.leads(path) and path not in self.model:
            (self.folder / path).mkdir()
            self.model[path] = None
            self.look()

    def look(self) -> None:
        self.do(self.school.trees.scan(self.grant.workspace))

    # --- what must hold

    @invariant()
    def the_disk_has_what_the_dictionary_has(self) -> None:
        found: Tree = {}
        for place, folders, files in os.walk(self.folder):
            inside = Path(place).relative_to(self.folder)
            found |= {str(inside / name): None for name in folders}
            found |= {str(inside / name): (Path(place) / name).read_bytes() for name in files}
        assert found == self.model

    @invariant()
    def the_page_shows_what_the_dictionary_has(self) -> None:
        for _, upserted, removed in self.school.heard.trees[self.heard :]:
            self.shown = (self.shown - removed) | upserted
        self.heard = len(self.school.heard.trees)
        assert self.shown == set(self.model)

    @invariant()
    def the_bin_has_what_was_deleted(self) -> None:
        assert {item.id for item in self.do(self.school.bin.items(self.grant))} == set(self.binned)

    def teardown(self) -> None:
        self.do(self.stack.aclose())
        self.runner.close()
        shutil.rmtree(self.root)
