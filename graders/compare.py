"""Two grades of one assessment, scenario by scenario: both works met the same draws.

Single tasks are compared by how each ended. Trials of many tasks, such as weekends, are no single success or
failure: they are compared apart, by the shares of their tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from statistics import fmean

from graders.grade import Difference, Grade, TrialEnd, read_grade, read_verdicts
from graders.replay import read_replay
from graders.statistics import paired
from graders.statistics.units import Unit
from harness.errors import UsageError
from harness.exercise.spec import Strict

Value = Callable[[TrialEnd], float | None]
_VALUES: tuple[tuple[str, str, Value], ...] = (
    ("success_rate", "share", lambda end: None if end.success is None else float(end.success)),
    ("harm_rate", "share", lambda end: None if end.harm is None else float(end.harm)),
    ("usd_per_task", "usd", lambda end: end.usd),
)
_OF_TASKS: tuple[tuple[str, str, Value], ...] = (
    ("success_share", "share", lambda end: fmean(p.success for p in end.parts) if end.parts else None),
    ("harm_share", "share", lambda end: fmean(p.harm for p in end.parts) if end.parts else None),
    ("left_share", "share", lambda end: fmean(p.left for p in end.parts) if end.parts else None),
    ("usd_per_task", "usd", lambda end: end.usd / len(end.parts) if end.parts else None),
)
_MANY = "many_tasks"
"""What scenarios of many tasks are called that have no stratum."""


class Comparison(Strict):
    """What distinguishes work A from work B."""

    a: str
    b: str
    """Digests of the submissions."""
    score_a: float | None
    score_b: float | None
    differences: tuple[Difference, ...]
    """A minus B."""
    warnings: tuple[str, ...] = ()


def compare(a: Path, b: Path) -> Comparison:
    """Compare two grades' folders. Raises `UsageError` when they did not meet the same trials."""
    ours, theirs = read_grade(a), read_grade(b)
    _check(ours, theirs, a, b)
    ends_a = read_verdicts(a).works.get("submission", ())
    ends_b = read_verdicts(b).works.get("submission", ())
    kinds = {end.scenario: end.stratum or _MANY for end in (*ends_a, *ends_b) if end.parts}

    def of(kind: str) -> tuple[list[TrialEnd], list[TrialEnd]]:
        one, other = ([e for e in ends if kinds.get(e.scenario, "") == kind] for ends in (ends_a, ends_b))
        return one, other

    differences = [
        _difference(id, unit, *_pairs(*of(""), value), binary=unit == "share") for id, unit, value in _VALUES
    ]
    many = sorted(set(kinds.values()))
    differences += [
        _difference(f"{kind}_{id}", unit, *_pairs(*of(kind), value), binary=False)
        for kind in many
        for id, unit, value in _OF_TASKS
    ]
    warnings = []
    if ours.sandbox.image != theirs.sandbox.image:
        warnings.append("the two ran on different images")
    if ours.rounds != theirs.rounds:
        warnings.append(
            f"{ours.rounds} and {theirs.rounds} rounds: only the trials that both have are compared"
        )
    warnings += [
        f"{len(of(kind)[0])} trials of many tasks (`{kind}`) stand apart, by the shares of their tasks: "
        "they are no single success or failure"
        for kind in many
    ]
    return Comparison(
        a=ours.submission_digest,
        b=theirs.submission_digest,
        score_a=ours.score.value,
        score_b=theirs.score.value,
        differences=tuple(row for row in differences if row is not None),
        warnings=tuple(warnings),
    )


def _check(ours: Grade, theirs: Grade, a: Path, b: Path) -> None:
    ran, ran_too = read_replay(a), read_replay(b)
    for what, left, right in (
        ("exercise", ran.exercise_digest, ran_too.exercise_digest),
        ("judge", ours.versions.exercise, theirs.versions.exercise),
        ("assessment", ours.versions.assessment, theirs.versions.assessment),
        ("simulated model", ours.versions.simulator, theirs.versions.simulator),
        ("seed epoch", str(ours.seed_epoch), str(theirs.seed_epoch)),
    ):
        if left != right:
            raise UsageError(
                f"`{a}` and `{b}` were made with another {what}: their trials are not pairs",
                hint="grade both submissions under one assessment with the same --seed-epoch",
            )


def _pairs(a: Sequence[TrialEnd], b: Sequence[TrialEnd], value: Value) -> tuple[list[Unit], list[Unit]]:
    """Values of the trials that both have, by scenario."""
    known = {(end.scenario, end.replay, end.epoch): found for end in b if (found := value(end)) is not None}
    left: dict[str, list[float]] = {}
    right: dict[str, list[float]] = {}
    about: dict[str, TrialEnd] = {}
    for end in sorted(a, key=lambda end: (end.scenario, end.epoch, end.replay)):
        found, other = value(end), known.get((end.scenario, end.replay, end.epoch))
        if found is None or other is None:
            continue
        about[end.scenario] = end
        left.setdefault(end.scenario, []).append(found)
        right.setdefault(end.scenario, []).append(other)

    def units(values: dict[str, list[float]]) -> list[Unit]:
        return [
            Unit(id, about[id].family, tuple(kept), about[id].weight, about[id].stratum)
            for id, kept in values.items()
        ]

    return units(left), units(right)


def _difference(
    id: str, unit: str, ours: list[Unit], theirs: list[Unit], *, binary: bool
) -> Difference | None:
    return row(id, unit, paired.difference(paired.pair(ours, theirs), binary=binary)) if ours else None


def row(id: str, unit: str, found: paired.Difference) -> Difference:
    """A paired difference as it stands in a file: what is not finite is `None`."""
    return Difference(
        id=id,
        unit=unit,
        value=found.value,
        low=found.low if isfinite(found.low) else None,
        high=found.high if isfinite(found.high) else None,
        pairs=found.pairs,
        clusters=found.clusters,
        detectable=found.detectable if isfinite(found.detectable) else None,
        gained=min(1.0, found.gained),
        lost=min(1.0, found.lost),
        distinguishable=found.distinguishable,
    )
