"""The candidate's own copy: the same figures, without anything that would tell of the vault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from graders.evidence import Evidence
from graders.grade import Finding, Grade

_FREE = frozenset({"family", "reasons", "remark", "why_not_measured"})
"""Fields of a grade in which a hidden name may stand."""
_OWN = frozenset({"submission", "other_exercise_version", "unchanged", "own_dependencies", "aimed_at_tools"})
"""Kinds of findings that tell of nothing but the candidate's own files."""


def for_candidate(evidence: Evidence) -> Evidence:
    """Hidden scenarios and families by number; no trial's trace, no pointer to one, no quotation.

    Nor the weekends hour by hour: the picture would tell when what happens.
    """
    families = _numbered("family", [*(c.family for c in evidence.cases), *_families(evidence.grade)])
    scenarios = _numbered("scenario", (case.id for case in evidence.cases))
    names = families | scenarios
    grade = evidence.grade
    findings = tuple(_finding(finding, names) for finding in grade.integrity)
    told = grade.model_copy(update={"evidence": (), "integrity": findings})
    return replace(
        evidence,
        copy="candidate",
        grade=Grade.model_validate(_walk(told.model_dump(mode="json"), names)),
        cases=tuple(replace(c, id=scenarios[c.id], family=families[c.family]) for c in evidence.cases),
        weekends=(),
        failures=tuple(replace(f, label=_rename(f.label, names)) for f in evidence.failures),
        failed=(),
        look=None,
    )


def _families(grade: Grade) -> list[str]:
    return [row.family for row in grade.by_family]


def _numbered(noun: str, names: Iterable[str]) -> dict[str, str]:
    return {name: f"{noun} {number}" for number, name in enumerate(dict.fromkeys(names), start=1)}


def _finding(finding: Finding, names: Mapping[str, str]) -> Finding:
    """About trials a finding may quote what they served, about likeness it names somebody else."""
    text = f"{finding.detail} {finding.where}"
    if finding.kind in _OWN and not finding.trials and _rename(text, names) == text:
        return finding
    detail = "seen in hidden trials" if finding.trials else "the reviewer can tell more"
    return finding.model_copy(update={"detail": detail, "where": ""})


def _walk(value: Any, names: Mapping[str, str], field: str = "") -> Any:
    if isinstance(value, str):
        return _rename(value, names) if field in _FREE else value
    if isinstance(value, dict):
        return {key: _walk(inner, names, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walk(inner, names, field) for inner in value]
    return value


def _rename(text: str, names: Mapping[str, str]) -> str:
    """Whole names only: `late` stays in `later`, and goes from `late.0`, a trial's name."""
    if not names:
        return text
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])(?:{either})(?![\w-])", lambda match: names[match.group()], text)
