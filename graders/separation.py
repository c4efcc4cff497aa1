"""An exercise's signal report: whether its scores separate works of known quality. Pure.

What a panel shows is the separation of the instrument, not yet of people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from statistics import median
from typing import Literal

import numpy as np

from graders.grade import Band, TrialEnd
from graders.measure.measurement import Finite
from graders.statistics import effect, rank, reliability, sem
from graders.statistics.paired import difference
from graders.statistics.proportion import clopper_pearson
from graders.statistics.units import Unit
from graders.vault_files import MemberRole
from harness.exercise.spec import Strict

TRUTH = "by their scores on other seeds of the same bank, whose favours count as quality"
SHARED = "interval as if members were independent: they share changes and seeds"


class Figure(Strict):
    """One figure of the report. `met` is `None` where it is unknown."""

    id: str
    value: Finite | None
    low: Finite | None = None
    high: Finite | None = None
    target: str
    met: bool | None
    detail: str = ""


class PanelRow(Strict):
    """One member of the panel."""

    id: str
    level: str
    role: MemberRole
    score: Finite | None
    sem_replay: Finite | None
    again: Finite | None
    """The score on other seeds."""
    findings: tuple[str, ...] = ()


class Signal(Strict):
    """`signal.json`."""

    format: Literal[1] = 1
    exercise: str
    assessment: str
    cut: Finite
    figures: tuple[Figure, ...]
    panel: tuple[PanelRow, ...]
    remarks: tuple[str, ...] = ()
    """What a reader must know of these figures, such as that they were measured with an older simulator."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A member as two gradings with different seeds saw it."""

    id: str
    level: int
    role: MemberRole
    expert: bool
    pair: str | None
    score: float | None
    sem_replay: float | None
    sem_general: float | None
    said: Band
    p_same: float | None
    """How likely the first grading said that another says the same."""
    again: float | None
    """The second grading's score: measured quality, independent of the first but for the bank."""
    sem_again: float | None
    """The second grading's `sem_replay`."""
    said_again: Band
    ends: Sequence[TrialEnd]
    ends_again: Sequence[TrialEnd]
    findings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """Names of what it is composed of; others have them too."""
    reruns: tuple[bool, ...] = ()
    """Of each trial that was run twice on the same seeds: whether both came to the same."""


def figures(members: Sequence[Standing], bar: float) -> list[Figure]:
    """All figures that a panel can give; the others stand as unknown.

    Starter and reference make the scale and are not counted on it, nor are cheats and works that do nothing.
    """
    ranked = [m for m in members if m.role == "panel" and m.score is not None]
    return [
        _auc(ranked, bar),
        _order(ranked),
        _gap(ranked),
        _phi(ranked),
        _share("same_decision", [m.said == m.said_again for m in ranked], "≥ 0.90", lambda p: p >= 0.9),
        _as_printed(ranked),
        _errors(ranked),
        _share("refer_share", [m.said == "refer" for m in ranked], "≤ 0.30", lambda p: p <= 0.3),
        _cheats(members),
        _extreme("null_score", [m for m in members if m.role == "null"], "≤ 10", max, lambda v: v <= 10),
        _extreme("expert_score", [m for m in members if m.expert], "≥ 85", min, lambda v: v >= 85),
        _share("ends", [_at_an_end(m) for m in ranked], "≤ 0.10", lambda p: p <= 0.1),
        _item_rest(ranked),
        _share("aa", [_told_apart(m) for m in ranked], "≤ 0.05", lambda p: p <= 0.05),
        _deterministic(members),
        _unknown("ai_floor", "≥ 0.80", "no unaided coding agents have been graded"),
        _unknown("predictive_validity", "70 outcomes", "no outcomes of hires are known"),
    ]


def _unknown(id: str, target: str, why: str) -> Figure:
    return Figure(id=id, value=None, target=target, met=None, detail=why)


def _auc(members: Sequence[Standing], bar: float) -> Figure:
    """Sides by the second grading's score, so that no work is judged by the luck it is sorted by."""
    above = [m.score for m in members if m.score is not None and m.again is not None and m.again >= bar]
    below = [m.score for m in members if m.score is not None and m.again is not None and m.again < bar]
    if not above or not below:
        return _unknown("auc", "≥ 0.95", f"{len(above)} members stand above the bar, {len(below)} below")
    found = rank.auc_interval(above, below)
    detail = f"{len(above)} above, {len(below)} below the bar, {TRUTH}; {SHARED}"
    return Figure(
        id="auc",
        value=found.value,
        low=found.low,
        high=found.high,
        target="≥ 0.95",
        met=found.value >= 0.95,
        detail=detail,
    )


