"""The report's sentences, and its numbers as people read them. The numbers themselves are given."""

from __future__ import annotations

from collections import Counter

from graders.evidence import Evidence
from graders.grade import ClaimResult, Grade, Recommendation, Scored
from graders.measure.measurement import Measurement

CARDS = {"invented": "error rates set by the exercise’s author, not fitted to any vendor’s model"}
HEADLINES = {"above": "Above the bar", "refer": "Refer to a person", "below": "Below the bar"}
_STANDS_OUT = 3
"""Trials with harm from which on a family is named for them."""
METRICS = {
    "failure_rate": "failure rate",
    "harm_rate": "harm rate",
    "usd_per_task": "cost of a task",
    "success_rate": "success rate",
    "escalated_share": "handed to a person",
    "false_promise_rate": "false promises",
    "seconds_per_task": "virtual time of a task",
    "calls_per_task": "model calls of a task",
    "not_understood_share": "calls that the simulated model did not understand",
}


def reference_points(grade: Grade) -> float:
    """Where the reference stands on the scale: at what its outcome earns, claims apart."""
    return sum(item.points for item in grade.outcome)


def scale(grade: Grade) -> str:
    """What the score's numbers stand for."""
    outcome, claims = reference_points(grade), sum(item.points for item in grade.process)
    return (
        f"0 is the untouched starter, {outcome:g} what our reference’s outcome earns, "
        f"and claims that replication confirms add up to {claims:g}."
    )


def number(value: float | None, unit: str = "", *, sign: bool = False) -> str:
    """A value with its unit, a true minus, a dash for what is not there.

    `sign`: it is a difference, so a share's is in percentage points.
    """
    if value is None:
        return "–"
    plus = "+" if sign else ""
    if unit == "share":
        text = f"{100 * value:{plus}.1f} {'pp' if sign else '%'}"
    elif unit == "points":
        text = f"{value:{plus}.1f}"
    elif unit == "usd":
        digits = 2 if abs(value) >= 0.1 else 4 if abs(value) >= 0.01 else 5
        text = f"{'-' if value < 0 else plus}${abs(value):,.{digits}f}"
    elif unit == "seconds":
        text = f"{value:{plus},.3g} s"
    else:
        text = f"{value:{plus},.3g} {unit}".strip()
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("+-")
    return text.replace("-", "−")


def interval(low: float | None, high: float | None, unit: str = "", *, sign: bool = False) -> str:
    """`low to high`, the unit said once; empty for what is not there."""
    if low is None or high is None:
        return ""
    left, right = number(low, unit, sign=sign), number(high, unit, sign=sign)
    return f"{left.partition(' ')[0]} to {right}"


def times(count: int, noun: str, plural: str = "") -> str:
    """`1 trial`, `2 trials`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def name(item: Measurement | str) -> str:
    """What a measurement is called."""
    label = item.label if isinstance(item, Scored) else ""
    id = item if isinstance(item, str) else item.id
    if not label and id.startswith("pass^"):
        return f"scenarios of which {id.removeprefix('pass^')} replays all end well"
    return label or METRICS.get(id, id.replace("_", " "))


def chance(p: float) -> str:
    """A probability in per cent; never surer than its rounding."""
    return "over 99 %" if p > 0.99 else "under 1 %" if p < 0.01 else f"{100 * p:.0f} %"


def otherwise(said: Recommendation) -> str:
    """What a regrade may say besides, the likelier first; empty where nothing else is to be expected."""
    others = {band: p for band, p in (said.again or {}).items() if band != said.value and p >= 0.005}
    ordered = sorted(others, key=lambda band: -others[band])
    return ", ".join(f"{HEADLINES[band].lower()} {chance(others[band])}" for band in ordered)


def card(provenance: str) -> str:
    """What the simulated model's error rates rest on."""
    return CARDS.get(provenance, provenance)


def worth(claim: ClaimResult) -> str:
    """What a judged claim's points come from, or what speaks against it."""
    if claim.skill is None or claim.gain is None:
        return claim.remark
    parts = [f"precision {100 * claim.skill:.0f} %, sure gain {100 * claim.gain:.0f} % of what was to be had"]
    if claim.measured == claim.predicted:
        parts.append("predicted what the candidate had measured")
    return "; ".join([*parts, *([claim.remark] if claim.remark else [])])


