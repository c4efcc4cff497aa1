"""What claims earn: a candidate's predictions against our own replay on fresh seeds.

For one claim, D is our paired change of the metric with standard error s, `scale` what was to be
gained in the metric, and [l, u] the candidate's 80 % interval:

    skill = (scale - IS(l, u; D)) / (scale - best), within 0 and 1
    gain  = max(0, min(improvement, starter - work) - 1.28 s) / scale, at most 1
    value = skill * gain * trust / enough

IS is the interval score, best the expected one of somebody who knows the true change and not our
noise. A guess from nothing to everything scores IS = scale: skill 0. What changes nothing, or cannot
be told from nothing, gains nothing; nor does a change that breaks something, or one whose effect the
submitted work does not show on the same seeds. Trust falls from 1 to 0 as our noise hides the scale.
Claims of one change share a group: two claims of one metric count by their mean, and a group earns at
most `group_share`. All claims of a metric gain at most what the work gains. If fewer intervals hold
than `calibration` asks, all shrink.

A claim is about the hidden bank as it is, so s is the error of our replays alone; what another bank
would have shown is in the score's error, not in the claim's.

Trials that could not be measured where the starter's could are settled against the claim: a patch
can provoke them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from graders.grade import ClaimResult
from graders.measure.rates import MISSING
from graders.measure.trial import Trial
from graders.patch_lines import overlap
from graders.replayed import Replayed, met
from graders.rubric import ClaimRules
from graders.statistics import paired, proper
from graders.statistics.units import z_quantile
from harness.workspace.claims import LEVEL

_ALPHA = 1 - LEVEL
_Z_LEVEL = z_quantile(1 - _ALPHA / 2)
_Z = z_quantile(0.975)
NOISY = 0.4
"""With `best` above this share of `scale`, our replay tells good predictions from bad ones less and
less; at twice it, not at all."""
ALIKE = 0.95
"""Two variants that end alike in this share of the trials are one change, however they are written."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """All claims together: `points` is `None` only where the whole scoring failed."""

    results: tuple[ClaimResult, ...]
    points: float | None
    why: str = ""
    possible: float = 0.0
    """Further points at most, had our replay been good enough to judge every claim."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A claim's result, and the share of all points that better replays might have given it."""

    result: ClaimResult
    trust: float = 0.0
    room: float = 0.0


def judge(
    rules: ClaimRules,
    replayed: Sequence[Replayed],
    scales: Mapping[str, float],
    moved: Mapping[int, float] | None = None,
) -> Claimed:
    """Points for claims. `scales`: what was to be gained by metric; absent where not measured.

    A claim that cannot be judged earns nothing and never takes the others' points away. `moved`: by
    how many standard errors the changes of some claims (by place) are taken to be others than seen.
    """
    if not replayed:
        return Claimed((), 0.0, "the submission claims nothing")
    if any(each.group < 0 for each in replayed):
        replayed = grouped(replayed)
    judged = [
        _judge(rules, each, scales.get(each.claim.metric), (moved or {}).get(place, 0.0))
        for place, each in enumerate(replayed)
    ]
    seen = [each.result for each in judged if each.result.value is not None]
    if not seen:
        why = "no claim could be judged"
        if all(each.whose == "candidate" for each in replayed):
            why = "no claim could be applied"
        return Claimed(
            tuple(each.result for each in judged),
            0.0,
            why,
            rules.points * min(1.0, _room(rules, judged, [0.0] * len(judged))),
        )
    shares = _shares(rules, judged, _ceilings(replayed, scales))
    covered = sum(bool(result.covered) for result in seen) / len(seen)
    factor = min(1.0, covered / rules.calibration) if rules.calibration else 1.0
    total = sum(shares)
    scale = rules.points * factor * (min(1.0, total) / total if total else 0.0)
    results = [
        each.result.model_copy(update={"points": share * scale if each.result.skill is not None else None})
        for each, share in zip(judged, shares, strict=True)
    ]
    points = sum(share * scale for share in shares)
    possible = min(rules.points - points, rules.points * _room(rules, judged, shares))
    return Claimed(tuple(results), points, possible=possible)


