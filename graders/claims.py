"""What claims earn: a candidate's predictions against our own replay on fresh seeds.

For one claim, D is our paired change of the metric with standard error s, `scale` what was to be
gained in the metric, and [l, u] the candidate's 80 % interval:

    skill = (scale - IS(l, u; D)) / (scale - best), within 0 and 1
    gain  = max(0, improvement - 1.28 s) / scale, at most 1
    value = skill * gain / enough

IS is the interval score, best the expected one of somebody who knows the true change, with our noise
and as much of their own. A guess from nothing to everything scores IS = scale: skill 0. What changes
nothing, or cannot be told from nothing, gains nothing; a broken program is no gain either. Claims of
one change (overlapping patches) share a group: two claims of one metric count by their mean, and a
group earns at most `group_share`. If fewer intervals hold than `calibration` asks, all shrink.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from graders.grade import ClaimResult
from graders.measure.rates import against
from graders.measure.trial import Trial
from graders.rubric import ClaimRules
from graders.statistics import paired, proper
from graders.statistics.units import z_quantile
from harness.workspace.claims import LEVEL, Claim

_ALPHA = 1 - LEVEL
_Z_LEVEL = z_quantile(1 - _ALPHA / 2)
_Z = z_quantile(0.975)
NOISY = 0.75
"""With `best` above this share of `scale`, our replay cannot tell a good prediction from a bad one."""

VALUES: dict[str, Callable[[Trial], float | None]] = {
    "failure_rate": lambda trial: None if trial.verdict is None else float(not trial.verdict.success),
    "harm_rate": lambda trial: None if trial.verdict is None else float(trial.verdict.harm),
    "usd_per_task": lambda trial: trial.usd,
}
"""A trial's value by the claims' metrics; all of them are better when lower."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One claim with our trials of it, all of one fresh epoch."""

    claim: Claim
    base: Sequence[Trial] = ()
    variant: Sequence[Trial] = ()
    starter: Sequence[Trial] = ()
    """The starter on the same seeds; the base itself where that is the starter."""
    lines: frozenset[str] = frozenset()
    """The patch's changed lines, with their sign."""
    kept: float = 0.0
    """The share of them that stands in the submitted work."""
    why_not: str = ""
    whose: Literal["", "candidate", "grader"] = ""
    known: dict[str, paired.Difference | None] = field(default_factory=dict, compare=False, repr=False)
    """Differences already taken of these very trials."""

    def only(self, keep: Callable[[Trial], bool]) -> Replayed:
        """The same with some trials left out; this very object where none is."""
        base = [trial for trial in self.base if keep(trial)]
        variant = [trial for trial in self.variant if keep(trial)]
        if len(base) == len(self.base) and len(variant) == len(self.variant):
            return self
        starter = base if self.starter is self.base else [trial for trial in self.starter if keep(trial)]
        return replace(self, base=base, variant=variant, starter=starter, known={})

    def difference(
        self, what: str, ours: Sequence[Trial], theirs: Sequence[Trial], metric: str
    ) -> paired.Difference | None:
        """The paired difference of a metric, taken once; `what` names it."""
        if what not in self.known:
            binary = metric != "usd_per_task"
            self.known[what] = against(ours, theirs, VALUES[metric], binary=binary)
        return self.known[what]


@dataclass(frozen=True, slots=True)
class Claimed:
    """All claims together: `points` is `None` where our own failure kept us from judging any."""

    results: tuple[ClaimResult, ...]
    points: float | None
    why: str = ""
    possible: float = 0.0
    """Further points at most, had our replay been good enough to judge every claim."""


def judge(rules: ClaimRules, replayed: Sequence[Replayed], scales: Mapping[str, float]) -> Claimed:
    """Points for claims. `scales`: what was to be gained by metric; absent where not measured."""
    if not replayed:
        return Claimed((), 0.0, "the submission claims nothing")
    groups = overlaps([each.lines for each in replayed])
    results = [
        _result(rules, each, scales.get(each.claim.metric)).model_copy(update={"group": group})
        for each, group in zip(replayed, groups, strict=True)
    ]
    judged = [result for result in results if result.value is not None]
    if not judged:
        if all(each.whose == "candidate" for each in replayed):
            return Claimed(tuple(results), 0.0, "no claim could be applied")
        return Claimed(tuple(results), None, "no claim could be replayed well enough by us")
    shares = _shares(rules, results)
    covered = sum(bool(result.covered) for result in judged) / len(judged)
    factor = min(1.0, covered / rules.calibration) if rules.calibration else 1.0
    total = sum(shares)
    scale = rules.points * factor * (min(1.0, total) / total if total else 0.0)
    results = [
        result.model_copy(update={"points": share * scale if result.skill is not None else None})
        for result, share in zip(results, shares, strict=True)
    ]
    points = sum(share * scale for share in shares)
    possible = min(rules.points - points, rules.points * _room(rules, replayed, results, shares))
    return Claimed(tuple(results), points, possible=possible)


