"""The two places where a supervisor lives: a container of its own, or the candidate's machine."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from harness.sandbox.inside import child, keeper, sweep
from harness.sandbox.inside.cgroup import ProcessGroup

PATIENCE = 5.0
"""Seconds until what refuses to die counts as a broken sandbox."""
LOOK_SECONDS = 0.1
CROWD = 2
"""Times the limit of processes at which a trial is ended where nothing else holds it back."""
_SPARE_TASKS = 16
"""Tasks that a cap leaves over its word, so that threads of an interpreter at its end still fit."""
_THREAD_STACKS = 64 * 8 * 2**20


@dataclass(frozen=True, slots=True)
class Caps:
    """What one trial may use, as the order says."""

    wall: float
    output: int
    memory: int
    disk: int
    processes: int


class Meter:
    """Looks now and then at what a trial's processes take together, where no control group does."""

    def __init__(self) -> None:
        self._looked = 0.0
        self._over_before = False

    def over(self, caps: Caps, pids: Callable[[], list[int]]) -> str:
        """How to end the trial, empty when it keeps within bounds or was looked at just now.

        Two looks must agree: processes that are forked during one are counted askew.
        """
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return ""
        self._looked = now
        found = pids()
        if len(found) > CROWD * caps.processes:
            return "signalled"
        before, self._over_before = self._over_before, uses_more(found, caps.memory)
        return "out_of_memory" if before and self._over_before else ""


def uses_more(pids: list[int], memory: int) -> bool:
    """Whether these processes together hold more private memory, in bytes."""
    if sum(_memory(pid, "status", b"RssAnon:") for pid in pids) <= memory:
        return False
    # Pages shared since a fork were counted for each; this slower figure shares them out.
    return sum(_memory(pid, "smaps_rollup", b"Pss:") for pid in pids) > memory


class Place(Protocol):
    """Where trials run: its folders, its limits, how to kill and wipe there."""

    work: str
    home: str
    tmp: str
    listens: bool
    """Whether trials are given a listener of their own."""
    spared: set[int]
    """Pids that belong to us."""
    interpreter: str | None
    """The Python that `python` means; `None`: whichever the path finds."""

    leader: int
    """The pid of the trial's first process."""
    folders: tuple[str, ...]
    """What a trial finds made for it, `work` among them."""

    def refuses(self) -> str:
        """Why no trial may begin here; empty when one may."""

    def birth(
        self, command: tuple[str, ...], env: dict[str, str], uid: int | None, caps: Caps
    ) -> child.Birth:
        """The trial's process, with this place's limits."""

    def over(self, caps: Caps) -> str:
        """How to end a trial that uses more than it may: `out_of_memory`, `signalled`, or empty."""

    def alive(self) -> list[int]:
        """The pids of the trial that still live."""

    def running(self) -> list[int]:
        """The same at little cost; in a crowd it may miss the newest."""

    def kill(self, uid: int | None, alive: Iterable[int]) -> None:
        """Send SIGKILL to all of them."""

    def clean(self, uid: int | None) -> list[str]:
        """Wipe, and say what is left that should not be."""

    def oom_kills(self) -> int:
        """How often the kernel killed for want of memory here so far."""


@dataclass
class Container:
    """PID 1 of a hardened container: a user per trial, limits by the engine."""

    work: str = "/trial/run"
    home: str = "/trial/home"
    tmp: str = "/tmp"  # noqa: S108  (the container's own, wiped by us)
    leader: int = 0
    folders: tuple[str, ...] = ("/trial/run", "/trial/home")
    listens: bool = True
    interpreter: str | None = None
    spared: set[int] = field(default_factory=lambda: {os.getpid()})
    _before: int = 0
    shared: tuple[str, ...] = ("/trial", "/tmp", "/dev/shm", "/dev/mqueue")  # noqa: S108

    def refuses(self) -> str:
        left = sweep.dirt(self.shared, frozenset(self.spared))
        self._before = _anonymous()
        return f"not empty before the trial: {left[0]}" if left else ""

    def birth(
        self, command: tuple[str, ...], env: dict[str, str], uid: int | None, caps: Caps
    ) -> child.Birth:
        cpu = int(caps.wall * (os.cpu_count() or 1)) + 5
        return child.Birth(command, env, self.work, uid, caps.processes, caps.disk, None, cpu)

    def over(self, caps: Caps) -> str:
        return "out_of_memory" if _anonymous() - self._before > caps.memory else ""

    def alive(self) -> list[int]:
        return [pid for pid in sweep.processes() if pid not in self.spared]

    def running(self) -> list[int]:
        return self.alive()

    def kill(self, uid: int | None, alive: Iterable[int]) -> None:  # noqa: ARG002  (all of the user at once)
        if uid is not None:
            sweep.kill_user(uid)

    def clean(self, uid: int | None) -> list[str]:
        problem = child.as_user(uid, lambda: sweep.wipe(self.shared))
        found = sweep.dirt(self.shared, frozenset(self.spared))
        return [problem, *found] if problem else found

    def oom_kills(self) -> int:
        for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
            with contextlib.suppress(OSError, ValueError):
                for line in Path(path).read_text().splitlines():
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        return 0


