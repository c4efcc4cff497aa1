"""Trials as `takehome grade` runs them: a session with its gateway, sandboxes, records and store."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import docker
from docker.errors import DockerException

from benchmarks.rows import Row
from benchmarks.sandbox.floors import Timed
from benchmarks.sandbox.works import exercise, written
from harness.sandbox import leftovers
from harness.sandbox.inside.sweep import processes
from harness.trial.record import TrialKey, TrialRecord, TrialStore
from harness.trial.session import Isolation, SandboxChoice, Session, all_keys

PAGE = os.sysconf("SC_PAGE_SIZE")
SHADOW = "tiktoken.py"
"""A file with the name of a preloaded module that the works do not import."""


@dataclass
class Run:
    """Some trials one after the other, or several at once."""

    records: list[TrialRecord] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    """When each was finished and kept, in the order of finishing."""
    ready: float = 0.0
    """Seconds from nothing to the first finished trial: gateway, container, SDKs."""

    def timed(self) -> list[Timed]:
        """Trials that followed one another: from one's end to the next one's end is all it takes."""
        walls = [end - before for before, end in zip(self.ends, self.ends[1:], strict=False)]
        cpus = [record.process.cpu_seconds or 0.0 for record in self.records[1:]]
        return [Timed(*pair) for pair in zip(walls, cpus, strict=True)]

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

    def run(self, count: int, looks: tuple[int, ...] = ()) -> tuple[Run, dict[int, dict[str, Held]]]:
        """`count` trials that all end well, and what the processes held after so many of them."""
        run = Run()
        held: dict[int, dict[str, Held]] = {}

        def finished(record: TrialRecord, number: int, total: int) -> None:
            del total
            run.ends.append(time.perf_counter())
            run.records.append(record)
            if number in looks:
                held[number] = holdings()

        self.session.run(self.folder, self._keys(count), self.store, progress=finished)
        bad = [record for record in run.records if record.process.exit_code != 0]
        if bad:
            raise RuntimeError(f"a trial ended badly: {bad[0].process}")
        run.ready = run.ends[0] - self.begun
        return run, held

    def _keys(self, count: int) -> list[TrialKey]:
        ids = [scenario.id for scenario in self.session.assessment.bank]
        return all_keys(ids, -(-count // len(ids)))[:count]


@dataclass(frozen=True)
class Held:
    """What processes of one kind hold together."""

    rss_mb: float
    files: int


def holdings() -> dict[str, Held]:
    """By part: the grader (this process), the gateway, and the supervisors with their zygotes."""
    own = os.getpid()
    parents = {pid: parent for pid, parent in processes().items() if pid != own}
    children = [pid for pid, parent in parents.items() if parent == own]
    gateways = [pid for pid in children if "harness.gateway" in _words(pid)]
    supervisors = [pid for pid in children if "--control" in _words(pid)] + _first_processes(own)
    supervisors += [pid for pid, parent in parents.items() if parent in supervisors]
    return {"grader": _held([own]), "gateway": _held(gateways), "supervisor": _held(supervisors)}


def _first_processes(owner: int) -> list[int]:
    """The pids of the containers that the process `owner` made, as this machine counts them."""
    try:
        client = docker.from_env()
        found = client.containers.list(filters={"label": f"{leftovers.PID}={owner}"})
        return [int(one.attrs["State"]["Pid"]) for one in found]
    except DockerException:
        return []


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _held(pids: list[int]) -> Held:
    pages = files = 0
    for pid in pids:
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            files += len(list(Path(f"/proc/{pid}/fd").iterdir()))
        except OSError:
            continue
    return Held(pages * PAGE / 2**20, files)


def growth(kind: SandboxChoice, work: str, last: int) -> list[Row]:
    """Memory and open files after 10 trials and after `last` of them, in one session."""
    with running(work, kind) as runner:
        _, held = runner.run(last, looks=(10, last))
    rows = []
    for count, parts in held.items():
        for part, one in parts.items():
            case = f"growth_{count}"
            rows.append(Row(case, "takehome", f"{part}_rss_mb", round(one.rss_mb, 1), "MB", 1))
            rows.append(Row(case, "takehome", f"{part}_files", one.files, "files", 1))
    return rows
