"""One line of several fields that a prompt tells of, and numbered lines: `ORDER | KIND`, `1. the SKU`.

What each is for is told in the line itself or by a legend below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.simulation.forms.gaps import SAID, SHOWN
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.pairs import pairs_in
from harness.simulation.forms.parted import parted_in, told_field
from harness.simulation.forms.rendering import Layout
from harness.simulation.forms.rows import thing_in

Json = Any
_LINE = re.compile(
    r"^(?P<lead>[^\n`]{0,160}?\b(?:lines?|rows?|form|format|record)\b[^\n:`]{0,80}?"
    r"(?::[ \t]{1,3}|[ \t](?=`)))`?"
    r"(?P<row>[^\n`]{5,240}?)`?\.?[ \t]{0,4}$",
    re.MULTILINE,
)
_LABEL = re.compile(r"(?P<mark>[A-Za-z_][\w-]{1,20}[ \t]{0,2}[:=][ \t]{1,3})(?=\S)")
_NUMBERED = re.compile(r"(?:^[ \t]{0,4}\d[.)][ \t]{1,3}[^\n]{3,200}(?:\n|\Z)){2,9}", re.MULTILINE)
_POINT = re.compile(r"(?P<mark>\d[.)][ \t]{1,3})(?P<told>[^\n]{3,200})")
_LINES = re.compile(r"\b(?:numbered|lines?|numbers?)\b", re.IGNORECASE)
_ROW = "row"


def told_rows(page: Page) -> Iterator[Wanted]:
    """Every such line, and every such list, that a text asks for."""
    for match in _LINE.finditer(page.text):
        if not SAID.search(match["lead"]) or SHOWN.search(match["lead"]):
            continue
        label = _LABEL.match(match["row"])
        mark = label["mark"] if label is not None else ""
        gap = match["row"][len(mark) :]
        found = parted_in("line", gap, page.text, page.ontology)
        if found is not None and _explained(found[0]):
            listed = thing_in(match["lead"], page.ontology) if found[0]["type"] == "array" else ""
            row = listed or _ROW
            schema = {"type": "object", "properties": {row: found[0]}}
            layout = Layout("lines", {row: mark}, parted={row: found[1]})
            yield Wanted(schema, layout, match.start("row") + len(mark))
    for block in _NUMBERED.finditer(page.text):
        before = page.before(block.start())
        if not (page.ordered(block.start()) and _LINES.search(before.rpartition("\n")[2])):
            continue
        points = list(_POINT.finditer(block.group()))
        made = [told_field(point["told"].strip(" .;"), page.text, page.ontology) for point in points]
        fields = {one[0]: one[1] for one in made if one is not None}
        if len(fields) == len(points):
            marks = {name: point["mark"] for name, point in zip(fields, points, strict=True)}
            told = zip(fields, points, strict=True)
            pairs = {name: said[1] for name, one in told if (said := pairs_in(one["told"], page.ontology))}
            layout = Layout("lines", marks, losses=dict.fromkeys(fields, "-"), pairs=pairs)
            yield Wanted({"type": "object", "properties": fields}, layout, block.start())


def _explained(row: dict[str, Json]) -> bool:
    """Whether more than names is told of the fields of a row: options, pairs, a date."""
    fields = (row.get("items") or row)["properties"].values()
    return any("enum" in part or part.get("type") == "array" or "format" in part for part in fields)
