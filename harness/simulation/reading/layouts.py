"""Records laid out in plain lines: pairs between commas or pipes, bullets, YAML, tables, one line an item.

A section's lines are told apart: those that speak of a part (an item, a refund, a note), and the
record's own. Which is which follows from headings, bullets, indentation and the keys themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from harness.simulation.reading.remarks import remark_in
from harness.simulation.reading.text import fold

_KEY = re.compile(
    r"(?:^|[,;|(\t]|\.(?=\s[A-Z][^.:\n]{1,30}:)|(?<=\s)[-–—·•](?=\s)|(?<=\s)(?=\w{1,40}=))\s{0,8}[*_`\"']{0,3}"
    r"(?P<key>[^\W\d][\w /.-]{0,38}?)[*_`\"']{0,3}\s{0,2}(?::(?!//)|=>|=)[*_]{0,2}(?=\s|[^\s:=])"
)
_BULLET = re.compile(r"^(?P<indent>[ \t]*)(?:[-*•·+–]|\(?\d{1,2}[.)])[ \t]+(?P<rest>\S.*)$")
_HEADING = re.compile(
    r"^[\s#*_>-]{0,40}+(?P<key>[^\W\d_][\w ]{1,30}?)(?:\s{0,4}\(\d{1,4}\))?[*_]{0,3}"
    r"\s{0,4}(?P<colon>:?)[*_]{0,3}\s{0,8}$"
)
_LABEL = re.compile(
    r"^[\s*_>-]{0,40}+(?P<key>[^\W\d][\w ]{1,30}?)(?:\s{0,4}#?\d{0,2}|\s[A-Za-z])[*_]{0,3}"
    r"\s{0,4}:[*_]{0,3}\s{0,8}(?P<rest>\S.*)$"
)
_PREFIX = re.compile(r"^[\s*_>-]{0,40}+(?P<key>[^\W\d]{1,40})\s{1,8}(?P<rest>[^\W\d]\w{0,40}\s{0,8}[:=].*)$")
_CELLS = re.compile(r"^[\s*_>-]{0,40}+(?P<key>[^\W\d]{1,40})\s{0,4}#?\d{0,2}\s{0,4}\|\s{0,8}(?P<rest>\S.*)$")
"""A line of cells of which the first names what it is one of: `item 2 | Kettle | 30.00`."""
_NOTHING = frozenset({
    "none", "[]", "-", "–", "—", "n/a", "no", "nothing", "null", "{}", "keine", "keiner", "aucun", "aucune",
    "ninguno", "ninguna", "geen", "brak", "żadne",
})  # fmt: skip


class Named(Protocol):
    """What a reader of lines must know of a kind of part."""

    @property
    def id_field(self) -> str: ...

    def field_of(self, key: str) -> str | None: ...


class Entry(NamedTuple):
    """One part: its pairs, or the words of its line where it has none."""

    pairs: dict[str, str]
    line: str


@dataclass
class Laid:
    """A section, told apart."""

    own: list[str] = field(default_factory=list)
    """The lines about the record itself."""
    parts: dict[str, list[Entry]] = field(default_factory=dict)


def line_pairs(line: str) -> dict[str, str]:
    """Every `key: value` of one line; a value runs to the next key. The first of a key counts."""
    found: dict[str, str] = {}
    marks = list(_KEY.finditer(line))
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(line)
        value = line[mark.end() : end].strip(" \t,;|*_`\"'")
        found.setdefault(mark["key"].strip(), value.removesuffix(")") if "(" not in value else value)
    return found


_YAML_LIST = re.compile(
    r"^(?P<key>[ \t]*[\"']?[^\W\d][\w ]{1,38}[\"']?:)[ \t]*"
    r"(?P<points>(?:\n[ \t]*- [\"']?[^\s:\"']{1,80}[\"']?[ \t]*(?=\n|\Z)){1,12})",
    re.MULTILINE,
)
_POINT = re.compile(r"^[ \t]*- (.*?)[ \t]*$", re.MULTILINE)


def in_one_line(section: str) -> str:
    """A list of single words below a key (YAML), beside that key."""
    return _YAML_LIST.sub(
        lambda match: f"{match['key']} {', '.join(_POINT.findall(match['points']))}", section
    )


def lay_out(section: str, kinds: Mapping[str, Named], part_of: Mapping[str, str]) -> Laid:
    """Tell the lines of one record's section apart. `part_of`: a folded heading → the list it opens."""
    return _Reader(kinds, part_of).read(section)


def _folded(key: str) -> str:
    return "".join(fold(key).words)


