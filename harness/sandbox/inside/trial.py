"""One trial under a supervisor: start it, drain it, stop it, leave nothing of it."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.sandbox.inside import child, parcel, sweep
from harness.sandbox.inside.capture import Budget, Capture
from harness.sandbox.inside.place import PATIENCE, Caps, Place
from harness.sandbox.inside.withheld import Tasks, Withheld, tasks_of

READ_BYTES = 65_536
POLL_SECONDS = 0.1
MOST = 4
"""Times its wall time may a trial take on a machine that withholds the rest, before it is given up."""


@dataclass(frozen=True, slots=True)
class Born:
    """A trial's process that has begun."""

    pid: int
    why_not: str = ""
    """Why the command could not be run; the process is over then."""
    news: socket.socket | None = None
    """When it is another's child: what turns readable once that one has waited for it."""
    read_news: Callable[[], tuple[int, float]] | None = None
    """Its wait status and CPU seconds, once there is news."""


Spawn = Callable[[child.Birth, int, int, int], Born]
"""Starts a trial's process with these as its stdin, stdout and stderr."""


class HostGone(Exception):
    """Nobody holds the control channel any more."""


@dataclass
class Outcome:
    """How a trial went, in the words of the control channel."""

    ended: str = "exited"
    exit_code: int | None = None
    signal: int | None = None
    wall: float = 0.0
    cpu: float = 0.0
    withheld: float = 0.0
    """Seconds of `wall` that the machine kept the program from running, and that are not charged to it."""
    stdout: bytes = b""
    stderr: bytes = b""
    dirt: list[str] = field(default_factory=list)
    phases: dict[str, float] = field(default_factory=dict)
    """Seconds of our own work, by name."""


class StageFailure(Exception):
    """The trial could not be set up for a reason that is not the candidate's."""