def redrawn(rules: ClaimRules, replayed: Sequence[Replayed], scales: Mapping[str, float]) -> float:
    """The standard error of the points if every change were drawn again from N(D, s).

    One claim at a time, by Gauss and Hermite's three nodes (0 and +-sqrt 3, weights 2/3 and 1/6): a
    jackknife sees only the slope at D, and the points have kinks.
    """
    here = judge(rules, replayed, scales).points or 0.0
    variance = 0.0
    for place in range(len(replayed)):
        there = [judge(rules, replayed, scales, {place: way * 3**0.5}).points or 0.0 for way in (-1, 1)]
        mean = 2 / 3 * here + sum(there) / 6
        variance += 2 / 3 * (here - mean) ** 2 + sum((each - mean) ** 2 for each in there) / 6
    return float(variance**0.5)


def _room(rules: ClaimRules, judged: Sequence[_Judged], shares: Sequence[float]) -> float:
    """The share that claims which our replay could not judge might still have earned at most."""
    total = 0.0
    for group in {each.result.group for each in judged}:
        members = [number for number, each in enumerate(judged) if each.result.group == group]
        earned = sum(shares[number] for number in members)
        room = sum(judged[number].room for number in members)
        total += max(0.0, min(room, rules.group_share - earned))
    return total


def _judge(rules: ClaimRules, each: Replayed, scale: float | None, moved: float) -> _Judged:
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
        group=each.group,
        in_work=bool(each.why_not) or each.kept >= rules.kept,
    )
    why, whose = _unfit(each)
    found = None if why else each.change()
    if found is None or not abs(found.low) < float("inf"):
        room = 0.0 if whose == "candidate" else rules.group_share
        why = why or "our replay has too few trials"
        return _Judged(empty.model_copy(update={"why_not_measured": why}), room=room)
    noise = (found.high - found.low) / (2 * _Z)
    value = found.value + moved * noise
    middle = (low + high) / 2
    score = proper.interval_score(low, high, value, _ALPHA)
    seen = empty.model_copy(
        update={
            "value": value,
            "low": found.low,
            "high": found.high,
            "n": found.pairs,
            "sign_right": middle * value > 0,
            "covered": low - _Z_LEVEL * noise <= value <= high + _Z_LEVEL * noise,
            "interval_score": score,
            "inflation": proper.inflation(middle, value),
            "power": paired.power_of(middle, noise) if noise else None,
        }
    )
    if scale is None or scale <= 0:
        why = f"nothing was to be gained in `{claim.metric}`"
        return _Judged(seen.model_copy(update={"skill": 0.0, "gain": 0.0, "remark": why}))
    # What the starter's own luck does not explain is the patch's: randomness must not raise skill.
    allowed = proper.best_interval_score(min(noise, each.noise()), _ALPHA)
    skill = min(1.0, max(0.0, (scale - score) / (scale - min(allowed, NOISY * scale))))
    trust = min(1.0, max(0.0, 2 - proper.best_interval_score(noise, _ALPHA) / (NOISY * scale)))
    improvement, remark = _improvement(rules, each, value, 0.0)
    sure = max(0.0, improvement - _Z_LEVEL * noise)
    gain = min(1.0, sure / scale)
    remark = remark or ("" if sure else "no gain that can be told from nothing")
    if trust == 1:
        return _Judged(seen.model_copy(update={"skill": skill, "gain": gain, "remark": remark}), trust)
    most = max(0.0, _improvement(rules, each, value, _Z * noise)[0])
    room = 0.0 if _alike(each.variant, each.base) == 1 else min(1.0, most / scale) / rules.enough
    if not trust:
        why = "not judged: our replay is too noisy to tell a good prediction from a bad one"
        return _Judged(seen.model_copy(update={"remark": why}), room=room)
    why = f"our replay is noisy: it counts {trust:.0%}" if sure else remark
    return _Judged(
        seen.model_copy(update={"skill": skill, "gain": gain * trust, "remark": why}),
        trust,
        max(0.0, room - skill * gain * trust / rules.enough),
    )


def _unfit(each: Replayed) -> tuple[str, Literal["", "candidate", "grader"]]:
    """Why a claim cannot be judged, and by whose fault."""
    if each.why_not:
        return each.why_not, each.whose or "grader"
    known = {met(trial) for trial in each.starter if trial.verdict is not None}
    if len(known) < (1 - MISSING) * len(each.starter):
        return "too many trials of the starter could not be measured", "grader"
    for name, trials in (("patched program", each.variant), ("work", each.submitted)):
        lost = sum(
            trial.verdict is None and trial.whose != "environment" and met(trial) in known for trial in trials
        )
        if lost > MISSING * len(trials):
            why = f"{lost} of {len(trials)} trials of the {name} could not be measured, the starter's could"
            return why, "candidate"
    return "", ""


