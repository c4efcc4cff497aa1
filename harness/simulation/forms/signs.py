"""A sign or a letter for each thing that may be decided, one of which is wanted: `R (refund)`, `✅ pay`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.simulation.forms.gaps import SAID, SHOWN
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import Layout

_LETTER = re.compile(
    r"[\"'`]?\b(?P<key>[A-Z]|\d)\b[\"'`]?(?: ?\((?P<inside>[A-Za-z_ ]{2,20})\)| ?(?:=|for"
    r"|means) (?P<word>[A-Za-z_]{2,20}))"
)
_SYMBOL = re.compile(
    r"(?P<key>[^\w\s,;.:()\"'`<>|/*-]{1,3})[ =:]{1,3}(?:\()?(?P<word>[A-Za-z_]{3,20})\)?(?P<inside>)"
)
_LINKS = re.compile(r"\s{0,2}(?:[,;/|\n]|,? ?\b(?:or|oder|ou)\b)\s{0,4}(?:\bor\b\s)?(?:- )?")
_FEWEST = 2


def signs_in(page: Page) -> Iterator[Wanted]:
    """Every choice of signs that a text wants one of."""
    for pattern in (_LETTER, _SYMBOL):
        run: list[re.Match[str]] = []
        for match in (*pattern.finditer(page.text), None):
            if run and match is not None and _LINKS.fullmatch(page.text[run[-1].end() : match.start()]):
                run.append(match)
                continue
            if len(run) >= _FEWEST and (found := _read(page, run)) is not None:
                yield found
            run = [match] if match is not None else []


def _read(page: Page, run: list[re.Match[str]]) -> Wanted | None:
    lead = page.before(run[0].start(), near=200)
    told = {(match["inside"] or match["word"]).strip(): match["key"] for match in run}
    meant = {page.ontology.value_of("action", word) for word in told}
    if (
        not SAID.search(lead)
        or SHOWN.search(lead.rpartition("\n")[2])
        or None in meant
        or len(meant) < len(run)
    ):
        return None
    schema = {"type": "object", "properties": {"action": {"type": "string", "enum": [*told]}}}
    return Wanted(schema, Layout("lines", {"action": ""}, words=told, exact=True), run[0].start())
