"""A form to fill in: labels one below the other, each with what it is for or with nothing behind it.

A prompt says that its answer is made of such lines (`one line for each, in the form KEY: value`; `fill in
this form`; `Return these as bullets`), so that labels count which by themselves would tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.simulation.forms.gaps import SAID, SHOWN, schema_of
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import Layout

KEYED = re.compile(
    r"[`\"'(<\[]{0,2}\b(?:keys?|names?|fields?|labels?|facts?|titles?)\b[>`\])]?\s?[:=]\s?[<\[(]?"
    r"(?:the |its )?(?:values?|answers?|facts?|texts?|contents?|\.\.\.)",
    re.IGNORECASE,
)
"""`KEY: value`"""
_EACH = re.compile(
    r"\b(?:one|a|own) (?:line|row|bullet)s? (?:for|per) (?:each|every|fact|field|key|one)\b"
    r"|\b(?:one|each) (?:fact )?(?:per|on its own|on a) line\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:fill|complete|copy)\b[^.\n]{0,30}\b(?:form|template|blanks?|sheet|card|skeleton|lines?|fields?)\b",
    re.IGNORECASE,
)
_BULLETS = re.compile(r"\b(?:bullets?|bulleted|list|lines|facts|fields)\b[^\n]{0,40}:\s*$", re.IGNORECASE)
_LINE = re.compile(
    r"^[ \t]{0,8}(?P<mark>(?:[-•*][ \t]{1,3}|\d[.)][ \t]{1,2})?[*`\"]{0,3}"
    r"(?P<label>[A-Za-zÀ-ÿ_][\wÀ-ÿ '’/-]{0,44}?\??(?:[ \t]\((?P<hint>[^()\n]{1,60})\))?)"
    r"[*`\"]{0,3}[ \t]{0,2}[:=])[*`\"]{0,2}(?:[ \t]{1,4}(?P<gap>[^\n]{0,200}?))?[ \t]{0,4}$"
)
_KEYS = re.compile(
    r"\b(?:keys|fields|facts|labels|names)\b(?: are| in this order)?\s{0,2}:\s{1,3}"
    r"(?P<keys>[A-Za-z_`\"][^\n]{5,300})",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"[`\"']{0,2}(?P<name>[A-Za-z_][\w ]{0,30}?\??)[`\"']{0,2}\s{0,2}"
    r"(?:\((?P<hint>[^()\n]{1,80})\))?[.`\"' ]{0,3}"
)
_DOTS = re.compile(r"[.…_\s<>\[\]-]{0,40}")
_FEWEST, _MOST = 3, 14


def blanks_in(page: Page) -> Iterator[Wanted]:
    """Every form of labelled lines that a text wants filled."""
    yield from _listed(page)
    block: list[tuple[re.Match[str], int]] = []
    at = 0
    for line in [*page.text.split("\n"), ""]:
        match = _LINE.match(line)
        if match is not None and not _is_heading(match):
            block.append((match, at))
        elif line.strip() or len(block) > 1:
            yield from _filled(page, block)
            block = []
        at += len(line) + 1
    yield from _filled(page, block)


def _filled(page: Page, block: list[tuple[re.Match[str], int]]) -> Iterator[Wanted]:
    if not _FEWEST <= len(block) <= _MOST:
        return
    start = block[0][1]
    above = page.before(start, near=300)
    blank = all(_DOTS.fullmatch(match["gap"] or "") for match, _ in block)
    told = KEYED.search(above) or _EACH.search(above)
    form = blank and (_FORM.search(above) or (SAID.search(above) and _BULLETS.search(above)))
    if SHOWN.search(above) or not SAID.search(above) or not (told or form):
        return
    named = [(_label(match), " ".join(filter(None, [match["hint"], _said(match)]))) for match, _ in block]
    fields = dict(_field(page, label, gap) for label, gap in named)
    known = [name for name in fields if page.knows(name, "")]
    if len(fields) < len(block) or 2 * len(known) < len(fields):
        return
    marks = {name: f"{match['mark'].lstrip()} " for name, (match, _) in zip(fields, block, strict=True)}
    schema = schema_of([*fields.items()], bare={"type": "string"})
    for name, (label, gap) in zip(fields, named, strict=True):
        part = schema["properties"][name]
        schema["properties"][name] = {
            **part,
            "description": part.get("description") or f"{label}. {gap}".strip(". "),
        }
    yield Wanted(schema, Layout("lines", marks), start)


def _is_heading(match: re.Match[str]) -> bool:
    """Whether a line says what stands below it: `Fill in this form:`."""
    return not match["gap"] and len(match["label"].split()) > _FEWEST and bool(SAID.search(match["label"]))


def _label(match: re.Match[str]) -> str:
    return re.sub(r"\s\([^()]*\)$", "", match["label"]).strip()


def _said(match: re.Match[str]) -> str:
    gap = match["gap"] or ""
    return "" if _DOTS.fullmatch(gap) else gap


def _field(page: Page, label: str, gap: str) -> tuple[str, str]:
    """A field by its label where that means something, else by what the label and its gap say."""
    if page.knows(label, gap):
        return label, gap
    return page.ontology.slot_of("_", label) or page.ontology.slot_of("_", gap) or label, gap


def _listed(page: Page) -> Iterator[Wanted]:
    """Keys in one line, of which each has a line of its own: `key: value, one per line. Keys: a, b`."""
    for match in _KEYS.finditer(page.text):
        before = page.text[max(0, match.start() - 240) : match.start()]
        if not (KEYED.search(before) and SAID.search(before)) or SHOWN.search(before):
            continue
        parts = re.split(r"[,;](?![^()]{0,120}\))|\band\b(?![^()]{0,120}\))", match["keys"])
        found = [named for part in parts if part.strip() and (named := _NAMED.fullmatch(part.strip()))]
        fields = [(named["name"].strip(), named["hint"] or "") for named in found]
        if len(fields) == len([part for part in parts if part.strip()]) and page.are_keys(
            [n for n, _ in fields]
        ):
            marks = {name: f"{name}: " for name, _ in fields}
            yield Wanted(schema_of(fields), Layout("lines", marks), match.start())
