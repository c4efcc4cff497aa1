"""Shapes that are not JSON in which a prompt wants its answer, as a schema and a layout.

A shape counts where an instruction stands over it (`Format:`, `Answer with`, `Output`) and where it has
gaps in place of values, or nothing but keys: what is shown as data has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from harness.simulation.forms.alternatives import alternatives_in
from harness.simulation.forms.announced import announced
from harness.simulation.forms.blanks import blanks_in
from harness.simulation.forms.called import called_in
from harness.simulation.forms.columns import columns_in
from harness.simulation.forms.composed import composed_in
from harness.simulation.forms.ending import row_after_label
from harness.simulation.forms.gaps import (
    GAP,
    SAID,
    SHOWN,
    first_of_kind,
    gap_schema,
    is_hint,
    losses_of,
    sampled,
    schema_of,
)
from harness.simulation.forms.likewise import likewise_in
from harness.simulation.forms.menus import menus_in
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.pairs import pairs_in
from harness.simulation.forms.parted import parted_in
from harness.simulation.forms.quoted_lines import quoted_lines
from harness.simulation.forms.rendering import MARK, THOUGHT, Kind, Layout
from harness.simulation.forms.signs import signs_in
from harness.simulation.forms.syntaxes import syntaxes_in
from harness.simulation.forms.tagged import tagged_in, with_tag
from harness.simulation.forms.templates import templates_in
from harness.simulation.forms.told_rows import told_rows
from harness.simulation.forms.yaml_docs import yaml_in
from harness.simulation.meaning.slots import Ontology, words_of

_LINE = re.compile(
    r"^[ \t]{0,8}(?P<bullet>[-•*][ \t]{1,3}"
    r"|\d[.)][ \t])?(?P<mark>[*`\"]{0,3}(?P<label>[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,30}?)[*`]{0,2}[ \t]{0,2}"
    r"(?::|=>|=|->)[*]{0,2}[ \t]{0,3})(?P<gap>[^\n]{0,200}?)[ \t`\"]{0,4}$"
)
_INLINE = re.compile(
    r"[`\"“'](?P<mark>(?P<label>[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,30}?)[ \t]{0,2}(?::|=)[ \t]{0,2})"
    r"(?P<gap><[^<>@\n]{1,80}>|\[[^\[\]\n]{1,80}\]|\{[^{}\n:]{1,80}\}|\.\.\.|…|[\w-]{1,30}(?:["
    r"|/][\w-]{1,30}){1,9})[`\"”']"
)
_UNQUOTED = re.compile(
    r"(?<![\w<])(?P<mark>(?P<label>[A-Z][A-Z_]{2,20}(?: [A-Z]{2,20})?)[ \t]?[:=][ \t]?)"
    r"(?P<gap><[^<>@\n]{1,60}>)"
)
_ORDINAL = re.compile(
    r"\b(?:first|second|third|fourth|1st|2nd|3rd|4th|last)\s+line\W{1,3}(?:is |has "
    r"|holds )?(?P<gap>[^.;\n]{3,100})"
    r"|\bline [1-6]\W{1,3}(?P<other>[^.;\n]{3,100})",
    re.IGNORECASE,
)
_EXAMPLE_LABELS = frozenset(
    ["example", "examples", "format", "output", "answer", "input", "note", "rules", "schema"]
)


class _Field(NamedTuple):
    label: str
    mark: str
    gap: str
    start: int
    folded: bool = False
    """Whether its text is to stand below it."""


@lru_cache(maxsize=256)
def wanted_in(text: str, ontology: Ontology) -> Wanted | None:
    """The shape that a text asks for; of several the last. `None`: it asks for none, or for JSON."""
    reader = _Reader(text, ontology)
    found = [shape for shape in reader.shapes() if shape.schema["properties"]]
    found = found or list(blanks_in(reader)) or [*map(reader.with_thoughts, templates_in(reader))]
    found = [
        shape
        for shape in found
        if shape.layout.kind not in {"row", "template"} or not row_after_label(text, shape.start)
    ]
    found += composed_in(reader)
    if not found:
        return None
    last = with_tag(max(found, key=lambda shape: shape.start), text)
    parts = {name: reader.fitted(name, part) for name, part in last.schema["properties"].items()}
    return last._replace(schema={**last.schema, "properties": parts})


@dataclass(frozen=True)
class _Reader(Page):
    def shapes(self) -> Iterator[Wanted]:
        yield from map(self.with_thoughts, (*alternatives_in(self), *quoted_lines(self)))
        yield from yaml_in(self)
        yield from self._lines()
        yield from self._headed()
        yield from self._inline()
        yield from self._ordinal()
        yield from self._tags()
        for shapes in (told_rows, columns_in, syntaxes_in, likewise_in, signs_in, menus_in):
            yield from shapes(self)
        yield from self._calls()

    # Labelled lines

    def _blocks(self) -> Iterator[list[_Field]]:
        block: list[_Field] = []
        at = 0
        for line in [*self.text.split("\n"), ""]:
            match = _LINE.match(line)
            if block and block[-1].folded and line.startswith(" "):
                block[-1] = block[-1]._replace(gap=f"{block[-1].gap} {line.strip()}".strip())
                at += len(line) + 1
                continue
            fits = match is not None and not _is_heading(match["label"], match["gap"])
            if match is not None and fits:
                mark = (match["bullet"] or "") + match["mark"].strip('`"')
                folded = _FOLDED.fullmatch(match["gap"].strip()) is not None
                gap = "" if folded else match["gap"].strip()
                block.append(_Field(match["label"].strip(), mark, gap, at, folded))
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
            known = [self.knows(field.label, field.gap) for field in block]
            if not any(known) or len(block) > 12 or len({field.label for field in block}) < len(block):
                continue
            if _CODE.search(self.text[max(0, block[0].start - 120) : block[0].start]):
                continue
            single = [field.gap for field in block if field.gap.count("<") <= 1]  # of others it is an ending
            hints = any(gaps) or any(gap_schema(gap).get("enum") for gap in single)
            if hints and announced(self.before(block[0].start)) and self._all_hints(block):
                yield self._of_fields(block, self._kind(block))
                continue
            filled = all(gap or blank for gap, blank in zip(gaps, empty, strict=True))
            described = any(gaps) and all(not re.search(r"\d", field.gap) for field in block)
            named = all(empty) and len(block) > 1 and all(known)
            if not (filled or described) or not (any(gaps) or named):
                continue
            above = self.before(block[0].start)
            alone = filled and sum(gaps) > 1 and not (SHOWN.search(above) or _OF_DATA.search(above))
            if not self.ordered(block[0].start) and not alone:
                continue
            if re.search(
                r"\byaml\b", self.text[max(0, block[0].start - 160) : block[0].start], re.IGNORECASE
            ):
                yield self._of_fields(block, "yaml")
            elif len(block) > 1 or block[0].mark.rstrip().endswith("="):
                yield self._of_fields(block, "lines")

    def _headed(self) -> Iterator[Wanted]:
        """Headings in capitals, each with what is told under it behind a dash: a file that is drawn up."""
        for block in _HEADED_BLOCK.finditer(self.text):
            heads = list(_HEADED.finditer(block.group()))
            fields = [(head["label"].strip(), head["gap"]) for head in heads]
            known = [label for label, _ in fields if self.knows(label)]
            told = announced(self.before(block.start())) and not any(_VALUE.search(gap) for _, gap in fields)
            if told and 2 * len(known) > len(fields) == len(dict(fields)):
                marks = {head["label"].strip(): head["mark"] for head in heads}
                schema = schema_of(fields)
                schema["properties"] |= {label: _MANY for label in known if self._is_list(label)}
                yield Wanted(schema, Layout("lines", marks, losses=losses_of(fields)), block.start())

    def _is_list(self, label: str) -> bool:
        slot = self.ontology.slot_of(label, held="array")
        return slot is not None and self.ontology.slots[slot].kind in {"list", "word"}

    def _all_hints(self, block: list[_Field]) -> bool:
        """Whether every line of a block tells what is to stand there, and no value does."""
        return all(
            field.folded
            or not field.gap
            or is_hint(field.gap)
            or not _VALUE.search(_SUCH_AS.sub("", field.gap))
            for field in block
        )

    def _kind(self, block: list[_Field]) -> Kind:
        plain = any(field.mark.rstrip()[-1:] != ":" or " " in field.label for field in block)
        noted = any(field.folded or _TILDE.search(field.gap) for field in block)
        return "yaml" if not plain and (noted or _YAML_OUT.search(self.text)) else "lines"

    def _of_fields(self, block: list[_Field], kind: Kind) -> Wanted:
        if len(block) == 1 and _TOTAL.fullmatch(block[0].label) and _NUMERIC.search(block[0].gap):
            block = [block[0]._replace(label=self._number_asked(block[0].start))]
        why = [field for field in block if field.folded and _WHY.search(field.gap)]
        if len(why) == 1:
            block = [field._replace(label=THOUGHT) if field is why[0] else field for field in block]
        fields = [(field.label, field.gap) for field in block]
        labels = {
            field.label: field.mark if field.mark.endswith(("=", " ")) else f"{field.mark} "
            for field in block
        }
        bare = {} if kind == "yaml" else {"type": "string"}
        schema = schema_of(fields, bare=bare)
        parted = {
            name: found
            for name, gap in fields
            if (found := parted_in(name, gap, self.text, self.ontology)) is not None
        }
        single = [(name, gap) for name, gap in fields if name not in parted]
        paired = {
            name: listed for name, gap in single if (listed := pairs_in(gap, self.ontology)) is not None
        }
        schema["properties"] |= {name: part for name, (part, _) in (*parted.items(), *paired.items())}
        folded = frozenset(field.label for field in block if field.folded)
        layout = Layout(
            kind,
            labels,
            losses=losses_of(fields),
            thought=self._thinks(block[0].start),
            folded=folded,
            pairs={name: written for name, (_, written) in paired.items()},
            parted={name: written for name, (_, written) in parted.items()},
        )
        if kind == "yaml":
            schema = self._in_yaml(schema, fields)
        if kind == "lines":
            schema, layout = _with_sums(schema, layout, fields)
        return Wanted(schema, layout, block[0].start)

    def _in_yaml(self, schema: dict[str, Any], fields: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """The schema with lists where brackets stand, and no currency where there is no sum."""
        parts = dict(schema["properties"])
        for name, gap in fields:
            if _BRACKETS.fullmatch(gap):
                parts[name] = {"type": "array", "items": {"type": "string"}, "description": gap}
        sums = [name for name, part in parts.items() if "void" in part]
        for name, part in parts.items():
            if sums and part.get("nullable") and self.ontology.slot_of(name) == "currency":
                parts[name] = {**part, "description": parts[sums[0]].get("description", "")}
        return {**schema, "properties": parts}

    def _number_asked(self, start: int) -> str:
        """The number that the words before a place ask for: the first that is named, else a sum."""
        words = words_of(self.text[max(0, start - 300) : start])
        for at in range(len(words)):
            for width in (3, 2, 1):
                slot = self.ontology.named("".join(words[at : at + width]))
                if slot is not None and self.ontology.slots[slot].kind in {"money", "number"}:
                    return slot
        return first_of_kind(self.ontology, "money")

    def with_thoughts(self, shape: Wanted) -> Wanted:
        """A shape with thoughts before it, where they are wanted."""
        return shape._replace(layout=replace(shape.layout, thought=self._thinks(shape.start)))

    def _thinks(self, start: int) -> str:
        """Whether thoughts are wanted before the shape that stands there."""
        before = self.text[max(0, start - 240) : start]
        first = _FIRST.search(self.text, 0, start) and _ENDS.search(self.before(start))
        return "plain" if first or (_THINKS.search(before) and _ENDS.search(before)) else ""

    def _inline(self) -> Iterator[Wanted]:
        for line in re.finditer(r"[^\n]{8,600}", self.text):
            marks = list(_INLINE.finditer(line.group()))
            if not marks and len(marks := list(_UNQUOTED.finditer(line.group()))) > 1:
                continue  # one line with several gaps
            fields = [
                _Field(m["label"].strip(), m["mark"], m["gap"], line.start() + m.start()) for m in marks
            ]
            if not fields or not SAID.search(line.group()[: fields[0].start - line.start()]):
                continue
            sums = len(fields) == 1 and _TOTAL.fullmatch(fields[0].label) and _NUMERIC.search(fields[0].gap)
            if SHOWN.search(line.group()) or not (sums or any(self.knows(f.label, f.gap) for f in fields)):
                continue
            if len(fields) > 1 or fields[0].mark.rstrip().endswith("="):
                yield self._of_fields(fields, "lines")

    def _ordinal(self) -> Iterator[Wanted]:
        """Lines told of by their number: what stands in each is all that tells which field it is."""
        found = [(m["gap"] or m["other"], m.start()) for m in _ORDINAL.finditer(self.text)]
        fields: list[tuple[str, str]] = []
        for gap, _ in found:
            name = re.split(r"[,(]|\bor\b|\bin\b", gap)[0].strip(" `\"'")
            options = gap_schema(gap.strip(" `\"'")).get("enum") or ()
            slot = self.ontology.slot_of("_", "", tuple(map(str, options))) if len(options) > 1 else None
            fields.append((slot or name, gap if slot else ""))
        if (
            len(fields) > 1
            and len(dict(fields)) == len(fields)
            and all(self.knows(*field) for field in fields)
        ):
            yield Wanted(schema_of(fields), Layout("lines", {name: "" for name, _ in fields}), found[0][1])

    # Tags

    def _tags(self) -> Iterator[Wanted]:
        found = tagged_in(self.text, self.knows, self.ordered)
        if found is not None:
            yield Wanted(*found)

    # Calls

    def _calls(self) -> Iterator[Wanted]:
        found = called_in(self.text, self.ontology, self.line_at)
        if found is not None:
            yield Wanted(*found)


_CODE = re.compile(
    r"(?:\bclass \w{1,60}(?:\([^()\n]{0,80}\))?:|[{(,;]|\bdef [^\n]{1,80}:"
    r"|\"\"\")[ \t]{0,8}(?:#[^\n]{0,60})?\n\s{0,40}$"
)
"""A declaration whose members stand below it."""
_TOTAL = re.compile(
    r"total|sum|amount|result|answer|refund|final|betrag|summe|montant|importe|bedrag|kwota", re.IGNORECASE
)
_NUMERIC = re.compile(
    r"\b(?:number|amount|sum|total|x+|n|0\.00|decimal|float|value|zahl|nombre)\b|#|0[.,]00", re.IGNORECASE
)


_BRACKETS = re.compile(r"\[[^\[\]\n]{0,160}\]")
_MANY = {"type": "array", "items": {"type": "string"}}
_HEADED = re.compile(
    r"^(?P<mark>(?P<label>[A-Z][A-Z]{2,20}(?: [A-Z]{2,20}){0,3})[ \t]{1,3}[–—-][ \t]{1,3})"
    r"(?P<gap>[^\n]{3,300})$",
    re.MULTILINE,
)
_HEADED_BLOCK = re.compile(
    r"(?:^[A-Z][A-Z ]{2,60}[ \t]{1,3}[–—-][ \t][^\n]{3,300}(?:\n|\Z)){3,12}", re.MULTILINE
)
_OF_DATA = re.compile(
    r"\b(?:order|ticket|mail|input) (?:records?|data|fields)\b[^.\n]{0,30}\b(?:fields|keys|lines)\W{0,3}$",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\bsentences?\b(?=.{0,200}\b(?:which|why|reasons?|clauses?|rules?|arithmetic|steps)\b)(?!.{0,200}\bcustomer\b)",
    re.IGNORECASE,
)
"""It is told in these why, whatever the field's name."""
_FOLDED = re.compile(r"[>|][-+]?")
_TILDE = re.compile(r"(?<!\S)~(?!\S)")
_SUCH_AS = re.compile(r"\b(?:such as|like|e\.?g\.|for example|for instance) \S{1,40}", re.IGNORECASE)
_VALUE = re.compile(r"\d{2}|@|^(?:true|false|yes|no)$", re.IGNORECASE)
_YAML_OUT = re.compile(
    r"\b(?:answer|reply|respond|return|output|out|back|write|give|produce|ends?|send)\b[^.\n]{0,40}\byaml\b"
    r"|\byaml\b[^.\n]{0,30}\b(?:answer|reply|response|output)\b",
    re.IGNORECASE,
)


