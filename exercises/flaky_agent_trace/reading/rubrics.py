"""Rubrics: the criteria by which a prompt wants a letter or a decision marked, in which fields or lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.filling.typed import type_of
from harness.simulation.forms.contract import Contract, asked_slots
from harness.simulation.meaning.offering import POSED
from harness.simulation.meaning.slots import words_of

from .scales import Scale, scale_in, scale_of

Json = Any
MARKED = "marked_"
_NAMES = {
    "complete": r"(?:in)?complet\w*|thorough\w*|coverage|exhaustive\w*|nothing (?:missing|left out)",
    "language": r"languages?|locale|sprache|langue|idioma",
    "empathy": r"empath\w*|sympath\w*|compassion\w*|caring",
    "tone": r"tone|polite\w*|friendl\w*|courte\w*|respect\w*|warmth?|professional\w*|kind(?:ness)?|manners?"
    r"|civility|höflichkeit|ton|tono",
    "brief": r"brevity|brief\w*|concis\w*|succinct\w*|length|short\w*|kürze",
    "clear": r"clarity|clear\w*|understandab\w*|intelligib\w*|verständlich\w*",
    "policy": r"polic(?:y|ies)|handbook|rules?|complian(?:t|ce)|adheren\w*",
    "safe": r"safe\w*|confidential\w*|privacy|discretion|commitments?|promises?",
    "honest": r"honest\w*|truthful\w*|truth",
    "amount": r"amounts?|sums?",
    "order": r"orders?",
    "action": r"action|decision|outcome|resolution",
    "correct": r"correct\w*|accura\w*|factual\w*|facts?|right|faithful\w*|grounded\w*|precision|richtigkeit"
    r"|korrektheit",
    "helpful": r"helpful\w*|useful\w*",
}
"""Each criterion by its names, the one that a name of two parts is about first."""
_CRITERIA = {name: re.compile(rf"(?:{words})", re.IGNORECASE) for name, words in _NAMES.items()}
_ASPECTS = frozenset({"amount", "order", "action"})
_BESIDE = frozenset(
    "score scores rating ratings mark marks grade grades point points ok okay check passed pass of the and for"
    " a an is in it its to with no not draft drafts reply letter answer response email message mail writing"
    " followed matches match matched adherence quality level proposal proposed refund factual made"
    " customer customers appropriate appropriateness suitable issue all".split()
)
_OF_ALL = re.compile(r"overall|total|sum|average|mean|avg|gesamt|final|score|rating|grade|quality", re.IGNORECASE)
_WHY = frozenset(
    "rationale reason reasons reasoning justification explanation explanations comment comments feedback why"
    " summary notes note remark remarks critique sentence begründung because".split()
)
_AMISS = frozenset(
    "issue issues problem problems fault faults error errors weakness weaknesses objection objections wrong"
    " improvement improvements suggestion suggestions fix fixes change changes mistakes".split()
)
_DEEPEST = 2
_FEWEST = 2
_TEXTS = frozenset({"string", ""})
_SCORES = re.compile(
    r"\b(?:scor\w+|rat(?:e|es|ing|ings)|grad(?:e|es|ing)|marks?|points?|judge|assess|evaluate|bewerte\w*"
    r"|pass(?:es)? or fail)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^[ \t]{0,6}(?:[-*•]|\d{1,2}[.)])[ \t]{1,4}[*_`\"]{0,3}(?P<name>[A-Za-zÄÖÜäöü][\w -]{2,28}?)[*_`\"]{0,3}"
    r"(?=[ \t]{0,3}(?:[:(–—,]|- |$))",
    re.MULTILINE,
)
_LAID = re.compile(
    r"\b(?:name|criterion|aspect|label)\W{0,3}(?P<sign> ?[:=|–-] ?)\W{0,3}(?:score|mark|points|grade|number|n\b|x\b)",
    re.IGNORECASE,
)
_THEN_WHY = re.compile(
    r"\b(?:sentences?|why|rationale|reasons?|explanation|comment|justif\w+|explain)\b", re.IGNORECASE
)
_TOTAL = re.compile(r"\b(?:overall|total|average|mean)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A field of the answer that the rubric fills."""

    kind: str
    """`mark`, `all` (of all criteria), `why`, `amiss` (what is to be bettered) or `entries` (one a criterion)."""
    criterion: str
    """Empty: of all criteria."""
    name: str
    schema: Mapping[str, Json]
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Rubric:
    """What is to be marked."""

    named: tuple[tuple[str, str], ...]
    """Each criterion's name in the prompt and what it is about; `all` for a mark of all."""
    scale: Scale
    places: tuple[Place, ...] = ()
    sign: str = ": "
    """What stands between a name and its mark, in lines."""
    why: bool = False
    """Whether a sentence behind the lines is wanted."""

    @property
    def criteria(self) -> tuple[str, ...]:
        """What is judged, each once."""
        return tuple(dict.fromkeys(about for _, about in self.named if about != "all"))


