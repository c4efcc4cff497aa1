"""From trials to a score with its errors, and to the recommendation. Pure: trials in, numbers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from graders import claims as claims_rules
from graders.bands import FEW_FAMILIES, band, half_width, on_a_regrade
from graders.claims import Claimed
from graders.grade import Band, Recommendation, Score
from graders.measure.measurement import Measurement
from graders.measure.strata import weigh
from graders.measure.trial import Resample, Trial, settled
from graders.replayed import Replayed
from graders.rubric import Earned, Rubric, earn
from graders.statistics import sem
from graders.statistics.units import t_quantile, z_quantile

NOT_UNDERSTOOD = 0.02
"""Past this share of all calls, or of all trials, the simulated model was out of its depth."""
FEW = 2
"""With fewer failures, or fewer successes, a rate's exact interval is the floor of its error: from two on
they scatter, and the jackknife sees it (decision 005)."""

Measure = Callable[[Sequence[Trial], Sequence[Trial]], list[Measurement]]


@dataclass(frozen=True, slots=True)
class Works:
    """The trials that a score is made of."""

    submission: Sequence[Trial]
    starter: Sequence[Trial]
    reference: Sequence[Trial]
    claims: Sequence[Replayed] = ()

    def only(self, keep: Callable[[Trial], bool]) -> Works:
        """The same with some trials left out of every work at once: they share scenarios and draws."""
        return Works(
            [trial for trial in self.submission if keep(trial)],
            [trial for trial in self.starter if keep(trial)],
            [trial for trial in self.reference if keep(trial)],
            [each.only(keep) for each in self.claims],
        )

    def without(self, keep: Callable[[Trial], bool]) -> Works:
        """`only`, for a jackknife: of the outcome's trials nothing but values is asked."""
        kept = self.only(keep)
        return Works(Resample(kept.submission), Resample(kept.starter), Resample(kept.reference), kept.claims)


@dataclass(frozen=True, slots=True)
class Total:
    """A score without its errors, and how it came about."""

    value: float | None
    why: str
    earned: tuple[Earned, ...]
    claimed: Claimed
    measurements: tuple[Measurement, ...]
    starter: tuple[Measurement, ...]
    reference: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that scoring says of a submission."""

    total: Total
    score: Score
    recommendation: Recommendation


def total(works: Works, measure: Measure, rubric: Rubric) -> Total:
    """The score's value. A measurement that crashes is not measured, and the score with it."""
    starting = weigh(works.starter, rubric.strata)
    taken = [
        _measure(measure, weigh(trials, rubric.strata), starting)
        for trials in (works.submission, works.starter, works.reference)
    ]
    if any(isinstance(found, str) for found in taken):
        why = next(found for found in taken if isinstance(found, str))
        return Total(None, why, (), Claimed((), None, why), (), (), ())
    ours, starter, reference = (tuple(found) for found in taken if not isinstance(found, str))
    values = [{each.id: each.value for each in found} for found in (ours, starter, reference)]
    earned = tuple(earn(rubric, *values))
    claimed = claims_rules.judge(rubric.claims, works.claims, scales(rubric, values[1], values[2]))
    why = next((f"`{each.item.id}`: {each.why}" for each in earned if each.points is None), "")
    value = None if why else sum(each.points or 0.0 for each in earned) + (claimed.points or 0.0)
    return Total(value, why, earned, claimed, ours, starter, reference)


def scales(
    rubric: Rubric, starter: Mapping[str, float | None], reference: Mapping[str, float | None]
) -> dict[str, float]:
    """What was to be gained, by the claims' metrics: starter minus reference, floored."""
    found = {}
    for metric, name in (
        ("failure_rate", "success_rate"),
        ("harm_rate", "harm_rate"),
        ("usd_per_task", "usd_per_task"),
    ):
        low, high = starter.get(name), reference.get(name)
        if low is None or high is None:
            continue
        if metric == "failure_rate":
            low, high = 1 - low, 1 - high
        found[metric] = max(low - high, rubric.claims.scale_floor * low)
    return found


