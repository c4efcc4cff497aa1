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
class Work:
    """The keys still to run, shared by the workers."""

    waiting: deque[TrialKey]
    total: int
    store: TrialStore
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

    def next(self) -> TrialKey | None:
        """The next key, `None` when there is none or the run was stopped."""
        with self.lock:
            return self.waiting.popleft() if self.waiting and not self.stopped else None

    def keep(self, record: TrialRecord) -> None:
        """Store a finished trial and tell who listens."""
        self.store.add(record)
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
    """Run the keys that the store lacks; return the records of all keys, in the order given.

    `done_with` is given every sandbox that still works at the end; others are closed.

    The environment is given up on when `patience` different trials in a row could not be run. Fewer
    are left out of the records and the store, so that the same call tries them again. A trial in which
    the whole machine stood still (see `Heartbeat`) is run again without counting as a try.

    Raises the first worker's error after all workers have stopped. Ctrl-C abandons the trials in
    flight and raises `KeyboardInterrupt`; finished ones are in the store either way.
    """
    missing = deque(key for key in dict.fromkeys(keys) if key not in store)
    total = len(dict.fromkeys(keys))
    work = Work(missing, total, store, progress, finished=total - len(missing), patience=patience)
    work.heartbeat = heartbeat or work.heartbeat
    crew = [
        threading.Thread(
            target=_worker, args=(one, work, open_sandbox, done_with), name=f"trial-{number}", daemon=True
        )
        for number in range(min(jobs, len(missing)))
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
    store.sync()
    return store.kept(keys)


def _worker(one: OneTrial, work: Work, open_sandbox: Callable[[], Sandbox], done_with: DoneWith) -> None:
    crewman = _Crewman(one, work, open_sandbox)
    try:
        while (key := work.next()) is not None:
            record = crewman.run(key)
            if record is not None:
                work.keep(record)
        crewman.hand_back(done_with)
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

    def __init__(self, one: OneTrial, work: Work, open_sandbox: Callable[[], Sandbox]) -> None:
        self._one = one
        self._work = work
        self._open = open_sandbox
        self._sandbox: Sandbox | None = None

    def run(self, key: TrialKey) -> TrialRecord | None:
        """The trial's record, `None` when it is lost. Raises what it is given up for."""
        work = self._work
        failures = stills = 0
        while True:
            begun = work.heartbeat.now()
            try:
                self._sandbox = self._sandbox or work.opened(self._open())
                record = self._one(self._sandbox, key)
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

    def hand_back(self, done_with: DoneWith) -> None:
        """Give the sandbox, which still works, to who keeps such."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            done_with(sandbox)

    def close(self) -> None:
        """Close the sandbox; the next trial gets another."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            sandbox.close()
