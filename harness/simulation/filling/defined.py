"""Choices and conditions that are told by what they mean: the option, or the yes or no, that holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from harness.simulation.filling.refined import open_ones
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.beside import ARTICLES, BESIDE, SAYING
from harness.simulation.meaning.definitions import definitions, option_defined
from harness.simulation.meaning.predicates import Said, Table
from harness.simulation.meaning.slots import Ontology, untold
from harness.simulation.reading.text import fold

Json = Any
_REST = frozenset(
    fold("other others nothing none misc miscellaneous general neither else rest anything sonstiges").words
)
_SOMEBODY = frozenset({"someone", "somebody", "anyone", "anybody"})
"""Of these an `else` says who it is."""
_ELSE = re.compile(
    r"^\W{0,4}(?:(?:use |take )?(?:for|if|when) )?(?:(?:any|every|some|no)thing else(?! than)"
    r"|all (?:the )?(?:rest|else|others?)|none of (?:the|these|those)|neither)\b",
    re.IGNORECASE,
)
_TRUE = re.compile(
    r"(?:^|[.;(]\s{0,2})(?:boolean[,:;]?\s)?(?:only\s)?(?:true|yes|set|ja|wahr)\b,?\s(?:only\s)?"
    r"(?:if|when|where|unless|for|means|=|wenn|falls)?",
    re.IGNORECASE,
)
_FALSE = re.compile(
    r"(?:^|[.;(,]\s{0,2})(?:and\s|else\s)?(?:false|no|nein|falsch)\b,?\s(?:only\s)?"
    r"(?:if|when|where|for|means|=|wenn|falls)\b",
    re.IGNORECASE,
)
_ANY = {"issue": 3.0, "clause": 4.0}
"""Groups that decide by one that holds, with what that counts."""
_LEAST = 0.1
"""What an option for the rest has before others that are not so."""


_ITEM = (
    r"^[ \t]{{0,8}}(?:(?:[-*•]|\d{{1,2}}[.)])[ \t]{{1,3}}[\"'`*]{{0,3}}|[\"'`]){option}"
    r"[\"'`*]{{0,3}}[ \t]{{0,3}}"
    r"(?::|=|->|→|[-–—](?=\s))[ \t]{{0,3}}(?P<told>[^\n]{{3,300}})"
)
"""An option with what it means, as an item of a list; plain lines may be data."""


def _listed(options: Sequence[str], text: str) -> dict[str, str]:
    """What the lists of a prompt say of each option."""
    found = {
        option: re.search(_ITEM.format(option=re.escape(option)), text, re.MULTILINE)
        for option in options
        if option in text
    }
    return {option: match["told"].strip() for option, match in found.items() if match is not None}


def with_definitions(schema: Json, text: str) -> Json:
    """The schema with what a prompt says of the options of its choices, where it lists two or more."""
    if not isinstance(schema, dict):
        return schema
    said = dict(schema)
    options = tuple(str(option) for option in schema.get("enum") or () if option is not None)
    if len(options) > 1 and "defined" not in schema:
        told = _listed(options, text)
        said |= {"defined": told} if len(told) > 1 else {}
    for key in ("properties", "$defs"):
        parts = schema.get(key)
        if isinstance(parts, dict):
            said[key] = {name: with_definitions(part, text) for name, part in parts.items()}
    if isinstance(schema.get("items"), dict):
        said["items"] = with_definitions(schema["items"], text)
    return said


def meant(table: Table, schema: Mapping[str, Json]) -> dict[str, tuple[Said, ...]]:
    """Each option with the predicates by which it is told: those of its definition and of its own words."""
    options = [str(option) for option in schema.get("enum") or ()]
    told = definitions(options, str(schema.get("description") or ""))
    told = {**(schema.get("defined") or {}), **told}
    return {
        option: tuple(dict.fromkeys((*table.said_in(told.get(option, "")), *_own(table, option, told))))
        for option in options
    }


def _own(table: Table, option: str, told: Mapping[str, str]) -> tuple[Said, ...]:
    """What an option says by its own words, where no definition says more."""
    return () if table.said_in(told.get(option, "")) else table.said_in(option)


def tells(table: Table, schema: Mapping[str, Json]) -> bool:
    """Whether it can be told of all options but one, or those for the rest, what they mean."""
    every = meant(table, schema)
    open_ones = [option for option, said in every.items() if not said and not _is_rest(option, schema)]
    return len(every) > 1 and len(open_ones) < 2 and any(every.values())


def chosen(table: Table, schema: Mapping[str, Json], belief: Belief) -> Json:
    """The option that holds; `None` where that cannot be told."""
    every = meant(table, schema)
    scores = {option: _score(said, belief) for option, said in every.items()}
    if all(score is None for score in scores.values()):
        return None
    for option in every:
        if _is_rest(option, schema):
            scores[option] = max(scores[option] or 0.0, _LEAST)
    known = {option: score for option, score in scores.items() if score is not None}
    best = max(known.values(), default=0.0)
    if best <= 0:
        left = [option for option, score in scores.items() if score is None]
        found = left if len(left) == 1 and known and all(score < 0 for score in known.values()) else []
        if not left and not schema.get("nullable"):  # the one that is the least wrong
            found = [option for option, score in known.items() if score == max(known.values())]
            found = found if len(found) == 1 else []
    else:
        found = [option for option, score in known.items() if score == best]
    return next((option for option in schema["enum"] if found and str(option) == found[0]), None)


def none_holds(table: Table, schema: Mapping[str, Json], belief: Belief) -> bool:
    """Whether it is known of every option that what it means is not so."""
    scores = [_score(said, belief) for said in meant(table, schema).values()]
    return bool(scores) and all(score is not None and score <= 0 for score in scores)


def unread(
    ontology: Ontology, held: tuple[str, Any], schema: Mapping[str, Json], answer: Json, belief: Belief
) -> bool:
    """Whether an option is said only because none that is understood holds: the one for the rest, while it
    is not known what another means, or the one that is the least wrong. `held`: a slot and its value.
    """
    slot, value = held
    if answer is None or not is_choice(schema) or ontology.value_of(slot, str(answer)) == value:
        return False
    if not _is_rest(str(answer), schema):
        return none_holds(ontology.predicates, schema, belief)
    if option_defined(ontology, slot, value, schema) == answer:
        return False  # `nothing (the request is turned down)`: it says what is so
    said = meant(ontology.predicates, schema)
    others = open_ones(ontology, slot, untold(ontology, slot, tuple(map(str, schema["enum"]))))
    return any(not said.get(option) and not _is_rest(option, schema) for option in others)


def refuted(table: Table, schema: Mapping[str, Json], answer: Json, belief: Belief) -> bool:
    """Whether an option's own definition says what is not so."""
    told = definitions([*map(str, schema.get("enum") or ())], str(schema.get("description") or ""))
    said = (told or schema.get("defined") or {}).get(str(answer), "")
    score = _score(table.said_in(said), belief) if said else None
    return score is not None and score < 0