@dataclass
class _Reader:
    kinds: Mapping[str, Named]
    part_of: Mapping[str, str]
    laid: Laid = field(default_factory=Laid)
    open: str = ""
    """The list that a heading has opened."""
    indent: int = 0
    """Of that heading."""
    entry: tuple[str, int, dict[str, str]] | None = None
    """The part that indented lines go on with: its list, its indent, its pairs."""
    columns: tuple[str, list[str]] | None = None

    def read(self, section: str) -> Laid:
        for line in section.split("\n"):
            if not line.strip():
                self.entry = self.columns = None
            elif not (self._row(line) or self._remark(line) or self._heading(line) or self._part(line)):
                self.open, self.entry = "", None
                self.laid.own.append(line)
        return self.laid

    def _list(self, key: str) -> str | None:
        """The list that a heading or a label means, in the singular too."""
        return self.part_of.get(_folded(key)) or self.part_of.get(f"{_folded(key)}s")

    def _remark(self, line: str) -> bool:
        remark = remark_in(line, self._list)
        key = self.kinds[remark[0]].id_field if remark is not None else ""
        if remark is None or key not in _REMARKS:
            return False
        self._add(remark[0], remark[1] if key == "text" else {}, line, _width(line))
        return True

    def _heading(self, line: str) -> bool:
        match = _HEADING.match(line)
        name = self._list(match["key"]) if match else None
        if match and name and (match["colon"] or line.lstrip()[0] in "#*"):
            self.open, self.indent, self.entry = name, _width(line), None
            return True
        prefix = _PREFIX.match(line)
        name = self._list(prefix["key"]) if prefix else None
        if prefix and name and self._known(name, _first(line_pairs(prefix["rest"]))):
            self._add(name, line_pairs(prefix["rest"]), prefix["rest"], _width(line))
            return True
        cells = _CELLS.match(line)
        name = self._list(cells["key"]) if cells else None
        if cells and name:
            pairs = line_pairs(cells["rest"])
            self._add(name, pairs if self._known(name, pairs) else {}, cells["rest"], _width(line))
            return True
        label = _LABEL.match(line)
        name = self._list(label["key"]) if label else None
        if label is None or not name or (self.entry and _width(line) > self.entry[1]):
            return False
        first, *others = re.split(r"\s*;\s*(?!\w+\s*[:=])", label["rest"])
        if first.strip(" .").casefold() in _NOTHING:
            self.laid.own += others  # `refunds: none; refundable 48.90`
            return True
        for rest in (first, *others):
            if rest.strip():
                self._add(name, line_pairs(rest), rest, _width(line))
        return True

    def _row(self, line: str) -> bool:
        text = line.strip()
        if not (text.startswith("|") and text.endswith("|") and len(text) > 2):
            self.columns = None
            return False
        cells = [cell.strip(" *`") for cell in text[1:-1].split("|")]
        if self.columns is None and any(line_pairs(cell) for cell in cells):
            return False
        if self.columns is None:
            name = next(self._table_of(cells), None)
            self.columns = (name, cells) if name else None
            return name is not None
        if not all(set(cell) <= set(":- ") for cell in cells):
            self._add(self.columns[0], dict(zip(self.columns[1], cells, strict=False)), text, 0)
        return True

    def _table_of(self, cells: list[str]) -> Iterator[str]:
        for name in [self.open] if self.open else self.kinds:
            known = {self.kinds[name].field_of(cell) for cell in cells} - {None}
            if len(known) >= 2 and (self.open or self.kinds[name].id_field in known or "name" in known):
                yield name

    def _part(self, line: str) -> bool:
        bullet = _BULLET.match(line)
        text = bullet["rest"] if bullet else line.strip()
        pairs, width = line_pairs(text), _width(line)
        if self.entry is not None and not bullet and width > self.entry[1]:
            return self._go_on(pairs)
        if self.open:
            known = self._known(self.open, pairs)
            inside = bullet or width > self.indent
            if inside and (known or not pairs):
                self._add(self.open, pairs, text, width)
                return True
            if len(known) >= 2 and len(known) == len(pairs):
                self._add(self.open, pairs, text, width)
                return True
        for name, kind in self.kinds.items():
            if len(self._known(name, pairs)) >= 2 and _is_own(kind, pairs):
                self._add(name, pairs, text, width)
                return True
        return False

    def _go_on(self, pairs: dict[str, str]) -> bool:
        assert self.entry is not None
        name, width, known = self.entry
        kind = self.kinds[name]
        if {kind.field_of(key) for key in pairs} & {kind.field_of(key) for key in known} - {None}:
            self._add(name, pairs, "", width)  # the next one, without a bullet
            return True
        known.update(pairs)
        return True

    def _known(self, name: str, pairs: dict[str, str]) -> set[str]:
        return {known for key in pairs if (known := self.kinds[name].field_of(key))}

    def _add(self, name: str, pairs: dict[str, str], line: str, width: int) -> None:
        self.entry = (name, width, pairs)
        self.laid.parts.setdefault(name, []).append(Entry(pairs, line))


_REMARKS = frozenset({"text", "on"})
"""What is known by its words or its day: a note, an earlier payment."""


def _is_own(kind: Named, pairs: dict[str, str]) -> bool:
    """Whether a part's line names it by its own key, such as `sku`, and not by one that many things have."""
    return any(_folded(key) == _folded(kind.id_field) for key in pairs) and kind.id_field not in {
        "on",
        "text",
    }


def _first(pairs: dict[str, str]) -> dict[str, str]:
    return dict(list(pairs.items())[:1])


def _width(line: str) -> int:
    return len(line) - len(line.lstrip())
