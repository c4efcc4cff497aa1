"""What fields of an object mean by what stands beside them, whatever they are called.

A choice between `sure` and `could_be_two` beside an order's id says how the order was found; words beside
both say what settles it. A list of which each entry has words and a sum tells how a sum comes about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.slots import Ontology, sides, words_of

Json = Any
_VERBATIM = re.compile(
    r"\b(?:quot\w*|verbatim|exact|literal\w*|word for word|excerpt|span|wörtlich\w*|zitat\w*|citation"
    r"|textuel\w*|cita|letterlijk\w*|dosłown\w*)\b",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\b(?:decimals?|amounts?|sums?|subtotals?|totals?|money|values?|price|euros?|cents|betrag|summe|montant|importe"
    r"|bedrag|kwota|two places|minus|negative)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:earlier|previous|past|prior|already|former|before|history|frühere?|bisherige?)", re.IGNORECASE
)
_FREE = frozenset({"enum", "const", "format", "properties", "items"})


class Filler(Protocol):
    """What of the filling of a schema is needed here."""

    ontology: Ontology
    meant: dict[str, str]
    within: list[str]

    def slot(self, name: str, schema: Mapping[str, Json]) -> str | None: ...

    def resolve(self, schema: Json) -> dict[str, Json]: ...


def neighbours(
    filling: Filler, properties: Mapping[str, Json], slots: Mapping[str, str | None], path: str
) -> None:
    """Note what fields mean by the id beside them. `slots`: key → what it means by itself."""
    ontology = filling.ontology
    ids = {slot for slot in slots.values() if slot is not None and ontology.slots[slot].kind == "id"}
    if ids and filling.within and ontology.slots[filling.within[-1]].keyed in ids:
        _of_each(filling, properties, slots, path)  # of each of these it is asked whether it is the one
        return
    if not ids:
        return
    parts = {key: filling.resolve(part) for key, part in properties.items()}
    named = {key for key in parts if slots[key] in ids and ontology.slot_of(key) == slots[key]}
    if named:  # a text of which only the description speaks of the id is none
        slots = {key: slot if key in named or slot not in ids else None for key, slot in slots.items()}
    found: dict[str, str] = {}
    for slot, spec in ontology.slots.items():
        if spec.joins in ids and spec.kind == "word":
            found |= {
                key: slot for key, part in parts.items() if _says_more(ontology, slot, slots[key], part)
            }
    told = {key for key, part in parts.items() if type_of(part) == "string" and not _FREE & part.keys()}
    others = {key for key in parts if key not in found and slots[key] not in ids} - told
    alone = not others or all(type_of(parts[key]) in {"number", "integer"} for key in others)
    texts = [key for key in told if slots[key] not in ids]
    if path and not path.endswith("[]") and alone and len(texts) == 1:  # an entry tells what its list is of
        words = f"{' '.join(words_of(texts[0]))} {parts[texts[0]].get('description') or ''}"
        verbatim = _VERBATIM.search(words) is not None
        for slot, spec in ontology.slots.items():
            if spec.joins in ids and spec.kind == ("list" if verbatim else "text"):
                found[texts[0]] = slot
    filling.meant.update({f"{path}.{key}" if path else key: slot for key, slot in found.items()})


def _of_each(
    filling: Filler, properties: Mapping[str, Json], slots: Mapping[str, str | None], path: str
) -> None:
    """Note the choice in the entries of a list of which every option says what each of these is."""
    ontology = filling.ontology
    own = [slot for slot in ontology.slots[filling.within[-1]].parts if ontology.slots[slot].kind == "word"]
    for key, part in properties.items():
        if slots[key] is not None or not (shape := filling.resolve(part)).get("enum"):
            continue
        for slot in own:
            if _says_more(ontology, slot, None, shape):
                filling.meant[f"{path}.{key}" if path else key] = slot


_NUMBER = frozenset({"number", "no", "nr", "num", "ref", "reference", "nummer", "numero", "numer"})
_MONEY = frozenset(
    {"cents", "pence", "euros", "eur", "gbp", "pounds", "pln", "zloty", "minor_units", "grosze"}
)


def beside_a_decision(
    filling: Filler, properties: Mapping[str, Json], slots: Mapping[str, str | None], path: str
) -> None:
    """Note what bare names mean beside what is decided: `number` is the order's, `cents` the sum."""
    ontology, meant = filling.ontology, {*slots.values()}
    order = next((name for name, spec in ontology.slots.items() if spec.kind == "id"), None)
    if path or not {"action"} & meant:
        return
    for key, part in properties.items():
        said = filling.resolve(part)
        name, kind = key.casefold(), type_of(said)
        if slots[key] is not None or said.get("enum"):
            continue
        if name in _NUMBER and kind == "string" and order not in meant:
            filling.meant[key] = str(order)
        elif name in _MONEY and kind in {"integer", "number"} and "amount" not in meant:
            filling.meant[key] = "amount"