def _is_rest(option: str, schema: Mapping[str, Json]) -> bool:
    told = definitions([*map(str, schema["enum"])], str(schema.get("description") or ""))
    said = told.get(option) or (schema.get("defined") or {}).get(option, "")
    words = fold(option.replace("_", " ")).words
    named = bool(_REST & {*words}) and not _SOMEBODY & {*words}
    return named or bool(_ELSE.search(said))


def _score(said: Sequence[Said], belief: Belief) -> float | None:
    """How far what is said is so: above 0 where it is, `None` where nothing of it is known."""
    total, known = 0.0, False
    for group, weight in _ANY.items():
        held = [value for one in said if one.group == group and (value := one.holds(belief)) is not None]
        if held:
            known = True
            total += weight * max(held) if max(held) > 0 else -weight
    parts: dict[int, float] = {}
    for one in said:
        value = one.holds(belief) if one.group not in _ANY else None
        if value is not None:
            parts[one.part] = parts.get(one.part, 0.0) + (value if value > 0 else -1.0)
    if parts:
        known = True
        total += max(parts.values())
    return total if known else None


def said_first(table: Table, name: str, description: str, belief: Belief) -> bool | None:
    """Of a yes or no that predicates tell better than names do what it says; `None`: of another one."""
    said, _ = _conditions(table, name, description)
    if not said or any(one.group not in _FIRST for one in said):
        return None
    return condition(table, name, description, belief)[1]


_SORTING = "sorting"
_FIRST = frozenset({_SORTING, "wants", "no_money"})
"""Whether the program's own sorting is right; what is wanted instead of money: no word is refused by that."""


