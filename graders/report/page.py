"""The report as one HTML file: no script, nothing fetched, everything of the candidate's as text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from graders.evidence import CAPABILITIES, Copy, Evidence, load
from graders.grade import Finding, write_text
from graders.history import Event
from graders.report import ending, opening, plots, standing, weekends, words
from graders.report.facts import facts, folded, single_and_many
from graders.report.questions import questions
from graders.report.redaction import for_candidate
from harness.trace.html import POLICY, STYLE, fragment
from harness.trace.visible import capped, visible, visible_code

_TEMPLATES = Path(__file__).parent / "templates"
FILES: dict[Copy, str] = {"reviewer": "report.html", "candidate": "candidate.html"}
_WEIGHTS = ("serious", "look", "note")
_TEXT = 2_000
"""Characters of any one text that is not code."""
MANY = 15
"""With more failed trials than these their table is folded."""
CLAUSE = 240
"""Characters of what was expected, and of what was found, in the table of failed trials."""
WHOLE = 16_000
"""Characters of one message of the example trial: what decided it may stand at a long prompt's end."""


def write(out: Path, *, copy: Copy = "reviewer") -> Path:
    """Make the report of the grade in `out`: `report.html`, or `candidate.html` for their own copy.

    Raises `UsageError` when the folder holds no finished grade, `EnvironmentFailure` when the disk
    does not take it.
    """
    evidence = load(out)
    path = out / FILES[copy]
    text = render(for_candidate(evidence) if copy == "candidate" else evidence)
    write_text(path, text)
    return path


def render(evidence: Evidence) -> str:
    """The whole document."""
    look = evidence.look
    grade = evidence.grade
    findings = sorted(grade.integrity, key=lambda finding: _WEIGHTS.index(finding.weight))
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            e=evidence,
            g=grade,
            policy=POLICY,
            style=styles(),
            headline=standing.headline(grade),
            below_it=standing.below_it(grade),
            rule=standing.rule(grade),
            few=standing.few(grade),
            subtotal=standing.subtotal(grade),
            how=standing.how(grade),
            glossary=words.glossary(grade),
            folded=folded(evidence),
            many=MANY,
            beside=ending.beside(look) if look else "",
            timebox=opening.timebox(grade.timebox_minutes),
            changed=opening.changed(evidence.changes),
            facts=facts(evidence),
            kinds=single_and_many(evidence),
            questions=questions(evidence) if evidence.copy == "reviewer" else [],
            capabilities=[*CAPABILITIES, *({grade.capability} - {*CAPABILITIES})],
            method=words.method(grade),
            rounds=words.rounds(grade),
            scale=words.scale(grade),
            findings=alike(findings),
            urgent=alike([finding for finding in findings if finding.weight != "note"]),
            otherwise=words.otherwise(grade.recommendation),
            ending=ending.ending_of(look) if look else None,
            trace=Markup(fragment(look.record, modes=True, text=WHOLE)) if look else None,  # noqa: S704
            colours=plots.COLOURS,
            shares=grade.strata,
            weekend_colours=weekends.COLOURS,
            weekend_plot=weekends.timelines(evidence.weekends),
            sides=plots.SIDES,
            score_strip=plots.score_strip(evidence),
            claim_plots=plots.claims(grade.claims),
            heat_map=plots.heat_map(evidence.cases),
            failure_plot=plots.failures(evidence.failures),
            meanings={f.label: grade.labels[f.label] for f in evidence.failures if f.label in grade.labels},
            journal_tells=telling(evidence.journal.events),
            timeline=plots.timeline(evidence.journal.events),
        )
    )


def telling(events: Sequence[Event]) -> bool:
    """Whether a journal holds more than that work was begun and handed in."""
    return any(event.kind not in ("start", "submit") for event in events)


def alike(findings: Sequence[Finding]) -> list[tuple[Finding, list[str], int]]:
    """Findings that say the same, once, with all the places where it was seen, and trials."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.kind, finding.weight, finding.detail), []).append(finding)
    return [
        (each[0], [finding.where for finding in each if finding.where], sum(f.trials or 0 for f in each))
        for each in groups.values()
    ]


def styles() -> Markup:
    """The style sheet of our pages."""
    return Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8") + STYLE)  # noqa: S704


@cache
def environment() -> Environment:
    """Templates that escape everything, after what would not show has been written out."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    made.filters.update(
        num=num,
        times=words.times,
        percent=words.percent,
        ends=words.ends,
        untold=words.untold,
        shortened=words.shortened,
        told=ending.told,
        sentence=lambda text: text[:1].upper() + text[1:],
        cut=lambda text: words.cut(text, CLAUSE),
        chance=words.chance,
        name=words.name,
        called=words.called,
        plain=words.plain,
        verdict=words.verdict,
        worth=words.worth,
        rests=words.rests,
        judged=words.judged,
        weekend=weekends.named,
        card=words.card,
        code=code,
        together=together,
        path=path,
    )
    made.globals.update(interval=interval, starter_ended=words.STARTER_ENDED)
    return made


def shown(value: Any) -> Any:
    """Every text that a template prints comes through here; markup of our own passes."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(capped(value, _TEXT))


def code(text: str, width: int) -> str:
    """A line of a program: look-alike letters written out, cut at `width` characters."""
    return visible_code(capped(text, width))


def path(text: str) -> str:
    """A file's name on one line, whatever stands in it."""
    return code(text.replace("\n", "\\n").replace("\t", "\\t"), 160)


def num(value: float | None, unit: str = "", *, sign: bool = False) -> Markup:
    """`words.number`, kept on one line."""
    return _UNBROKEN.format(words.number(value, unit, sign=sign))


def interval(low: float | None, high: float | None, unit: str = "", *, sign: bool = False) -> Markup:
    """`words.interval`, broken only between its ends."""
    text = words.interval(low, high, unit, sign=sign)
    return Markup(" to ").join(_UNBROKEN.format(end) for end in text.split(" to ")) if text else Markup()


def together(text: str) -> str:
    """A sentence in which no unit stands alone on the next line."""
    return text.replace(" %", "\u00a0%").replace(" pp", "\u00a0pp")


_UNBROKEN = Markup('<span class="v">{}</span>')