def criterion_of(name: str, *, bare: bool = False) -> str | None:
    """What a name says to be marked; `None` where it is no criterion of a letter or a decision.

    `bare`: whether what a proposal holds is a criterion by just its name.
    """
    every = words_of(name)
    words = [word for word in every if word not in _BESIDE or word == "quality"]
    said = " ".join(every)
    for about, pattern in _CRITERIA.items():
        if about in _ASPECTS and len(every) == 1 and not bare:
            continue  # `amount` is a sum
        if any(pattern.fullmatch(word) for word in words) or pattern.fullmatch(said):
            rest = [word for word in words if not any(one.fullmatch(word) for one in _CRITERIA.values())]
            return about if not rest else None
    return None


def _of_all(name: str) -> bool:
    words = [word for word in words_of(name) if word not in _BESIDE - {"score", "rating", "grade", "quality"}]
    return bool(words) and all(_OF_ALL.fullmatch(word) for word in words)


def marks_asked(schema: Mapping[str, Json] | None) -> bool:
    """Whether a schema has places for marks by several criteria that only a letter is judged by."""
    named = [about for _, about, part in _marks(schema or {}, 0) if scale_of(part, "") is not None]
    return len({*named}) >= _FEWEST and bool({*named} - _ASPECTS - {"language"})


def _marks(schema: Mapping[str, Json], depth: int) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
    """Every field that may be a mark: its name, its criterion, and its shape."""
    for key, part in (schema.get("properties") or {}).items():
        if not isinstance(part, dict):
            continue
        about = criterion_of(key)
        inner = part.get("properties")
        if isinstance(inner, dict) and depth < _DEEPEST:
            own = about and next((held for held in inner.values() if scale_of(held, "") is not None), None)
            if about and own is not None:
                yield key, about, own
            else:
                yield from _marks(part, depth + 1)
        elif about:
            yield key, about, part


def with_rubric(contract: Contract, told: str, *, judged: bool) -> tuple[Contract, Rubric | None]:
    """The contract in which the rubric's places are marked, and the rubric.

    `told`: the program's own words; `judged`: whether a letter or a decision is there to be marked.
    """
    if not judged or contract.tools or contract.step is not None:
        return contract, None
    if contract.form == "text":
        return contract, rubric_told(told)
    if contract.form not in {"schema", "json", "submit"} or not contract.schema:
        return contract, None
    found = _Finder(told)
    schema = found.marked(contract.schema, 0)
    criteria = {about for _, about in found.named if about != "all"}
    flags = all(place.scale is not None and place.scale.polar for place in found.places if place.kind == "mark")
    alone = criteria <= _ASPECTS | {"policy"} and flags  # what aspects are right, their own fields say
    if alone or (len(criteria) < _FEWEST and not (criteria and not flags and _SCORES.search(told))):
        return contract, None
    slots = asked_slots(schema, vocabulary().ontology) | {"score"}
    scale = found.scale or Scale(1, 5)
    rubric = Rubric(tuple(found.named), scale, tuple(found.places))
    return replace(contract, schema=schema, slots=slots), rubric