def _room(
    rules: ClaimRules, replayed: Sequence[Replayed], results: Sequence[ClaimResult], shares: Sequence[float]
) -> float:
    """The share that claims which our replay could not judge might still have earned at most."""
    groups = {
        result.group
        for each, result in zip(replayed, results, strict=True)
        if result.skill is None and each.whose != "candidate"
    }
    earned = [
        sum(share for share, result in zip(shares, results, strict=True) if result.group == group)
        for group in groups
    ]
    return sum(max(0.0, rules.group_share - share) for share in earned)


def _result(rules: ClaimRules, each: Replayed, scale: float | None) -> ClaimResult:
    claim = each.claim
    low, high = claim.predicted
    empty = ClaimResult(
        id=claim.id,
        metric=claim.metric,
        unit="usd" if claim.metric == "usd_per_task" else "share",
        base=claim.base,
        hypothesis=claim.hypothesis,
        predicted=(low, high),
        measured=claim.measured,
        measured_n=claim.n,
        value=None,
    )
    found = None if each.why_not else each.difference("claim", each.variant, each.base, claim.metric)
    if found is None or not abs(found.low) < float("inf"):
        why = each.why_not or "our replay has too few trials"
        return empty.model_copy(update={"why_not_measured": why})
    middle = (low + high) / 2
    noise = (found.high - found.low) / (2 * _Z)
    score = proper.interval_score(low, high, found.value, _ALPHA)
    seen = empty.model_copy(
        update={
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "n": found.pairs,
            "sign_right": middle * found.value > 0,
            "covered": low - _Z_LEVEL * noise <= found.value <= high + _Z_LEVEL * noise,
            "interval_score": score,
            "inflation": proper.inflation(middle, found.value),
            "power": paired.power_of(middle, noise) if noise else None,
        }
    )
    best = proper.best_interval_score(2**0.5 * noise, _ALPHA)
    if scale is None or scale <= 0:
        why = f"nothing was to be gained in `{claim.metric}`"
        return seen.model_copy(update={"skill": 0.0, "gain": 0.0, "remark": why})
    if best > NOISY * scale:
        why = "not judged: our replay is too noisy to tell a good prediction from a bad one"
        return seen.model_copy(update={"remark": why})
    skill = min(1.0, max(0.0, (scale - score) / (scale - best)))
    gain, remark = _gain(rules, each, found, noise, scale)
    return seen.model_copy(update={"skill": skill, "gain": gain, "remark": remark})


def _gain(
    rules: ClaimRules, each: Replayed, found: paired.Difference, noise: float, scale: float
) -> tuple[float, str]:
    """How far the change surely improves the metric, and why it does not count where it does not."""
    if each.kept < rules.kept:
        return 0.0, f"only {each.kept:.0%} of the change stands in the submitted work"
    improvement = -found.value
    if each.claim.base == "work":
        broken = each.difference("broken", each.variant, each.starter, "failure_rate")
        if broken is not None and broken.low > 0:
            return 0.0, "taking it out leaves less than the starter: that shows a break, not a gain"
        whole = each.difference("whole", each.starter, each.base, each.claim.metric)
        improvement = min(found.value, whole.value if whole is not None else 0.0)
    sure = max(0.0, improvement - _Z_LEVEL * noise)
    return min(1.0, sure / scale), "" if sure else "no gain that can be told from nothing"


def _shares(rules: ClaimRules, results: Sequence[ClaimResult]) -> list[float]:
    """Each claim's share of the points before the common cap."""
    shares = [(result.skill or 0.0) * (result.gain or 0.0) / rules.enough for result in results]
    for group in {result.group for result in results}:
        members = [number for number, result in enumerate(results) if result.group == group]
        for number in members:
            same = sum(results[other].metric == results[number].metric for other in members)
            shares[number] /= same
        total = sum(shares[number] for number in members)
        if total > rules.group_share:
            for number in members:
                shares[number] *= rules.group_share / total
    return shares


def overlaps(patches: Sequence[frozenset[str]], *, much: float = 0.3) -> list[int]:
    """Numbers of groups: patches whose changed lines overlap (Jaccard) are one change."""
    groups = list(range(len(patches)))
    for later, ours in enumerate(patches):
        for earlier in range(later):
            theirs = patches[earlier]
            union = len(ours | theirs)
            if union and len(ours & theirs) / union >= much:
                old, new = groups[later], groups[earlier]
                groups = [new if group == old else group for group in groups]
    return groups


def changed_lines(patch: str) -> frozenset[str]:
    """The lines that a unified diff adds and removes, with their sign, white space at the ends off."""
    lines = set()
    for line in patch.split("\n"):
        if line.startswith(("+++", "---")) or not line.startswith(("+", "-")):
            continue
        if line[1:].strip():
            lines.add(line[0] + line[1:].strip())
    return frozenset(lines)


def kept_share(lines: frozenset[str], work: frozenset[str]) -> float:
    """The share of a change that stands in the work: added lines there, removed ones gone."""
    if not lines:
        return 0.0
    return sum((line[1:] in work) == (line[0] == "+") for line in lines) / len(lines)