class Trial:
    """Runs one command in a place. `run` is called once."""

    def __init__(
        self, place: Place, caps: Caps, *, uid: int | None, control: socket.socket, wakeup: socket.socket
    ) -> None:
        self._place = place
        self._caps = caps
        self._uid = uid
        self._control = control
        self._wakeup = wakeup
        self._budget = Budget(caps.output)
        self._out = Capture(self._budget)
        self._err = Capture(self._budget)
        self._outcome = Outcome()
        self._status: int | None = None
        self._born = Born(0)
        self._killed = ""
        self._oom_kills = 0

    def run(self, command: tuple[str, ...], env: dict[str, str], files: bytes, spawn: Spawn) -> Outcome:
        """Run it to its end. Raises `StageFailure` or `HostGone`; the place is wiped either way."""
        try:
            self._phase("stage", lambda: self._stage(files))
            self._live(command, env, spawn)
        finally:
            self._phase("kill", self._kill_all)
            self._phase("wipe", self._wipe)
        self._outcome.stdout = self._out.value()
        self._outcome.stderr = self._err.value()
        return self._outcome

    def _phase(self, name: str, action: Callable[[], None]) -> None:
        started = time.monotonic()
        action()
        self._outcome.phases[name] = time.monotonic() - started

    def _stage(self, files: bytes) -> None:
        place = self._place
        problem = place.refuses()
        if problem:
            raise StageFailure(problem)

        def put_down() -> None:
            child.make_folders(place.folders)
            parcel.unpack(files, Path(place.work))

        problem = child.as_user(self._uid, put_down)
        if problem:
            raise StageFailure(f"the files could not be put down: {problem}")

    def _live(self, command: tuple[str, ...], env: dict[str, str], spawn: Spawn) -> None:
        with contextlib.ExitStack() as stack:
            ends: list[int] = []
            for _ in range(2):
                read, write = os.pipe()
                os.set_blocking(read, False)
                stack.callback(os.close, read)
                ends += [read, write]
            nothing = os.open(os.devnull, os.O_RDONLY)
            kills = self._place.oom_kills()
            birth = self._place.birth(command, env, self._uid, self._caps)
            started = time.monotonic()
            try:
                self._born = spawn(birth, nothing, ends[1], ends[3])
                self._place.leader = self._born.pid
            finally:
                for descriptor in (nothing, ends[1], ends[3]):
                    os.close(descriptor)
            self._outcome.phases["spawn"] = time.monotonic() - started
            pipes = {ends[0]: self._out, ends[2]: self._err}
            if self._born.why_not:
                self._err.feed(f"{self._born.why_not}\n".encode())
            self._watch(pipes, started)
            self._outcome.wall = time.monotonic() - started
            self._kill_all()
            self._hear()
            self._drain_rest(pipes)
            self._oom_kills = self._place.oom_kills() - kills
            self._judge()

    def _watch(self, pipes: dict[int, Capture], started: float) -> None:
        """Until the program has ended, or must be ended. Raises `StageFailure` on too slow a machine."""
        withheld = Withheld(started)
        with selectors.DefaultSelector() as selector:
            for descriptor, capture in pipes.items():
                selector.register(descriptor, selectors.EVENT_READ, capture)
            selector.register(self._wakeup, selectors.EVENT_READ)
            selector.register(self._control, selectors.EVENT_READ)
            if self._born.news is not None:
                selector.register(self._born.news, selectors.EVENT_READ)
            self._reap()
            while self._status is None and not self._killed:
                rest = self._rest(withheld, started)
                for key, _ in selector.select(max(0.0, min(rest, POLL_SECONDS))):
                    if key.fileobj is self._wakeup:
                        self._wakeup.recv(4096)
                    elif key.fileobj is self._control:
                        self._expect_silence()
                    elif key.fileobj is self._born.news:
                        self._hear()
                    elif not _read_some(key.fd, key.data):
                        selector.unregister(key.fd)
                self._reap()
                if self._budget.passed:
                    self._killed = "too_much_output"
                elif self._status is None and rest <= 0:
                    self._killed = "out_of_time"
                elif self._status is None:
                    self._killed = self._place.over(self._caps)

    def _rest(self, withheld: Withheld, started: float) -> float:
        """Seconds that the program may still take."""

        def tasks() -> Tasks:
            return tasks_of(self._place.running())

        wall = self._caps.wall
        withheld.look(tasks)
        passed = time.monotonic() - started
        if passed - withheld.seconds >= wall:
            withheld.look(tasks, now=True)
        self._outcome.withheld = withheld.seconds
        if passed >= MOST * wall and passed - withheld.seconds < wall:
            raise StageFailure(
                f"this machine was too busy, or stood still: of {passed:.0f} s it let the program run for "
                f"{passed - withheld.seconds:.0f} s; fewer `--jobs` may help"
            )
        return wall + withheld.seconds - passed

    def _expect_silence(self) -> None:
        """During a trial the host says nothing; readable means that it is gone or wants out."""
        raise HostGone

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._outcome.cpu += usage.ru_utime + usage.ru_stime
            if pid == self._born.pid:
                self._status = status

    def _hear(self) -> None:
        """Take the news of a process that another waited for, once."""
        if self._born.read_news is not None and self._status is None:
            self._status, cpu = self._born.read_news()
            self._outcome.cpu += cpu

    def _kill_all(self) -> None:
        """SIGKILL until nothing of the trial lives, or patience ends and the wipe will say so."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self._reap()
            alive = self._place.alive()
            if not alive or time.monotonic() > deadline:
                return
            self._place.kill(self._uid, alive)
            time.sleep(0.001)

    def _drain_rest(self, pipes: dict[int, Capture]) -> None:
        """What still stands in the pipes; every writer is dead, so it is little and it ends."""
        for descriptor, capture in pipes.items():
            with contextlib.suppress(BlockingIOError):
                while _read_some(descriptor, capture, wait=True):
                    pass

    def _judge(self) -> None:
        outcome, status = self._outcome, self._status
        if self._born.why_not:
            outcome.ended = "not_started"
            return
        if status is not None and os.WIFEXITED(status):
            outcome.exit_code = os.WEXITSTATUS(status)
        elif status is not None:
            outcome.signal = os.WTERMSIG(status)
            outcome.ended = "signalled"
        if self._budget.passed:
            outcome.ended = "too_much_output"
        elif self._killed:
            outcome.ended = self._killed
        elif outcome.signal == signal.SIGKILL and self._oom_kills > 0:
            outcome.ended = "out_of_memory"

    def _wipe(self) -> None:
        self._outcome.dirt = self._place.clean(self._uid)
        if self._oom_kills:
            # The engine says so of this container for good; a later kill from outside would then look
            # like the doing of the program that runs at that time.
            self._outcome.dirt.append("the kernel has killed here for want of memory")
        sweep.reap()


def _read_some(descriptor: int, capture: Capture, *, wait: bool = False) -> bool:
    """Feed one piece; False at the end of the stream."""
    try:
        data = os.read(descriptor, READ_BYTES)
    except BlockingIOError:
        if wait:
            raise
        return True
    capture.feed(data)
    return bool(data)