def verdict(claim: ClaimResult) -> str:
    """What replication says of a claim, in a few words."""
    if claim.value is None:
        return f"not measured: {claim.why_not_measured or 'no reason given'}"
    if claim.points is None:
        return "cannot be told"
    if claim.covered:
        return "as predicted, within our noise"
    if claim.sign_right is False:
        return "the other direction"
    low, high = claim.predicted
    missed = max(low - claim.value, claim.value - high)
    return f"outside the prediction by {number(missed, claim.unit, sign=True).lstrip('+')}"


def facts(evidence: Evidence) -> list[str]:
    """What went wrong, in sentences that hold a count each."""
    said = [*_of_trials(evidence), *_of_pairs(evidence)]
    if evidence.failures:
        top = evidence.failures[0]
        said.append(
            f"The most common failure was {plain(top.label)}: "
            f"{spread(top.trials, top.scenarios, top.families)}."
        )
    said += _most_harm(evidence)
    if evidence.crashed:
        said.append(f"In {times(evidence.crashed, 'trial')} the program ended with an error or was stopped.")
    if evidence.refused:
        said.append(f"{times(evidence.refused, 'request')} came after a trial’s budget was spent.")
    return [*said, *_weekends(evidence), *_claims(evidence.grade)]


def _most_harm(evidence: Evidence) -> list[str]:
    """The family in which most of the harm was done, where one stands out."""
    harm = Counter({case.family: 0 for case in evidence.cases})
    for case in evidence.cases:
        harm[case.family] += case.ours.count("harm")
    every = harm.total()
    family, most = max(harm.items(), key=lambda each: (each[1], each[0]), default=("", 0))
    if most < _STANDS_OUT or 2 * most <= every:
        return []
    cases = [case for case in evidence.cases if case.family == family]
    ours, base = ([ended for case in cases for ended in getattr(case, who)] for who in ("ours", "starter"))
    starter = f"; the starter did it in {base.count('harm'):,} of {len(base):,}" if base else ""
    said = (
        f"{most:,} of the {every:,} trials with harm are of one family, {plain(family)} "
        f"({times(len(ours), 'trial')}{starter})."
    )
    return [said]


def plain(label: str) -> str:
    """A judge's label as words."""
    return label.replace("_", " ")


def _weekends(evidence: Evidence) -> list[str]:
    """What became of the tickets of trials of many, beside the starter's."""
    ours = [part for weekend in evidence.weekends for part in weekend.ours]
    base = [part for weekend in evidence.weekends for part in weekend.starter]
    if not ours:
        return []
    harm, left = (sum(getattr(part, what) for part in ours) for what in ("harm", "left"))
    said = f"On the weekends {harm:,} of {times(len(ours), 'ticket')} ended with harm"
    if base:
        said += f" (the starter’s: {sum(part.harm for part in base):,})"
    if harm:
        [(label, count)] = Counter(part.label for part in ours if part.harm).most_common(1)
        said += f", most often {plain(label)} ({count:,}),"
    return [f"{said} and {left:,} {'was' if left == 1 else 'were'} left to people."]


def _claims(grade: Grade) -> list[str]:
    """How many claims held, and which did not."""
    if not grade.claims:
        return ["The submission claims nothing."]
    judged = [claim for claim in grade.claims if claim.value is not None and claim.points is not None]
    said = []
    if missed := [claim for claim in judged if claim.covered is False]:
        which = "; ".join(
            f"{claim.id} (predicted {interval(*claim.predicted, claim.unit, sign=True)}, "
            f"found {number(claim.value, claim.unit, sign=True)})"
            for claim in missed
        )
        said.append(
            f"{len(missed):,} of {times(len(judged), 'replayed claim')} "
            f"did not come out as predicted: {which}."
        )
    elif judged:
        every = {1: "The one replayed claim", 2: "Both replayed claims"}.get(
            len(judged), f"All {len(judged):,} replayed claims"
        )
        said.append(f"{every} came out as predicted, within our noise.")
    if judged:
        earned, most = (
            sum(getattr(item, what) or 0.0 for item in grade.process) for what in ("earned", "points")
        )
        said.append(f"Claims earn {number(earned, 'points')} of {most:g} points.")
    if lost := len(grade.claims) - len(judged):
        said.append(f"{times(lost, 'claim')} could not be judged.")
    return said