def condition(table: Table, name: str, description: str, belief: Belief) -> tuple[bool, bool | None]:
    """Of a yes or no: whether it is told by predicates, and what it says of the case."""
    said, denied = _conditions(table, name, description)
    if not said:
        return False, None
    score = _score(said, belief)
    if score is not None and score > 0 and _both(said, name, description) and _one_fails(said, belief):
        score = -1.0
    return True, None if score is None else (score > 0) is not denied


_AND = re.compile(
    r"\b(?:and|but|yet|although|though|while|whereas|despite|however|und|aber|obwohl|et|mais|bien que|pero"
    r"|aunque|en|maar|hoewel|ale|choć|chociaż|that \w+ shows?)\b",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\b(?:or|oder|ou|o|of|lub|albo)\b|/", re.IGNORECASE)


def _both(said: Sequence[Said], name: str, description: str) -> bool:
    """Whether a condition has two sides, which have to hold both: `delivered, but the customer denies it`."""
    text = f"{name.replace('_', ' ')}. {re.split(r'[.;]', description)[0]}"
    return len({one.group for one in said}) > 1 and bool(_AND.search(text)) and not _EITHER.search(text)


def _one_fails(said: Sequence[Said], belief: Belief) -> bool:
    """Whether one side of a condition is known not to be so."""
    sides: dict[str, list[float]] = {}
    for one in said:
        if (value := one.holds(belief)) is not None:
            sides.setdefault(one.group, []).append(value)
    return any(max(values) <= 0 for values in sides.values())


def spoken_of(table: Table, name: str, description: str) -> tuple[str, ...]:
    """The predicates that a yes or no is about."""
    return tuple(dict.fromkeys(one.name for one in _conditions(table, name, description)[0]))


_SAID_BESIDE = (SAYING | BESIDE | ARTICLES | {"not", "no", "never", "has", "have", "been", "be"}) - {"any"}
"""Beside what a name is about; of `found_any` it does not say what."""


_EITHER_WAY = re.compile(
    r"\b(?:whether or not|regardless of (?:whether|if)|no matter (?:whether|if))\b[^.;,]{1,80}"
    r"|\b(?:the |an? )?\w{1,20} (?:is |are |was |were )?\w{1,20} or not\b,?(?: but| yet)?"
    r"|\bwhether[^.;,]{1,60} or not\b",
    re.IGNORECASE,
)
"""What of a condition is said to be the same for it either way."""


@lru_cache(maxsize=2048)
def _conditions(table: Table, name: str, description: str) -> tuple[tuple[Said, ...], bool]:
    """The predicates of when it is true, or else when it is false, and whether it is the latter."""
    description = _EITHER_WAY.sub(" ", description)
    false, true = _FALSE.search(description), _TRUE.match(description)
    if true is not None and (
        said := table.said_in(description[true.end() : false.start() if false else None])
    ):
        return said, False
    if false is not None and (said := table.said_in(description[false.end() :])):
        return said, True
    # A name's words may be a part of another thing: `arrived_damaged_or_blessed`.
    whole = _SAID_BESIDE.issuperset(table.unsaid(name))
    said = tuple(one for one in table.said_in(name) if whole or one.group == _SORTING)
    return said or table.said_in(re.split(r"[.;]", description)[0]), False


_ONLY = re.compile(
    r"^\W{0,4}(?:only |nur )?(?:for|in|with|if|when|where|bei|für|wenn)\s(?P<what>[^:.,;()]{3,60}?)"
    r"(?P<only>\sonly|\salone)?(?=[:.,;()]|$)"
    r"|\b(?P<first>only|nur) (?:for|in|with|if|when|where|bei|für|wenn)\s(?P<case>[^:.,;()]{3,60})",
    re.IGNORECASE,
)
"""Says in which cases something is wanted."""


def applies(table: Table, description: str, belief: Belief) -> bool:
    """Whether a field is wanted in this case (`For damage only: …`); it is if nothing speaks against it."""
    found = _ONLY.search(description)
    said = table.said_in(found["what"] or found["case"]) if found is not None else ()
    score = _score(said, belief) if said else None
    return score is None or score > 0


def is_choice(schema: Mapping[str, Json]) -> bool:
    """Whether a field has options of which one is to be told."""
    return len(schema.get("enum") or ()) > 1 and type_of(schema) in {"string", ""}
