"""Shapes that are not JSON in which a prompt wants its answer, as a schema and a layout.

A shape counts where an instruction stands over it (`Format:`, `Answer with`, `Output`) and where it has
gaps in place of values, or nothing but keys: what is shown as data has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from harness.simulation.called import called_in
from harness.simulation.gaps import GAP, SAID, SHOWN, first_of_kind, gap_schema, losses_of, schema_of
from harness.simulation.rendering import Kind, Layout
from harness.simulation.slots import Ontology
from harness.simulation.tagged import tagged_in

Json = Any
_LINE = re.compile(
    r"^[ \t]{0,8}(?:[-•][ \t]{1,3}|\d[.)][ \t])?(?P<mark>[*`\"]{0,3}(?P<label>[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,30}?)[*`]{0,2}[ \t]{0,2}"
    r"(?::|=>|=|->)[*]{0,2}[ \t]{0,3})(?P<gap>[^\n]{0,200}?)[ \t`\"]{0,4}$"
)
_INLINE = re.compile(
    r"[`\"“'](?P<mark>(?P<label>[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,30}?)[ \t]{0,2}(?::|=)[ \t]{0,2})"
    r"(?P<gap><[^<>@\n]{1,80}>|\[[^\[\]\n]{1,80}\]|\{[^{}\n:]{1,80}\}|\.\.\.|…|[\w-]{1,30}(?:[|/][\w-]{1,30}){1,9})[`\"”']"
)
_EXAMPLE_LABELS = frozenset({"example", "examples", "format", "output", "answer", "input", "note", "rules", "schema"})
_HEADING = re.compile(r"[^\n]{0,160}:[ \t*`]{0,4}$")


class Wanted(NamedTuple):
    """A shape that a text asks for."""

    schema: dict[str, Json]
    layout: Layout
    start: int


class _Field(NamedTuple):
    label: str
    mark: str
    gap: str
    start: int



@lru_cache(maxsize=256)
def wanted_in(text: str, ontology: Ontology) -> Wanted | None:
    """The shape that a text asks for; of several the last. `None`: it asks for none, or for JSON."""
    reader = _Reader(text, ontology)
    found = [shape for shape in reader.shapes() if shape.schema["properties"]]
    return max(found, key=lambda shape: shape.start) if found else None


@dataclass(frozen=True)
class _Reader:
    text: str
    ontology: Ontology

    def shapes(self) -> Iterator[Wanted]:
        yield from self._lines()
        yield from self._inline()
        yield from self._tags()
        yield from self._separated()
        yield from self._yaml()
        yield from self._table()
        yield from self._calls()

    def _knows(self, label: str, gap: str = "") -> bool:
        options = tuple(gap_schema(gap).get("enum") or ())
        return self.ontology.slot_of(label, "", tuple(map(str, options))) is not None

    def _ordered(self, start: int, *, near: int = 200) -> bool:
        """Whether the words before a place say that the answer looks like what stands there."""
        before = self.text[max(0, start - near) : start].rstrip(" \n`*")
        lines = [line for line in before.split("\n") if line.strip(" `*-")][-2:]
        return bool(lines) and bool(SAID.search(lines[-1]) or (len(lines) > 1 and SAID.search(lines[-2]) and _HEADING.match(lines[-2]))) and not SHOWN.search(lines[-1])

    # Labelled lines

    def _blocks(self) -> Iterator[list[_Field]]:
        block: list[_Field] = []
        at = 0
        for line in [*self.text.split("\n"), ""]:
            match = _LINE.match(line)
            fits = match is not None and not _is_heading(match["label"], match["gap"])
            if match is not None and fits:
                mark = line[match.start("mark") : match.end("mark")].strip("`\"")
                block.append(_Field(match["label"].strip(), mark, match["gap"].strip(), at))
            elif line.strip() or len(block) > 1:
                if block:
                    yield block
                block = []
            at += len(line) + 1
        if block:
            yield block

    def _lines(self) -> Iterator[Wanted]:
        for block in self._blocks():
            gaps = [GAP.fullmatch(field.gap.strip("*`\"' ")) is not None for field in block]
            empty = [not field.gap for field in block]
            known = [self._knows(field.label, field.gap) for field in block]
            if not any(known) or len(block) > 12 or len({field.label for field in block}) < len(block):
                continue
            if _CODE.search(self.text[max(0, block[0].start - 120) : block[0].start]):
                continue
            filled = all(gap or blank for gap, blank in zip(gaps, empty, strict=True))
            described = any(gaps) and all(not re.search(r"\d", field.gap) for field in block)
            named = all(empty) and len(block) > 1 and all(known)
            if not (filled or described) or not (any(gaps) or named):
                continue
            if not self._ordered(block[0].start) and not (filled and sum(gaps) > 1 and len(block) > 1):
                continue
            if re.search(r"\byaml\b", self.text[max(0, block[0].start - 160) : block[0].start], re.IGNORECASE):
                yield self._of_fields(block, "yaml")
            elif len(block) > 1 or block[0].mark.rstrip().endswith("="):
                yield self._of_fields(block, "lines")

    def _of_fields(self, block: list[_Field], kind: Kind) -> Wanted:
        if len(block) == 1 and not self._knows(block[0].label, block[0].gap):
            block = [block[0]._replace(label=first_of_kind(self.ontology, "money"))]
        fields = [(field.label, field.gap) for field in block]
        labels = {field.label: field.mark if field.mark.endswith(("=", " ")) else f"{field.mark} " for field in block}
        bare = {} if kind == "yaml" else {"type": "string"}
        return Wanted(schema_of(fields, bare=bare), Layout(kind, labels, losses=losses_of(fields), thought=self._thinks(block[0].start)), block[0].start)

    def _thinks(self, start: int) -> str:
        """Whether thoughts are wanted before the shape that stands there."""
        before = self.text[max(0, start - 240) : start]
        return "plain" if _THINKS.search(before) and _ENDS.search(before) else ""

    def _inline(self) -> Iterator[Wanted]:
        for line in re.finditer(r"[^\n]{8,600}", self.text):
            fields = [
                _Field(m["label"].strip(), m["mark"], m["gap"], line.start() + m.start()) for m in _INLINE.finditer(line.group())
            ]
            if not fields or not SAID.search(line.group()[: fields[0].start - line.start()]):
                continue
            sums = len(fields) == 1 and _TOTAL.fullmatch(fields[0].label) and _NUMERIC.search(fields[0].gap)
            if SHOWN.search(line.group()) or not (sums or any(self._knows(f.label, f.gap) for f in fields)):
                continue
            if len(fields) > 1 or fields[0].mark.rstrip().endswith("="):
                yield self._of_fields(fields, "lines")

    # Tags

    def _tags(self) -> Iterator[Wanted]:
        found = tagged_in(self.text, self._knows, self._ordered)
        if found is not None:
            yield Wanted(*found)

    # Rows

    def _separated(self) -> Iterator[Wanted]:
        for match in _ROW.finditer(self.text):
            keys = [key.strip(" `*\"'<>[]{}") for key in re.split(rf"\s*{re.escape(match['sign'])}\s*", match["keys"])]
            line = self._line_around(match.start())
            lead = f"{self._line_before(match.start())}\n{line}"
            if _OTHER.search(line) or not _ROWS.search(lead) or not SAID.search(lead) or SHOWN.search(lead) or not self._are_keys(keys):
                continue
            if self._line_around(match.start()).lstrip().startswith("|"):
                continue
            yield self._of_columns(keys, "row", match.start(), between=match["sign"] if match["sign"] != "," else ",")
        for match in _LISTED.finditer(self.text):
            said = match["form"].casefold()
            keys = _keys(match["keys"])
            if "csv" not in said and "separated" not in said:
                continue
            if self._are_keys(keys) and self._ordered(match.end()):
                sign = next((s for word, s in _SIGNS.items() if word in said), ",")
                yield self._of_columns(keys, "row", match.start(), between=sign)

    def _are_keys(self, keys: list[str]) -> bool:
        named = [key for key in keys if re.fullmatch(r"[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,30}\??", key)]
        known = [key for key in named if self.ontology.slot_of(key.rstrip("?")) is not None]
        return len(keys) > 1 and len(named) == len(keys) and len(set(keys)) == len(keys) and 2 * len(known) >= len(keys) and len(known) > 1 or (
            len(keys) == 2 and len(named) == 2 and len(known) == 1 and False
        )

    def _line_around(self, at: int) -> str:
        start, end = self.text.rfind("\n", 0, at) + 1, self.text.find("\n", at)
        return self.text[start : end if end >= 0 else len(self.text)]

    def _line_before(self, at: int) -> str:
        lines = [line for line in self.text[: self.text.rfind("\n", 0, at) + 1].split("\n") if line.strip()]
        return lines[-1] if lines and _HEADING.match(lines[-1][-160:]) else ""

    def _of_columns(self, keys: list[str], kind: Kind, start: int, *, between: str = "") -> Wanted:
        near = self.text[max(0, start - 200) : start + 300]
        each = _EACH.search(near)
        header = bool(_HEADER.search(near)) and not _NO_HEADER.search(near)
        schema = schema_of([(key, "") for key in keys])
        if each is not None:
            schema = rows_of(schema, each["thing"])
        return Wanted(schema, Layout(kind, {key: key for key in keys}, between, header), start)

    def _yaml(self) -> Iterator[Wanted]:
        for match in _LISTED.finditer(self.text):
            if match["form"].casefold() == "yaml" and self._ordered(match.end()):
                fields = _hinted(match["keys"])
                if self._are_keys([name for name, _ in fields]):
                    schema = schema_of(fields, bare={})
                    yield Wanted(schema, Layout("yaml", {n: n for n, _ in fields}), match.start())

    def _table(self) -> Iterator[Wanted]:
        for match in _TABLE.finditer(self.text):
            cells = match["cells"] or ""
            keys = [c.strip(" `*") for c in cells.strip(" |").split("|")] if "|" in cells else _keys(cells)
            if self._are_keys(keys) and SAID.search(self._line_around(match.start())[:200]) and not SHOWN.search(self._line_around(match.start())):
                yield self._of_columns(keys, "table", match.start())

    # Calls

    def _calls(self) -> Iterator[Wanted]:
        found = called_in(self.text, self.ontology, self._line_around)
        if found is not None:
            yield Wanted(*found)


_OTHER = re.compile(r"\b(?:table|yaml|json)\b", re.IGNORECASE)
_CODE = re.compile(r"(?:\bclass \w{1,60}(?:\([^()\n]{0,80}\))?:|[{(,;]|\bdef [^\n]{1,80}:|\"\"\")[ \t]{0,8}(?:#[^\n]{0,60})?\n\s{0,40}$")
"""A declaration whose members stand below it."""
_TOTAL = re.compile(r"total|sum|amount|result|answer|refund|final|betrag|summe|montant|importe|bedrag|kwota", re.IGNORECASE)
_NUMERIC = re.compile(r"\b(?:number|amount|sum|total|x+|n|0\.00|decimal|float|value|zahl|nombre)\b|#|0[.,]00", re.IGNORECASE)


def _is_heading(label: str, gap: str) -> bool:
    """Whether a line introduces what stands below it and is no field."""
    plain = label.strip().casefold()
    return plain in _EXAMPLE_LABELS or (not gap.strip() and bool(SAID.search(plain)) and len(plain.split()) > 1)


_THINKS = re.compile(r"\b(?:think|reason|step by step|work (?:it )?out|explain|compute|calculate|show)\w{0,3}\b", re.IGNORECASE)
_ENDS = re.compile(r"\b(?:finish|end|conclude|last line|final line|then|finally)\b", re.IGNORECASE)
_ROW = re.compile(
    r"(?<![\w|;,<])(?P<keys>[`<\[{]?[A-Za-z_][\w-]{1,30}[>\]}]?[ \t]{0,2}(?P<sign>[,;|]|\\t|\t)[ \t]{0,2}[<\[{]?[A-Za-z_][\w-]{1,30}[>\]}]?"
    r"(?:[ \t]{0,2}(?P=sign)[ \t]{0,2}[<\[{]?[A-Za-z_][\w-]{1,30}\??[>\]}]?){0,11})(?![\w(|])"
)
_ROWS = re.compile(
    r"\bcsv\b|\btsv\b|\bseparated\b|\bdelimited\b|\b(?:one|a|single|exactly one) (?:single )?(?:line|row)\b|\bformat\b|\bcolumns?\b|\bheader\b|\bin (?:this|the) form\b"
    r"|\b(?:answer|reply|respond|output|return)\b[^.\n:]{0,12}:?\s{0,2}(?:as |with |in )?[`\"]",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(?P<form>yaml|csv|(?:comma|semicolon|pipe|tab)[- ]separated(?: (?:values|line|row|list))?)\b[^\n:]{0,60}?"
    r"(?:\bkeys?|\bfields?|\bcolumns?|\bwith|:)[ \t:]{1,4}(?:(?:the |these |exactly )?(?:keys|columns|fields)[ \t:]{1,3})?(?P<keys>[A-Za-z_`\"][^\n]{3,240})",
    re.IGNORECASE,
)
_SIGNS = {"semicolon": ";", "pipe": "|", "tab": "\t", "comma": ","}
_TABLE = re.compile(
    r"\b(?:markdown |md )?table\b[^\n|:]{0,60}?(?:\bcolumns?\b|\bheaders?\b|:|\bwith\b|(?=\|))[^\n|:A-Za-z]{0,6}:?[ \t]{0,3}\n?"
    r"(?P<cells>\|[^\n]{3,240}\||[A-Za-z_`\"][^\n]{3,240})",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:one|a|an)\s+(?:row|line|object|entry|record|element)\s+(?:per|for (?:each|every)|each)\s+(?P<thing>\w{3,20})"
    r"|\b(?:row|line|object|entry|record|element)s?\s+(?:per|for (?:each|every))\s+(?P<other>\w{3,20})",
    re.IGNORECASE,
)
_HEADER = re.compile(r"\bheaders?\b|\bcolumn names\b|\bfirst (?:line|row)\b", re.IGNORECASE)
_NO_HEADER = re.compile(r"\b(?:no|without|omit|skip)\b[^.\n]{0,12}\bheaders?\b", re.IGNORECASE)
_BETWEEN_KEYS = re.compile(r",|;|\||\band\b")
_NAMED = re.compile(r"[`\"' ]{0,4}(?P<name>[A-Za-z_][\w ]{0,30}?)[`\"']{0,2}\s{0,2}(?:\((?P<hint>[^()\n]{1,120})\))?[.`\"' ]{0,4}")


def _hinted(listed: str) -> list[tuple[str, str]]:
    """Names between commas, each with what stands in brackets behind it."""
    parts = re.split(r"[,;](?![^()]{0,120}\))|\band\b(?![^()]{0,120}\))", re.split(r"(?<=\w)\.(?:\s|$)", listed)[0])
    found = [_NAMED.fullmatch(part) for part in parts if part.strip()]
    return [(m["name"].strip(), m["hint"] or "") for m in found if m]


def _keys(listed: str) -> list[str]:
    return [name for name, _ in _hinted(re.split(r",\s*one (?:row|line|per)|\bone (?:row|line) per", listed)[0])]


def rows_of(schema: dict[str, Json], thing: str) -> dict[str, Json]:
    """The schema of a list with one such object for each of something."""
    return {"type": "object", "properties": {thing: {"type": "array", "items": schema}}}
