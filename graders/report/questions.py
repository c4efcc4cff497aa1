"""What to ask in the debrief, each question with the evidence that raises it."""

from __future__ import annotations

from dataclasses import dataclass

from graders.evidence import Evidence
from graders.report.words import interval, mixed, name, number, plain, spread, times

MOST_OF_IT = 0.9
"""With more than this share of the cost on one model, cost is nothing to choose by."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask in the debrief, and the evidence that raises it."""

    ask: str
    because: str
    anchor: str
    """The id of the section that holds the evidence."""


def questions(evidence: Evidence, count: int = 3) -> list[Question]:
    """The debrief questions that this evidence raises: serious findings, claims and failures first."""
    makers = (
        _of_serious, _of_claims, _of_failures, _of_cost, _of_regressions, _of_luck, _of_work, _of_findings,
    )  # fmt: skip
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
        f"{plain(top.label)}: {spread(top.trials, top.scenarios, top.families)}{harm}.",
        "failures",
    )


def _of_cost(evidence: Evidence) -> Question | None:
    if len(evidence.spent) < 2 or evidence.spent[0].usd > MOST_OF_IT * evidence.grade.cost.usd:
        return None  # one model's price is no choice to speak about
    top = evidence.spent[0]
    whole = number(evidence.grade.cost.usd, "usd")
    return Question(
        f"Where would you save on the {top.role} model’s calls, "
        "and how would you notice what that costs in quality?",
        f"The {top.role} model took {number(top.usd, 'usd')} of {whole}, in {times(top.calls, 'call')}; "
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


def _of_serious(evidence: Evidence) -> Question | None:
    serious = [finding for finding in evidence.grade.integrity if finding.weight == "serious"]
    if not serious:
        return None
    top = serious[0]
    return Question(
        "How did this come about?",
        f"{times(len(serious), 'serious finding')}; the first: {name(top.kind)}, "
        f"{top.detail}{f' ({top.where})' if top.where else ''}.",
        "integrity",
    )


def _of_findings(evidence: Evidence) -> Question | None:
    if not evidence.grade.integrity:
        return None
    top = evidence.grade.integrity[0]
    return Question("Can you walk us through this?", f"{top.kind}: {top.detail}", "integrity")


def _of_luck(evidence: Evidence) -> Question | None:
    both = mixed(evidence)
    if not both:
        return None
    return Question(
        "What makes the same scenario succeed once and fail once, and how would you find out?",
        f"{times(both, 'scenario')} ended well in some replays and not in others.",
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
