"""What the page says first: where the score stands to the bar, by which rule, and how it was measured."""

from __future__ import annotations

from graders.bands import band
from graders.grade import Grade
from graders.report.words import HEADLINES, number, reference_points

NO_ADVICE = "No recommendation"
PLACES = {
    "above": "above the bar",
    "refer": "where only a person could decide",
    "below": "below the bar",
}


def headline(grade: Grade) -> str:
    """The page's largest words: on public scenarios nothing is recommended."""
    return NO_ADVICE if grade.demonstration else HEADLINES[grade.recommendation.value]


def below_it(grade: Grade) -> str:
    """What stands below the headline."""
    if not grade.demonstration:
        return "A recommendation from evidence. A person decides."
    if grade.score.value is None:
        return "The scenarios are public demonstration scenarios."
    place = PLACES[grade.recommendation.value]
    return f"The scenarios are public demonstration scenarios. On them the score stands {place}."


def rule(grade: Grade) -> str:
    """The rule by which it is above, refer or below, with this grade's numbers; empty where there is none."""
    said, score = grade.recommendation, grade.score
    if score.value is None or said.margin is None:
        return ""
    where = band(score.value, said.bar, said.margin)
    errors = f", {said.margin / score.sem_general:.2f} standard errors" if score.sem_general else ""
    ends = " to ".join(number(said.bar + side * said.margin, "points") for side in (-1, 1))
    stands = {"above": "lies above that", "refer": "lies within", "below": "lies below that"}[where]
    text = (
        f"The rule: from {ends} a person decides, that is {number(said.margin, 'points')} points{errors}, "
        f"to either side of the bar. {number(score.value, 'points')} {stands}"
    )
    return f"{text}." if where == said.value else f"{text}; a person is asked all the same."


def subtotal(grade: Grade) -> str:
    """What the score is the sum of; empty where a part is not known."""
    outcome, claims = ([item.earned for item in group] for group in (grade.outcome, grade.process))
    if grade.score.value is None or not outcome or None in outcome or None in claims:
        return ""
    parts = [f"outcome {number(sum(filter(None, outcome)), 'points')} of {reference_points(grade):g}"]
    if claims:
        most = sum(item.points for item in grade.process)
        parts.append(f"claims {number(sum(filter(None, claims)), 'points')} of {most:g}")
    return " + ".join(parts)


def how(grade: Grade) -> str:
    """Where the program ran, and against what."""
    where = (
        "as a process of the grading machine, without isolation,"
        if grade.sandbox.kind == "process"
        else "in a container without a network"
    )
    what = "public demonstration" if grade.demonstration else "hidden"
    return f"The program ran {where} against {what} scenarios."
