"""Grounds of a decision that are not so: as a program says after an answer, or as its data show at once.

Who hands a case over for a promise, and is told that there is none, has another ground or none at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.context import Piece

Json = Any
_NO = (
    r"\b(?:no|not|never|nobody|nothing|none|neither|without|kein\w*|nicht|aucune?|pas|ningun[oa]?"
    r"|ninguna|geen"
    r"|niet|nie|żadn\w+|brak)\b|n['’]t\b"
)
_SO = (
    r"\b(?:applies|apply|holds?|met|the case|fits?|relevant|concern(?:ed)?|cover(?:s|ed)?|given|true|so"
    r"|reasons?|grounds?)\b"
)
_ABOUT = {
    "H-6": r"promis\w+|commitments?|assurances?|replacements?|store credit|zusage\w*|versproch\w*|promesses?"
    r"|promesas?|belofte\w*|toezegging\w*|obietnic\w*",
    "H-3": r"charge-?backs?|payment disputes?",
    "H-4": r"gifts?(?: orders?)?|presents?|geschenk\w*|cadeaux?|regalos?|prezent\w*",
    "H-5": r"legal threats?|lawyers?|threaten\w*|threats?|legal action|anwält\w*|anwalt\w*|avocats?|abogad\w+"
    r"|advoca\w+|prawnik\w*",
    "R-3": r"final[- ]sale",
    "H-1": r"(?:several|multiple|more than one|two|other|further|mehrere\w*|plusieurs|varios|meerdere"
    r"|kilk\w+) (?:\w+ )?(?:orders?|bestellung\w*|commandes?|pedidos?|bestelling\w*|zamówie\w+)",
}
"""Clause → what it is about, which a sentence denies."""
_DENIED = {
    id: re.compile(
        rf"(?:{_NO})[^.;:]{{0,45}}?\b(?:{what})\b|\b(?:{what})\b[^.;:,]{{0,20}}?"
        rf"\b(?:is|are|was|were|has|have|does|do|did|could|ist|wurde|est)(?:{_NO}|\s(?:{_NO}))",
        re.IGNORECASE,
    )
    for id, what in _ABOUT.items()
}
_SENDER = re.compile(
    r"\b(?:addresse?s?|sender\w*|mail(?:box)?|writes from|identity)\b[^.;]{0,60}?\b(?:own|same|confirmed"
    r"|verified"
    r"|match\w*|known|registered|identical|on (?:the|their|his|her) account|belongs|listed|fine|correct"
    r"|right)\b",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"\b(?:below|under|within|less than|beneath|not (?:above|over)|does not exceed|doesn['’]t exceed|unter"
    r"|en dessous|onder|poniżej)\b[^.;]{0,30}\b(?:limits?|thresholds?|limite|grens|limitu)\b"
    r"|\b(?:limit|threshold)\b[^.;]{0,20}\b(?:not|n['’]t)\b[^.;]{0,12}\b(?:reached|exceeded|passed)\b",
    re.IGNORECASE,
)
_ONE_ORDER = re.compile(
    r"\b(?:only|just|exactly)\b[^.;]{0,25}\b(?:one|a single) order\b|\ba single order\b", re.IGNORECASE
)
_CLAUSE = re.compile(
    rf"\b(?P<after>[A-Z]-\d)\b\W{{0,3}}(?:\([^)\n]{{0,40}}\) )?(?:\w+ ){{0,3}}?(?:{_NO})[^.;]{{0,20}}?{_SO}"
    rf"|\b(?:no|any|not a|without) (?:\w+ )?(?:grounds?|reason|case|basis|matter) (?:for|under|of|by) "
    rf"(?P<before>[A-Z]-\d)\b|(?:{_NO}) (?:apply|use|cite|invoke) (?P<told>[A-Z]-\d)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"\b(?:if|when|whenever|unless|whether|in case|otherwise)\b|\?", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")
_NO_DESK = re.compile(
    r"\b(?:not|no|nothing|never|without)\b[^.;]{0,40}\b(?:desk|hand-?over|hand(?:ed|ing)? (?:it "
    r"|this )?over|escalat\w+"
    r"|persons?|people|humans?|colleagues?)\b|\b(?:decide|settle|solve|handle) (?:it|this"
    r"|the case) (?:your|by)"
    r"|\bdecide (?:(?:it|this|the \w+) )?(?:yourself|on your own)\b|\b(?:give|make|take|return|want|need)"
    r" (?:me |us )?(?:a|your own|the) decision\b(?! (?:of|from|by))"
    r"|\b(?:hand-?overs?|handoffs?|escalat\w+)\b[^.;]{0,25}\b(?:refused|rejected|declined|denied|turned down"
    r"|unjustified|(?:not|n['’]t) (?:\w+ )?(?:accepted|justified|allowed|warranted|needed|necessary|possible"
    r"|permitted|taken|valid|an option))\b"
    r"|\breasons?\b[^.;]{0,25}\b(?:(?:does|do|is|are|was) not|(?:does|do|is|are|was)n['’]t|not|no|in)\s?"
    r"(?:hold|valid|enough|sufficient|convincing|accepted|stand|apply|good|grounds?)\b"
    r"|\bcan be (?:decided|settled|solved|resolved|handled)\b|\bselbst (?:entscheiden|zu entscheiden)\b"
    r"|\bentscheide (?:es |das )?selbst\b|\bdécide[zr]? (?:toi|vous|par)[- ]?(?:même|toi)?|\bdecide tú\b"
    r"|\bbeslis (?:het )?zelf\b|\bzdecyduj sam\b"
    r"|\blook (?:at|into) (?:it|this|the (?:case|order|ticket)) (?:again|once more|anew)|\bneedless\b"
    r"|\bunnecessary\b"
    r"|\bnot done yet\b|\b(?:controller|reviewer|checker)\b[^.;]{0,60}\b(?:says?|disagrees?)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\b(?:several|two|three|more than one|multiple|other|different|many"
    r"|both) (?:\w+ )?orders?\b[^.;]{0,40}"
    r"\b(?:meant|fit|match|possible|open|could|may|might|qualify|candidates?|likely)\b"
    r"|\bnot (?:yet )?(?:settled|clear|known|said|certain|established)[^.;]{0,20}\bwhich order\b"
    r"|\bwhich (?:order|of the(?:m| \w+)?(?: orders)?)\b[^.;]{0,30}\b(?:not|n['’]t|open|unclear"
    r"|unsettled|ambiguous)\b"
    r"|\b(?:order|choice) is (?:ambiguous|unclear|a guess)\b|\byou (?:have )?(?:guessed|picked|chose)\b",
    re.IGNORECASE,
)
_LONGEST = 1200
"""Characters of an objection."""
_FLAGS: tuple[tuple[str, frozenset[str], frozenset[str], bool], ...] = (
    ("H-6", frozenset({"promise", "promised", "promises"}), frozenset(), False),
    ("I-2", frozenset({"address", "sender", "email", "mail"}),
     frozenset({"account", "own", "confirmed", "matches", "match", "known", "verified", "ok", "same"}), True),
    ("H-3", frozenset({"chargeback", "chargebacks"}), frozenset(), False),
    ("H-4", frozenset({"gift"}), frozenset(), False),
    ("H-5", frozenset({"legal", "lawyer", "threat"}), frozenset(), False),
    ("H-2", frozenset({"limit"}), frozenset({"over", "above", "exceeds", "exceeded"}), False),
    ("H-2", frozenset({"limit"}), frozenset({"within", "under", "below"}), True),
)  # fmt: skip
"""Clause, words of a flag's name, words of which one stands beside them, and what it is then."""


