"""Menus with a key for each answer, of which the key alone is wanted: `1. late`, `(B) damaged`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import MARK, Layout
from harness.simulation.reading.asked_parts import wants_why

_SAY = (
    r"(?:answer|reply|respond|return|output|give|write|print|say|send|choose|pick|select|state|name|vote|antworten?"
    r"|nennen?|wähle?|stimme|répond\w*|vote[rz]|responde|vota|antwoord|stem|odpowiedz|głosuj|zagłosuj)"
)
_WORDS = {
    "number": r"(?:number|digit|numeral|index|nummer|ziffer|numéro|chiffre|número)"
    r"(?! of\b(?! (?:the|your|that) (?:\w+ )?"
    r"(?:categor|class|option|answer|choice|queue|bucket|order|team|case|label|line)))",
    "letter": r"(?<!cover )(?:letter|character|buchstaben?|lettre|letra|liter[aąęy])"
    r"(?! (?:to|for the customer|of apology)\b)",
}
_ALONE = r"(?:only|alone|and nothing (?:else|more)|, nothing (?:else|more))"
_ASKED = {
    kind: re.compile(
        rf"\b{_SAY}\b[^.?!\n]{{0,60}}?\b(?<!a ){word}\b"
        rf"|\b{_SAY}\b[^.?!\n]{{0,40}}\b(?:a single|only a|just a|exactly one|one) {word}\b"
        rf"|\b{word} {_ALONE}\b|\b(?:only|just)(?: with)? (?:the|its|a|one) {word}\b"
        rf"|\b(?:vote|choice|pick|stimme|voix|voto|stem|głos)\b[^.?!\n]{{0,20}}\b{word}\b"
        rf"|\b{word}\b(?:,| plus| and| then| with|:)* (?:a )?"
        r"(?:dash|hyphen|colon|(?:one |short )*(?:reason|sentence))\b",
        re.IGNORECASE,
    )
    for kind, word in _WORDS.items()
}
"""Kind of key → how a prompt says that one is all that it wants."""
_LINE = re.compile(
    r"[ \t]{0,8}(?:[-*•][ \t]{1,3})?[(\[\"'`*]{0,3}(?P<key>\d{1,2}|[A-Za-z])[\"'`*]{0,2}[ \t]{0,2}"
    r"(?:[.):=\]]|->|→|[-–—](?=\s))[*]{0,2}[ \t]{1,3}(?P<told>\S[^\n]{1,240}?)[ \t]{0,4}$"
)
_INLINE = re.compile(
    r"(?:(?<=[\s,;:(/|])|^)[(\[]?(?P<key>\d|[A-H])[ \t]?(?:[):=\]]|->|→|\.(?=\s))[ \t]{0,2}"
    r"(?P<told>[^\W\d_][^,;|/\n()]{1,70}?(?:\([^()\n]{1,80}\))?)"
    r"(?=[,;|/)]|\.(?!\d)|\s(?:or\s)?[(\[]?(?:\d|[A-H])[ \t]?[):=.\]]|\n|$)"
)
_HEAD = re.compile(
    r"^(?P<polar>yes|no|unclear|unknown)\b[,:;.–—-]{0,1}\s|:\s|\s[–—-]\s|\s\(|\s?=\s", re.IGNORECASE
)
_PRICED = re.compile(r"^(?!refund|pay|credit|reimburse)[^:]{2,80}, \d{1,6}[.,]\d\d [A-Z]{3}$", re.IGNORECASE)
"""Goods with their prices are lines of an order, and none of them is an answer."""
_MOST, _WIDEST, _WIDEST_LETTERED = 14, 12, 22
_ID = re.compile(r"\b[A-Z]{1,5}-\d{3,12}\b")
_ELSE = re.compile(
    r"\bor (?:with )?[\"'`]?(?P<key>\d|[A-Z])[\"'`]? (?:if|when|for|where) (?P<told>[^.;\n]{3,60})",
    re.IGNORECASE,
)
"""A key that is kept for what no entry says: `or 0 if unclear`."""
CHOICE = "answer"
"""Name of the field."""


class _Entry(NamedTuple):
    key: str
    told: str


def menus_in(page: Page) -> Iterator[Wanted]:
    """Every menu of a text that wants a key; the answer is one of what the menu tells, said by its key."""
    kinds = [kind for kind, asked in _ASKED.items() if asked.search(page.text)]
    if not kinds:
        return
    for start, told_there in (*_blocks(page.text), *_lines(page.text)):
        entries = told_there
        kind = "number" if entries[0].key.isdigit() else "letter"
        if kind not in kinds or all(_PRICED.search(entry.told) for entry in entries):
            continue
        other = _ELSE.search(page.text)
        if other is not None and other["key"] not in {entry.key for entry in entries}:
            entries = (*entries, _Entry(other["key"], other["told"]))
        short = heads(entries)
        told = {
            head: gloss
            for head, entry in zip(short, entries, strict=True)
            if (gloss := entry.told.replace(head, "", 1).strip(" \t:=,;–—-().\"'`*"))
        }
        field = {"type": "string", "enum": list(short), "description": _question(page, start)}
        choice = {**field, **({"defined": told} if told else {})}
        words = {head: entry.key for head, entry in zip(short, entries, strict=True)}
        if _NAMED_TOO.search(page.text):
            words = {head: f"{key}{_sign(page.text, key, head)}{head}" for head, key in words.items()}
        if beside := _reason_beside(page.text):
            between, name = beside
            properties = {CHOICE: choice, name: {"type": "string"}}
            template = f"{MARK}{CHOICE}{MARK}{between}{MARK}{name}{MARK}"
            told_in = frozenset({name})
            layout = Layout("template", {"": template}, words=words, sentences=told_in, exact=True)
            yield Wanted({"type": "object", "properties": properties}, layout, start)
        else:
            schema = {"type": "object", "properties": {CHOICE: choice}}
            yield Wanted(schema, Layout("lines", {CHOICE: ""}, words=words), start)


def _reason_beside(text: str) -> tuple[str, str] | None:
    """What stands between the key and a reason that is wanted besides, and what that is called."""
    parts = re.split(r"(?<=[.!?])\s|\n", text)
    at = next((n for n, part in enumerate(parts) if any(a.search(part) for a in _ASKED.values())), None)
    near = " ".join(parts[at : at + 2]) if at is not None else ""
    if not wants_why(near):
        return None
    between = next((between for between, said in _BETWEEN.items() if said.search(near)), ". ")
    return between, next(
        (name for name in _ABROAD if re.search(rf"\b{name[:4]}", near, re.IGNORECASE)), "reason"
    )


_ABROAD = (
    "grund",
    "begründung",
    "raison",
    "motif",
    "motivo",
    "razón",
    "reden",
    "powód",
    "powod",
    "uzasadnienie",
)
"""What a reason is called in other languages: it is told in that one."""
_BETWEEN = {
    " - ": re.compile(r"\b(?:dash|hyphen|gedankenstrich|tiret|guion)\b", re.IGNORECASE),
    ": ": re.compile(r"\b(?:colon|doppelpunkt)\b", re.IGNORECASE),
    "\n": re.compile(r"\b(?:(?:second|next|new|separate|own) line|zweite\w? zeile)\b", re.IGNORECASE),
}


_NAMED_TOO = re.compile(
    r"\b(?:letter|number|digit|key|buchstaben?|nummer|lettre|numéro)\b[^.\n]{0,12}(?:\b(?:and|plus|with|und|et)\b|[+&])"
    r"[^.\n]{0,12}\b(?:names?|labels?|words?|titles?|texts?|category|options?|bezeichnung|namen?|nom)\b",
    re.IGNORECASE,
)
"""The key is wanted with what it stands for."""


def _sign(text: str, key: str, head: str) -> str:
    """What stands between a key and its words, as the menu has it."""
    found = re.search(rf"(?<!\w){re.escape(key)}(?P<sign>\W{{1,4}}){re.escape(head)}", text)
    return found["sign"].replace("*", "") if found is not None else ") "


def menus(text: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """The menus of a text: each key with what it stands for."""
    for _, entries in sorted([*_blocks(text), *_lines(text)]):
        yield tuple((entry.key, entry.told) for entry in entries)


def _question(page: Page, start: int) -> str:
    """What stands over a menu, without what is said of the form."""
    above = page.before(start).rpartition("\n")[2]
    asking = [line for line in page.text[start:].split("\n") if "?" in line]
    if "?" not in above and asking:
        above = asking[-1]
    parts = [
        part for part in re.split(r"(?<=[.?!])\s", above) if not any(a.search(part) for a in _ASKED.values())
    ]
    return " ".join(parts).strip(" :")


def heads(entries: Sequence[tuple[str, str]]) -> list[str]:
    """What each key stands for in short, all of them different: an id, what stands before an explanation."""
    short = []
    for _, said in entries:
        told = said.strip(" \t\"'`*.;,")
        found, ids = _HEAD.search(told), {*_ID.findall(told)}
        head = found["polar"] or told[: found.start()] if found is not None else told
        short.append(next(iter(ids)) if len(ids) == 1 else head.strip(" \t\"'`*.;,"))
    whole = [said.strip(" \t\"'`*.;,") for _, said in entries]
    return short if len({*map(str.casefold, short)}) == len(short) and all(short) else whole


def _blocks(text: str) -> Iterator[tuple[int, tuple[_Entry, ...]]]:
    """Menus with an entry on each line."""
    at, entries, start = 0, list[_Entry](), 0
    for line in [*text.split("\n"), ""]:
        match = _LINE.match(line)
        if match is not None and (not entries or _goes_on(entries, match["key"])):
            start = start if entries else at
            entries.append(_Entry(match["key"], match["told"]))
        elif line.strip() or match is None:
            if _fit(entries):
                yield start, tuple(entries)
            entries = [_Entry(match["key"], match["told"])] if match is not None else []
            start = at
        at += len(line) + 1
    if _fit(entries):
        yield start, tuple(entries)


def _lines(text: str) -> Iterator[tuple[int, tuple[_Entry, ...]]]:
    """Menus within one line."""
    at = 0
    for line in text.split("\n"):
        found = [*_INLINE.finditer(line)] if len(line) < 1200 else []
        entries: list[_Entry] = []
        for match in found:
            if entries and not _follows(entries[-1].key, match["key"]):
                break
            entries.append(_Entry(match["key"], match["told"].strip()))
        if _fit(entries) and len(entries) > 2:
            yield at + found[0].start(), tuple(entries)
        at += len(line) + 1


def _follows(key: str, other: str) -> bool:
    if key.isdigit() and other.isdigit():
        return int(other) == int(key) + 1
    return len(key) == len(other) == 1 and ord(other) == ord(key) + 1


def _goes_on(entries: Sequence[_Entry], key: str) -> bool:
    """Whether a line may be the next of a menu; letters may stand for words: `P. pay`, `D. decline`."""
    keys = {entry.key for entry in entries}
    return _follows(entries[-1].key, key) or (key.isupper() and key not in keys and _stand_for_words(keys))


def _stand_for_words(keys: Collection[str]) -> bool:
    return all(key.isupper() for key in keys)


def _fit(entries: Sequence[_Entry]) -> bool:
    """Whether these can be a menu: it begins at the beginning, and none of it is a long sentence."""
    first = entries[0].key if entries else ""
    told = {entry.told.casefold() for entry in entries}
    heads = [re.split(r"[:(–—]|\s-\s", entry.told)[0] for entry in entries]
    if any(entry.told.lstrip(" `").startswith(("{", "[{")) for entry in entries):
        return False  # records to compare
    widest = _WIDEST if first.isdigit() else _WIDEST_LETTERED
    short = all(len(head.split()) <= widest for head in heads)
    begins = first in {"0", "1", "A", "a"} or (_stand_for_words([entry.key for entry in entries]))
    return 1 < len(entries) == len(told) <= _MOST and begins and short
