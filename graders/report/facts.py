"""What the evidence comes to, as a list to be scanned: a term, and sentences that hold a count each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from graders.evidence import Ended, Evidence
from graders.grade import Difference, Grade
from graders.report.plots import all_well
from graders.report.words import interval, number, places, plain, seen, times

_STANDS_OUT = 3
"""Trials with harm from which on a family is named for them."""
_LABELS = 6
"""Ways to fail that are listed."""
_NAMED = 4
"""Scenarios, and families, that are named."""


class Fact(NamedTuple):
    """A line of the list."""

    term: str
    said: str


def facts(evidence: Evidence) -> list[Fact]:
    """What went well and wrong, term by term; a term of which nothing is to be said is left out."""
    said = {
        "Trials": _counted(evidence),
        "Single tasks": _single(evidence),
        "Scenarios": _scenarios(evidence),
        "Same draws": _pairs(evidence),
        "Failures": _failures(evidence),
        "Most harm": _most_harm(evidence),
        "Program": _program(evidence),
        "Weekends": _weekends(evidence),
        "Claims": _claims(evidence.grade),
    }
    return [Fact(term, " ".join(sentences)) for term, sentences in said.items() if sentences]


def single_and_many(evidence: Evidence) -> tuple[int, int]:
    """How many of the grade's trials were of a single task, and how many of many."""
    single = sum(len(case.ours) for case in evidence.cases)
    return single, max(evidence.grade.trials - single, 0)


def folded(evidence: Evidence) -> str:
    """The families that the map leaves out, since all went well there; empty where there are none."""
    cases = all_well(evidence.cases)
    if not cases:
        return ""
    families = len({case.family for case in cases})
    ours, base = ([ended for case in cases for ended in getattr(case, who)] for who in ("ours", "starter"))
    starter = f"; the starter’s in {base.count('success'):,} of {len(base):,}" if base else ""
    return (
        f"Without a row: {times(families, 'family', 'families')} in which every trial of this work ended "
        f"well ({times(len(cases), 'scenario')}, {times(len(ours), 'trial')}{starter}). "
        "The tables below have them."
    )


def mixed(evidence: Evidence) -> int:
    """How many scenarios ended well in some replays and not in others."""
    return sum("success" in case.ours and len(set(case.ours)) > 1 for case in evidence.cases)


def _counted(evidence: Evidence) -> list[str]:
    """What the trials are made of, where they are of two kinds."""
    single, many = single_and_many(evidence)
    if not many or not single:
        return []
    families = len({case.family for case in evidence.cases})
    each = f"{single:,} of a single task each + {many:,} of many tasks each (a whole weekend)"
    said = [f"{each} = {single + many:,}. They are counted apart."]
    if others := max(evidence.grade.families - families, 0):
        said.append(f"Families: {families:,} + {others:,} = {families + others:,}.")
    return said


def _single(evidence: Evidence) -> list[str]:
    ends = [ended for case in evidence.cases for ended in case.ours]
    if not ends:
        return []
    good, harm, missing = (ends.count(kind) for kind in ("success", "harm", "not measured"))
    bad = len(ends) - good - missing
    said = [f"{good:,} of {times(len(ends), 'trial')} ended well{_beside(evidence.grade)}."]
    if bad:
        how_many = "all" if harm == bad else f"{harm:,}" if harm else "none"
        rest = "The other " if bad + good == len(ends) and good else ""
        said.append(f"{rest}{bad:,} failed, {how_many} of them with harm.")
    if missing:
        said.append(f"{times(missing, 'trial')} could not be measured.")
    return said


def _scenarios(evidence: Evidence) -> list[str]:
    """Of replays; with one of each scenario the line before says it all."""
    if all(len(case.ours) < 2 for case in evidence.cases):
        return []
    said = []
    if never := Counter(case.family for case in evidence.cases if "success" not in case.ours):
        where = ", ".join(f"{plain(family)} ({count:,})" for family, count in never.most_common(_NAMED))
        more = f" and {len(never) - _NAMED:,} more" if len(never) > _NAMED else ""
        said.append(
            f"{never.total():,} of {len(evidence.cases):,} never succeeded; of the families {where}{more}."
        )
    if both := mixed(evidence):
        said.append(f"{both:,} succeeded in some replays and not in others.")
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