class Host:
    """A process on the candidate's own machine: same user, everything that it starts is its child."""

    listens = False

    def __init__(self, root: str) -> None:
        self.root = root
        self.work = f"{root}/work"
        self.home = f"{root}/home"
        self.tmp = f"{root}/tmp"  # noqa: S108  (below our own folder)
        self.leader = 0
        self.folders: tuple[str, ...] = (self.work, self.home, self.tmp)
        self.spared: set[int] = set()
        self.interpreter: str | None = sys.executable
        self._group = ProcessGroup.make(str(os.getpid())) if os.geteuid() == 0 else None
        self._meter = Meter()
        keeper.adopt_orphans()

    def refuses(self) -> str:
        return ""

    def birth(
        self, command: tuple[str, ...], env: dict[str, str], uid: int | None, caps: Caps
    ) -> child.Birth:
        cpu = int(caps.wall * (os.cpu_count() or 1)) + 5
        program = None
        if command[0] in {"python", "python3"}:
            program, command = sys.executable, (sys.executable, *command[1:])
        tasks: int | None = None
        if self._group is not None:
            self._group.cap(caps.processes)
        elif os.geteuid() != 0:
            # The limit counts all that the user runs, so it starts from what runs already.
            tasks = _tasks_of(os.geteuid()) + caps.processes + _SPARE_TASKS
        data = 2 * caps.memory + _THREAD_STACKS
        group = str(self._group.folder) if self._group else None
        return child.Birth(command, env, self.work, uid, tasks, caps.disk, data, cpu, program, group)

    def over(self, caps: Caps) -> str:
        return self._meter.over(caps, self.running)

    def running(self) -> list[int]:
        return sweep.quick_descendants(os.getpid(), frozenset(self.spared))

    def alive(self) -> list[int]:
        found = sweep.descendants(os.getpid(), frozenset(self.spared))
        if self._group is not None:
            found = list({*found, *self._group.members()})
        return found

    def kill(self, uid: int | None, alive: Iterable[int]) -> None:  # noqa: ARG002
        # A trial that is just being born still stands in its parent's group.
        sweep.kill_tree(alive, spared={os.getpgrp(), *self.spared})

    def clean(self, uid: int | None) -> list[str]:  # noqa: ARG002
        if sys.platform != "linux" and self.leader:
            # Without a subreaper an orphan is nobody's descendant; its process group still names it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.leader, signal.SIGKILL)
        try:
            sweep.wipe((self.root,))
        except OSError as error:
            return [str(error)]
        return [f"file {name}" for name in os.listdir(self.root)]  # noqa: PTH208

    def oom_kills(self) -> int:
        return 0

    def leave(self) -> None:
        """Give back what the place holds on the machine."""
        if self._group is not None:
            self._group.remove()
        with contextlib.suppress(OSError):
            Path(self.root).rmdir()


def _anonymous() -> int:
    """Bytes that processes of this container hold, files left out; 0 where the kernel does not tell."""
    for path, name in (
        ("/sys/fs/cgroup/memory.stat", "anon "),
        ("/sys/fs/cgroup/memory/memory.stat", "rss "),
    ):
        with contextlib.suppress(OSError, ValueError):
            for line in Path(path).read_text().splitlines():
                if line.startswith(name):
                    return int(line.split()[1])
    return 0


def _tasks_of(uid: int) -> int:
    """Threads that the user runs now; what `RLIMIT_NPROC` counts on Linux."""
    total = 0
    for pid in sweep.processes():
        with contextlib.suppress(OSError, ValueError):
            if Path(f"/proc/{pid}").stat().st_uid == uid:
                total += len(os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208
    return total


def _memory(pid: int, file: str, field_name: bytes) -> int:
    """Bytes of one line of `/proc/PID/FILE`; 0 when it cannot be read."""
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/{file}", "rb") as status:  # noqa: PTH123
        for line in status:
            if line.startswith(field_name):
                return int(line.split()[1]) * 1024
    return 0
