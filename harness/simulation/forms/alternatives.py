"""One line of several that a prompt gives to choose from: `PAY <amount> <currency> or REJECT or DESK`.

Each begins with a word for what is decided, and some have gaps behind it; the answer is one of them alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from harness.simulation.forms.gaps import SAID, SHOWN, UNIT, gap_field
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import MARK, Layout

Json = Any
_QUOTE = "`\"'“”„*"
_GAP = (
    r"<[^<>@\n]{1,60}>|\[[A-Za-z][^\[\]\n]{1,60}\]|\{[A-Za-z][^{}\n:]{1,60}\}"
    rf"|(?:[xXnN]{{1,3}}(?:[.,][xXnN]{{2}})?|0[.,]00|12[.,]34|\.\.\.|…|{UNIT}"
    r"|amount|sum|total|currency|betrag|summe|währung)(?![\w.])"
)
_ALTERNATIVE = re.compile(
    rf"(?P<word>[A-ZÄÖÜ][A-ZÄÖÜ_-]{{1,20}}(?: [A-ZÄÖÜ]{{2,20}}){{0,2}}(?![\w'’])"
    rf"|[A-Za-zÄÖÜäöü_]{{2,20}}(?=[:=]? ?[<\[{{{_QUOTE}]))"
    rf"(?P<gaps>(?:(?:\s?[:=]\s?|\s)(?:{_GAP})){{0,4}})"
)
_GAPS = re.compile(rf"(?P<before>\s?[:=]\s?|\s)(?P<gap>{_GAP})")
_SPLIT = re.compile(
    r"[ \t]{0,2}(?:[,;][ \t](?:or|oder|ou)?[ \t]?|[ \t](?:or|oder|ou|lub)(?: else| just| simply| only)?[ \t]"
    r"|[|/])[ \t]{0,2}(?:with |else )?"
)
_GLOSS = re.compile(r"\s?(?:\([^()\n]{2,90}\)|(?:if|when|where|for|wenn|falls|=|means|[-–—:])\s[^\n]{2,90})?")
_BULLET = re.compile(r"[ \t]{0,8}(?:[-*•][ \t]{1,3}|\d[.)][ \t])?")
_LABEL = re.compile(rf"(?:^|[{_QUOTE}\s])(?P<label>[A-Z][A-Z_]{{2,20}}:[ \t])$")
_REASONED = re.compile(
    r"\b(?:sentences?|reasons?|explanation|explain|why|because|grounds|justification|rationale|clauses?"
    r"|satz|sätzen?|begründung|grund)\b",
    re.IGNORECASE,
)
_UNREASONED = re.compile(
    r"\b(?:no|nothing|without|not|never|don['’]t|only|alone|kein\w{0,2}|ohne|nichts|nur)\b", re.IGNORECASE
)
_ACTION, _REASON = "action", "reason"
_MOST = 6


class _Line(NamedTuple):
    word: str
    gaps: str


def alternatives_in(page: Page) -> Iterator[Wanted]:
    """Every choice of lines that a text wants one of."""
    for start, lines, after, label in (*_in_sentences(page.text), *_below(page.text)):
        lead = page.before(start)
        told = SAID.search(lead) and not SHOWN.search(lead.rpartition("\n")[2])
        made = _made(page, lines, label) if told else None
        if made is not None:
            schema, labels = made
            if _wants_reason(after):
                schema["properties"][_REASON] = {"type": "string"}
                labels = {word: f"{line}\n{MARK}{_REASON}{MARK}" for word, line in labels.items()}
            layout = Layout("template", labels, by=_ACTION, sentences=frozenset({_REASON}), exact=True)
            yield Wanted(schema, layout, start)


def _in_sentences(text: str) -> Iterator[tuple[int, list[_Line], str, str]]:
    """Those that stand side by side: where, the lines, what is said behind them, and their label."""
    at = 0
    for row in text.split("\n"):
        pieces = _pieces(row) if len(row) < _LONGEST else []
        lines: list[_Line] = []
        start = end = 0
        label = ""
        for where, piece in pieces:
            found = _at_end(piece) if not lines else _at_start(piece.removeprefix(label))
            if found is None:
                if len(lines) > 1:
                    break
                found, lines = _at_end(piece), []
            if found is None:
                continue
            match, bare = found
            if not lines:
                start, head = where + match.start(), piece[: match.start()]
                own = _LABEL.search(head)
                label = own["label"] if own is not None else ""
            lines.append(_Line(match["word"], match["gaps"]))
            end = where + (len(label) if piece.startswith(label) else 0) + match.end()
            if len(lines) > 1 and not bare:
                break
        if 1 < len(lines) <= _MOST:
            yield at + start, lines, row[end:] + text[at + len(row) : at + len(row) + 160], label
        at += len(row) + 1


_LONGEST = 800


def _pieces(row: str) -> list[tuple[int, str]]:
    """What stands between the signs and words that part alternatives, but for those within brackets."""
    pieces, begin, depth = [], 0, 0
    ends = {match.start(): match.end() for match in _SPLIT.finditer(row)}
    at = 0
    while at < len(row):
        depth += (row[at] in "<[{(") - (row[at] in ">]})")
        if depth <= 0 and at in ends:
            pieces.append((begin, row[begin:at]))
            begin = at = ends[at]
            continue
        at += 1
    return [*pieces, (begin, row[begin:])]


def _at_end(piece: str) -> tuple[re.Match[str], bool] | None:
    """The alternative that a piece ends with."""
    for match in _ALTERNATIVE.finditer(piece):
        rest = piece[match.end() :].strip(_QUOTE)
        if _GLOSS.fullmatch(rest) and not rest.strip().startswith((":", "-")):
            return match, True
    return None


def _at_start(piece: str) -> tuple[re.Match[str], bool] | None:
    """The alternative that a piece begins with, and whether nothing of a sentence follows it."""
    match = _ALTERNATIVE.match(piece, len(piece) - len(piece.lstrip(_QUOTE + " ")))
    if match is None or piece[match.end() : match.end() + 1].isalnum():
        return None
    rest = piece[match.end() :].strip(_QUOTE)
    return match, _GLOSS.fullmatch(rest) is not None


def _below(text: str) -> Iterator[tuple[int, list[_Line], str, str]]:
    """Those that stand below one another."""
    at = start = 0
    lines: list[_Line] = []
    for row in [*text.split("\n"), ""]:
        begin = _BULLET.match(row)
        inside = row[begin.end() if begin else 0 :].strip(f"{_QUOTE} \t")
        match = _ALTERNATIVE.match(inside)
        if match is not None and _GLOSS.fullmatch(inside[match.end() :].lstrip(_QUOTE)):
            start = start if lines else at
            lines.append(_Line(match["word"], match["gaps"]))
        elif row.strip() or lines:
            if 1 < len(lines) <= _MOST:
                yield start, lines, text[at : at + 160], ""
            lines = []
        at += len(row) + 1


def _made(page: Page, lines: Sequence[_Line], label: str) -> tuple[dict[str, Json], dict[str, str]] | None:
    """The schema and the template of each word; `None` where they do not say what is to be done."""
    words = [line.word for line in lines]
    if _ACTION not in page.ontology.slots:
        return None
    meant = {word: page.ontology.value_of(_ACTION, word) for word in words}
    known = {value for value in meant.values() if value is not None}
    either = len(lines) == len(meant) == _FEWEST and known == {_PAID}
    if not (either or len(known) >= _FEWEST) or len(meant) < len(words) or not any(x.gaps for x in lines):
        return None
    # Of two lines of which one pays, the other is for what is not paid, whatever its word.
    options = {word: _UNPAID if either and meant[word] is None else word for word in words}
    parts: dict[str, Json] = {_ACTION: {"type": "string", "enum": list(options.values())}}
    labels = {}
    for line in lines:
        text = line.word
        for gap in _GAPS.finditer(line.gaps):
            name, part = gap_field(page.ontology, gap["gap"])
            parts.setdefault(name, part)
            text += f"{gap['before']}{MARK}{name}{MARK}"
        labels[options[line.word]] = f"{label}{text}"
    return {"type": "object", "properties": parts}, labels


_FEWEST = 2
_PAID, _UNPAID = "refund", "deny"


def _wants_reason(after: str) -> bool:
    """Whether what is said behind the lines wants grounds as well."""
    first = re.split(r"(?<=[.!?])\s|\n\n", after.strip(f"{_QUOTE} ."))[0]
    said = _REASONED.search(first)
    return said is not None and not _UNREASONED.search(first[: said.start()])