def _pairs(evidence: Evidence) -> list[str]:
    """How work and starter differ on the same draws, in success and in harm."""
    pairs = evidence.pairs
    said = []
    if pairs.ours + pairs.starter:
        said.append(
            f"Success: {times(pairs.ours, 'trial')} succeeded where the starter failed, "
            f"{pairs.starter:,} failed where it succeeded, {pairs.both:,} succeeded and "
            f"{pairs.neither:,} failed in both."
        )
        said += _untold(evidence.grade, "success_rate")
    if pairs.harm_new + pairs.harm_kept + pairs.harm_gone:
        new = f"{pairs.harm_new:,} new{_new_harm(evidence)}" if pairs.harm_new else "none is new"
        said.append(
            f"Harm: {new}; {pairs.harm_kept:,} where the starter did harm too; "
            f"{pairs.harm_gone:,} of the starter’s no longer."
        )
        said += _untold(evidence.grade, "harm_rate")
    return said


def _untold(grade: Grade, id: str) -> list[str]:
    alike = _alike([each for each in grade.differences if each.id == id])
    return ["Together that is not distinguishable from no change."] if alike else []


def _alike(found: Sequence[Difference]) -> bool:
    """Whether these may all be none; `False` where none was taken."""
    return bool(found) and not any(each.distinguishable for each in found)


def _new_harm(evidence: Evidence) -> str:
    """The scenarios that became harmful, by how the starter ended there; empty where no trial is named."""

    def where(starter: Ended) -> str:
        bad = [each.end.scenario for each in evidence.failed if each.end.harm and each.starter == starter]
        names = list(dict.fromkeys(bad))
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        return ", ".join(names[:_NAMED]) + more

    well, failed = where("success"), where("failure")
    parts = [f"where the starter succeeded: {well}"] if well else []
    parts += (
        [f"where it only failed: {failed}" if well else f"where the starter only failed: {failed}"]
        if failed
        else []
    )
    return f" ({'; '.join(parts)})" if parts else ""


def _failures(evidence: Evidence) -> list[str]:
    """Every way to fail in a row, those that did harm first."""
    said = [
        f"{plain(each.label)}: {times(each.trials, 'trial')}"
        + (f", {each.harm:,} with harm" if each.harm else "")
        for each in evidence.failures[:_LABELS]
    ]
    if len(evidence.failures) > _LABELS:
        said.append(f"{len(evidence.failures) - _LABELS:,} other labels")
    text = "; ".join(said)
    return [f"{text[:1].upper()}{text[1:]}."] if said else []


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


def _program(evidence: Evidence) -> list[str]:
    said = []
    if evidence.crashed:
        said.append(f"In {times(evidence.crashed, 'trial')} it ended with an error or was stopped.")
    if evidence.refused:
        said.append(f"{times(evidence.refused, 'request')} came after a trial’s budget was spent.")
    return said


def _weekends(evidence: Evidence) -> list[str]:
    """What became of the tasks of trials of many, beside the starter's."""
    ours = [part for weekend in evidence.weekends for part in weekend.ours]
    base = [part for weekend in evidence.weekends for part in weekend.starter]
    if not ours:
        return []
    harm, left = (sum(getattr(part, what) for part in ours) for what in ("harm", "left"))
    said = f"{harm:,} of {times(len(ours), 'task')} ended with harm"
    if base:
        said += f" (the starter’s: {sum(part.harm for part in base):,})"
    if harm:
        [(label, count)] = Counter(part.label for part in ours if part.harm).most_common(1)
        said += f", most often {plain(label)} ({count:,}),"
    many = [each for each in evidence.grade.differences if each.id.endswith("_harm")]
    alike = ["In harm that is not distinguishable from the starter."] if _alike(many) else []
    return [f"{said} and {left:,} {'was' if left == 1 else 'were'} left to people.", *alike]


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
    held = [claim for claim in judged if claim.covered is not False]
    if held:
        lead = f"Of {'the others' if missed else times(len(judged), 'replayed claim')} we found"
        said.append(f"{lead} {places(held)}.")
    if judged:
        if vague := sum(not seen(claim) for claim in judged):
            said.append(f"{vague:,} cannot be told from no effect.")
        earned, most = (
            sum(getattr(item, what) or 0.0 for item in grade.process) for what in ("earned", "points")
        )
        said.append(f"Claims earn {number(earned, 'points')} of {most:g} points.")
    if lost := len(grade.claims) - len(judged):
        said.append(f"{times(lost, 'claim')} could not be judged.")
    return said