def weighed(works: Works, rubric: Rubric) -> Works:
    """The works with the strata's shares, and the claims by groups.

    Once, so that a jackknife which leaves out a replay has no weights to change.
    """
    ours, starter, reference = (
        weigh(trials, rubric.strata) for trials in (works.submission, works.starter, works.reference)
    )
    claims = claims_rules.grouped([each.weighed(rubric.strata) for each in works.claims])
    return Works(ours, starter, reference, claims)


def score(works: Works, measure: Measure, rubric: Rubric, bar: float) -> Result:
    """Score, errors and recommendation."""
    works = weighed(works, rubric)
    reasons = _reasons(works)
    scored = _score(works, measure, rubric)
    whole, found, margin = scored.total, scored.score, scored.margin
    lost = any(trial.verdict is None for trial in works.submission)
    ends = []
    if lost:
        ends = [
            _score(replace(works, submission=settled(works.submission, well=well)), measure, rubric)
            for well in (True, False)
        ]
        ours = any(trial.whose == "environment" for trial in works.submission)
        if _below(ends[0], bar) and not ours and not _reasons(replace(works, submission=())):
            return Result(whole, _bounded(found, ends), _surely_below(ends[0], bar, reasons))
    if found.value is None:
        said = Recommendation(
            value="refer", p_same=None, bar=bar, reasons=(*reasons, f"no score: {whole.why}")
        )
        return Result(whole, _bounded(found, ends), said)
    if lost and margin is not None:
        said_now = band(found.value, bar, margin)
        others = [end.score.value for end in ends]
        if any(other is None or band(other, bar, margin) != said_now for other in others):
            reasons.append("trials that could not be measured might decide")
    possible = found.value + whole.claimed.possible
    noisy = False
    if margin is not None and band(possible, bar, margin) != band(found.value, bar, margin):
        reasons.append("claims that our replay was too noisy to judge might decide")
        noisy = True
    said_finally = _recommend(scored, bar, reasons).model_copy(
        update={
            "margin": margin,
            "margin_error": scored.margin_error,
            "margin_follows": scored.margin_follows,
            "noisy_claims": noisy,
        }
    )
    return Result(whole, found, said_finally)


@dataclass(frozen=True, slots=True)
class _Scored:
    """A score with its errors, and how near the bar a person decides."""

    total: Total
    score: Score
    margin: float | None
    families: int = 0
    margin_error: float | None = None
    margin_follows: float = 0.0


def _score(works: Works, measure: Measure, rubric: Rubric) -> _Scored:
    whole = total(works, measure, rubric)
    if whole.value is None:
        empty = Score(
            value=None, sem_replay=None, sem_general=None, low=None, high=None, why_not_measured=whole.why
        )
        return _Scored(whole, empty, None)
    again, general, together = _errors(works, whole, measure, rubric)
    families = len({trial.family for trial in works.submission})
    shrink = t_quantile(0.975, families - 1)
    known = isfinite(general)
    found = Score(
        value=whole.value,
        sem_replay=again if isfinite(again) else None,
        sem_general=general if known else None,
        low=whole.value - shrink * general if known else None,
        high=whole.value + shrink * general if known else None,
        calibrated=families >= FEW_FAMILIES if known else None,
    )
    if not known:
        return _Scored(whole, found, None)
    factor = half_width(families)
    moved = factor * sem.of_general(general, again, families) if isfinite(again) else None
    return _Scored(whole, found, factor * general, families, moved, factor * together)


