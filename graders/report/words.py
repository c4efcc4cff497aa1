"""The report's sentences, and its numbers as people read them. The numbers themselves are given."""

from __future__ import annotations

from dataclasses import dataclass

from graders.evidence import Evidence
from graders.grade import ClaimResult, Grade, Scored
from graders.measure.measurement import Measurement

HEADLINES = {"above": "Above the bar", "refer": "Refer to a person", "below": "Below the bar"}
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


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask in the debrief, and the evidence that raises it."""

    ask: str
    because: str
    anchor: str
    """The id of the section that holds the evidence."""


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


def verdict(claim: ClaimResult) -> str:
    """What replication says of a claim, in a few words."""
    if claim.value is None:
        return f"not measured: {claim.why_not_measured or 'no reason given'}"
    if claim.points is None:
        return "cannot be told"
    if claim.covered:
        return "as predicted"
    return "the other direction" if claim.sign_right is False else "outside the prediction"


def facts(evidence: Evidence) -> list[str]:
    """What went wrong, in sentences that hold a count each."""
    said = [*_of_trials(evidence)]
    if evidence.failures:
        top = evidence.failures[0]
        said.append(
            f"The most common failure was {plain(top.label)}: "
            f"{_spread(top.trials, top.scenarios, top.families)}."
        )
    if evidence.pairs.starter:
        said.append(
            f"In {times(evidence.pairs.starter, 'pair')} of {evidence.pairs.count:,} "
            "the untouched starter succeeded where this work failed."
        )
    if evidence.refused:
        said.append(f"{times(evidence.refused, 'request')} came after a trial’s budget was spent.")
    return [*said, *_weekends(evidence), *_claims(evidence.grade)]


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
    said = f"On the weekends {harm:,} of {times(len(ours), 'ticket')} did harm"
    if base:
        said += f" (the starter’s: {sum(part.harm for part in base):,})"
    return [f"{said} and {left:,} were left to people."]


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
        said.append(
            f"All {len(judged):,} replayed claims came out as predicted."
            if len(judged) > 1
            else "The one replayed claim came out as predicted."
        )
    if lost := len(grade.claims) - len(judged):
        said.append(f"{times(lost, 'claim')} could not be judged.")
    return said


def _of_trials(evidence: Evidence) -> list[str]:
    ends = [ended for case in evidence.cases for ended in case.ours]
    if not ends:
        return []
    good, harm, missing = (ends.count(kind) for kind in ("success", "harm", "not measured"))
    bad = len(ends) - good - missing
    said = [f"{good:,} of {times(len(ends), 'trial')} ended well."]
    if bad:
        how_many = "all" if harm == bad else f"{harm:,}" if harm else "none"
        said.append(f"{bad:,} failed, {how_many} of them with harm.")
    if missing:
        said.append(f"{times(missing, 'trial')} could not be measured.")
    never = sum("success" not in case.ours for case in evidence.cases)
    mixed = _mixed(evidence)
    if never:
        said.append(f"{times(never, 'scenario')} never succeeded.")
    if mixed:
        said.append(f"{times(mixed, 'scenario')} succeeded in some replays and not in others.")
    return said


def questions(evidence: Evidence, count: int = 3) -> list[Question]:
    """The debrief questions that this evidence raises: claims, failures and cost first."""
    makers = (_of_claims, _of_failures, _of_cost, _of_regressions, _of_findings, _of_luck, _of_work)
    return [question for question in (make(evidence) for make in makers) if question is not None][:count]


def _of_claims(evidence: Evidence) -> Question | None:
    claims = [claim for claim in evidence.grade.claims if claim.value is not None]
    if not claims:
        return Question(
            "How do you know that your changes helped, and by how much?",
            "The submission makes no claim that could be replayed.",
            "claims",
        )
    worst = min(
        claims, key=lambda claim: (claim.covered is True, claim.skill if claim.skill is not None else 0.0)
    )
    seen = (
        f"{worst.id}: the {name(worst.metric)} was predicted to change by "
        f"{interval(*worst.predicted, worst.unit, sign=True)}; "
        f"on fresh seeds it changed by {number(worst.value, worst.unit, sign=True)} "
        f"({interval(worst.low, worst.high, worst.unit, sign=True)})."
    )
    if worst.covered:
        ask = "Your predictions held. How did you decide how many trials each of them needed?"
    elif worst.measured is not None and worst.measured_n:
        ask = (
            f"Your own {times(worst.measured_n, 'pair')} and our replay differ. "
            "What would you look at first to find out why?"
        )
    else:
        ask = "Your prediction and our replay differ. What did the prediction rest on?"
    return Question(ask, seen, "claims")


def _of_failures(evidence: Evidence) -> Question | None:
    if not evidence.failures:
        return None
    top = max(evidence.failures, key=lambda failure: (failure.harm, failure.trials))
    harm = f", {top.harm:,} with harm" if top.harm else ""
    return Question(
        f"What lies behind {plain(top.label)}, and would you repair it, catch it or live with it?",
        f"{plain(top.label)}: {_spread(top.trials, top.scenarios, top.families)}{harm}.",
        "failures",
    )


def _of_cost(evidence: Evidence) -> Question | None:
    if not evidence.spent or not evidence.spent[0].usd:
        return None
    top = evidence.spent[0]
    whole = number(evidence.grade.cost.usd, "usd")
    share = f"{number(top.usd, 'usd')} of {whole}" if len(evidence.spent) > 1 else f"all of {whole}"
    return Question(
        f"Where would you save on the {top.role} model’s calls, "
        "and how would you notice what that costs in quality?",
        f"The {top.role} model took {share}, in {times(top.calls, 'call')}; "
        f"{top.cached:,} of {top.tokens_in:,} input tokens came from the cache.",
        "cost",
    )


def _of_regressions(evidence: Evidence) -> Question | None:
    if not evidence.pairs.starter:
        return None
    return Question(
        "Which of your changes could have made something worse, and how would you have seen it?",
        f"In {times(evidence.pairs.starter, 'pair')} only the starter succeeded.",
        "starter",
    )


def _of_findings(evidence: Evidence) -> Question | None:
    if not evidence.grade.integrity:
        return None
    top = evidence.grade.integrity[0]
    return Question("Can you walk us through this?", f"{top.kind}: {top.detail}", "integrity")


def _of_luck(evidence: Evidence) -> Question | None:
    mixed = _mixed(evidence)
    if not mixed:
        return None
    return Question(
        "What makes the same scenario succeed once and fail once, and how would you find out?",
        f"{times(mixed, 'scenario')} ended well in some replays and not in others.",
        "trials",
    )


def _of_work(evidence: Evidence) -> Question | None:
    changed = max(evidence.changes.files, key=lambda file: file.added + file.removed, default=None)
    if changed is None:
        return None
    return Question(
        "Which part of this change mattered most, and how do you know?",
        f"{changed.path}: {times(changed.added, 'line')} added, {changed.removed:,} removed.",
        "changes",
    )


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


def _mixed(evidence: Evidence) -> int:
    return sum("success" in case.ours and len(set(case.ours)) > 1 for case in evidence.cases)


def _spread(trials: int, scenarios: int, families: int) -> str:
    return (
        f"{times(trials, 'trial')}, in {times(scenarios, 'scenario')} "
        f"of {times(families, 'family', 'families')}"
    )
