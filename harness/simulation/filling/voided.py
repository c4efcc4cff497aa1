"""Fields that are to be empty unless another field of the same object says something."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from harness.simulation.filling.keyed import QUOTES
from harness.simulation.filling.typed import type_of, void
from harness.simulation.meaning.slots import words_of

Json = Any
_STEM = 5
_NONE = (
    r"(?:(?:left |leave it |leave |lass |laisse[rz]? |dejar |laat |zostaw )?"
    r"(?:empty|null|none|nothing|blank|out|off|\[\]|0(?:\.00?)?|leer|vide|vac[ií][oa]s?|leeg|pust[eay]|weg)"
    r"|omit(?:ted)?|weglassen|omis|omettre|omitir|weglaten|pomiń|pominąć)[\"'`\]]{0,2}"
)
_IF = (
    r"(?:if|when(?:ever)?|where|in case|for|wenn|falls|bei|quand|lorsque|pour|en caso de|cuando|para|als"
    r"|wanneer|bij|voor|jeśli|gdy|dla|si)"
)
_ELSE = (
    r"(?:otherwise|else|if not|in (?:all|any) other cases?|sonst|andernfalls|ansonsten|sinon|autrement"
    r"|(?:si no|en otro caso|de lo contrario)|anders|w przeciwnym razie|inaczej)"
)
_NOT = (
    r"(?:not|n['’]t|anything (?:but|other than|else than)|other than|different from|any(?:thing)? except"
    r"|≠|!=|<>|nicht|kein\w{0,2}|n['’]est pas|pas|autre que|no es|distint[oa] de|niet|geen|nie(?: jest)?"
    r"|inn[aey] niż)"
)
_UNLESS = re.compile(
    rf"\b{_NONE},? (?:unless|except (?:if|when|for)|außer(?: bei| wenn)?|sauf(?: si| pour| en cas de)?"
    r"|salvo(?: si| en)?|excepto|tenzij|behalve(?: bij| als)?|chyba że|oprócz)(?P<then>[^.;\n]{2,60})",
    re.IGNORECASE,
)
_IF_NOT = re.compile(
    rf"\b{_NONE},? {_IF}\b[^.;\n]{{0,40}}?(?:\b|(?<=is)|(?<=does)){_NOT} (?P<then>[^.;\n]{{2,40}})",
    re.IGNORECASE,
)
"""`null if the action isn't refund`."""
_OR_NONE = re.compile(
    rf"(?:^|[\s(;,]){_IF} (?P<then>[^.;:\n]{{2,60}})[^\n]{{0,160}}?"
    rf"(?:\b{_NONE},? {_ELSE}\b|\b{_ELSE},? (?:it is |use |give )?{_NONE}(?!\w))",
    re.IGNORECASE,
)
"""`For a refund: the items. Empty otherwise.`"""
_SEVERAL = re.compile(r"\b(?:or|and|oder|und|ou|et|o|y|of|en|lub|i)\b", re.IGNORECASE)
_NO_MONEY = re.compile(
    rf"\b{_NONE},? {_IF}\b[^.;\n]{{0,60}}\b(?:refund|pay|paid|pays|payout|payment|due|owed|money|sum|amount"
    r"|action|decision|outcome|approv\w+|declin\w+|den(?:y|ied|ial)|erstatt\w+|gezahlt|zahl\w+|fällig"
    r"|geld|rembours\w+|pay[ée]|dû|reembols\w+|paga\w*|debe|terugbetaa?l\w*|betaa?l\w*|verschuldigd|zwrot\w*|zwrac\w+|wypła\w+|należ\w+)"
    rf"|\b{_ELSE},? (?:it is |use |give )?{_NONE}(?!\w)|\b{_NONE},? {_ELSE}\b",
    re.IGNORECASE,
)
"""Says when there is no sum: one of nothing is none then."""
_ZERO = re.compile(r"(?<![\d.,])(?:0(?:[.,]0{1,2})?|zero|null euro)(?![\d.,]*\d)", re.IGNORECASE)
_ONLY = re.compile(
    r"(?:^|[.;,] ?)(?P<first>[\w\"'`]{3,20}) only\b(?! (?:one|the|a)\b)"
    r"|\b(?:only|nur|uniquement|seulement|solo|sólo|solamente|alleen|tylko)"
    r" (?:for|if|when|where|with|on|bei|wenn|pour|si|en cas de|para|en caso de|bij|als|voor|dla|jeśli|gdy"
    r"|przy)\b"
    r"(?P<then>[^.;\n]{2,60})",
    re.IGNORECASE,
)
"""`refund only`, of a field that may be empty."""


def voided(
    properties: Mapping[str, Json],
    filled: Mapping[str, Json],
    resolve: Callable[[Json], dict[str, Json]],
    empty: Callable[[Json], Json],
) -> dict[str, Json]:
    """The fields with those empty that have to be: `empty unless refund` beside an `action` of `deny`."""
    kept = dict(filled)
    for key, item in filled.items():
        schema = resolve(properties[key])
        if void(properties[key], item, filled) or _no_sum(schema, item):
            kept[key] = None
        elif when := _condition(schema):
            said = {
                filled[name] for name in filled if name != key and _offers(resolve(properties[name]), when)
            }
            if said and not any(_speaks(when, option) for option in said):
                kept[key] = empty(properties[key])
    return {**kept, **_bearing_nothing(kept, {key: resolve(part) for key, part in properties.items()})}


def _bearing_nothing(filled: Mapping[str, Json], shapes: Mapping[str, Mapping[str, Json]]) -> dict[str, None]:
    """The quotes that may be null beside a day or a sum that is: there is nothing that they bear out."""
    quotes = [key for key in filled if words_of(key)[-1:] and words_of(key)[-1] in QUOTES]
    others = filled.keys() - {*quotes}
    if not others or any(filled[key] is not None for key in others):
        return {}
    return {key: None for key in quotes if shapes[key].get("nullable")}


_FINE = re.compile(
    r"\b(?:null|none|nothing|empty)\W{0,2} (?:if|when|where) (?:(?:it|all|you|the \w+) )?(?:is )?"
    r"(?:approve[ds]?|accept(?:ed)?|correct|right|ok|okay|fine|valid|agree[ds]?)\b",
    re.IGNORECASE,
)
_CORRECTED = frozenset({"corrected", "correction"})


def corrections(properties: Mapping[str, Json], resolve: Callable[[Json], dict[str, Json]]) -> list[str]:
    """The fields that are empty where nothing is to be corrected: by their names or descriptions."""
    shapes = {key: resolve(schema) for key, schema in properties.items()}
    return [
        key
        for key, schema in shapes.items()
        if schema.get("nullable")
        and (_CORRECTED & {*words_of(key)} or _FINE.search(str(schema.get("description") or "")))
    ]


def right_name(name: str) -> str:
    """What a field asks for that is to stand in another's place: `reason` of `corrected_reason`."""
    words = words_of(name)
    rest = [word for word in words if word not in _CORRECTED | _RIGHT]
    return "_".join(rest) if len(rest) < len(words) else ""