def _of_trials(evidence: Evidence) -> list[str]:
    ends = [ended for case in evidence.cases for ended in case.ours]
    if not ends:
        return []
    good, harm, missing = (ends.count(kind) for kind in ("success", "harm", "not measured"))
    bad = len(ends) - good - missing
    single = " of single tasks" if evidence.weekends else ""
    said = [f"{good:,} of {times(len(ends), 'trial')}{single} ended well{_beside(evidence.grade)}."]
    if bad:
        how_many = "all" if harm == bad else f"{harm:,}" if harm else "none"
        said.append(f"{bad:,} failed, {how_many} of them with harm.")
    if missing:
        said.append(f"{times(missing, 'trial')} could not be measured.")
    never = sum("success" not in case.ours for case in evidence.cases)
    both = mixed(evidence)
    if never:
        said.append(f"{times(never, 'scenario')} never succeeded.")
    if both:
        said.append(f"{times(both, 'scenario')} succeeded in some replays and not in others.")
    return said


def _beside(grade: Grade) -> str:
    """The share of success as it is scored, beside the starter's and the reference's."""
    rate = next((item for item in grade.outcome if item.id == "success_rate"), None)
    if rate is None or rate.value is None or rate.starter is None or rate.reference is None:
        return ""
    weighed = ", weighed" if grade.strata else ":"
    return (
        f"{weighed} {number(rate.value, 'share')} "
        f"(starter {number(rate.starter, 'share')}, reference {number(rate.reference, 'share')})"
    )


def _of_pairs(evidence: Evidence) -> list[str]:
    """Both ways in which work and starter differ on the same draws."""
    pairs = evidence.pairs
    if not pairs.ours + pairs.starter:
        return []
    said = (
        f"On the same draws {times(pairs.ours, 'trial')} succeeded where the starter failed, "
        f"and {pairs.starter:,} failed where it succeeded"
    )
    found = next((each for each in evidence.grade.differences if each.id == "success_rate"), None)
    if found is not None and not found.distinguishable:
        said += ": not distinguishable from no change"
    return [f"{said}."]


def method(grade: Grade) -> list[tuple[str, str]]:
    """Everything that a rerun needs, by name."""
    versions = grade.versions
    rules = (
        f"rubric {versions.rubric}, measurement {versions.measurement}, "
        f"statistics {versions.statistics}, scoring {versions.scoring}"
    )
    return [
        ("takehome", versions.takehome),
        ("exercise", f"{grade.exercise} {grade.exercise_version}, {versions.exercise}"),
        ("assessment", f"{grade.assessment}, {versions.assessment}"),
        ("submission", grade.submission_digest),
        ("its work", grade.work_digest),
        ("simulated model", f"{versions.simulator}; card {grade.card_provenance}, {versions.card}"),
        ("sandbox", f"{grade.sandbox.description}, isolation by {grade.sandbox.isolation}"),
        ("image", grade.sandbox.image),
        ("own packages", ", ".join(grade.sandbox.packages) or "none"),
        ("seed epoch", str(grade.seed_epoch)),
        ("rounds", rounds(grade)),
        ("vault", versions.vault),
        ("rules", rules),
    ]


def rounds(grade: Grade) -> str:
    """How often the bank was run, and why not more often."""
    said = times(grade.rounds, "round")
    stop = grade.stopped
    if stop is None or not stop.limit:
        return said
    if not stop.settled:
        return f"{said}, the most that were allowed: on these scenarios the recommendation is not settled"
    saved = f"; {times(stop.saved, 'further round')} saved" if stop.saved else ""
    return f"{said}: on these scenarios more would hardly change the recommendation{saved}"


def mixed(evidence: Evidence) -> int:
    """How many scenarios ended well in some replays and not in others."""
    return sum("success" in case.ours and len(set(case.ours)) > 1 for case in evidence.cases)


def spread(trials: int, scenarios: int, families: int) -> str:
    """How far something reaches."""
    return (
        f"{times(trials, 'trial')}, in {times(scenarios, 'scenario')} "
        f"of {times(families, 'family', 'families')}"
    )
