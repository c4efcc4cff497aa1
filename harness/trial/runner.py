"""Runs many trials at once, each in a sandbox of its own, and keeps every one that finishes.

Workers are threads: each holds one sandbox and takes the next key. A failure of the environment is
tried once more in a fresh sandbox. A second one loses that trial, which a program could provoke; so
many lost in a row as `patience` says stop the run with what was finished kept.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from harness.errors import EnvironmentFailure
from harness.sandbox.base import Sandbox
from harness.trial.record import TrialKey, TrialRecord, TrialStore

Progress = Callable[[TrialRecord, int, int], None]
"""Called with a finished trial, how many are finished, and how many were asked for."""

OneTrial = Callable[[Sandbox, TrialKey], TrialRecord]
"""Runs one trial in a sandbox. Raises `EnvironmentFailure` when it could not be run."""

TRIES = 2
"""How often a trial is begun before the environment is given up on."""


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
    patience: int = 1
    lost: int = 0
    """Trials lost since the last one that was run."""

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
    jobs: int,
    progress: Progress | None = None,
    patience: int = 1,
) -> list[TrialRecord]:
    """Run the keys that the store lacks; return the records of all keys, in the order given.

    The environment is given up on when `patience` different trials in a row could not be run. Fewer
    are left out of the records and the store, so that the same call tries them again.

    Raises the first worker's error after all workers have stopped. Ctrl-C abandons the trials in
    flight and raises `KeyboardInterrupt`; finished ones are in the store either way.
    """
    missing = deque(key for key in dict.fromkeys(keys) if key not in store)
    total = len(dict.fromkeys(keys))
    work = Work(missing, total, store, progress, finished=total - len(missing), patience=patience)
    crew = [
        threading.Thread(target=_worker, args=(one, work, open_sandbox), name=f"trial-{number}", daemon=True)
        for number in range(min(jobs, len(missing)))
    ]
    for worker in crew:
        worker.start()
    try:
        for worker in crew:
            while worker.is_alive():
                worker.join(timeout=0.2)
    except KeyboardInterrupt:
        work.stopped = True
        raise
    if work.failure is not None:
        raise work.failure
    store.sync()
    return [record for key in keys if (record := store.get(key)) is not None]


def _worker(one: OneTrial, work: Work, open_sandbox: Callable[[], Sandbox]) -> None:
    sandbox: Sandbox | None = None
    try:
        while (key := work.next()) is not None:
            record = None
            for attempt in range(1, TRIES + 1):
                try:
                    sandbox = sandbox or open_sandbox()
                    record = one(sandbox, key)
                    break
                except EnvironmentFailure:
                    if sandbox is not None:
                        sandbox.close()
                        sandbox = None
                    if work.stopped or (attempt == TRIES and not work.lose()):
                        raise
            if record is not None:
                work.keep(record)
    except BaseException as error:
        work.fail(error)
    finally:
        if sandbox is not None:
            sandbox.close()