@dataclass(frozen=True, slots=True)
class Refuted:
    """Clauses whose ground is not there."""

    told: frozenset[str] = frozenset()
    """As the program has said after an answer."""
    shown: frozenset[str] = frozenset()
    """As flags in its data show."""

    decide: bool = False
    """Whether it has said that the case is none for people."""
    times: int = 0
    """In how many of its turns."""
    which: bool = False
    """Whether it has said that it is open which order is meant."""
    several: frozenset[str] = frozenset()
    """The orders on which it has said that something is asked for, where these are more than one."""

    def __contains__(self, id: object) -> bool:
        return id in self.told or id in self.shown


def refuted_by(said: list[Piece], data: list[Piece], order_id: str = "") -> Refuted:
    """What the program's words after an answer, and flags of its data on an order, speak against."""
    sentences = [part for piece in said if len(piece.text) < _LONGEST for part in _sentences(piece.text)]
    told = frozenset(id for part in sentences if not _UNSURE.search(part) for id in denied_in(part))
    open_still = any(_WHICH.search(part) for part in sentences)
    shown = frozenset(
        id for piece in data for blob in blobs(piece.text) for id in _flags(blob.value, order_id)
    )
    times = sum(
        any(_NO_DESK.search(part) for part in _sentences(piece.text))
        for piece in said
        if len(piece.text) < _LONGEST
    )
    return Refuted(told, shown, times > 0, times, open_still)


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text, or of the texts within its JSON."""
    return (part for told in texts_in(text) for part in _SENTENCE.split(told))


def texts_in(text: str) -> Iterator[str]:
    """A text, or the texts within its JSON where it is that."""
    found = next(iter(blobs(text)), None)
    whole = found is not None and len(found.raw) * 2 > len(text.strip())
    return _texts(found.value) if found is not None and whole else iter((text,))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def denied_in(sentence: str) -> Iterator[str]:
    """The clauses whose ground a sentence says not to be there."""
    for found in _CLAUSE.finditer(sentence):
        yield str(found["after"] or found["before"] or found["told"]).upper()
    yield from (id for id, pattern in _DENIED.items() if pattern.search(sentence))
    sender = _SENDER.search(sentence)
    if sender is not None and not re.search(rf"(?:{_NO})|\bun\w+ed\b", sender.group(), re.IGNORECASE):
        yield "I-2"
    if _BELOW.search(sentence):
        yield "H-2"
    if _ONE_ORDER.search(sentence):
        yield "H-1"


def _flags(value: Json, order_id: str, depth: int = 0) -> Iterator[str]:
    """What flags say, those of another order left out."""
    if isinstance(value, list):
        for part in value:
            yield from _flags(part, order_id, depth)
        return
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    own = next((str(value[key]) for key in value if "".join(words_of(key)) in {"id", "orderid"}), "")
    if own.startswith("HL-") and order_id and own != order_id:
        return
    for key, part in value.items():
        if isinstance(part, bool):
            words = set(words_of(key))
            yield from (
                id for id, any_of, beside, against in _FLAGS
                if words & any_of and (not beside or words & beside) and part is against
            )  # fmt: skip
        else:
            yield from _flags(part, order_id, depth + 1)


_DEEPEST = 3