_RIGHT = frozenset(
    {"revised", "amended", "rewritten", "improved", "proper", "replacement", "korrigierte", "corrigé"}
)


def _condition(schema: Mapping[str, Json]) -> str:
    """The words that say when a field is filled; empty where it always is."""
    told = str(schema.get("description") or "")
    for pattern in (_UNLESS, _IF_NOT):
        if (found := pattern.search(told)) is not None:
            return found["then"]
    if not schema.get("nullable") and type_of(schema) not in {"array", "string"}:
        return ""
    if (found := _OR_NONE.search(told)) is not None and not _SEVERAL.search(found["then"]):
        return found["then"]
    only = _ONLY.search(told) if type_of(schema) != "string" or schema.get("nullable") else None
    return (only["first"] or only["then"]) if only is not None else ""


def _no_sum(schema: Mapping[str, Json], item: Json) -> bool:
    """Whether it is a sum of nothing, in a field that is told to be null where there is none."""
    told = str(schema.get("description") or "")
    nothing = not isinstance(item, bool) and item in (0, "0.00", "0")
    return nothing and bool(schema.get("nullable") and _NO_MONEY.search(told)) and not _ZERO.search(told)


def _offers(schema: Mapping[str, Json], words: str) -> bool:
    """Whether the words name one of the options of a field."""
    return any(_speaks(words, option) for option in schema.get("enum") or ())


def _speaks(words: str, option: Json) -> bool:
    stems = {word[:_STEM] for word in words_of(words)}
    named = [word[:_STEM] for word in words_of(str(option))]
    return bool(named) and stems.issuperset(named)
