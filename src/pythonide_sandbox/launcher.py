"""The privileged process: makes sandboxes on request, watches them from outside, kills them, says how they ended.

It believes neither the web server nor the zygotes: requests carry ids and names only, and what zygotes say is checked.
It outlives each of them: what goes wrong with one run or one zygote ends that run or that zygote, and is told.
"""

import socket
import time
import traceback

from pythonide_sandbox import by_tier, procfs, requests, syscalls
from pythonide_sandbox.cgroups import Groups, Removable
from pythonide_sandbox.init import GO
from pythonide_sandbox.layers import FIRST_STUDENT_UID, Layer, Tier
from pythonide_sandbox.nursery import Nursery
from pythonide_sandbox.outbox import Outbox
from pythonide_sandbox.requests import Forget, Kill, Open, SetUp
from pythonide_sandbox.runs import Run, share_out
from pythonide_sandbox.settings import LauncherSettings
from pythonide_sandbox.watches import Watches, Work
from pythonide_sandbox.wire import WireError
from pythonide_sandbox.zygotes import Household, Zygotes

_REFILL_AFTER_START = 0.2
"""Seconds: those who have just pressed Run go first."""
_REFILL_AFTER = 0.03
_MEMORY_KEPT_FREE = 0.25
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
        self._trees = by_tier.trees(tier, settings)
        self._watches = Watches()
        self._web = web
        self._outbox = Outbox(web)
        household = Household(settings, self._watches, self._outbox, tier, self._admit, self._match)
        self._zygotes = Zygotes(household)
        self._sandboxes: set[Run] = set()
        """All there are: being made, parked, somebody's."""
        self._runs: dict[str, Run] = {}
        """Those that are somebody's."""
        self._empty_groups: list[Removable] = [] if groups is None else list(groups.left)
        self._group_number = 0
        self._refill_at = 0.0
        self._open = True

    def run(self) -> None:
        """Serve until the web server has gone."""
        self._web.setblocking(False)
        self._watches.add(self._web.fileno(), self._hear_web)
        while self._open:
            self._look_after(time.monotonic())
            self._watches.wait(self._patience())
        self._close()

    def _tell_trouble(self, what: str) -> None:
        self._outbox.send({"type": "trouble", "what": what, "details": traceback.format_exc()[-4000:]})

    # --- the web server

    def _hear_web(self) -> None:
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
            self._outbox.send({"type": "bad_request", "number": requests.number_of(data), "reason": str(error)})
            return
        self._obey(request)

    def _obey(self, request: requests.Request) -> None:
        match request:
            case Open():
                self._admit(request)
            case Kill():
                self._kill(request.run)
            case SetUp():
                self._zygotes.set_up(request.name, list(request.modules))
            case Forget():
                self._zygotes.forget(request.name)

    def _kill(self, name: str) -> None:
        run = self._runs.get(name)
        if run is not None:
            run.kill()
        for nursery in self._zygotes.all():  # or it never began
            nursery.forget(name)

    def _admit(self, request: Open) -> None:
        if request.environment not in self._zygotes:
            return self._refuse(request, "unknown environment")
        if request.run in self._runs:
            return self._refuse(request, "this run exists")
        waiting = sum(len(nursery.waiters) for nursery in self._zygotes.all())
        if len(self._runs) + waiting >= self.settings.max_runs:
            return self._refuse(request, "too many runs on this machine")
        if self._trees.room() < 1:
            return self._refuse(request, "the disk for students' files is nearly full")
        nursery = self._zygotes.serving(request.environment)
        if nursery is None:
            why = self._zygotes.why_not(request.environment)
            return self._refuse(request, f"the environment {request.environment} cannot be started: {why}")
        nursery.waiters.append(request)
        self._refill_at = time.monotonic() + _REFILL_AFTER_START
        self._match(nursery)

    def _refuse(self, request: Open, reason: str) -> None:
        self._outbox.send({"type": "refused", "number": request.number, "reason": reason})

    # --- runs

    def _for_run(self, run: Run, work: Work, otherwise: Work) -> Work:
        def guarded() -> None:
            try:
                work()
            except Exception as error:
                self._tell_trouble(f"run {run.id}")
                run.failure = f"{type(error).__name__}: {error}"
                otherwise()

        return guarded

    def _match(self, nursery: Nursery) -> None:
        while nursery.waiters and nursery.parked:
            run = nursery.parked.pop(0)
            if not run.ended:  # it may have, while nobody had it
                self._assign(nursery, run, nursery.waiters.popleft())
        while len(nursery.forking) < len(nursery.waiters) and self._fork(nursery):
            pass

    def _fork(self, nursery: Nursery) -> bool:
        run = nursery.fork()
        if run is None:
            return False
        run.last_signal = by_tier.last_signal(self.tier)
        self._sandboxes.add(run)
        hear = self._for_run(run, lambda: self._hear_run(nursery, run), lambda: self._lose(nursery, run))
        self._watches.add(run.control.fileno(), hear)
        return True

    def _hear_run(self, nursery: Nursery, run: Run) -> None:
        run.hear()
        if run.pidfd is not None and run in nursery.forking:
            finish = self._for_run(run, lambda: self._finish(nursery, run), lambda: self._end(nursery, run))
            self._watches.add(run.pidfd, finish)
            self._park(nursery, run)
        elif run.silent:
            self._watches.drop(run.control.fileno())
            if run.pidfd is None:
                self._end(nursery, run)

    def _park(self, nursery: Nursery, run: Run) -> None:
        nursery.forking.discard(run)
        if nursery.leaving:
            return run.kill()
        assert run.init is not None
        if self._groups is not None and Layer.CGROUP not in self._without:
            self._group_number += 1
            run.group = self._groups.make(f"run-{self._group_number}")
            run.group.attach(run.init)
        if self._trees.mapped:
            self._trees.prepare(self._host_uid(run))
        run.control.send(GO + str(self._uid(run)).encode())
        nursery.parked.append(run)
        self._match(nursery)

    def _uid(self, run: Run) -> int:
        return FIRST_STUDENT_UID + (run.slot if self._trees.mapped else 0)

    def _host_uid(self, run: Run) -> int:
        return run.first_uid + self._uid(run)

    def _assign(self, nursery: Nursery, run: Run, request: Open) -> None:
        run.begin(request.run, request.workspace, request.limits)
        self._runs[request.run] = run
        try:
            self._give(run, request)
        except Exception as error:
            del self._runs[request.run]
            run.id = None
            run.kill()
            if isinstance(error, ConnectionError):  # this sandbox has ended while nobody had it: take another
                nursery.waiters.appendleft(request)
            else:
                self._refuse(request, getattr(error, "strerror", None) or str(error))

    def _give(self, run: Run, request: Open) -> None:
        trees: list[int] = []
        ours, theirs = socket.socketpair()
        try:
            if run.group is not None:
                run.group.limit(request.limits.memory_bytes, request.limits.processes + _SPARE_PROCESSES)
                share_out(self._runs.values(), run)
            trees.append(self._trees.open(request.workspace, self._host_uid(run), read_only=False))
            for _, folder in request.courses:
                trees.append(self._trees.open(folder, self._host_uid(run), read_only=True))
            courses = [name for name, _ in request.courses]
            run.assign(self._process_limit(request), courses, [theirs.fileno(), *trees])
            assert run.master is not None
            self._outbox.send({"type": "opened", "number": request.number}, [run.master, ours.fileno()])
            run.forget_terminal()
        finally:
            ours.close()
            theirs.close()
            syscalls.close_all(trees)

    def _process_limit(self, request: Open) -> int:
        if self._nested:
            return request.limits.processes + 1  # init has the same uid
        return request.limits.processes if self._trees.mapped else self.settings.max_runs * request.limits.processes

    def _finish(self, nursery: Nursery, run: Run) -> None:
        """The run's init has gone, and everything with it: collect the last words."""
        while run.hear():
            pass
        self._end(nursery, run)

    def _lose(self, nursery: Nursery, run: Run) -> None:
        """Something went wrong with this run: it is killed, and ends when its init has."""
        self._watches.drop(run.control.fileno())
        nursery.forking.discard(run)
        run.kill()
        if run.pidfd is None:
            self._end(nursery, run)

    def _end(self, nursery: Nursery, run: Run) -> None:
        """Forget a run, whatever it was doing. Every run ends here, once."""
        if run.over:
            return
        unborn = run in nursery.forking
        run.close(self._watches)
        self._sandboxes.discard(run)
        nursery.let_go(run)
        if run.id is not None:
            del self._runs[run.id]
            self._outbox.send(run.outcome())
            share_out(self._runs.values(), run)
        if run.group is not None and not run.group.remove():
            self._empty_groups.append(run.group)
        if unborn:
            self._miss(nursery, run)
        self._match(nursery)
        self._zygotes.close_if_empty(nursery)

    def _miss(self, nursery: Nursery, run: Run) -> None:
        """A sandbox that was asked for did not come: because its zygote has died, or because it could not be made."""
        if not nursery.over and nursery.dying():
            self._zygotes.give_up(nursery)
        elif nursery.waiters:
            self._refuse(nursery.waiters.popleft(), run.failure or "the sandbox could not be made")

    # --- time

    def _patience(self) -> float | None:
        now = time.monotonic()
        moments = [run.next_sample for run in self._runs.values()]
        moments += self._zygotes.moments(now)
        if self._empty_groups or self._outbox.blocked:
            moments.append(now + _REMOVE_AGAIN_AFTER)
        for nursery in self._zygotes.taking_runs():
            if self._missing(nursery, now):
                moments.append(self._refill_at)
            elif (falls_at := nursery.demand.falls_at(now)) is not None:
                moments.append(falls_at)
        return max(0.0, min(moments) - now) if moments else None

    def _missing(self, nursery: Nursery, now: float) -> int:
        live = sum(run.zygote == nursery.name for run in self._runs.values())
        return nursery.missing(live, now)

    def _look_after(self, now: float) -> None:
        for run in list(self._runs.values()):
            if run.next_sample <= now:
                self._sample(run, now)
        self._empty_groups = [group for group in self._empty_groups if not group.remove()]
        self._zygotes.look_after(now)
        if self._refill_at <= now:
            self._refill(now)
        if not self._outbox.flush():
            self._open = False

    def _refill(self, now: float) -> None:
        """Come one nearer to how many ought to be ready: the programs of people go on meanwhile."""
        for nursery in self._zygotes.taking_runs():
            missing = self._missing(nursery, now)
            if missing:
                self._refill_at = now + _REFILL_AFTER
            if missing > 0 and len(nursery.parked) >= self.settings.parked and procfs.memory_left() < _MEMORY_KEPT_FREE:
                nursery.demand.memory_is_short(now)
            elif missing > 0:
                self._fork(nursery)
            elif missing < 0 and nursery.parked:
                nursery.parked.pop().kill()

    def _sample(self, run: Run, now: float) -> None:
        try:
            changed = run.sample(now, disk_full=self._trees.room() < 0.5)
        except Exception as error:
            self._tell_trouble(f"run {run.id}")
            run.failure = f"{type(error).__name__}: {error}"
            run.kill()
        else:
            if changed:
                share_out(self._runs.values(), run)
                self._outbox.send({"type": "waiting", "run": run.id, "waiting": run.waiting})

    def _close(self) -> None:
        nurseries = self._zygotes.all()
        for nursery in nurseries:
            nursery.close(self._watches)
        for run in self._sandboxes:
            run.kill()
        for nursery in nurseries:
            nursery.bury(self._watches)
        deadline = time.monotonic() + 2
        groups: list[Removable] = [*self._empty_groups]
        groups += [run.group for run in self._sandboxes if run.group is not None]
        while groups and time.monotonic() < deadline:
            groups = [group for group in groups if not group.remove()]
        if self._groups is not None:
            self._groups.close()
