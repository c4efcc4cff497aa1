"""Runs many trials at once, each in a sandbox of its own, and keeps every one that finishes.

Workers are threads: each holds one sandbox and takes the next key. A failure of the environment is
tried once more in a fresh sandbox. A second one loses that trial, which a program could provoke; so
many lost in a row as `patience` says stop the run with what was finished kept.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from operator import methodcaller

from harness.errors import EnvironmentFailure
from harness.sandbox.base import Sandbox
from harness.trial.heartbeat import BEAT_SECONDS, Heartbeat
from harness.trial.record import Kept, TrialKey, TrialRecord, TrialStore

Progress = Callable[[TrialRecord, int, int], None]
"""Called with a finished trial, how many are finished, and how many were asked for."""

OneTrial = Callable[[Sandbox, TrialKey], TrialRecord]
"""Runs one trial in a sandbox. Raises `EnvironmentFailure` when it could not be run."""

DoneWith = Callable[[Sandbox], None]
"""Takes a sandbox that a run needs no longer."""

TRIES = 2
"""How often a trial is begun before the environment is given up on."""

STAND_STILLS = 5
"""How often, besides, a trial is begun again because the machine stood still in it."""


@dataclass
class Side:
    """The trials of one work in a run."""

    one: OneTrial
    keys: Sequence[TrialKey]
    store: TrialStore
    open_sandbox: Callable[[], Sandbox]
    done_with: DoneWith = methodcaller("close")
    """Given every sandbox that still works at the end; others are closed."""
    waiting: deque[TrialKey] = field(init=False)
    total: int = field(init=False)

    def __post_init__(self) -> None:
        """Keys that the store has are finished already."""
        keys = dict.fromkeys(self.keys)
        self.waiting = deque(key for key in keys if key not in self.store)
        self.total = len(keys)


@dataclass
class Work:
    """What the workers share."""

    total: int
    progress: Progress | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    finished: int = 0
    failure: BaseException | None = None
    stopped: bool = False
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    patience: int = 1
    lost: int = 0
    """Trials lost since the last one that was run."""
    sandboxes: list[Sandbox] = field(default_factory=list)
    """All that were opened, closed ones too."""

    def next(self, side: Side) -> TrialKey | None:
        """The side's next key, `None` when there is none or the run was stopped."""
        with self.lock:
            return side.waiting.popleft() if side.waiting and not self.stopped else None

    def keep(self, side: Side, record: TrialRecord) -> None:
        """Store a finished trial and tell who listens."""
        side.store.add(record)
        with self.lock:
            self.lost = 0
            self.finished += 1
            if self.progress is not None:
                self.progress(record, self.finished, self.total)

    def lose(self) -> bool:
        """Count a trial that could not be run; whether to go on without it."""
        with self.lock:
            self.lost += 1
            return self.lost < self.patience and not self.stopped

    def opened(self, sandbox: Sandbox) -> Sandbox:
        """Remember a sandbox, so that its trial can be abandoned."""
        with self.lock:
            self.sandboxes.append(sandbox)
        return sandbox

    def abandon(self) -> None:
        """Let no trial begin, and end those in flight: their workers wake and close what they hold."""
        with self.lock:
            self.stopped = True
            opened = list(self.sandboxes)
        for sandbox in opened:
            # What cannot be closed from here its worker will tell.
            with suppress(Exception):
                sandbox.close()

    def fail(self, error: BaseException) -> None:
        """Remember the first failure and let no worker begin another trial."""
        with self.lock:
            self.stopped = True
            self.failure = self.failure or error


def run_trials(
    one: OneTrial,
    keys: Sequence[TrialKey],
    store: TrialStore,
    *,
    open_sandbox: Callable[[], Sandbox],
    done_with: DoneWith = methodcaller("close"),
    jobs: int,
    progress: Progress | None = None,
    patience: int = 1,
    heartbeat: Heartbeat | None = None,
) -> Kept:
    """Run the keys of one work that the store lacks; see `run_sides`."""
    side = Side(one, keys, store, open_sandbox, done_with)
    return run_sides([side], jobs=jobs, progress=progress, patience=patience, heartbeat=heartbeat)[0]


