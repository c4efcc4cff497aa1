"""Running a work on the practice scenarios, and what the trials say."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Protocol

from harness.errors import GraderError, UsageError
from harness.exercise.parts import Verdict
from harness.exercise.registry import Exercise
from harness.sandbox.target import Target
from harness.trial.guesses import not_understood
from harness.trial.record import StoreKey, TrialKey, TrialRecord, TrialStore
from harness.workspace import wheels
from harness.workspace.folder import Workspace
from harness.workspace.paired import Value, rate_interval

if TYPE_CHECKING:
    from harness.trial.session import Part

MAX_UNCLEAR = 0.02
"""Past this share of calls not understood, a graded trial is not measured."""

Progress = Callable[[TrialRecord, int, int], None]


class Runner(Protocol):
    """What runs trials: a `harness.trial.session.Session`."""

    def run(
        self,
        work: Path,
        keys: Sequence[TrialKey],
        store: TrialStore,
        *,
        progress: Progress | None = None,
    ) -> Sequence[TrialRecord]:
        """Run the keys that the store lacks; the records of all, in order."""

    def run_together(
        self, parts: Sequence[Part], *, progress: Progress | None = None
    ) -> Sequence[Sequence[TrialRecord]]:
        """The same for several works at once."""

    @property
    def sandbox_kind(self) -> str:
        """`docker` or `process`."""

    @property
    def target(self) -> Target:
        """What the wheels of own packages must fit."""

    def store_key(self, submission_digest: str, packages: str = "") -> StoreKey:
        """What a store of that work's trials, with those own packages, bears."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A trial with its verdict."""

    record: TrialRecord
    verdict: Verdict
    unclear: int
    """Calls that the simulated model did not understand."""

    @property
    def name(self) -> str:
        """How `takehome trace` is told which trial: scenario and replay."""
        return f"{self.record.scenario}:{self.record.replay}"

    @property
    def usd(self) -> float:
        """What the trial spent on models."""
        return self.record.gateway.charge.usd


def keys(exercise: Exercise, trials: int, only: Sequence[str] = (), *, first: int = 0) -> list[TrialKey]:
    """Round by round: each scenario, `trials` times, from replay `first`. `only`: ids or families.

    Scenarios of many tasks are long and a matter of their own: they run only where they are named.

    Raises `UsageError` for a name that is neither.
    """
    bank = exercise.bank
    known = {name for scenario in bank for name in (scenario.id, scenario.family)}
    for name in only:
        if name not in known:
            raise UsageError(
                f"there is no practice scenario or family `{name}`",
                hint="families: " + ", ".join(f"`{family}`" for family in bank.families),
            )
    chosen = [s.id for s in bank if (s.id in only or s.family in only if only else s.tasks == 1)]
    return [TrialKey(id, replay, 0) for replay in range(first, first + trials) for id in chosen]


def glance(exercise: Exercise, only: Sequence[str] = (), *, first: int = 0) -> list[TrialKey]:
    """The first few trials of the first round: a short scenario of each family, for first numbers soon.

    Empty when that would be most of the round.
    """
    whole = keys(exercise, 1, only, first=first)
    shortest = min(exercise.bank[key.scenario].tasks for key in whole)
    short = [key for key in whole if exercise.bank[key.scenario].tasks == shortest]
    by_family = {exercise.bank[key.scenario].family: key for key in reversed(short)}
    few = [key for key in short if key in by_family.values()]
    return few if 2 * len(few) <= len(whole) else []


def open_store(workspace: Workspace, runner: Runner, digest: str, work: Path) -> TrialStore:
    """The trials of a work: one store for each (work, exercise, image), so that no two ever mix.

    Its own packages are locked and fetched first. Raises what `wheels.for_practice` raises.
    """
    python, keep = workspace.exercise.spec.python, workspace.home / "locks"
    key = runner.store_key(digest, wheels.for_practice(work, runner, python=python, keep=keep))
    return TrialStore(store_path(workspace, digest, key), key)


def store_path(workspace: Workspace, digest: str, key: StoreKey) -> Path:
    """Where the trials of a work lie."""
    from hashlib import sha256

    other = sha256(key.model_dump_json().encode()).hexdigest()
    return workspace.home / "runs" / f"{digest[:16]}-{other[:8]}" / "trials.jsonl.gz"


