from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

import pytest

from harness.exercise.registry import Exercise, find_exercise
from harness.gateway.admin_api import Charge, GatewayRecord
from harness.sandbox.target import here
from harness.trial.record import Process, StoreKey, TrialKey, TrialRecord, TrialStore
from harness.trial.session import Part
from harness.workspace import git
from harness.workspace.folder import Workspace
from harness.workspace.journal import START, Journal
from harness.workspace.practice import Progress
from harness.workspace.start import start
from harness.workspace.submission import Meta

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"


@pytest.fixture
def exercise() -> Exercise:
    return find_exercise(str(TINY))


@pytest.fixture
def workspace(exercise: Exercise, tmp_path: Path) -> Workspace:
    return start(exercise, str(TINY), tmp_path / "space")


@pytest.fixture
def clock() -> Callable[[], str]:
    def ticks() -> Iterator[str]:
        for second in range(10_000):
            yield f"2026-11-23T09:{second // 60:02}:{second % 60:02}.000Z"

    source = ticks()
    return lambda: next(source)


@pytest.fixture
def journal(tmp_path: Path, clock: Callable[[], str]) -> Journal:
    return Journal(tmp_path / "journal.jsonl", now=clock)


@pytest.fixture
def meta() -> Meta:
    return Meta(
        exercise="tiny",
        exercise_version="1.0.0",
        exercise_digest="1" * 64,
        work="2" * 64,
        commit="3" * 40,
        uncommitted=False,
        journal="4" * 64,
        journal_head=START,
        journal_events=0,
        harness="0.1.0",
        python="3.11.0",
        created="2026-11-23T09:00:00.000Z",
    )


@pytest.fixture
def a_patch(workspace: Workspace) -> str:
    """A diff that adds a comment at the top of the starter's `main.py`; the tree is left as it was."""
    path = workspace.root / "main.py"
    before = path.read_text()
    path.write_text("# a change\n" + before)
    text = git.diff(workspace.root, "HEAD", ["main.py"])
    path.write_text(before)
    return text


class FakeRunner:
    """Runs nothing: the work's `p.txt` says how often it fails, the key says with what luck."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.ran: list[TrialKey] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    sandbox_kind = "process"
    target = here()

    def store_key(self, submission_digest: str, packages: str = "") -> StoreKey:
        return StoreKey(
            exercise=self.exercise.digest,
            simulator="f",
            assessment="a",
            submission=submission_digest,
            image="i",
            packages=packages,
        )

    def run(
        self, work: Path, keys: Sequence[TrialKey], store: TrialStore, *, progress: Progress | None = None
    ) -> list[TrialRecord]:
        path = work / "p.txt"
        p = float(path.read_text()) if path.exists() else 0.5
        for key in keys:
            if key not in store:
                self.ran.append(key)
                store.add(self.record(key, p))
        found = [store.get(key) for key in keys]
        return [record for record in found if record is not None]

    def run_together(
        self, parts: Sequence[Part], *, progress: Progress | None = None
    ) -> list[list[TrialRecord]]:
        return [self.run(*part, progress=progress) for part in parts]

    def record(self, key: TrialKey, p: float) -> TrialRecord:
        scenario = self.exercise.bank[key.scenario]
        fails = random.Random(repr(key)).random() < p
        flags = {} if fails else {scenario.expected["account"]: [scenario.expected["flag"]]}
        return TrialRecord(
            scenario=key.scenario,
            family=scenario.family,
            replay=key.replay,
            epoch=key.epoch,
            gateway=GatewayRecord(
                calls=(), tools=(), end={"flags": flags}, contents={}, charge=Charge(usd=0.01 + p / 100),
                virtual_seconds=1, requests=0, refused=0, simulator="f",
            ),
            process=Process(
                ended="exited", exit_code=0, signal=None, wall_seconds=0.1, cpu_seconds=None,
                stdout="", stderr="", how="exec",
            ),
        )  # fmt: skip


@pytest.fixture
def runner(exercise: Exercise) -> FakeRunner:
    return FakeRunner(exercise)
