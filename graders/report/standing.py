"""What the page says first: where the score stands to the bar, by which rule, and how it was measured."""

from __future__ import annotations

from graders.bands import UNCALIBRATED, band
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
    shown = number(score.value, "points")
    where = band(score.value, said.bar, said.margin)
    low, high = (number(said.bar + side * said.margin, "points") for side in (-1, 1))
    if low == high:
        lies = {"above": "above", "refer": "at", "below": "below"}[where]
        text = (
            "The rule: where no error is found, as here, a person decides only at the bar itself. "
            f"{shown} lies {lies} it"
        )
    else:
        errors = f", {said.margin / score.sem_general:.2f} standard errors" if score.sem_general else ""
        lies = {"above": "above that", "refer": "within", "below": "below that"}[where]
        text = (
            f"The rule: from {low} to {high} a person decides, that is {number(said.margin, 'points')} "
            f"points{errors}, to either side of the bar. {shown} lies {lies}"
        )
    return f"{text}." if where == said.value else f"{text}; a person is asked all the same."


def few(grade: Grade) -> str:
    """What is said of an interval that rests on few families; empty where there is nothing to say."""
    return f"{UNCALIBRATED[:1].upper()}{UNCALIBRATED[1:]}." if grade.score.calibrated is False else ""


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
