"""The privileged process: makes sandboxes on request, watches them from outside, kills them, says how they ended.

It believes neither the web server nor the zygotes: requests carry ids and names only, and what zygotes say is checked.
"""

import os
import selectors
import socket
import time
from collections.abc import Callable

from pythonide_sandbox import requests, syscalls
from pythonide_sandbox.cgroups import Group, Groups
from pythonide_sandbox.hatchery import IDS_PER_ZYGOTE, hatch
from pythonide_sandbox.init import GO
from pythonide_sandbox.layers import FIRST_STUDENT_UID, Layer, Tier
from pythonide_sandbox.nursery import Nursery
from pythonide_sandbox.outbox import Outbox
from pythonide_sandbox.requests import Kill, Open
from pythonide_sandbox.runs import Run
from pythonide_sandbox.settings import LauncherSettings
from pythonide_sandbox.trees import Trees
from pythonide_sandbox.wire import WireError

_REFILL_AFTER = 0.02
_HATCH_AGAIN_AFTER = 2.0
_REMOVE_AGAIN_AFTER = 0.02
_SPARE_PROCESSES = 2
"""Room in the control group for init and for a process that is just ending."""


class Launcher:
    """The event loop and everything it owns."""

    def __init__(self, web: socket.socket, settings: LauncherSettings, tier: Tier, groups: Groups | None) -> None:
        self.settings = settings
        self.tier = tier
        self._nested = tier is Tier.ROOTLESS
        self._groups = groups
        self._without = settings.layers_left_out()
        owner = (settings.owner_uid, settings.owner_gid)
        self._trees = Trees(settings.workspaces, owner, mapped=not self._nested and Layer.IDMAP not in self._without)
        self._selector = selectors.DefaultSelector()
        self._web = web
        self._outbox = Outbox(web)
        self._nurseries: dict[str, Nursery] = {}
        self._hatched_at: dict[str, float] = {}
        self._runs: dict[str, Run] = {}
        self._empty_groups: list[Group] = []
        self._group_number = 0
        self._refill_at = 0.0
        self._open = True

    def run(self) -> None:
        """Serve until the web server has gone."""
        self._web.setblocking(False)
        self._selector.register(self._web, selectors.EVENT_READ, self._hear_web)
        for name in self.settings.preload:
            self._hatch(name)
        while self._open:
            for key, _ in self._selector.select(self._patience()):
                work: Callable[[], None] = key.data
                work()
            self._look_after(time.monotonic())
        self._close()

    # --- the web server

    def _hear_web(self) -> None:  # noqa: C901 - one short match over what the web server may say
        try:
            data, fds, _ = syscalls.receive_with_fds(self._web, requests.MAX_REQUEST, 1)
        except BlockingIOError:
            return
        except OSError:
            data, fds = b"", []
        syscalls.close_all(fds)  # none is ever accepted
        if not data:
            self._open = False
            return
        try:
            request = requests.decode(data)
        except WireError as error:
            self._outbox.send({"type": "bad_request", "reason": str(error)})
            return
        match request:
            case Open():
                self._admit(request)
            case Kill():
                run = self._runs.get(request.run)
                if run is not None:
                    run.kill()
                for nursery in self._nurseries.values():  # or it never began
                    nursery.forget(request.run)

    def _admit(self, request: Open) -> None:
        if request.environment not in self.settings.preload:
            return self._refuse(request, "unknown environment")
        if request.run in self._runs:
            return self._refuse(request, "this run exists")
        waiting = sum(len(nursery.waiters) for nursery in self._nurseries.values())
        if len(self._runs) + waiting >= self.settings.max_runs:
            return self._refuse(request, "too many runs on this machine")
        nursery = self._nurseries.get(request.environment) or self._hatch(request.environment)
        if nursery is None:
            return self._refuse(request, f"the environment {request.environment} cannot be started")
        nursery.waiters.append(request)
        self._refill_at = time.monotonic() + _REFILL_AFTER
        self._match(nursery)

    def _refuse(self, request: Open, reason: str) -> None:
        self._outbox.send({"type": "refused", "number": request.number, "reason": reason})

    # --- zygotes

    def _hatch(self, name: str) -> Nursery | None:
        now = time.monotonic()
        if now - self._hatched_at.get(name, -_HATCH_AGAIN_AFTER) < _HATCH_AGAIN_AFTER:
            return None
        self._hatched_at[name] = now
        index = list(self.settings.preload).index(name)
        first_uid = None if self._nested else self.settings.first_uid + index * IDS_PER_ZYGOTE
        try:
            hatched = hatch(name, self.settings, first_uid=first_uid)
        except OSError as error:
            self._tell_environment(name, f"{error}")
            return None
        nursery = Nursery(name, hatched, self.settings, nested=self._nested)
        self._nurseries[name] = nursery
        self._selector.register(hatched.control, selectors.EVENT_READ, lambda: self._hear_zygote(nursery))
        self._selector.register(hatched.errors, selectors.EVENT_READ, lambda: self._hear_errors(nursery))
        return nursery

    def _tell_environment(self, name: str, failure: str | None) -> None:
        self._outbox.send({"type": "environment", "name": name, "failure": failure})

    def _hear_errors(self, nursery: Nursery) -> None:
        if not nursery.complain():
            self._selector.unregister(nursery.hatched.errors)

    def _hear_zygote(self, nursery: Nursery) -> None:
        try:
            data = nursery.hatched.control.recv(4096)
        except OSError:
            data = b""
        if data == b'{"ready":true}' and not nursery.warm:
            nursery.warm = True
            self._tell_environment(nursery.name, None)
            self._match(nursery)
        else:  # it failed, ended or talks nonsense
            self._bury(nursery, data.decode("utf-8", "replace"))

    def _bury(self, nursery: Nursery, last_words: str) -> None:
        nursery.complain()
        self._tell_environment(nursery.name, f"{last_words} {nursery.complaints()}".strip() or "it ended")
        for request in nursery.waiters:
            self._refuse(request, f"the environment {nursery.name} has failed")
        self._selector.unregister(nursery.hatched.control)
        try:
            self._selector.unregister(nursery.hatched.errors)
        except KeyError:
            pass  # its stderr has ended before it
        nursery.close()
        os.kill(nursery.hatched.watcher, 9)
        os.waitpid(nursery.hatched.watcher, 0)
        del self._nurseries[nursery.name]

    # --- runs

    def _match(self, nursery: Nursery) -> None:
        while nursery.waiters and nursery.parked:
            self._assign(nursery, nursery.parked.pop(0), nursery.waiters.popleft())
        while len(nursery.forking) < len(nursery.waiters) and self._fork(nursery):
            pass

    def _fork(self, nursery: Nursery) -> bool:
        run = nursery.fork()
        if run is None:
            return False
        self._selector.register(run.control, selectors.EVENT_READ, lambda: self._hear_run(nursery, run))
        return True

    def _hear_run(self, nursery: Nursery, run: Run) -> None:
        had_init = run.pidfd is not None
        if not run.hear():
            self._selector.unregister(run.control)
            if run.pidfd is None:
                self._drop_unborn(nursery, run)
        elif run.pidfd is not None and not had_init:
            self._selector.register(run.pidfd, selectors.EVENT_READ, lambda: self._finish(nursery, run))
            self._park(nursery, run)

    def _drop_unborn(self, nursery: Nursery, run: Run) -> None:
        nursery.forking.discard(run)
        nursery.slots.append(run.slot)
        run.close()
        if nursery.waiters:
            reason = run.failure or "the sandbox could not be made"
            self._refuse(nursery.waiters.popleft(), reason)

    def _park(self, nursery: Nursery, run: Run) -> None:
        nursery.forking.discard(run)
        assert run.init is not None
        if self._groups is not None and Layer.CGROUP not in self._without:
            self._group_number += 1
            run.group = self._groups.make(f"run-{self._group_number}")
            run.group.attach(run.init)
        if self._trees.mapped:
            self._trees.prepare(self._host_uid(run))
        try:
            run.control.send(GO)
        except OSError:
            return  # it ended just now; its pidfd tells
        nursery.parked.append(run)
        self._match(nursery)

    def _uid(self, run: Run) -> int:
        return FIRST_STUDENT_UID + (run.slot if self._trees.mapped else 0)

    def _host_uid(self, run: Run) -> int:
        index = list(self.settings.preload).index(run.zygote)
        return self.settings.first_uid + index * IDS_PER_ZYGOTE + self._uid(run)

    def _assign(self, nursery: Nursery, run: Run, request: Open) -> None:
        run.begin(request.run, request.limits)
        self._runs[request.run] = run
        trees: list[int] = []
        ours, theirs = socket.socketpair()
        try:
            if run.group is not None:
                run.group.limit(request.limits.memory_bytes, request.limits.processes + _SPARE_PROCESSES)
            trees.append(self._trees.open(request.workspace, self._host_uid(run), read_only=False))
            for _, folder in request.courses:
                trees.append(self._trees.open(folder, self._host_uid(run), read_only=True))
            courses = [name for name, _ in request.courses]
            run.assign(self._uid(run), self._process_limit(request), courses, [theirs.fileno(), *trees])
            assert run.master is not None
            self._outbox.send({"type": "opened", "number": request.number}, [run.master, ours.fileno()])
            os.close(run.master)
            run.master = None
        except OSError as error:
            self._refuse(request, f"{error.strerror}")
            del self._runs[request.run]
            run.id = None
            run.kill()
        finally:
            ours.close()
            theirs.close()
            syscalls.close_all(trees)

    def _process_limit(self, request: Open) -> int:
        if self._nested:
            return request.limits.processes + 1  # init has the same uid
        return request.limits.processes if self._trees.mapped else self.settings.max_runs * request.limits.processes

    def _finish(self, nursery: Nursery, run: Run) -> None:
        """The run's init has gone, and everything with it: collect the last words, then say so."""
        assert run.pidfd is not None
        while run.control.fileno() in self._selector.get_map():
            before = run.report
            self._hear_run(nursery, run)
            if run.report is before:
                break
        self._selector.unregister(run.pidfd)
        if run.control.fileno() in self._selector.get_map():
            self._selector.unregister(run.control)
        if run in nursery.parked:
            nursery.parked.remove(run)
        if run.id is not None:
            self._outbox.send(run.outcome())
            del self._runs[run.id]
        if run.group is not None and not run.group.remove():
            self._empty_groups.append(run.group)
        run.close()
        nursery.slots.append(run.slot)

    # --- time

    def _patience(self) -> float | None:
        now = time.monotonic()
        moments = [run.next_sample for run in self._runs.values()]
        if self._empty_groups or self._outbox.blocked:
            moments.append(now + _REMOVE_AGAIN_AFTER)
        if self._wants_refill():
            moments.append(self._refill_at)
        return max(0.0, min(moments) - now) if moments else None

    def _wants_refill(self) -> bool:
        return any(
            nursery.warm and nursery.slots and len(nursery.parked) + len(nursery.forking) < self.settings.parked
            for nursery in self._nurseries.values()
        )

    def _look_after(self, now: float) -> None:
        for run in list(self._runs.values()):
            if run.next_sample <= now and run.sample(now):
                self._outbox.send({"type": "waiting", "run": run.id, "waiting": run.waiting})
        self._empty_groups = [group for group in self._empty_groups if not group.remove()]
        if self._refill_at <= now and self._wants_refill():
            self._refill_at = now + _REFILL_AFTER
            for nursery in self._nurseries.values():
                missing = self.settings.parked - len(nursery.parked) - len(nursery.forking)
                if missing > 0:
                    self._fork(nursery)
        if not self._outbox.flush():
            self._open = False

    def _everyone(self) -> list[Run]:
        parked = [run for nursery in self._nurseries.values() for run in nursery.parked]
        return [*self._runs.values(), *parked]

    def _close(self) -> None:
        for nursery in list(self._nurseries.values()):
            os.kill(nursery.hatched.watcher, 9)
            os.waitpid(nursery.hatched.watcher, 0)
        for run in list(self._runs.values()):
            run.kill()
        deadline = time.monotonic() + 2
        groups = [*self._empty_groups]
        groups += [run.group for run in self._everyone() if run.group is not None]
        while groups and time.monotonic() < deadline:
            groups = [group for group in groups if not group.remove()]
        if self._groups is not None:
            self._groups.close()
