"""Trials as `takehome grade` runs them: a session with its gateway, sandboxes, records and store."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.sandbox.floors import Timed
from benchmarks.sandbox.works import exercise, written
from harness.trial.record import TrialKey, TrialRecord, TrialStore
from harness.trial.session import Isolation, SandboxChoice, Session, all_keys

SHADOW = "tiktoken.py"
"""A file with the name of a preloaded module that the works do not import."""


@dataclass
class Run:
    """Some trials one after the other, or several at once."""

    ends: list[float] = field(default_factory=list)
    """When each was finished and kept, in the order of finishing."""
    cpus: list[float] = field(default_factory=list)
    """Seconds of each program, in the same order."""
    ready: float = 0.0
    """Seconds from nothing to the first finished trial: gateway, container, SDKs."""

    def timed(self) -> list[Timed]:
        """Trials that followed one another: from one's end to the next one's end is all it takes."""
        walls = [end - before for before, end in zip(self.ends, self.ends[1:], strict=False)]
        return [Timed(*pair) for pair in zip(walls, self.cpus[1:], strict=True)]

    def rate(self, jobs: int) -> float:
        """Trials a second, once all sandboxes are warm."""
        ends = self.ends[2 * jobs :]
        return (len(ends) - 1) / (ends[-1] - ends[0])


@contextmanager
def running(
    work: str, kind: SandboxChoice, *, jobs: int = 1, isolation: Isolation = "fork", executed: bool = False
) -> Iterator[Runner]:
    """A session and the work. `executed`: so that its trials cannot be forked."""
    begun = time.perf_counter()
    found = exercise()
    with (
        written(work) as folder,
        tempfile.TemporaryDirectory(prefix="th-bench-") as out,
        Session(found, found.practice, sandbox=kind, jobs=jobs, isolation=isolation) as session,
    ):
        if executed:
            (folder / SHADOW).write_text("")
        store = TrialStore(Path(out) / "trials.jsonl.gz", session.store_key("0" * 64))
        yield Runner(session, folder, store, begun)


@dataclass
class Runner:
    """Runs trials in an open session and says when each was finished."""

    session: Session
    folder: Path
    store: TrialStore
    begun: float

    def run(self, count: int) -> Run:
        """`count` trials that all end well."""
        run = Run()

        def finished(record: TrialRecord, number: int, total: int) -> None:
            del number, total
            run.ends.append(time.perf_counter())
            run.cpus.append(record.process.cpu_seconds or 0.0)
            if record.process.exit_code != 0:
                raise RuntimeError(f"a trial ended badly: {record.process}")

        self.session.run(self.folder, self._keys(count), self.store, progress=finished)
        run.ready = run.ends[0] - self.begun
        return run

    def _keys(self, count: int) -> list[TrialKey]:
        ids = [scenario.id for scenario in self.session.assessment.bank]
        return all_keys(ids, -(-count // len(ids)))[:count]