def newest_store(workspace: Workspace, digest: str | None = None) -> Path | None:
    """The store that was written or asked for last, of one work if `digest` is given."""
    found = (workspace.home / "runs").glob(f"{digest[:16] if digest else '*'}*/trials.jsonl.gz")
    return max(found, key=lambda path: (path.stat().st_mtime_ns, str(path)), default=None)


def make_newest(workspace: Workspace, store: TrialStore) -> None:
    """What was just asked for is the newest, even where every trial was known and nothing was written."""
    newest = newest_store(workspace)
    at = max(time.time_ns(), newest.stat().st_mtime_ns + 1 if newest else 0)
    os.utime(store.path, ns=(at, at))


def judge(exercise: Exercise, records: Sequence[TrialRecord]) -> list[Judged]:
    """Verdicts by the worlds' end states. Raises `GraderError` when the judge itself fails."""
    judged = []
    for record in records:
        scenario = exercise.bank[record.scenario]
        try:
            verdict = exercise.judge(scenario, record.gateway.end)
        except Exception as error:
            raise GraderError(
                f"the judge of `{exercise.id}` failed on scenario `{record.scenario}`: {error!r}",
                hint="this is a fault of the exercise, not of your work; tell whoever sent it",
            ) from error
        unclear = len(not_understood(record, scenario, exercise.judge))
        judged.append(Judged(record, verdict, unclear))
    return judged


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a family, or all."""

    name: str
    trials: int
    successes: int
    rate: float
    """The mean of scenario means."""
    low: float
    high: float
    harms: int
    usd: float
    """Mean per trial."""
    calls: int
    unclear: int
    labels: tuple[tuple[str, int], ...]
    """Failures by label, commonest first."""
    unmeasured: int
    """Trials that a grade would not measure: too many calls not understood."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "name": self.name,
            "trials": self.trials,
            "successes": self.successes,
            "success_rate": {"value": self.rate, "low": self.low, "high": self.high},
            "harms": self.harms,
            "usd_per_task": self.usd,
            "simulator": {"calls": self.calls, "not_understood": self.unclear},
            "labels": dict(self.labels),
            "not_measured": self.unmeasured,
        }


def row(name: str, judged: Sequence[Judged]) -> Row:
    """Sum up some trials. Raises `ValueError` for none."""
    values = measure(judged, "failure_rate")
    low, high = rate_interval(values)
    by_scenario: dict[str, list[float]] = {}
    for value in values:
        by_scenario.setdefault(value.scenario, []).append(value.value)
    failing = Counter(item.verdict.label for item in judged if not item.verdict.success)
    return Row(
        name=name,
        trials=len(judged),
        successes=sum(item.verdict.success for item in judged),
        rate=1 - fmean(fmean(found) for found in by_scenario.values()),
        low=1 - high,
        high=1 - low,
        harms=sum(item.verdict.harm for item in judged),
        usd=fmean(item.usd for item in judged),
        calls=sum(len(item.record.gateway.calls) for item in judged),
        unclear=sum(item.unclear for item in judged),
        labels=tuple(sorted(failing.items(), key=lambda pair: (-pair[1], pair[0]))),
        unmeasured=sum(item.unclear > MAX_UNCLEAR * len(item.record.gateway.calls) for item in judged),
    )


def table(judged: Sequence[Judged]) -> tuple[list[Row], Row]:
    """A row for each family, in order of first appearance, and one for all."""
    families = dict.fromkeys(item.record.family for item in judged)
    rows = [row(name, [item for item in judged if item.record.family == name]) for name in families]
    return rows, row("all", judged)


def measure(judged: Sequence[Judged], metric: str) -> list[Value]:
    """One number a trial: `failure_rate` and `harm_rate` as 0 or 1, `usd_per_task` in dollars."""

    def value(item: Judged) -> float:
        if metric == "usd_per_task":
            return item.usd
        return float(item.verdict.harm if metric == "harm_rate" else not item.verdict.success)

    return [Value(item.record.scenario, item.record.family, value(item)) for item in judged]
