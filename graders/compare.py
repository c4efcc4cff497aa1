"""Two works of one assessment, draw by draw: both met the same.

Single tasks are compared by how each ended. Trials of many tasks, such as weekends, are no single success or
failure: they stand apart, and their tasks are compared one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path

from graders.grade import Difference, Grade, TrialEnd, read_grade, read_verdicts
from graders.replay import read_replay
from graders.statistics import paired
from graders.statistics.units import Unit
from harness.errors import UsageError
from harness.exercise.spec import Strict

Values = Callable[[TrialEnd], Sequence[float]]
"""Of a trial: one for each of its tasks, or one for all; none where it is not known."""
_SINGLE: tuple[tuple[str, str, Values], ...] = (
    ("success_rate", "share", lambda end: () if end.success is None else (end.success,)),
    ("harm_rate", "share", lambda end: () if end.harm is None else (end.harm,)),
    ("usd_per_task", "usd", lambda end: () if end.ended == "not_run" else (end.usd,)),
)
_MANY: tuple[tuple[str, str, Values], ...] = (
    ("success", "share", lambda end: [part.success for part in end.parts]),
    ("harm", "share", lambda end: [part.harm for part in end.parts]),
    ("recovery", "share", lambda end: [part.success for part in end.parts if part.struck]),
    ("left_to_people", "share", lambda end: [part.left for part in end.parts]),
    ("usd_per_task", "usd", lambda end: (end.usd / len(end.parts),) if end.parts else ()),
)
_NO_STRATUM = "many_tasks"
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
    ends_a, ends_b = (read_verdicts(folder).works.get("submission", ()) for folder in (a, b))
    kinds = _many(ends_a, ends_b)
    warnings = []
    if ours.sandbox.image != theirs.sandbox.image:
        warnings.append("the two ran on different images")
    if ours.rounds != theirs.rounds:
        warnings.append(
            f"{ours.rounds} and {theirs.rounds} rounds: only the trials that both have are compared"
        )
    warnings += [
        f"{len(_of(kind, kinds, ends_a))} trials of many tasks (`{kind}`) stand apart, task by task: "
        "they are no single success or failure"
        for kind in sorted(set(kinds.values()))
    ]
    return Comparison(
        a=ours.submission_digest,
        b=theirs.submission_digest,
        score_a=ours.score.value,
        score_b=theirs.score.value,
        differences=differences(ends_a, ends_b),
        warnings=tuple(warnings),
    )


def differences(ours: Sequence[TrialEnd], theirs: Sequence[TrialEnd]) -> tuple[Difference, ...]:
    """Ours minus theirs over the trials that both have; then each kind of trials of many tasks."""
    kinds = _many(ours, theirs)
    rows = [
        _difference(name, unit, *_pairs(_of("", kinds, ours), _of("", kinds, theirs), values))
        for name, unit, values in _SINGLE
    ]
    rows += [
        _difference(f"{kind}_{name}", unit, *_pairs(_of(kind, kinds, ours), _of(kind, kinds, theirs), values))
        for kind in sorted(set(kinds.values()))
        for name, unit, values in _MANY
    ]
    return tuple(row for row in rows if row is not None)


def _many(*works: Sequence[TrialEnd]) -> dict[str, str]:
    """Scenarios of many tasks, and of which kind they are."""
    return {end.scenario: end.stratum or _NO_STRATUM for ends in works for end in ends if end.parts}


def _of(kind: str, kinds: Mapping[str, str], ends: Sequence[TrialEnd]) -> list[TrialEnd]:
    return [end for end in ends if kinds.get(end.scenario, "") == kind]


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


def _pairs(
    ours: Sequence[TrialEnd], theirs: Sequence[TrialEnd], values: Values
) -> tuple[list[Unit], list[Unit]]:
    """Values of the tasks that both have, replays in order."""
    known = {(end.scenario, end.epoch, end.replay): values(end) for end in theirs}
    left: dict[tuple[str, int], list[float]] = {}
    right: dict[tuple[str, int], list[float]] = {}
    about: dict[str, TrialEnd] = {}
    for end in sorted(ours, key=lambda end: (end.scenario, end.epoch, end.replay)):
        about[end.scenario] = end
        found, other = values(end), known.get((end.scenario, end.epoch, end.replay), ())
        for place, (one, two) in enumerate(zip(found, other, strict=False)):
            left.setdefault((end.scenario, place), []).append(float(one))
            right.setdefault((end.scenario, place), []).append(float(two))

    def units(kept: Mapping[tuple[str, int], list[float]]) -> list[Unit]:
        return [
            Unit(f"{name}:{place}", about[name].family, tuple(each), about[name].weight)
            for (name, place), each in kept.items()
        ]

    return units(left), units(right)


def _difference(id: str, unit: str, ours: list[Unit], theirs: list[Unit]) -> Difference | None:
    """A paired difference as it stands in a file: what is not finite is `None`."""
    if not ours:
        return None
    found = paired.difference(paired.pair(ours, theirs), binary=unit == "share")
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