def _errors(works: Works, whole: Total, measure: Measure, rubric: Rubric) -> tuple[float, float, float]:
    """sem_replay and sem_general, infinite where not known; how the latter follows the score on a regrade.

    Each record set stands for itself: replays of claims say nothing of how the submission scatters.
    """
    assert whole.value is not None
    claims = works.claims
    scale = scales(rubric, *(_values(found) for found in (whole.starter, whole.reference)))

    part = rubric.for_part()

    def without(keep: Callable[[Trial], bool]) -> tuple[float, float]:
        found = total(works.without(keep), measure, part)
        if found.value is None:
            return float("nan"), float("nan")
        return found.value, found.value - (found.claimed.points or 0.0)

    def claimed(place: tuple[str, int], n: int) -> float:
        kept = [each.without((place[0], n, place[1])) for each in claims]
        return claims_rules.judge(rubric.claims, kept, scale).points or 0.0

    # What lies between 0 and so many points has no larger standard deviation than half of them
    # (Popoviciu 1935); a jackknife across a claim that just holds, or just does not, would say more.
    most = rubric.claims.points / 2
    redrawn = claims_rules.redrawn(rubric.claims, claims, scale) if claims else 0.0
    left = {
        name: without(lambda t, name=name: t.family != name)  # type: ignore[misc]
        for name in dict.fromkeys(trial.family for trial in works.submission)
    }
    general = sem.general(left, lambda name: left[name][0])
    outcome = sem.general(left, lambda name: left[name][1])
    luck = sem.luck(
        _replays(works.submission),
        lambda place, n: without(lambda t: (t.scenario, t.epoch, t.replay) != (*place, n))[0],
    )
    again = sum(luck.values()) ** 0.5 if luck else float("inf")
    of_claims = 0.0
    if claims:
        fresh = _replays([t for each in claims for t in (*each.base, *each.variant)])
        of_claims = sem.replay(fresh, claimed) if fresh else 0.0
        of_claims = max(of_claims, redrawn) if isfinite(of_claims) else redrawn
        of_claims = min(of_claims, most)
    again = (again**2 + of_claims**2 + _unseen(whole, replays=True) ** 2) ** 0.5
    general = max(
        (min(general, outcome + most) ** 2 + _unseen(whole) ** 2) ** 0.5,
        (outcome**2 + redrawn**2 + _unseen(whole) ** 2) ** 0.5,
        _floor(whole),
    )
    # Another bank brings fresh seeds as well; with few families the scatter may not show it.
    general = max(general, again) if isfinite(again) else general
    together = 0.0
    if luck and isfinite(general):
        home = {(trial.scenario, trial.epoch): trial.family for trial in works.submission}
        of_family = dict.fromkeys(left, 0.0)
        for place, variance in luck.items():
            of_family[home[place]] += variance
        together = sem.follows({name: found[0] for name, found in left.items()}, of_family, general)
    return again, general, together


def _replays(trials: Sequence[Trial]) -> dict[tuple[str, int], list[int]]:
    """Which replays each scenario has."""
    found: dict[tuple[str, int], set[int]] = {}
    for trial in trials:
        found.setdefault((trial.scenario, trial.epoch), set()).add(trial.replay)
    return {place: sorted(numbers) for place, numbers in found.items()}


def _values(found: Sequence[Measurement]) -> dict[str, float | None]:
    return {each.id: each.value for each in found}


def _below(end: _Scored, bar: float) -> bool:
    """Whether a score is below the bar even so."""
    value, margin = end.score.value, end.margin
    return value is not None and margin is not None and band(value, bar, margin) == "below"


def _surely_below(end: _Scored, bar: float, reasons: Sequence[str]) -> Recommendation:
    return Recommendation(
        value="below",
        p_same=again["below"] if (again := _again(end, bar)) else None,
        bar=bar,
        again=again,
        reasons=(*reasons, "it is below even if every trial that could not be measured had ended well"),
    )


def _bounded(found: Score, ends: Sequence[_Scored]) -> Score:
    """A score that could not be had, with what it lies between if all that is missing were known."""
    if found.value is not None or not ends:
        return found
    high, low = (end.score for end in ends)
    return found.model_copy(update={"low": low.low, "high": high.high})