def _says_more(ontology: Ontology, slot: str, own: str | None, part: Mapping[str, Json]) -> bool:
    """Whether all options say values of a slot, and more than of their own, or as many of one like it."""
    options = tuple(map(str, part.get("enum") or ()))
    said, known = _said(ontology, slot, part), _said(ontology, own, part)
    alike = own is not None and ontology.slots[own].values.keys() == ontology.slots[slot].values.keys()
    whole = len(options) > 1 and said == len(options) and not all(map(unknowing, options))
    return whole and (said > known or (alike and said == known))


def _said(ontology: Ontology, slot: str | None, part: Mapping[str, Json]) -> int:
    """How many of a choice's options say a value of a slot, be it by their definitions."""
    if slot is None:
        return 0
    spec, options = ontology.slots[slot], tuple(map(str, part.get("enum") or ()))
    if spec.kind != "word":
        return sum(map(len, sides(spec, options))) if spec.kind == "flag" else 0
    return sum(ontology.value_of(slot, option) is not None or unknowing(option) for option in options)


def sums_up(ontology: Ontology, name: str, entries: Mapping[str, Mapping[str, Json]]) -> str | None:
    """The list that tells how a sum comes about, where the entries have words and a sum and no id."""
    if _BEFORE.search(name):
        return None
    sums = [key for key, part in entries.items() if _is_sum(ontology, key, part)]
    words = [key for key, part in entries.items() if type_of(part) == "string" and key not in sums]
    named = {ontology.slot_of(key) for key in entries}
    ids = any(slot is not None and ontology.slots[slot].kind in {"id", "date"} for slot in named)
    if len(sums) != 1 or not words or ids or len(sums) + len(words) < len(entries):
        return None
    lists = {slot: spec for slot, spec in ontology.slots.items() if spec.kind == "list" and spec.keyed}
    return next((slot for slot, spec in lists.items() if ontology.slots[spec.keyed].kind == "money"), None)


def summed_parts(ontology: Ontology, slot: str, entries: Mapping[str, Mapping[str, Json]]) -> dict[str, str]:
    """Key → the part of an entry of such a list: the sum, its working, and what it is for."""
    total, working, what = ontology.slots[slot].parts
    sums = [key for key, part in entries.items() if _is_sum(ontology, key, part)]
    words = [key for key in entries if key not in sums and not entries[key].get("enum")]
    shown = [
        key
        for key in words
        if _WORKING.search(f"{' '.join(words_of(key))} {entries[key].get('description')}")
    ]
    return {
        **dict.fromkeys(words, what),
        **dict.fromkeys(shown[:1] if len(words) > 1 else [], working),
        **dict.fromkeys(sums, total),
    }


_WORKING = re.compile(
    r"\b(?:calculat\w*|comput\w*|formula|expression|arithmetic|working|math\w*|how|derivation|equation|operation"
    r"|rechnung|rechenweg|berechnung|calcul|cálculo|berekening|obliczeni\w*)\b|\d\s?[x×*%]",
    re.IGNORECASE,
)


def _is_sum(ontology: Ontology, key: str, part: Mapping[str, Json]) -> bool:
    """Whether a field holds a sum: by its name, or by what is said of a text that is a number."""
    if part.get("enum") or type_of(part) not in {"string", "number", "integer"}:
        return False
    slot = ontology.slot_of(key, held="number" if type_of(part) != "string" else "")
    money = slot is not None and ontology.slots[slot].kind == "money"
    named = money or _SUM.search(" ".join(words_of(key))) is not None
    told = str(part.get("description") or "")
    if type_of(part) == "string":
        return (named and not _WORKING.search(told)) or bool(_DECIMAL.search(told))
    return named or bool(_SUM.search(told))


def says_sum(described: str) -> bool:
    """Whether a text is described as a sum in figures."""
    return _FIGURES.search(described) is not None


_FIGURES = re.compile(r"\b(?:decimals?|two (?:decimal )?places|\d{1,4}\.\d\d)\b", re.IGNORECASE)
_DECIMAL = re.compile(r"\b(?:decimals?|two places|signed (?:amount|sum))\b", re.IGNORECASE)