def run_sides(
    sides: Sequence[Side],
    *,
    jobs: int,
    progress: Progress | None = None,
    patience: int = 1,
    heartbeat: Heartbeat | None = None,
) -> list[Kept]:
    """Run the keys that the stores lack, all sides at once; their records, in the order given.

    Each worker keeps to its side, so that two works need no more sandboxes than one. With fewer jobs
    than sides a worker takes one side after the other.

    The environment is given up on when `patience` different trials in a row could not be run. Fewer
    are left out of the records and the store, so that the same call tries them again. A trial in which
    the whole machine stood still (see `Heartbeat`) is run again without counting as a try.

    Raises the first worker's error after all workers have stopped. Ctrl-C abandons the trials in
    flight and raises `KeyboardInterrupt`; finished ones are in the store either way.
    """
    total, missing = sum(side.total for side in sides), sum(len(side.waiting) for side in sides)
    work = Work(total, progress, finished=total - missing, patience=patience)
    work.heartbeat = heartbeat or work.heartbeat
    crew = [
        threading.Thread(target=_worker, args=(shift, work), name=f"trial-{number}", daemon=True)
        for number, shift in enumerate(_shifts([side for side in sides if side.waiting], jobs))
    ]
    for worker in crew:
        worker.start()
    try:
        for worker in crew:
            while worker.is_alive():
                worker.join(timeout=BEAT_SECONDS)
                work.heartbeat.beat()
    except KeyboardInterrupt:
        work.abandon()
        # A worker may be making a container just now, which nobody else knows of.
        for worker in crew:
            worker.join()
        raise
    if work.failure is not None:
        raise work.failure
    for side in sides:
        side.store.sync()
    return [side.store.kept(side.keys) for side in sides]


def _shifts(sides: Sequence[Side], jobs: int) -> list[list[Side]]:
    """For each worker the sides that it runs, one after the other; none has more workers than trials."""
    if jobs < len(sides):
        return [list(sides[number::jobs]) for number in range(jobs)]
    crews = [
        [side] * min(len(side.waiting), len(range(at, jobs, len(sides)))) for at, side in enumerate(sides)
    ]
    return [[side] for crew in crews for side in crew]


def _worker(shift: list[Side], work: Work) -> None:
    for side in shift:
        crewman = _Crewman(side, work)
        try:
            while (key := work.next(side)) is not None:
                record = crewman.run(key)
                if record is not None:
                    work.keep(side, record)
            crewman.hand_back()
        except BaseException as error:
            work.fail(error)
        finally:
            try:
                crewman.close()
            except Exception as error:
                # Nobody hears what a thread raises: what could not be removed must not pass for done.
                work.fail(error)


class _Crewman:
    """One worker's sandbox, and how often a trial is tried in it."""

    def __init__(self, side: Side, work: Work) -> None:
        self._side = side
        self._work = work
        self._sandbox: Sandbox | None = None

    def run(self, key: TrialKey) -> TrialRecord | None:
        """The trial's record, `None` when it is lost. Raises what it is given up for."""
        work = self._work
        failures = stills = 0
        while True:
            begun = work.heartbeat.now()
            try:
                self._sandbox = self._sandbox or work.opened(self._side.open_sandbox())
                record = self._side.one(self._sandbox, key)
                work.heartbeat.check(begun)
            except EnvironmentFailure:
                self.close()
                if work.stopped:
                    raise
                # No program brings a machine to a stand-still, so this trial has not had its try.
                if work.heartbeat.still(begun) and stills < STAND_STILLS:
                    stills += 1
                    continue
                failures += 1
                if failures < TRIES:
                    continue
                if work.lose():
                    return None
                raise
            return record

    def hand_back(self) -> None:
        """Give the sandbox, which still works, to who keeps such."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            self._side.done_with(sandbox)

    def close(self) -> None:
        """Close the sandbox; the next trial gets another."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            sandbox.close()
