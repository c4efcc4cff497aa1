"""Lines that a prompt quotes one after the other: `first a line 'DUE: <sum>', then 'BECAUSE: <why>'`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from harness.simulation.forms.gaps import SAID, SHOWN, gap_field
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import MARK, Layout

Json = Any
_QUOTED = re.compile(
    r"[`\"'“„](?P<label>[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,30}?)(?P<sign>[ \t]?[:=][ \t]?)"
    r"(?P<gaps>[^`\"'“”„\n]{0,80}<[^<>@\n]{1,80}>[^`\"'“”„\n]{0,80})[`\"'”“]"
)
_GAP = re.compile(r"<(?P<gap>[^<>@\n]{1,80})>")
_LINKS = re.compile(
    r"(?:\s\w{1,20}){0,2}[\s,;.]{0,3}"
    r"(?:\b(?:and|then|und|dann|danach|followed by|next|finally|plus)\b|[,;\n])"
    r"[^`\"'“”„]{0,60}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:sentences?|words?|text|clauses?|ids?|satz|sätze|wörter|text)\b|\bwhy\b|\breasons?\b", re.IGNORECASE
)
_ONE_SENTENCE = re.compile(r"\bsentences?\b|\bsatz\b", re.IGNORECASE)
_REASON = "reason"


def quoted_lines(page: Page) -> Iterator[Wanted]:
    """Every such run of lines that a text wants."""
    run: list[re.Match[str]] = []
    for match in (*_QUOTED.finditer(page.text), None):
        if run and match is not None and _LINKS.fullmatch(page.text, run[-1].end(), match.start()):
            run.append(match)
            continue
        if len(run) > 1 and (found := _read(page, run)) is not None:
            yield found
        run = [match] if match is not None else []


def _read(page: Page, run: Sequence[re.Match[str]]) -> Wanted | None:
    lead = page.before(run[0].start())
    if not SAID.search(lead) or SHOWN.search(lead.rpartition("\n")[2]):
        return None
    parts: dict[str, Json] = {}
    told: set[str] = set()
    lines = []
    for match in run:
        line, at = f"{match['label']}{match['sign']}", 0
        for gap in _GAP.finditer(match["gaps"]):
            name, part = _field(page, match["label"], gap["gap"], alone=match["gaps"].count("<") == 1)
            if name in parts:
                return None
            parts[name] = part
            told |= {name} if _ONE_SENTENCE.search(gap["gap"]) else set()
            line += f"{match['gaps'][at : gap.start()]}{MARK}{name}{MARK}"
            at = gap.end()
        lines.append(line + match["gaps"][at:])
    schema = {"type": "object", "properties": parts}
    text, losses = "\n".join(lines), {"amount": "0.00"}
    layout = Layout("template", {"": text}, losses=losses, sentences=frozenset(told), exact=True)
    return Wanted(schema, layout, run[0].start())


def _field(page: Page, label: str, gap: str, *, alone: bool) -> tuple[str, dict[str, Json]]:
    """What a gap is for: by the label of a line that is all its own, else by what it says."""
    own = page.ontology.slot_of(label) if alone else None
    if own is not None and page.ontology.slots[own].kind != "money":
        return label, {**gap_field(page.ontology, gap)[1], "description": gap}
    name, part = gap_field(page.ontology, gap)
    worded = name not in page.ontology.slots or page.ontology.slots[name].kind == "list"
    if alone and worded and _SENTENCE.search(gap):
        return _REASON, {"type": "string", "description": gap}
    return name, part
