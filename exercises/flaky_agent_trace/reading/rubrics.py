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

from .criteria_names import ASPECTS, TOTAL, criterion_of, marked_for, named_in, of_all
from .scales import Scale, scale_in, scale_of
from .verdicts import sides_of

Json = Any
MARKED = "marked_"
_WHY = frozenset(
    words_of(
        "rationale reason reasons reasoning justification explanation explanations comment comments "
        "feedback why summary notes note remark remarks critique sentence begründung because"
    )
)
_AMISS = frozenset(
    words_of(
        "issue issues problem problems fault faults error errors weakness weaknesses objection "
        "objections wrong improvement improvements suggestion suggestions fix fixes change changes "
        "mistakes"
    )
)
_DEEPEST = 2
_FEWEST = 2
_TEXTS = frozenset({"string", ""})
_SCORES = re.compile(
    r"\b(?:scor\w+|rat(?:e|es|ing|ings)|grad(?:e|es|ing)|marks?|points?|judge|assess|evaluate|bewerte\w*"
    r"|pass(?:es)? or fail|scale|how (?:good|polite|well|correct|complete|clear|friendly))\b",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^[ \t]{0,6}(?:[-*•]|\d{1,2}[.)])[ \t]{1,4}[*_`\"]{0,3}(?P<name>[A-Za-zÄÖÜäöü][\w -]{2,28}?)[*_`\"]{0,3}"
    r"(?=[ \t]{0,3}(?:[:(–—,]|- |$))",
    re.MULTILINE,
)
_LAID = re.compile(
    r"\b(?:name|criterion|aspect|label)\W{0,3}(?P<sign> ?[:=|–-] ?)\W{0,3}"
    r"(?:score|mark|points|grade|number|n\b|x\b)",
    re.IGNORECASE,
)
_THEN_WHY = re.compile(
    r"\b(?:sentences?|why|rationale|reasons?|explanation|comment|justif\w+|explain)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Place:
    """A field of the answer that the rubric fills."""

    kind: str
    """`mark`, `all` (of all criteria), `why`, `amiss` (what is to be bettered), `entries` (one a criterion),
    `verdict` (of several words) or `passes`, `fails` (of yes and no).
    """
    criterion: str
    """Empty: of all criteria. Of entries: the part that names it."""
    name: str
    schema: Mapping[str, Json]
    scale: Scale | None = None
    sides: tuple[str, ...] = ()
    """The words of a verdict, the good one first."""


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
    columns: tuple[str, ...] = ()
    """The columns of a table, where the lines are to be one."""
    ends: tuple[str, ...] = ()
    """What stands before the verdict in a last line, the word for a good thing, and the one for another."""
    usual: bool = False
    """Whether no criteria are told, and what is amiss is asked for: only what weighs is."""

    @property
    def criteria(self) -> tuple[str, ...]:
        """What is judged, each once."""
        return tuple(dict.fromkeys(about for _, about in self.named if about != "all"))


def marks_asked(schema: Mapping[str, Json] | None, told: str) -> bool:
    """Whether a schema has places for marks by criteria that only a letter is judged by, or for what is wrong
    with one. `told`: the program's own words.
    """
    named = [about for _, about, part in _marks(schema or {}, 0) if scale_of(part, told) is not None]
    several = len({*named}) >= _FEWEST or (bool(named) and _one_of_draft(told))
    amiss = any(said_beside(key) == "amiss" for key in (schema or {}).get("properties") or {})
    return (several and bool({*named} - ASPECTS - {"language"})) or (amiss and bool(_ASKS_AMISS.search(told)))


def _one_of_draft(told: str) -> bool:
    """Whether a mark is wanted for a draft."""
    return bool(_SCORES.search(told) and _DRAFT.search(told))


_DRAFT = re.compile(
    r"\b(?:drafts?|repl(?:y|ies)|letter|our (?:answer|message|response)|entwurf)\b", re.IGNORECASE
)


def _marks(schema: Mapping[str, Json], depth: int) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
    """Every field that may be a mark: its name, its criterion, and its shape."""
    for key, part in (schema.get("properties") or {}).items():
        if not isinstance(part, dict):
            continue
        about = criterion_of(key)
        inner = part.get("properties")
        if isinstance(inner, dict) and depth < _DEEPEST:
            own = next((held for held in inner.values() if scale_of(held, "") is not None), None)
            if about and own is not None:
                yield key, about, own
            else:
                yield from _marks(part, depth + 1)
        elif about:
            yield key, about, part


def with_rubric(  # noqa: PLR0911  (one kind of rubric a look)
    contract: Contract, told: str, *, judged: bool
) -> tuple[Contract, Rubric | None]:
    """The contract in which the rubric's places are marked, and the rubric.

    `told`: the program's own words; `judged`: whether a letter or a decision is there to be marked.
    """
    if not judged or contract.tools or contract.step is not None:
        return contract, None
    words = rubric_told(told) if contract.form == "text" or contract.layout is not None else None
    if contract.form == "text":
        return contract, words
    if words is not None and _misread(contract, words, told):
        return Contract("text"), words
    if contract.form not in {"schema", "json", "submit"} or not contract.schema:
        return contract, None
    found = _Finder(told)
    rows = contract.layout is not None and contract.layout.bare and contract.layout.kind == "json"
    whole: Mapping[str, Json] = contract.schema
    if rows and "array" not in {type_of(part) for part in (whole.get("properties") or {}).values()}:
        whole = {"type": "object", "properties": {"scores": {"type": "array", "items": dict(whole)}}}
    schema = found.marked(whole, 0)
    criteria = {about for _, about in found.named if about != "all"}
    flags = all(
        place.scale is not None and place.scale.polar for place in found.places if place.kind == "mark"
    )
    alone = criteria <= ASPECTS | {"policy"} and flags  # what aspects are right, their own fields say
    if not criteria and _ASKS_AMISS.search(told) and any(place.kind == "amiss" for place in found.places):
        usual = tuple((one, one) for one in USUAL)
        slots = asked_slots(schema, vocabulary().ontology) | {"score"}
        return replace(contract, schema=schema, slots=slots), Rubric(
            usual, Scale(1, 5), tuple(found.places), usual=True
        )
    if alone or (len(criteria) < _FEWEST and not (criteria and not flags and _SCORES.search(told))):
        return contract, None
    slots = asked_slots(schema, vocabulary().ontology) | {"score"}
    scale = found.scale or Scale(1, 5)
    rubric = Rubric(tuple(found.named), scale, tuple(found.places))
    return replace(contract, schema=schema, slots=slots), rubric


USUAL = ("correct", "language", "tone", "complete")
_ASKS_AMISS = re.compile(
    r"\b(?:what(?: is|'s|’s)? wrong|problems?|faults?|issues?|errors?|mistakes?|weaknesses)\b[^.\n]{0,30}"
    r"\b(?:draft|reply|letter|answer|response|it|this)\b"
    r"|\b(?:draft|reply|letter|answer|response)\b[^.\n]{0,40}\b(?:wrong|problems?|faults?|issues?|errors?|mistakes?)\b",
    re.IGNORECASE,
)


def _misread(contract: Contract, words: Rubric, told: str) -> bool:
    """Whether a shape without keys of its own was made of names of criteria, and of fewer than are told."""
    properties = (contract.schema or {}).get("properties") or {}
    own = [key for key in properties if criterion_of(key)]
    table = bool(words.columns) and contract.layout is not None and contract.layout.kind != "json"
    lone = contract.layout is not None and contract.layout.kind not in {"json", "lines"}
    return table or bool(lone and (len(own) < len(words.criteria) or words.ends or not _ROW.search(told)))


_ROW = re.compile(
    r"\b(?:csv|comma|commas|separated|semicolons?|tabs?|(?:one|single|in a) (?:line|row))\b", re.IGNORECASE
)


_PUT_RIGHT = frozenset(words_of("right correct corrected due expected true proper should"))


def _is_put_right(key: str, part: Mapping[str, Json]) -> bool:
    """Whether a field is for what should stand in a decision's place: `right_amount`."""
    plain = type_of(part) in {"number", "string", ""} and not part.get("enum") and not part.get("maximum")
    return (
        plain and criterion_of(key) in {"amount", "order", "action"} and bool({*words_of(key)} & _PUT_RIGHT)
    )


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

    def _part(  # noqa: PLR0911  (one kind of field a look)
        self, key: str, part: Json, depth: int, within: str
    ) -> Json:
        if not isinstance(part, dict) or _is_put_right(key, part):
            return part
        about = criterion_of(key) or criterion_of(str(part.get("description") or "").partition(":")[0])
        if isinstance(part.get("properties"), dict):
            return self.marked(part, depth + 1, within=about or within)
        if type_of(part) == "array":
            return self._list(key, part)
        if (verdict := self._verdict(key, part)) is not None:
            return verdict
        scale = scale_of(part, self.told)
        whole = bool(within) and about is None and of_all(key)
        if scale is not None and (about or whole):
            self.scale = self.scale or scale
            self.named.append((key, about or within))
            return self._place(part, Place("mark", about or within, key, part, scale))
        if of_all(key) and (scale := scale or self._sum(part)) is not None and self.named:
            self.named.append((key, "all"))
            return self._place(part, Place("all", "", key, part, scale))
        if type_of(part) in _TEXTS and not part.get("enum") and (kind := said_beside(key)):
            return self._place(part, Place(kind, within or _of_note(key), key, part))
        return part

    def _verdict(self, key: str, part: Mapping[str, Json]) -> Json:
        """A field that says whether it may go out, marked; `None` where it is none."""
        words, options = {*words_of(key)}, tuple(map(str, part.get("enum") or ()))
        if type_of(part) == "boolean" and words <= _GO | _BESIDE_GO and (words & _GO):
            return self._place(part, Place("passes", "", key, part))
        if type_of(part) == "boolean" and words <= _STAY | _BESIDE_GO and (words & _STAY):
            return self._place(part, Place("fails", "", key, part))
        if len(options) == _FEWEST and words & _ENDING and (sides := sides_of(options)) is not None:
            return self._place(part, Place("verdict", "", key, part, sides=sides))
        return None

    def _sum(self, part: Mapping[str, Json]) -> Scale | None:
        """A total of which no scale is told: all the marks together."""
        return (
            Scale(0, 10**6) if type_of(part) in {"number", "integer", "string", ""} and self.scale else None
        )

    def _list(self, key: str, part: Mapping[str, Json]) -> Json:
        items = part.get("items")
        fields = items.get("properties") if isinstance(items, dict) else None
        if not isinstance(fields, dict):
            plain = not items or type_of(items) == "string"
            return (
                self._place(part, Place("amiss", "", key, part))
                if plain and said_beside(key) == "amiss"
                else part
            )
        marks = [
            (name, scale)
            for name, one in fields.items()
            if not (said_beside(name) or {*words_of(name)} & _KEYS)
            and (scale := scale_of(one, self.told)) is not None
        ]
        named = [name for name, one in fields.items() if type_of(one) in _TEXTS and {*words_of(name)} & _KEYS]
        if len(marks) != 1 or not named:
            return part
        options = [str(option) for option in fields[named[0]].get("enum") or ()]
        told = rubric_told(self.told)
        found = [(o, about) for o in options if (about := criterion_of(o))] or list(
            told.named if told else ()
        )
        if len(found) < _FEWEST or len(found) < len(options):
            return part
        self.scale, self.named = self.scale or marks[0][1], [*self.named, *found]
        return self._place(part, Place("entries", named[0], key, part, marks[0][1]))


_GO = frozenset(
    words_of(
        "send sendable approve approved pass passes passed accept accepted acceptable publish ready ship "
        "agree"
    )
)
_STAY = frozenset(words_of("revise rewrite revision rework block reject rejected redo rewritten"))
_BESIDE_GO = frozenset(
    words_of("to can may should is ok it be needs need overall safe the a draft reply letter do we must")
)
_ENDING = frozenset(
    words_of("verdict decision recommendation result outcome conclusion status send next action")
)
_KEYS = frozenset({"criterion", "criteria", "name", "aspect", "dimension", "category", "what", "metric"})


def said_beside(key: str) -> str:
    """What a text beside marks is to say: why they are so, or what is amiss."""
    words = {*words_of(key)}
    return "amiss" if words & _AMISS else "why" if words & _WHY else ""


def _of_note(key: str) -> str:
    """The criterion of which a note says why: `tone_comment`."""
    rest = [word for word in words_of(key) if word not in _WHY | _AMISS]
    return criterion_of(" ".join(rest)) or "" if rest else ""


def strange_criteria(told: str) -> bool:
    """Whether marks are asked for by something that is no criterion known here."""
    return scale_in(told) is not None and any(about is None for _, about in marked_for(told))


def rubric_told(told: str) -> Rubric | None:
    """The rubric that words ask for: a list of criteria and how they are marked."""
    scale = scale_in(told)
    if scale is None or not _SCORES.search(told):
        return None
    listed = [
        (m["name"], about) for m in _LISTED.finditer(told) if (about := criterion_of(m["name"], bare=True))
    ]
    lines = [named_in(line) for line in re.split(r"(?<=[.?!])\s+|\n", told)]
    said = [found for found in lines if len({about for _, about in found} - {"all"}) >= _FEWEST]
    row = marked_for(told)
    if any(about is None for _, about in row):
        return None
    named = [(name, about) for name, about in row if about] or (said[0] if said else [])
    named = listed if len(listed) >= _FEWEST else named
    if len(named) < _FEWEST:
        return None
    if not any(about == "all" for _, about in named) and (total := TOTAL.search(told)):
        named = [*named, (total.group(), "all")]
    laid = _LAID.search(told)
    sign = laid["sign"] if laid is not None else ": "
    sign = f"{sign.strip()} " if sign.strip() == ":" else f" {sign.strip()} " if " " in sign else sign
    return Rubric(
        tuple(dict.fromkeys(named)), scale, sign=sign, why=_THEN_WHY.search(told) is not None,
        columns=_columns(told), ends=_ends(told),
    )  # fmt: skip


_COLUMNS = re.compile(
    r"\bcolumns?\b[:\s]{1,3}(?P<said>[^.;\n]{3,120}?)(?=\.|;|\n|$| and (?:the |one )?rows?\b)", re.IGNORECASE
)
_PIPED = re.compile(r"^[ \t]{0,8}\|(?P<said>[^\n]{3,160})\|[ \t]*$", re.MULTILINE)
_ENDS = re.compile(
    r"(?:(?P<label>[A-Z][A-Za-z]{2,20}(?: [A-Z][a-z]+)?)(?P<sign>: ?| = ?))?[\"'`<\[(]?"
    r"(?P<one>[A-Z][A-Z_-]{1,20})[\"'`]?"
    r"(?: or |\s?[/|]\s?)[\"'`]?(?:(?P=label)(?P=sign))?(?P<other>[A-Z][A-Z_-]{1,20})\b"
)


def _columns(told: str) -> tuple[str, ...]:
    """The columns of a table that is asked for."""
    if not re.search(r"\btable\b", told, re.IGNORECASE):
        return ()
    found = _PIPED.search(told) or _COLUMNS.search(told)
    said = re.sub(r"\([^()]*\)", "", found["said"]) if found is not None else ""
    parts = tuple(filter(None, (part.strip(" \t*_`\"'") for part in re.split(r"[|,]|\band\b", said))))
    return parts or ("Criterion", "Score")


def _ends(told: str) -> tuple[str, ...]:
    """The two words of a verdict behind the marks, with what stands before them."""
    for found in _ENDS.finditer(told):
        sides = sides_of((found["one"], found["other"]))
        if sides is not None and {found["one"], found["other"]} != {"PASS", "FAIL"}:
            return (f"{found['label']}{found['sign'].rstrip()} " if found["label"] else "", *sides)
    return ()
