"""Columns and keys that a prompt lists for its answer: separated values, YAML, a markdown table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.simulation.forms.blanks import KEYED
from harness.simulation.forms.gaps import SAID, SHOWN, schema_of
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import Kind, Layout
from harness.simulation.forms.rows import listed_in, rows_of, thing_in

_OTHER = re.compile(r"\b(?:table|yaml|json)\b", re.IGNORECASE)
_AS = re.compile(r"\b(?:as|in|into)\b", re.IGNORECASE)
_INSIDE_OTHER = re.compile(r"[\"'][ ]?:[ ]?[\"']$|\w\($")
"""What stands there are the options of a field, or the arguments of a call."""
_KEY_BEFORE = re.compile(r"\b([a-z]\w{1,20})(?:\s?[:=]| is(?: one of)?:?| one of:?) ?$")
_OUTPUT = re.compile(r"(?:outputs?|answer|reply|respond|return|write|print|ausgabe)\b", re.IGNORECASE)
_GIVEN = re.compile(r"\b(?:inputs?|given|you (?:get|receive|are given)|eingabe)\s?[:=]?\s$", re.IGNORECASE)
"""What a program gives, and wants no answer in."""
_MOST = 12
"""Places of a text that are looked at."""
_A_TABLE = re.compile(r"\btable\b", re.IGNORECASE)
_ASIDE = r"(?:[ \t]\([^()\n]{1,80}\))?"
_CELL = rf"(?:<[A-Za-z_][\w -]{{1,30}}>|[<\[{{]?[A-Za-z_][\w-]{{1,30}}\??[>\]}}]?){_ASIDE}"
_ROW = re.compile(
    rf"(?<![\w|;,<=])(?P<keys>`?{_CELL}[ \t]{{0,2}}(?P<sign>[,;|]|\\t|\t)[ \t]{{0,2}}{_CELL}"
    rf"(?:[ \t]{{0,2}}(?P=sign)[ \t]{{0,2}}{_CELL}){{0,11}})(?![\w(|=])"
)
_TELLS = re.compile(r"answer|reply|respond|say|write|return|output|give|print|state", re.IGNORECASE)
_GOES_ON = re.compile(r"[ \t](?:with|in|either|only|exactly|just|[\"'`“<]?[A-Z][A-Z_]+)\b")
"""`…the call, answer ALLOW or BLOCK`: a sentence that goes on."""
_INSIDE = re.compile(r"[ \t]\(([^()\n]{1,80})\)")
_ROWS = re.compile(
    r"\bcsv\b|\btsv\b|\bseparated\b|\bdelimited\b|\b(?:one|a|single|exactly one) (?:single )?(?:line"
    r"|row)\b|\bformat\b|\bcolumns?\b|\bheader\b|\bin (?:this|the) form\b"
    r"|\b(?:answer|reply|respond|output|return)\b[^.\n:]{0,12}:?\s{0,2}(?:as |with |in )?[`\"]",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(?P<form>yaml|csv|(?:comma|semicolon|pipe|tab)[- ]separated(?: (?:values|line|row"
    r"|list))?)\b[^\n:]{0,60}?"
    r"(?:\bkeys?|\bclés?|\bschlüsseln?|\bclaves?|\bcampos?|\bvelden|\bsleutels?|\bfields?|\bcolumns?"
    r"|\bwith|:)[ \t:]{1,4}(?:(?:the |these |exactly |les |den |las )?(?:keys|columns"
    r"|fields)[ \t:]{1,3})?(?P<keys>[A-Za-z_`\"][^\n]{3,240})",
    re.IGNORECASE,
)
_SIGNS = {"semicolon": ";", "pipe": "|", "tab": "\t", "comma": ","}
_TABLE = re.compile(
    r"\b(?:markdown |md )?table\b[^\n|]{0,60}?(?:\bcolumns?\b|\bheaders?\b|:(?![^\n]{0,60}\bcolumns?\b)"
    r"|\bwith\b(?! (?:\w+ )?(?:columns?|headers?)\b)|(?=\|))"
    r"[^\n|:A-Za-z]{0,6}:?[ \t]{0,3}\n?"
    r"(?P<cells>\|[^\n]{3,240}\||[A-Za-z_`\"][^\n]{3,240})",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"[\"'`*|]{0,2}\b(?P<key>(?:field |key )?(?:fields?|keys?|attributes?|property|properties|labels?|facts?"
    r"|aspects?|names?|items?|questions?|topics?|parameters?|points?|attribut|feld|champ|campo|veld|pole))\b"
    r"[\"'`*]{0,2}\s{0,2}(?:and|,|\||/|&)\s{0,2}[\"'`*]{0,2}"
    r"(?:(?:the )?(?:second|right) column:? )?(?:its |the )?"
    r"(?P<value>values?|contents?|answers?|details?|entry|entries|information|info|wert|valeur|valor|waarde"
    r"|wartość)\b[\"'`*)| ]{0,4}",
    re.IGNORECASE,
)
"""The two columns of a table with a row for each field."""
_DOWN_LIST = re.compile(
    r"(?:\b(?:rows?|fields?|properties|attributes|keys|facts|in this order|with|for)\b"
    r"(?: each| one)?(?: for(?: each of)?| per)?(?: the)?(?: rows?| fields?)?[: ]{1,2}"
    r"|:[ \t]{0,3}\n?)(?=[A-Za-z_`\"])",
    re.IGNORECASE,
)
_DOWN_ROW = re.compile(
    r"^[ \t]{0,8}(?:\|[ \t]{0,3}(?P<cell>[A-Za-z_][^|\n]{1,40}?)[ \t]{0,12}\|"
    r"|[-*•][ \t]{1,3}(?P<point>[^\n]{2,80}))",
    re.MULTILINE,
)
_HEADER = re.compile(r"\bheaders?\b|\bcolumn names\b|\bfirst (?:line|row)\b", re.IGNORECASE)
_NO_HEADER = re.compile(r"\b(?:no|without|omit|skip)\b[^.\n]{0,12}\bheaders?\b", re.IGNORECASE)
_NAMED = re.compile(
    r"[`\"' ]{0,4}(?P<name>[A-Za-z_][\w ]{0,30}?\??)[`\"']{0,2}\s{0,2}(?:\((?P<hint>[^"
    r"()\n]{1,120})\))?[.`\"' ]{0,4}"
)


_ENOUGH = re.compile(r"[,;.:](?:\s|$)")


def hinted(listed: str) -> list[tuple[str, str]]:
    """Names between commas, each with what stands in brackets behind it."""
    listed = listed if "(" in listed else listed.replace(")", " ")
    parts = re.split(
        r"[,;](?![^()]{0,120}\))|\band\b(?![^()]{0,120}\))", re.split(r"(?<=\w)\.(?:\s|$)", listed)[0]
    )
    found = [_NAMED.fullmatch(part) for part in parts if part.strip()]
    return [(m["name"].strip(), m["hint"] or "") for m in found if m]


def _keys(listed: str) -> list[str]:
    return [
        name
        for name, _ in hinted(
            re.split(r"[,;]\s*(?:one|an?) (?:row|line|per)|\bone (?:row|line) per", listed)[0]
        )
    ]


def columns_in(page: Page) -> Iterator[Wanted]:
    """Every shape of these that a text asks for."""
    reader = _Columns(page)
    yield from reader.separated()
    yield from reader.yaml()
    yield from reader.table()


@dataclass(frozen=True)
class _Columns:
    page: Page

    def _of_a_gap(self, row: re.Match[str]) -> bool:
        """Whether these are the options of a field for which a template elsewhere has a gap."""
        key = _KEY_BEFORE.search(self.page.text[max(0, row.start() - 40) : row.start()])
        return (
            key is not None
            and re.search(rf"\b{key[1]}\s?[=:]\s?(?:…|\.\.\.|_{{3}})", self.page.text) is not None
        )

    def _before_in_sentence(self, lead: str, start: int) -> str:
        """What is said of a row: all of its line, unless a sentence for the answer begins in it."""
        before = self.page.text[self.page.text.rfind("\n", 0, start) + 1 : start]
        own = re.split(r"(?<=[.;]) (?=[A-Z])", before)[-1]
        return own if _OUTPUT.match(own) else lead

    def separated(self) -> Iterator[Wanted]:
        for match in _ROW.finditer(self.page.text):
            keys = [
                key.strip(" `*\"'<>[]{}")
                for key in re.split(rf"\s*{re.escape(match['sign'])}\s*", _INSIDE.sub("", match["keys"]))
            ]
            line = self.page.line_at(match.start())
            lead = f"{self.page.line_above(match.start())}\n{line}"
            if (
                _OTHER.search(line)
                or not _ROWS.search(lead)
                or not SAID.search(lead)
                or SHOWN.search(self._before_in_sentence(lead, match.start()))
                or KEYED.search(lead)
                or not self.page.are_keys(keys)
                or self._of_a_gap(match)
                or _GIVEN.search(self.page.text[max(0, match.start() - 40) : match.start()])
                or (_TELLS.fullmatch(keys[-1]) and _GOES_ON.match(self.page.text, match.end()))
            ):
                continue
            if self.page.line_at(match.start()).lstrip().startswith("|") or _INSIDE_OTHER.search(
                self.page.text[max(0, match.start() - 40) : match.start()]
            ):
                continue
            sign = match["sign"]
            told = next(
                (
                    s
                    for word, s in _SIGNS.items()
                    if re.search(
                        rf"\b{word}s?[- ](?:separated|delimited)|\b(?:separated|delimited) (?:by"
                        rf"|with) (?:a )?{word}s?\b",
                        lead,
                        re.IGNORECASE,
                    )
                ),
                sign,
            )
            yield self._of_columns(keys, "row", match.start(), between=told if sign == "," else sign)
        for match in _LISTED.finditer(self.page.text):
            said = match["form"].casefold()
            keys = _keys(match["keys"])
            if "csv" not in said and "separated" not in said:
                continue
            if self.page.are_keys(keys) and self.page.ordered(match.end()):
                sign = next((s for word, s in _SIGNS.items() if word in said), ",")
                yield self._of_columns(keys, "row", match.start(), between=sign)

    def _of_columns(
        self,
        keys: list[str],
        kind: Kind,
        start: int,
        *,
        between: str = "",
        hints: Mapping[str, str] | None = None,
    ) -> Wanted:
        near = self.page.text[max(0, start - 200) : start + 300]
        listed = thing_in(near, self.page.ontology) or listed_in(near, self.page.ontology)
        header = bool(_HEADER.search(near)) and not _NO_HEADER.search(near)
        schema = schema_of(
            [(key, (hints or {}).get(key) or ("yes/no" if key.endswith("?") else "")) for key in keys]
        )
        schema = rows_of(schema, listed) if listed else schema
        return Wanted(schema, Layout(kind, {key: key for key in keys}, between, header), start)

    def yaml(self) -> Iterator[Wanted]:
        for match in _LISTED.finditer(self.page.text):
            if match["form"].casefold() == "yaml" and self.page.ordered(match.end()):
                fields = hinted(match["keys"])
                if self.page.are_keys([name for name, _ in fields]):
                    schema = schema_of(fields, bare={})
                    yield Wanted(schema, Layout("yaml", {n: n for n, _ in fields}), match.start())

    def _down(self) -> Iterator[Wanted]:
        """A table of two columns, with a row for each field."""
        for match in list(_DOWN.finditer(self.page.text))[-_MOST:]:
            line = self.page.line_at(match.start())
            near = self.page.text[max(0, match.start() - 160) : match.end() + 160]
            if not _A_TABLE.search(near) or SHOWN.search(line) or not (SAID.search(near) or _AS.search(near)):
                continue
            rest = self.page.text[match.end() : match.end() + 600]
            rows = (m["cell"] or m["point"] for m in _DOWN_ROW.finditer(rest))
            lists = [hinted(rest[m.end() :].partition("\n")[0][:300]) for m in _DOWN_LIST.finditer(rest)]
            lists.append([pair for row in rows for pair in hinted(row)[:1]])
            lists = [one for one in lists if self.page.are_keys([name for name, _ in one])]
            found = max(lists, key=len, default=[])
            if found:
                named = {self._told(name, hint): name for name, hint in found}
                fields = [(self._told(name, hint), hint) for name, hint in found]
                parts = schema_of(fields)["properties"]
                room = {n: {} if self.page.knows(n, hint) else {"nullable": True} for n, hint in fields}
                schema = {
                    "type": "object",
                    "properties": {n: {**part, **room[n]} for n, part in parts.items()},
                }
                yield Wanted(
                    schema, Layout("table", named, down=(match["key"], match["value"])), match.start()
                )

    def _told(self, name: str, hint: str) -> str:
        """The field of a row: by its label, else by what that says of it."""
        told = None if self.page.knows(name, hint) else self.page.ontology.slot_of("_", name)
        return told or name

    def table(self) -> Iterator[Wanted]:
        if down := list(self._down()):
            yield from down
            return
        for match in _TABLE.finditer(self.page.text):
            cells = match["cells"] or ""
            own = (
                cells.rpartition("|")[0]
                if cells.startswith("|")
                else _ENOUGH.split(cells)[0].rstrip(". ")
                if "|" in cells
                else ""
            )
            keys = [c.strip(" `*") for c in own.strip(" |").split("|")] if own else _keys(cells)
            hints = dict(hinted(cells)) if not own else {}
            if (
                self.page.are_keys(keys)
                and SAID.search(self.page.line_at(match.start())[:200])
                and not SHOWN.search(self.page.line_at(match.start()))
            ):
                yield self._of_columns(keys, "table", match.start(), hints=hints)
