"""What to ask in the debrief, each question with the evidence that raises it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from graders.evidence import Evidence, Weekend
from graders.report.ending import beside, ending_of
from graders.report.facts import mixed
from graders.report.weekends import end_of, named
from graders.report.words import interval, name, number, plain, spread, times

MOST_OF_IT = 0.9
"""With more than this share of the cost on one model, cost is nothing to choose by."""
DEARER = 1.5
"""From so many times the starter's cost on it is asked what the money buys."""
NAMED = 4
"""Scenarios that a question names."""
TRIED = 300
"""Characters of a candidate's own words that a question quotes."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask in the debrief, and the evidence that raises it."""

    ask: str
    because: str
    anchor: str
    """The id of the section that holds the evidence."""


def questions(evidence: Evidence, count: int = 6) -> list[Question]:
    """The debrief questions that this evidence raises: serious findings, claims and failures first."""
    makers = (
        _of_serious, _of_claims, _of_example, _of_failures, _of_cost, _of_regressions, _of_weekends,
        _of_dropped, _of_luck, _of_work, _of_findings,
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
    if worst.covered and worst.points == 0 and worst.remark:
        ask = (
            f"Your claim {worst.id} held and earned nothing: {worst.remark.partition(' (')[0]}. "
            "What did you mean it to show?"
        )
    elif worst.covered:
        ask = "Your predictions held. How did you decide how many trials each of them needed?"
    elif worst.measured is not None and worst.measured_n:
        ask = (
            f"Your own {times(worst.measured_n, 'pair')} and our replay differ. "
            "What would you look at first to find out why?"
        )
    else:
        ask = "Your prediction and our replay differ. What did the prediction rest on?"
    return Question(ask, seen, "claims")


def _of_example(evidence: Evidence) -> Question | None:
    """The trial that the page shows: the reviewer can go through it with whoever did the work."""
    look = evidence.look
    if look is None:
        return None
    ending = ending_of(look)
    trial = f"{look.record.scenario}, replay {look.record.replay}"
    if ending.expected and ending.found:
        trial += f": expected {ending.expected}; {'; '.join(ending.found)}"
    starter = f" {said}" if (said := beside(look)) else ""
    return Question(
        f"Walk us through this trial, which ended as “{plain(look.end.label)}”: at which call could your "
        "program have noticed, and what should it have done then?",
        f"{trial}.{starter}",
        "example",
    )


def _of_failures(evidence: Evidence) -> Question | None:
    """The worst way to fail, unless the example is of it."""
    if not evidence.failures:
        return None
    top = max(evidence.failures, key=lambda failure: (failure.harm, failure.trials))
    if evidence.look is not None and evidence.look.end.label == top.label:
        return None
    harm = f", {top.harm:,} with harm" if top.harm else ""
    return Question(
        f"What lies behind “{plain(top.label)}”, and would you repair it, catch it or live with it?",
        f"{plain(top.label)}: {spread(top.trials, top.scenarios, top.families)}{harm}.",
        "failures",
    )


def _of_cost(evidence: Evidence) -> Question | None:
    cost, base = evidence.grade.cost, evidence.grade.starter_cost
    if base is not None and base.usd and cost.usd >= DEARER * base.usd:
        return Question(
            "What does your work buy for what it costs beyond the starter, and where would you save first?",
            f"All trials cost {number(cost.usd, 'usd')}, {cost.usd / base.usd:.1f} times the starter’s "
            f"{number(base.usd, 'usd')}; {times(cost.calls, 'call')} against {base.calls:,}.",
            "cost",
        )
    if len(evidence.spent) < 2 or evidence.spent[0].usd > MOST_OF_IT * cost.usd:
        return None  # one model's price is no choice to speak about
    top = evidence.spent[0]
    return Question(
        f"Where would you save on the {top.role} model’s calls, "
        "and how would you notice what that costs in quality?",
        f"The {top.role} model took {number(top.usd, 'usd')} of {number(cost.usd, 'usd')}, in "
        f"{times(top.calls, 'call')}; {top.cached:,} of {top.tokens_in:,} input tokens came from the cache.",
        "cost",
    )


def _of_regressions(evidence: Evidence) -> Question | None:
    """What only the starter did well, and where most of it lies."""
    if not evidence.pairs.starter:
        return None
    lost = Counter(
        case.id
        for case in evidence.cases
        for ours, base in zip(case.ours, case.starter, strict=False)
        if base == "success" and ours in ("failure", "harm")
    )
    ordered = sorted(lost, key=lambda name: (-lost[name], name))
    where = f": {', '.join(ordered[:NAMED])}{' and others' if len(ordered) > NAMED else ''}" if lost else ""
    what = ordered[0] if len(ordered) == 1 else "these" if ordered else "something"
    return Question(
        f"Which of your changes could have made {what} worse, and how would you have seen it?",
        f"In {times(evidence.pairs.starter, 'pair')} only the starter succeeded{where}.",
        "starter",
    )


def _of_weekends(evidence: Evidence) -> Question | None:
    """The weekend that went worst: most harm, then fewest tickets that ended well."""

    def ends(weekend: Weekend) -> Counter[str]:
        return Counter(end_of(part) for part in weekend.ours)

    if not evidence.weekends:
        return None
    worst = max(evidence.weekends, key=lambda each: (ends(each)["harm"], -ends(each)["ended well"]))
    bad = [part for part in worst.ours if not part.success]
    if not bad:
        return None
    first = min(bad, key=lambda part: (not part.harm, part.hour))
    well = ends(worst)["ended well"]
    base = f" (the starter’s: {sum(part.success for part in worst.starter):,})" if worst.starter else ""
    return Question(
        f"What could your program have known at hour {first.hour:g} of this weekend, and how would you "
        "have it go on from there?",
        f"{named(worst)}: {well:,} of {times(len(worst.ours), 'task')} ended well{base}; "
        f"the one that came at hour {first.hour:g} ended as “{plain(first.label)}”"
        f"{' with harm' if first.harm else ''}.",
        "weekends",
    )


def _of_dropped(evidence: Evidence) -> Question | None:
    """The last change that was tried and then dropped, in the candidate's own words."""
    tried = found = None
    for event in evidence.journal.events:
        if event.kind == "try":
            tried = event
        elif event.kind == "drop" and tried is not None:
            found, tried = tried, None
    if found is None:
        return None
    text = found.text if len(found.text) <= TRIED else f"{found.text[: TRIED - 1]}…"
    return Question(
        "You tried this and dropped it. What did you conclude, and how sure could you be of it?",
        f"The candidate’s own log, minute {found.minutes:.0f}: {text}",
        "journal",
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
    first = next(case for case in evidence.cases if "success" in case.ours and len(set(case.ours)) > 1)
    return Question(
        f"What makes {first.id} succeed once and fail once, and how would you find out?",
        f"{first.id}: {', '.join(first.ours)}. In all {times(both, 'scenario')} ended well in some replays "
        "and not in others.",
        "trials",
    )


def _of_work(evidence: Evidence) -> Question | None:
    changed = max(evidence.changes.files, key=lambda file: file.added + file.removed, default=None)
    if changed is None:
        return None
    return Question(
        f"Which part of your change to {changed.path} mattered most, and how do you know?",
        f"{changed.path}: {times(changed.added, 'line')} added, {changed.removed:,} removed.",
        "changes",
    )
