"""The report's sentences, and its numbers as people read them. The numbers themselves are given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from graders.evidence import Ended
from graders.grade import ClaimResult, Difference, Grade, Recommendation, Scored
from graders.measure.measurement import Measurement

CARDS = {"invented": "error rates set by the exercise’s author, not fitted to any vendor’s model"}
HEADLINES = {"above": "Above the bar", "refer": "Refer to a person", "below": "Below the bar"}
FEW = 10
"""With fewer families or claims it is said that they are few."""
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
OLD_LABELS = {"predictions that replication confirmed": "all claims together"}
"""In grades from before the name was changed."""
STARTER_ENDED: dict[Ended, str] = {
    "success": "ended well",
    "failure": "failed, without harm",
    "harm": "did harm",
    "not measured": "was not measured",
}
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b")


def reference_points(grade: Grade) -> float:
    """Where the reference stands on the scale: at what its outcome earns, claims apart."""
    return sum(item.points for item in grade.outcome)


def scale(grade: Grade) -> str:
    """What the score's numbers stand for."""
    outcome, claims = reference_points(grade), sum(item.points for item in grade.process)
    return (
        f"0 is the untouched starter, {outcome:g} what our reference’s outcome earns, "
        f"and claims whose effects our replay finds add up to {claims:g}."
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


def percent(value: float | None) -> str:
    """A share of a few trials: decimals would say more than they can."""
    return "–" if value is None else f"{100 * value:.0f} %"


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
    label = OLD_LABELS.get(label, label)
    return label or METRICS.get(id, id.replace("_", " "))


def called(id: str, rows: Sequence[Scored]) -> str:
    """What a difference is of, by the name of the row of that measurement where there is one."""
    return name(next((row for row in rows if row.id == id), id))


def rests(found: Measurement) -> str:
    """What a measurement rests on: how many were counted, and the groups that its interval counts."""
    said = f"n = {found.n:,}"
    if not found.clusters or not found.by:
        return said
    only = "only " if found.value is not None and found.clusters < FEW else ""
    return f"{said}, {only}{times(found.clusters, found.by, 'families' if found.by == 'family' else '')}"


def judged(claims: Sequence[ClaimResult]) -> str:
    """How many claims could be judged, how many of them held, and how little so few say."""
    known = [claim for claim in claims if claim.value is not None and claim.points is not None]
    said = f"{len(known):,} of {times(len(claims), 'claim')} judged"
    said += f": {places(known)}" if known else ""
    return f"{said}; so few say little of how the next would do" if 0 < len(known) < FEW else said


def place(claim: ClaimResult) -> str:
    """Where what we found of a judged claim lies to its prediction."""
    assert claim.value is not None
    low, high = claim.predicted
    if claim.covered:
        return "inside the predicted range" if low <= claim.value <= high else "outside it within our noise"
    return "outside it"


def places(claims: Sequence[ClaimResult]) -> str:
    """How many judged claims lie where."""
    counts = Counter(map(place, claims))
    order = ("inside the predicted range", "outside it within our noise", "outside it")
    return ", ".join(f"{counts[where]:,} {where}" for where in order if counts[where])


def seen(claim: ClaimResult) -> bool:
    """Whether the effect that we found can be told from none; an end that is shown as 0 is none."""
    if claim.low is None or claim.high is None:
        return False
    shown = [number(end, claim.unit, sign=True)[0] for end in (claim.low, claim.high)]
    return shown in (["+", "+"], ["−", "−"])


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
    remark = claim.remark
    precision = f"precision {100 * claim.skill:.0f} %"
    if not claim.in_work:
        found = "the effect was found, but earns nothing" if seen(claim) else "earns nothing"
        why = remark.partition(" (")[0].replace("%", " %")
        parts = [
            f"{found}: {why}, and points are for submitted code. That is a rule of ours, not a measurement"
        ]
    elif remark and not claim.gain:
        parts = [precision, f"earns nothing: {remark}"]
    else:
        parts = [
            f"{precision}, sure gain {100 * claim.gain:.0f} % of what was to be had",
            *filter(None, [remark]),
        ]
    if claim.measured == claim.predicted:
        parts.insert(1, "predicted what the candidate had measured")
    return "; ".join(parts)


def verdict(claim: ClaimResult) -> str:
    """What replication says of a claim, in a few words."""
    if claim.value is None:
        return f"not measured: {claim.why_not_measured or 'no reason given'}"
    if claim.points is None:
        return "cannot be told"
    low, high = claim.predicted
    if low <= claim.value <= high:
        said = "inside the predicted range"
    elif claim.sign_right is False and not claim.covered:
        said = "the other direction"
    else:
        missed = number(max(low - claim.value, claim.value - high), claim.unit, sign=True).lstrip("+")
        said = f"outside the predicted range by {missed}{', within our noise' if claim.covered else ''}"
    return said if seen(claim) else f"{said}; cannot be told from no effect"


def ends(found: Scored) -> str:
    """From where to where a row's points go; empty where the grade does not say."""
    if found.zero is None or found.full is None:
        return ""
    return f"points from {number(found.zero, found.unit)} (none) to {number(found.full, found.unit)} (all)"


def untold(found: Measurement, differences: Sequence[Difference]) -> str:
    """Said of a row whose difference from the starter may be none."""
    told = any(each.id == found.id and not each.distinguishable for each in differences)
    return "difference from the starter: cannot be told from none" if told else ""


def plain(label: str) -> str:
    """A judge's label as words."""
    return label.replace("_", " ")


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


def cut(text: str, width: int) -> str:
    """At most `width` characters."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def shortened(text: str) -> str:
    """The same with digests cut to what tells them apart."""
    return _DIGEST.sub(r"\1…", text)


class Term(NamedTuple):
    """A word of the page, and what it means there."""

    word: str
    means: str


def glossary(grade: Grade) -> list[Term]:
    """The page's own words; those of strata only where there are any."""
    terms = [
        Term(
            "trial",
            "one run of a program on one scenario: a single task, such as a mail or a ticket, or many tasks",
        ),
        Term(
            "family",
            "scenarios made from one template; they resemble each other, so intervals count families",
        ),
        Term(
            "round, replay", "every scenario once; the replays of a scenario are its trials, numbered from 0"
        ),
        Term("draws", "all that chance decides in a trial; every work meets the same in the same replay"),
    ]
    if grade.strata:
        terms += [
            Term(
                "weighed",
                "each kind of scenario has a fixed weight in rates and means, however many there are",
            ),
            Term(", ".join(grade.strata), "kinds of scenarios; the exercise’s brief says what each is"),
        ]
    return terms


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


def spread(trials: int, scenarios: int, families: int) -> str:
    """How far something reaches."""
    return (
        f"{times(trials, 'trial')}, in {times(scenarios, 'scenario')} "
        f"of {times(families, 'family', 'families')}"
    )