def _recommend(scored: _Scored, bar: float, reasons: list[str]) -> Recommendation:
    value, margin = scored.score.value, scored.margin
    assert value is not None
    if margin is None:
        reasons.append(
            "the error on another bank is not known: too few families of scenarios, or no score without one"
        )
    if reasons or margin is None:
        return Recommendation(value="refer", p_same=None, bar=bar, reasons=tuple(reasons))
    said, again = band(value, bar, margin), _again(scored, bar)
    return Recommendation(value=said, p_same=again[said] if again else None, bar=bar, again=again)


def _again(scored: _Scored, bar: float) -> dict[Band, float] | None:
    """How likely a regrade says each; `None` where that is not known."""
    value, margin, again = scored.score.value, scored.margin, scored.score.sem_replay
    if value is None or margin is None or again is None or scored.families < FEW_FAMILIES:
        return None
    return on_a_regrade(value, bar, margin, again, scored.margin_error or 0.0)


def _unseen(whole: Total, *, replays: bool = False) -> float:
    """The standard error that a sample without spread hides, in points.

    A rate of which every family shows the same (all passed) has no scatter to jackknife. For another
    bank it is taken as half the width of the exact interval; for a regrade as that of a rate with
    one more success and one more failure than were seen.
    """
    variance = 0.0
    by_id = {each.id: each for each in whole.measurements}
    for each in whole.earned:
        found = by_id.get(each.item.measurement)
        if found is None or found.value is None or not found.flat or found.unit != "share":
            continue
        if replays:
            p = (found.value * found.n + 1) / (found.n + 2)
            error = (p * (1 - p) / found.n) ** 0.5
        elif found.low is not None and found.high is not None:
            error = (found.high - found.low) / (2 * z_quantile(0.975))
        else:
            continue
        variance += (each.slope * error) ** 2
    return float(variance**0.5)


def _floor(whole: Total) -> float:
    """The error of rates near 0 and 1, in points: of so few events a jackknife sees too little.

    Elsewhere the jackknife stands, since it alone knows what the common draws take away.
    """
    by_id = {each.id: each for each in whole.measurements}
    variance = 0.0
    for each in whole.earned:
        found = by_id.get(each.item.measurement)
        if found is None or found.value is None or found.unit != "share":
            continue
        rare = min(found.value, 1 - found.value) * found.n < FEW
        if rare and found.low is not None and found.high is not None:
            variance += (each.slope * (found.high - found.low) / (2 * z_quantile(0.975))) ** 2
    return float(variance**0.5)


def _reasons(works: Works) -> list[str]:
    """Why a person must look, whatever the score says."""
    reasons = []
    for name, trials in (
        ("submission", works.submission),
        ("starter", works.starter),
        ("reference", works.reference),
    ):
        calls = sum(trial.calls for trial in trials)
        lost = sum(trial.not_understood for trial in trials)
        failed = [trial for trial in trials if trial.verdict is None]
        broken = sum(trial.whose == "environment" for trial in trials)
        if broken:
            reasons.append(f"environment: {broken} of {len(trials)} trials of the {name} could not be run")
        elif calls and lost / calls > NOT_UNDERSTOOD:
            reasons.append(f"simulator: {lost} of {calls} calls of the {name} were not understood")
        elif trials and len(failed) / len(trials) > NOT_UNDERSTOOD:
            whose = " and ".join(sorted({trial.whose for trial in failed}))
            reasons.append(f"{whose}: {len(failed)} of {len(trials)} trials of the {name} were not measured")
    return reasons


def _measure(measure: Measure, trials: Sequence[Trial], baseline: Sequence[Trial]) -> list[Measurement] | str:
    try:
        return measure(trials, baseline)
    except Exception as error:
        return f"grader: a measurement failed: {type(error).__name__}: {error}"