def _order(members: Sequence[Standing]) -> Figure:
    known = [m for m in members if m.again is not None]
    if len({m.again for m in known}) < 3:
        return _unknown("order", "≥ 0.85", "fewer than three members differ in quality")
    found = rank.order(
        [m.score or 0.0 for m in known],
        [m.again or 0.0 for m in known],
        [m.changes or (m.id,) for m in known],
    )
    parts = "change, with all that have it," if any(m.changes for m in known) else "member"
    return Figure(
        id="order", value=found.value, low=found.low, high=found.high, target="≥ 0.85",
        met=found.value >= 0.85,
        detail=f"{len(known)} members, {TRUTH}; interval by leaving out one {parts} at a time; "
        f"{found.least:.2f} without `{found.without}`",
    )  # fmt: skip


def _gap(members: Sequence[Standing]) -> Figure:
    levels: dict[int, list[float]] = defaultdict(list)
    for member in members:
        levels[member.level].append(member.score or 0.0)
    names = sorted(levels)
    found = {
        f"{low}–{high}": gap
        for low, high in pairwise(names)
        if (gap := effect.hedges(levels[high], levels[low])) is not None
    }
    if not found or len(found) < len(names) - 1:
        return _unknown("gap", "≥ 1.0", "each level needs two members whose scores differ")
    least = min(found, key=lambda name: found[name].value)
    gap = found[least]
    return Figure(
        id="gap", value=gap.value, low=gap.low, high=gap.high, target="≥ 1.0",
        met=gap.value >= 1, detail=f"the smallest, between levels {least}",
    )  # fmt: skip


def _matrix(members: Sequence[Standing]) -> tuple[reliability.Floats, list[str]] | None:
    """Success by person, scenario and replay, where every member has all of them measured, and the families.

    Trials of many tasks are left out: they are no single success or failure.
    """
    rows = []
    families: dict[str, str] = {}
    for member in members:
        cells: dict[str, list[float]] = defaultdict(list)
        for end in sorted(member.ends, key=lambda end: (end.scenario, end.replay)):
            if end.success is not None and not end.parts:
                cells[end.scenario].append(float(end.success))
                families[end.scenario] = end.family
        rows.append(cells)
    if not rows:
        return None
    replays = max((len(values) for row in rows for values in row.values()), default=0)
    whole = [s for s in rows[0] if all(len(row.get(s, ())) == replays for row in rows)]
    try:
        return reliability.persons([[row[s] for s in whole] for row in rows]), [families[s] for s in whole]
    except ValueError:
        return None


def _phi(members: Sequence[Standing]) -> Figure:
    """Of single tasks' success, with all that moves a cut: families of scenarios, and luck that all share."""
    target, found = "≥ 0.90", _matrix(members)
    if found is None or len(set(found[1])) < 2:
        return _unknown("phi", target, "two members, families, scenarios and replays at least are needed")
    x, families = found
    people, scenarios, replays = x.shape
    here = reliability.in_families(x, families)
    low, high = reliability.phi_interval(x, families)
    such, ranks, apart = (
        needed or "no number of"
        for needed in (
            reliability.more_needed(here, scenarios),
            reliability.more_needed(here, scenarios, cuts=False),
            reliability.scenarios_needed(reliability.components(x), replays, cuts=True),
        )
    )
    return Figure(
        id="phi", value=here.phi, low=low, high=high, target=target, met=here.phi >= 0.9,
        detail=f"{people} members × {scenarios} scenarios of {len(set(families))} families × "
        f"{replays} replays; {such} scenarios in such families would bring .90, {apart} in families of one; "
        f"{ranks} would rank at .90; SEM {here.sem_absolute:.3f} of a success rate; "
        "members taken as independent; single tasks, strata as the bank has them",
    )  # fmt: skip


def _share(id: str, held: Sequence[bool], target: str, met: Callable[[float], bool]) -> Figure:
    if not held:
        return _unknown(id, target, "no member to count")
    p = sum(held) / len(held)
    low, high = clopper_pearson(p, len(held))
    return Figure(
        id=id, value=p, low=low, high=high, target=target, met=met(p),
        detail=f"{sum(held)} of {len(held)}; {SHARED}",
    )  # fmt: skip


def _as_printed(members: Sequence[Standing]) -> Figure:
    """How much oftener two gradings agree than the first ones said they would.

    The interval takes what was said for true: a sum of independent chances (Poisson's binomial), near normal.
    Members share anchors and seeds, so it is narrower than it should be.
    """
    target = "0 within the interval"
    known = [(m.said == m.said_again, m.p_same) for m in members if m.p_same is not None]
    if not known:
        return _unknown("as_printed", target, "no grading said how likely another says the same")
    agreed = sum(same for same, _ in known) / len(known)
    printed = sum(p for _, p in known) / len(known)
    half = 1.96 * sum(p * (1 - p) for _, p in known) ** 0.5 / len(known)
    value = agreed - printed
    return Figure(
        id="as_printed", value=value, low=value - half, high=value + half, target=target,
        met=abs(value) <= half,
        detail=f"{agreed:.0%} of {len(known)} agree; {printed:.0%} were expected to; they share seeds",
    )  # fmt: skip