def _improvement(rules: ClaimRules, each: Replayed, value: float, more: float) -> tuple[float, str]:
    """How far the change improves the metric, and why it does not count where it does not.

    `more` is added to what was seen, for a bound.
    """
    if each.kept < rules.kept:
        return 0.0, (
            f"only {each.kept:.0%} of the change’s lines stand in the submitted work "
            '(what it does in other words is claimed with `base = "work"`)'
        )
    out = each.claim.base == "work"
    changed, without = (each.base, each.variant) if out else (each.variant, each.base)
    for metric in ("failure_rate", "harm_rate"):
        worse = each.difference(f"worse {metric}", (changed, False), (without, True), metric)
        if worse is not None and worse.low > 0:
            return 0.0, f"with it the {metric.replace('_', ' ')} is worse: that is no gain"
    if out:
        broken = each.difference("broken", (each.variant, False), (each.starter, True), "failure_rate")
        if broken is not None and broken.low > 0:
            return 0.0, "taking it out leaves less than the starter: that shows a break, not a gain"
    whole = each.whole()
    most = whole.value if whole is not None else 0.0
    improvement = (value if out else -value) + more
    if most + more < improvement:
        why = "" if most > 0 else "the submitted work does not improve this on the same seeds"
        return most + more, why
    return improvement, ""


def _ceilings(replayed: Sequence[Replayed], scales: Mapping[str, float]) -> dict[str, float]:
    """By metric, what the work gains in all, as a share of what was to be gained."""
    found: dict[str, float] = {}
    for each in replayed:
        metric, scale = each.claim.metric, scales.get(each.claim.metric)
        if scale and not _unfit(each)[0] and (whole := each.whole()) is not None:
            found[metric] = max(0.0, whole.value) / scale
    return found


def _shares(rules: ClaimRules, judged: Sequence[_Judged], ceilings: Mapping[str, float]) -> list[float]:
    """Each claim's share of the points before the common cap."""
    results = [each.result for each in judged]
    gains = [(result.gain or 0.0) if result.skill else 0.0 for result in results]
    for number, result in enumerate(results):
        gains[number] /= sum((r.group, r.metric) == (result.group, result.metric) for r in results)
    for metric in {result.metric for result in results}:
        members = [number for number, result in enumerate(results) if result.metric == metric]
        total, most = sum(gains[number] for number in members), ceilings.get(metric, 0.0)
        if total > most:
            for number in members:
                gains[number] *= most / total
    shares = [
        gain * (result.skill or 0.0) / rules.enough for gain, result in zip(gains, results, strict=True)
    ]
    for group in {result.group for result in results}:
        members = [number for number, result in enumerate(results) if result.group == group]
        total = sum(shares[number] for number in members)
        if total > rules.group_share:
            for number in members:
                shares[number] *= rules.group_share / total
    return shares


def grouped(replayed: Sequence[Replayed], *, much: float = 0.3) -> list[Replayed]:
    """The same with numbers of groups: patches that share lines, or variants that end alike, are one change.

    Lines by containment: padding one of two patches hides nothing, nor does putting one into another.
    """
    groups = list(range(len(replayed)))
    for later, ours in enumerate(replayed):
        for earlier, theirs in enumerate(replayed[:later]):
            one = overlap(ours.lines, theirs.lines) >= much
            if one or _alike(ours.variant, theirs.variant) >= ALIKE:
                old, new = groups[later], groups[earlier]
                groups = [new if group == old else group for group in groups]
    return [replace(each, group=group) for each, group in zip(replayed, groups, strict=True)]


def _alike(ours: Sequence[Trial], theirs: Sequence[Trial]) -> float:
    """The share of common draws on which two programs ended alike and spent as much."""
    if ours is theirs and ours:
        return 1.0
    known = {met(trial): trial for trial in theirs}
    both = [(trial, known[met(trial)]) for trial in ours if met(trial) in known]
    same = sum(a.verdict == b.verdict and abs(a.usd - b.usd) <= 1e-9 for a, b in both)
    return same / len(both) if both else 0.0
