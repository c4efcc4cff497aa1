"""A grade in a few lines, for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from graders.bands import UNCALIBRATED
from graders.changes import Change
from graders.compare import Comparison
from graders.grade import ClaimResult, Grade, Recommendation, Score
from graders.report.words import chance
from harness.cli.output import console, harmless

_BANDS = {"above": "above the bar", "refer": "refer to a person", "below": "below the bar"}


def show(grade: Grade) -> None:
    """Print recommendation, score, what it is made of, and what to look at."""
    out = console()
    out.print(headline(grade.recommendation, grade.score), markup=False)
    for reason in grade.recommendation.reasons:
        out.print(harmless(f"  {reason}"), markup=False)
    if grade.score.calibrated is False:
        out.print(f"  {UNCALIBRATED}", markup=False)
    table = Table(box=None, pad_edge=False)
    for name in ("", "value", "95 % interval", "starter", "reference", "points"):
        table.add_column(name, justify="left" if not name else "right")
    for row in (*grade.outcome, *grade.process):
        table.add_row(
            row.id,
            "not measured" if row.value is None else _number(row.value, row.unit),
            ""
            if row.low is None or row.high is None
            else f"{_number(row.low, row.unit)} to {_number(row.high, row.unit)}",
            "" if row.starter is None else _number(row.starter, row.unit),
            "" if row.reference is None else _number(row.reference, row.unit),
            f"{round(row.earned, 1) + 0.0:.1f} of {row.points:g}"
            if row.earned is not None
            else f"– of {row.points:g}",
        )
    out.print(table)
    for claim in grade.claims:
        out.print(harmless(_claim(claim)), markup=False)
    for row in (*grade.outcome, *grade.process):
        if row.why_not_measured:
            out.print(harmless(f"`{row.id}`: {row.why_not_measured}"), markup=False)
    serious = [found for found in grade.integrity if found.weight != "note"]
    for found in serious[:8]:
        text = harmless(f"look: {found.kind}: {found.detail} ({found.where})")
        out.print(text[:200], markup=False)
    if grade.exercise_status == "draft":
        out.print("The exercise is a draft: it has not yet proven that it separates people.", markup=False)
    if grade.demonstration:
        out.print(
            "The vault is the public demonstration: this grade proves nothing of a person.", markup=False
        )


def show_changes(changed: Sequence[Change]) -> None:
    """Print what a regrade changed."""
    out = console()
    if not changed:
        out.print("nothing changed", markup=False)
    for name, old, new in changed:
        out.print(harmless(f"{name}: {_short(old)} → {_short(new)}"), markup=False)


def show_comparison(found: Comparison) -> None:
    """Print each difference, and whether it is one."""
    out = console()
    for warning in found.warnings:
        out.print(warning, markup=False)
    for row in found.differences:
        text = f"{row.id}: A - B = {_signed(row.value, row.unit)}"
        if row.gained == row.lost == 0:
            text += f"; not distinguishable: no pair differed ({row.pairs} pairs)"
            if row.low is not None and row.high is not None and row.high > row.low:
                most = _number(max(-row.low, row.high), row.unit)
                text += f"; a difference of up to {most} could have been missed"
            out.print(text, markup=False)
            continue
        if row.low is not None and row.high is not None:
            text += f" ({_signed(row.low, row.unit)} to {_signed(row.high, row.unit)}, {row.pairs} pairs)"
        if not row.distinguishable:
            text += "; not distinguishable"
            if row.detectable is not None:
                least = _number(row.detectable, row.unit)
                text += f": a true difference of {least} would have shown 4 times in 5"
        out.print(text, markup=False)
    for name, score in (("A", found.score_a), ("B", found.score_b)):
        out.print(f"score {name}: {'not measured' if score is None else f'{score:.1f}'}", markup=False)


def headline(said: Recommendation, score: Score) -> str:
    """One line: the band, the score with its error, and how likely a regrade says the same."""
    text = f"{_BANDS[said.value]} ({said.bar:g})"
    if score.value is None:
        return f"{text}; no score"
    text += f"; score {score.value:.1f}"
    if score.sem_general is not None:
        text += f" ± {score.sem_general:.1f} on another bank"
    if score.sem_replay is not None:
        text += f", ± {score.sem_replay:.1f} on a regrade"
    if said.p_same is not None:
        text += f"; a regrade says the same with a probability of {chance(said.p_same)}"
    return text


def _claim(claim: ClaimResult) -> str:
    found = "not measured" if claim.value is None else _signed(claim.value, claim.unit)
    predicted = " to ".join(_signed(end, claim.unit) for end in claim.predicted)
    points = "" if claim.points is None else f", {claim.points:.1f} points"
    why = claim.why_not_measured or claim.remark
    text = f"claim `{claim.id}`: {claim.metric} {predicted} claimed, {found} found{points}"
    return f"{text}; {why}" if why else text


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _signed(value: float, unit: str) -> str:
    return ("+" if value >= 0 else "−") + _number(abs(value), unit)


def _number(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.1%}"
    return f"${value:.4f}" if unit == "usd" else f"{value:.2f}"