def _errors(members: Sequence[Standing]) -> Figure:
    """How far two gradings lie apart, in the errors that they printed: the root mean square of
    (again - score) / √(sem_replay² + sem_again²), 1 where the errors are what they say, more where they are
    too small.
    """
    target = "≤ 1 within the interval"
    apart = []
    for m in members:
        if m.score is None or m.again is None or m.sem_replay is None or m.sem_again is None:
            continue
        if error := hypot(m.sem_replay, m.sem_again):
            apart.append(((m.again - m.score) / error) ** 2)
    if len(apart) < 3:
        return _unknown("errors", target, "fewer than three members were graded twice with an error")
    total, n = sum(apart), len(apart)
    value = (total / n) ** 0.5
    half = 1.96 * sem.jackknife([((total - each) / (n - 1)) ** 0.5 for each in apart])
    inside = sum(each <= 1.96**2 for each in apart)
    return Figure(
        id="errors", value=value, low=max(0.0, value - half), high=value + half, target=target,
        met=value - half <= 1,
        detail=f"{inside} of {n} lie within 1.96 errors; they share seeds; interval by leaving one out",
    )  # fmt: skip


def _cheats(members: Sequence[Standing]) -> Figure:
    """What the cheat brings beyond one sem_replay, the worst of them."""
    target = "≤ 0 beyond one sem_replay, for each"
    by_id = {m.id: m for m in members}
    gains: dict[str, float] = {}
    lost = []
    for cheat in members:
        if cheat.role != "cheat":
            continue
        honest = by_id.get(cheat.pair or "")
        if honest is None or cheat.score is None or honest.score is None:
            lost.append(f"`{cheat.id}`" if honest is not None else f"`{cheat.id}`, without its honest pair")
        else:
            gains[cheat.id] = cheat.score - honest.score - (honest.sem_replay or 0.0)
    missing = f"not measured: {', '.join(lost)}" if lost else ""
    if not gains:
        return _unknown("cheats", target, missing or "the panel holds no cheat with its honest pair")
    worst = max(gains, key=lambda name: gains[name])
    bound = 1 - 0.05 ** (1 / len(gains))
    held = gains[worst] <= 0
    said = [
        f"worst of {len(gains)}: `{worst}`",
        f"at most {bound:.0%} of such cheats pay" if held else "",
        missing,
    ]
    return Figure(
        id="cheats", value=gains[worst], target=target, met=None if held and lost else held,
        detail="; ".join(part for part in said if part),
    )  # fmt: skip


def _extreme(
    id: str,
    members: Sequence[Standing],
    target: str,
    pick: Callable[[Sequence[float]], float],
    met: Callable[[float], bool],
) -> Figure:
    scores = [m.score for m in members if m.score is not None]
    if not scores:
        return _unknown(id, target, "the panel holds nobody of that kind")
    value = pick(scores)
    detail = f"of {len(scores)}" if len(scores) > 1 else "the only one"
    return Figure(id=id, value=value, target=target, met=met(value), detail=detail)


def _at_an_end(member: Standing) -> bool:
    error = member.sem_general or 0.0
    return member.score is not None and (member.score <= error or member.score >= 100 - error)


def _item_rest(members: Sequence[Standing]) -> Figure:
    target = "median ≥ 0.30, none negative"
    known = _matrix(members)
    found = []
    if known is not None and len(known[0]) > 2:
        found = [r for r in reliability.item_rest(known[0]) if r is not None]
    if not found:
        return _unknown("item_rest", target, "three members at least are needed")
    value, negative = float(median(found)), int(np.sum(np.array(found) < 0))
    return Figure(
        id="item_rest", value=value, low=min(found), high=max(found), target=target,
        met=value >= 0.3 and not negative, detail=f"{negative} of {len(found)} scenarios are negative",
    )  # fmt: skip


def _deterministic(members: Sequence[Standing]) -> Figure:
    """The share of trials, run twice on the same seeds, of which not all that is measured is the same."""
    same = [each for member in members for each in member.reruns]
    if not same:
        return _unknown("deterministic", "0", "no work was run twice on the same seeds")
    apart = len(same) - sum(same)
    low, high = clopper_pearson(apart / len(same), len(same))
    return Figure(
        id="deterministic", value=apart / len(same), low=low, high=high, target="0",
        met=not apart, detail=f"{apart} of {len(same)} trials of starter and reference differ when run again",
    )  # fmt: skip


def _told_apart(member: Standing) -> bool:
    """Whether two gradings of the same work are taken for different ones."""
    sides = []
    for ends in (member.ends, member.ends_again):
        cells: dict[tuple[str, str], list[float]] = defaultdict(list)
        for end in ends:
            if end.success is not None:
                cells[end.scenario, end.family].append(float(end.success))
        sides.append(cells)
    both = [key for key in sides[0] if key in sides[1]]
    if not both:
        return False
    moved = [
        Unit(
            scenario,
            family,
            (float(np.mean(sides[0][scenario, family]) - np.mean(sides[1][scenario, family])),),
        )
        for scenario, family in both
    ]
    return difference(moved, binary=False).distinguishable