def _with_sums(
    schema: dict[str, Any], layout: Layout, fields: Sequence[tuple[str, str]]
) -> tuple[dict[str, Any], Layout]:
    """Lines in which a sum is written with its currency, as the text that they are."""
    sums = {name: unit for name, gap in fields if (unit := sampled(gap)) is not None}
    if not any(sums.values()):
        return schema, layout
    parts = {**schema["properties"]}
    parts |= {name: {"type": "number", "nullable": True} for name in sums}
    text = "\n".join(f"{layout.labels[name]}{MARK}{name}{MARK}" for name, _ in fields)
    forms = {name: f"{MARK}{name}{MARK} {MARK}currency{MARK}" for name, unit in sums.items() if unit}
    parts.setdefault("currency", {"type": "string", "nullable": True})
    template = replace(layout, kind="template", labels={"": text}, forms=forms)
    return {**schema, "properties": parts}, template


def _is_heading(label: str, gap: str) -> bool:
    """Whether a line introduces what stands below it and is no field."""
    plain = label.strip().casefold()
    if gap.rstrip().endswith(":") and len(gap.split()) > 2:
        return True  # `Clerk: answer with these lines:`
    return plain in _EXAMPLE_LABELS or (
        not gap.strip() and bool(SAID.search(plain)) and len(plain.split()) > 1
    )


_THINKS = re.compile(
    r"\b(?:think|reason|analys|step by step|chain of thought|work (?:it )?out|explain|compute"
    r"|calculate|show)\w{0,3}\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\b(?:finish|end|close|conclude|last line|final line|then|finally)\b", re.IGNORECASE)
_FIRST = re.compile(
    r"\bfirst,? (?:think|reason|analyse|work|note|go)\b|\b(?:think|reason)\b[^.\n]{0,40}\bfirst\b",
    re.IGNORECASE,
)
"""Thoughts are wanted first, however long it takes to say which."""