class _Finder:
    """Goes through a schema and marks what the rubric fills."""

    def __init__(self, told: str) -> None:
        self.told = told
        self.named: list[tuple[str, str]] = []
        self.places: list[Place] = []
        self.scale: Scale | None = None

    def _place(self, part: Mapping[str, Json], place: Place) -> dict[str, Json]:
        self.places.append(place)
        return {**part, POSED: [f"{MARKED}{len(self.places) - 1}", "score"]}

    def marked(self, schema: Mapping[str, Json], depth: int, within: str = "") -> dict[str, Json]:
        """The schema with its places marked. `within`: the criterion that all of it is about."""
        parts = schema.get("properties")
        if not isinstance(parts, dict) or depth > _DEEPEST:
            return dict(schema)
        return {**schema, "properties": {k: self._part(k, p, depth, within) for k, p in parts.items()}}

    def _part(self, key: str, part: Json, depth: int, within: str) -> Json:
        if not isinstance(part, dict):
            return part
        about = criterion_of(key) or criterion_of(str(part.get("description") or "").partition(":")[0])
        if isinstance(part.get("properties"), dict):
            return self.marked(part, depth + 1, within=about or within)
        if type_of(part) == "array":
            return self._list(key, part)
        scale = scale_of(part, self.told)
        whole = bool(within) and about is None and _of_all(key)
        if scale is not None and (about or whole):
            self.scale = self.scale or scale
            self.named.append((key, about or within))
            return self._place(part, Place("mark", about or within, key, part, scale))
        if _of_all(key) and (scale := scale or self._sum(part)) is not None and self.named:
            self.named.append((key, "all"))
            return self._place(part, Place("all", "", key, part, scale))
        if type_of(part) in _TEXTS and not part.get("enum") and (kind := _said(key)):
            return self._place(part, Place(kind, within or _of_note(key), key, part))
        return part

    def _sum(self, part: Mapping[str, Json]) -> Scale | None:
        """A total of which no scale is told: all the marks together."""
        return Scale(0, 10**6) if type_of(part) in {"number", "integer", "string", ""} and self.scale else None

    def _list(self, key: str, part: Mapping[str, Json]) -> Json:
        items = part.get("items")
        fields = items.get("properties") if isinstance(items, dict) else None
        if not isinstance(fields, dict):
            plain = not items or type_of(items) == "string"
            return self._place(part, Place("amiss", "", key, part)) if plain and _said(key) == "amiss" else part
        marks = [(name, scale) for name, one in fields.items() if (scale := scale_of(one, self.told)) is not None]
        named = [name for name, one in fields.items() if type_of(one) in _TEXTS and {*words_of(name)} & _KEYS]
        if len(marks) != 1 or not named:
            return part
        options = [str(option) for option in fields[named[0]].get("enum") or ()]
        told = rubric_told(self.told)
        found = [(o, about) for o in options if (about := criterion_of(o))] or list(told.named if told else ())
        if len(found) < _FEWEST or len(found) < len(options):
            return part
        self.scale, self.named = self.scale or marks[0][1], [*self.named, *found]
        return self._place(part, Place("entries", named[0], key, part, marks[0][1]))


_KEYS = frozenset({"criterion", "criteria", "name", "aspect", "dimension", "category", "what", "metric"})


def _said(key: str) -> str:
    """What a text beside marks is to say: why they are so, or what is amiss."""
    words = {*words_of(key)}
    return "amiss" if words & _AMISS else "why" if words & _WHY else ""


def _of_note(key: str) -> str:
    """The criterion of which a note says why: `tone_comment`."""
    rest = [word for word in words_of(key) if word not in _WHY | _AMISS]
    return criterion_of(" ".join(rest)) or "" if rest else ""


def named_in(sentence: str) -> list[tuple[str, str]]:
    """The criteria that a list of words names, as it puts them."""
    found = []
    for part in re.split(r"[,;:/|()&]|\band\b|\bund\b|\bor\b", sentence):
        words = re.sub(r"\b\d+\b.*", "", part).strip(" \t.*_`'\"“”-–")
        words = re.sub(r"^(?:the|its|for|by|each|of|on|und|nach|then an?|an?|then)\s+", "", words)
        if not words or len(words.split()) > _LONGEST:
            continue
        about = criterion_of(words, bare=True) or ("all" if _of_all(words) and _TOTAL.search(words) else None)
        if about:
            found.append((words, about))
    return found


_LONGEST = 3


def rubric_told(told: str) -> Rubric | None:
    """The rubric that words ask for: a list of criteria and how they are marked."""
    scale = scale_in(told)
    if scale is None or not _SCORES.search(told):
        return None
    listed = [(m["name"], about) for m in _LISTED.finditer(told) if (about := criterion_of(m["name"], bare=True))]
    lines = [named_in(line) for line in re.split(r"(?<=[.?!])\s+|\n", told)]
    said = [found for found in lines if len({about for _, about in found} - {"all"}) >= _FEWEST]
    named = listed if len(listed) >= _FEWEST else said[0] if said else []
    if len(named) < _FEWEST:
        return None
    if not any(about == "all" for _, about in named) and (total := _TOTAL.search(told)):
        named = [*named, (total.group(), "all")]
    laid = _LAID.search(told)
    sign = laid["sign"] if laid is not None else ": "
    sign = f"{sign.strip()} " if sign.strip() == ":" else f" {sign.strip()} " if " " in sign else sign
    return Rubric(tuple(dict.fromkeys(named)), scale, sign=sign, why=_THEN_WHY.search(told) is not None)
