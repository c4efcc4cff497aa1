"""Which clauses of the handbook a text states, whoever wrote it: verbatim, reworded, with other numbers.

Reworded clauses are recognised by cues: groups of words of which each must be met close together.
That is the limit of it: a paraphrase without any of the cue words is not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from pydantic import RootModel

from exercises.flaky_agent_trace.shop.handbook import Clause, handbooks
from harness.exercise.spec import read_toml
from harness.simulation.reading.counts import IN_WORDS, count_of
from harness.simulation.reading.text import Folded, coverage, fold, stem, stems

from .added import UNIT, effects_in
from .entries import Entry, entries, house_rules, said_of
from .flat_sums import FLAT, flat_sums, more_than
from .prose_rules import prose_rules

_ALMOST = 0.72
"""Share of a clause's content words that makes it the same clause, whatever the layout."""


class _Cues(RootModel[dict[str, tuple[tuple[str, ...], ...]]]):
    """`cues.toml`: clause id → groups of words."""


@cache
def _cues() -> dict[str, tuple[tuple[str, ...], ...]]:
    return _Cues.model_validate(read_toml(Path(__file__).with_name("cues.toml"))).root


_UNITS = {
    "window_days": ("day",), "opened_days": ("day",), "restocking_percent": ("percent", "fee"),
    "report_days": ("day",), "late_days": ("day",), "late_claim_days": ("day",), "late_percent": ("percent",),
    "late_cap": ("eur",), "late_cap_pln": ("pln",), "lost_days": ("day",), "shipping_days": ("day",),
    "limit": ("eur",), "limit_pln": ("pln",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """A clause as a text states it."""

    clause: Clause
    version: str
    """Whose numbers they are; empty where they are nobody's."""
    place: float
    """Where in the text, from 0 to 1."""
    verbatim: bool
    cited: bool = True
    """Whether it is taken from a handbook, by its words or its number, and no rule that is only like one."""
    anew: bool = False
    """Whether a handbook states it otherwise than it was, or it is none that was known."""
    unread: str = ""
    """What of it is not understood."""


@lru_cache(maxsize=512)
def stated(text: str) -> tuple[Stated, ...]:
    """The clauses that a text states, each once, in the handbook's order, then those that are new."""
    folded = fold(text)
    if len(folded.words) < 6:
        return ()
    book = entries(folded.plain)
    as_known = {entry.id for entry in book if not entry.changed}
    changed = {
        entry.id or f"{UNNUMBERED}{n}": entry
        for n, entry in enumerate(book)
        if entry.changed and entry.id not in as_known
    }
    read = {id: _anew(id, entry) for id, entry in changed.items()}
    found = []
    starts = frozenset(word[:4] for word in stems(folded)) | {"%"}
    for id in _cues():
        if id in read:
            found += [one for one in (read[id],) if one is not None]
            continue
        seen = _verbatim(id, folded)
        if seen is None and all(any(cue[:4].strip() in starts for cue in group) for group in _groups(id)):
            seen = _reworded(id, folded)
        if seen is not None:
            found.append(seen)
    found += [one for id, one in read.items() if one is not None and id not in _cues()]
    for n, (said, place, rule) in enumerate(house_rules(folded.plain)):
        own = Clause(
            id=f"{UNNUMBERED}h{n}", topic="house", text=said, rules=(rule,) if rule else (), own=True
        )
        found.append(Stated(own, "", place, True, False, True, "" if rule else said))
    return tuple(found)


def in_prose(text: str) -> dict[str, Stated]:
    """By id, the clauses of a short rulebook in sentences."""
    told = ((clause, unread) for clause, unread in prose_rules(text))
    return {one.id: Stated(one, "", 0.5, False, False, True, unread) for one, unread in told}


UNNUMBERED = "own-"
"""How the id of a rule begins that has no number: it is cited by its words."""


def _anew(id: str, entry: Entry) -> Stated | None:
    """A clause as a handbook has it that says something else than before; `None` where it rules nothing."""
    base = next(iter(handbooks().values())).by_id.get(id)
    if base is not None and entry.own_words and not effects_in(entry.text) & {"none", "usual"}:
        seen = _reworded(id, fold(f"{id}  {entry.text}"))
        if seen is not None:
            return replace(seen, place=entry.place, cited=True)
    if base is None or not entry.whole:
        own = Clause(
            id=id, topic=base.topic if base else "added", text=entry.text, rules=entry.rules, own=True
        )
        states = base is not None and not entry.rules and _STATES.search(entry.text) is not None
        unread = entry.unread or (entry.text if states else "")
        ruling = entry.rules or unread
        return Stated(own, "", entry.place, True, True, True, unread) if ruling else None
    numbers = {**base.numbers, **_numbers(id, entry.kept)}
    numbers = {name: number for name, number in numbers.items() if said_of(name, entry.kept)}
    numbers = {**numbers, **flat_sums(entry.kept)} if id == "L-1" else numbers
    clause = base.model_copy(update={"numbers": numbers, "text": entry.text, "rules": entry.rules})
    return Stated(clause, "", entry.place, True, True, True, entry.unread)


def worded(seen: Stated) -> str:
    """A clause with the numbers that the context gives it."""
    if seen.anew:
        return seen.clause.text
    book = handbooks().get(seen.version)
    if book is not None:
        return book.by_id[seen.clause.id].text
    text, base = seen.clause.text, next(iter(handbooks().values())).by_id[seen.clause.id].numbers
    for name, number in seen.clause.numbers.items():
        text = re.sub(rf"\b{base.get(name, number)}\b", str(number), text, count=1)
    return text


def _verbatim(id: str, folded: Folded) -> Stated | None:
    for version, book in handbooks().items():
        clause = book.by_id[id]
        at = folded.find(clause.text)
        if at >= 0:
            return Stated(clause, version, at / max(1, len(folded.skeleton)), True)
    return None


@lru_cache(maxsize=64)
def _groups(id: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_stemmed(cue) for cue in group) for group in _cues()[id])


def _stemmed(cue: str) -> str:
    return cue if cue == "%" else " ".join(stem(word) for word in fold(cue).words)


@lru_cache(maxsize=512)
def _lines(plain: str) -> tuple[tuple[float, str, str], ...]:
    """(place, sentence, its stems between spaces): the text cut where a rule could end."""
    found = []
    at = 0
    for line in re.split(r"(?<=[.;!?])\s+(?=[A-Z`\"*(-])|\n\s*\n|\n(?=\s*[-*•\d])|\n", plain):
        if len(line) > 12:
            found.append((at / max(1, len(plain)), line, f" {' '.join(stems(fold(line)))} "))
        at += len(line) + 1
    return tuple(found)


def _reworded(id: str, folded: Folded) -> Stated | None:
    book = next(iter(handbooks().values()))
    clause = book.by_id[id]
    if coverage(clause.text, folded, least=_ALMOST) >= _ALMOST:
        numbers = _numbers(id, folded.plain)
        return _with(clause, numbers, 0.5)
    for place, line, stemmed in _lines(folded.plain):
        if len(line) < 400 and all(_met(group, stemmed, line) for group in _groups(id)):
            seen = _with(clause, _numbers(id, line), place)
            return seen and replace(seen, cited=re.search(rf"\b{id}\b", line) is not None)
    return None


def _met(group: tuple[str, ...], stemmed: str, line: str) -> bool:
    return any(cue in line if cue == "%" else f" {cue}" in stemmed for cue in group)


def _with(clause: Clause, numbers: dict[str, int], place: float) -> Stated | None:
    """The clause with the text's own numbers; without the numbers that it needs it says nothing."""
    known = {**clause.numbers, **numbers}
    if FLAT in numbers:
        known = {name: known[name] for name in known if name not in _OF_A_SHARE}
    if clause.numbers and not numbers:
        return None
    version = next((v for v, book in handbooks().items() if book.by_id[clause.id].numbers == known), "")
    return Stated(clause.model_copy(update={"numbers": known}), version, place, False)


_STATES = re.compile(r"\d ?(?:EUR|GBP|PLN|€|£|%|per ?cent|days?\b)|[€£]\d", re.IGNORECASE)
"""States what is paid, or how long: a clause that says so rules something."""
_OF_A_SHARE = frozenset({"late_percent", "late_cap", "late_cap_pln"})
_NUMBER = re.compile(
    r"(\d[\d,.]*\d|\d)\s*(%|percent|per cent|calendar days|days?|EUR|euros?|€|GBP|£|PLN|zł)?", re.IGNORECASE
)


def _numbers(id: str, text: str) -> dict[str, int]:
    """The clause's numbers as the text states them: by their units, in the clause's order."""
    named = list(next(iter(handbooks().values())).by_id[id].numbers)
    if not named:
        return {}
    order = {name: i for i, name in enumerate(_in_text(id))}
    named.sort(key=lambda name: order.get(name, 99))
    pools: dict[str, list[int]] = {"day": [], "percent": [], "eur": [], "pln": []}
    told = _in_days(_near(id, text))
    for match in _NUMBER.finditer(more_than(told) if id == "L-1" else told):
        unit = (match[2] or "").lower()
        value = int(re.sub(r"[.,]\d{1,2}$|[.,]", "", match[1]) or 0)
        kind = (
            "percent" if unit.startswith(("%", "per")) else "day" if "day" in unit
            else "pln" if unit in {"pln", "zł"} else "eur" if unit else ""
        )  # fmt: skip
        if kind and value not in pools[kind][-1:]:
            pools[kind].append(value)
    found = {}
    for name in named:
        pool = pools[_UNITS[name][0]]
        if pool:
            found[name] = pool.pop(0) if len(pool) > 1 or name not in found else pool[0]
    return {**found, **flat_sums(text)} if id == "L-1" else found


_COUNTED = re.compile(rf"\b(?P<n>\d{{1,2}}|{IN_WORDS}|a)[ -](?P<unit>days?|weeks?|months?)\b", re.IGNORECASE)


def _in_days(text: str) -> str:
    """A text with weeks, months and numbers in words as so many days."""

    def told(met: re.Match[str]) -> str:
        return f"{count_of(met['n']) * UNIT[met['unit'].casefold().rstrip('s')]} days"

    return _COUNTED.sub(told, text)


@lru_cache(maxsize=64)
def _in_text(id: str) -> tuple[str, ...]:
    """The names of a clause's numbers in the order in which its text states them."""
    book = next(iter(handbooks().values()))
    clause = book.by_id[id]
    return tuple(sorted(clause.numbers, key=lambda name: clause.text.find(str(clause.numbers[name]))))


def _near(id: str, text: str) -> str:
    """The part of a long text that is about the clause."""
    if len(text) < 700:
        return text
    words = fold(next(iter(handbooks().values())).by_id[id].text).words
    low = text.casefold()
    for width in (4, 3, 2):
        for start in range(len(words) - width):
            at = low.find(" ".join(words[start : start + width]))
            if at >= 0:
                return text[max(0, at - 80) : at + 560]
    return text
