"""Lists of which each entry is a thing by its number and how many there are of it, of any name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from harness.simulation.filling.defined import is_choice, meant
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.beliefs import Belief, layered
from harness.simulation.meaning.beside import ARTICLES
from harness.simulation.meaning.predicates import ITEMS
from harness.simulation.meaning.slots import Ontology, words_of
from harness.simulation.reading.text import fold, stem

Json = Any
_NUMBERS = frozenset({"number", "integer"})
_MOST = 3
"""Fields of an entry that says no more than that."""


def items_in(
    ontology: Ontology, entries: Mapping[str, Mapping[str, Json]]
) -> tuple[str, dict[str, str]] | None:
    """The list, and each field of its entries with what it means; `None` where it is another one."""
    numbers = [key for key, part in entries.items() if type_of(part) in _NUMBERS]
    if not 1 < len(entries) <= _MOST or len(numbers) != 1:
        return None
    for slot, spec in ontology.slots.items():
        counted = next((part for part in spec.parts if ontology.slots[part].kind == "number"), None)
        keys = [key for key, part in entries.items() if spec.keyed and _keys(ontology, slot, key, part)]
        own = ontology.part_of(slot, numbers[0]) or ontology.slot_of(numbers[0], held="number")
        if counted is not None and len(keys) == 1 and own in {None, counted}:
            return slot, {keys[0]: spec.keyed, numbers[0]: counted}
    return None


def nameless(items: Mapping[str, Json], entry: Json) -> bool:
    """Whether an entry only counts something of which the number that it must have is not known."""
    parts = items.get("properties")
    if not isinstance(entry, Mapping) or not isinstance(parts, Mapping):
        return False
    kinds = {key: type_of(part) for key, part in parts.items() if isinstance(part, Mapping)}
    said = [entry.get(key) for key, kind in kinds.items() if kind == "string"]
    counts = len(kinds) == len(said) + 1 and bool(_NUMBERS.intersection(kinds.values()))
    return counts and bool(said) and all(one == "" for one in said)


def asks_all(told: str) -> bool:
    """Whether a list is to have what is not concerned as well, by what is said of it and its fields."""
    said = [one for one in _SENTENCE.split(told) if not _of_some(one)]
    whole = any((met := _ALL.search(one)) and not _IF.search(one[met.end() :]) for one in said)
    return whole and _KEPT.search(told) is not None


_ALL = re.compile(
    r"\b(?:every(?: single)?|each|all(?: of)?(?: the)?|complete|full|whole|any) (?:\w+ ){0,2}"
    r"(?:lines?|items?|positions?|articles?|products?|skus?|goods|rows?|entries|list)\b",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|when|where|unless|wenn|falls|si|als)\b", re.IGNORECASE)


def _of_some(sentence: str) -> bool:
    """Whether a sentence is about some cases: `For lost parcels, every item of the order`."""
    head = _IN.match(sentence)
    return head is not None and _ALL.search(head.group()) is None


_IN = re.compile(
    r"^\W{0,4}(?:(?:for|with|on|under|in|bei|pour|en) [^,:]{2,60}[,:]"
    r"|(?:if|when|where|unless|wenn|falls|si|als)\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;\n]")
_KEPT = re.compile(
    r"\b(?:keeps?|kept|keeping|stays?|not (?:affected|concerned|returned|mentioned|meant"
    r"|going back)|un(?:affected|touched|concerned)|(?:0|zero|nought) (?:if|where|for|when|pieces)"
    r"|whether or not|regardless)\b",
    re.IGNORECASE,
)
"""What is not concerned has a place among all."""


def sums_in(
    ontology: Ontology, entries: Mapping[str, Mapping[str, Json]]
) -> tuple[str, dict[str, str]] | None:
    """The list of sums of which a choice in each entry says what it is for: the goods, or the shipping."""
    for slot, spec in ontology.slots.items():
        kind = ontology.slots[spec.keyed] if spec.keyed else None
        if kind is None or kind.kind != "word" or "amount" not in spec.parts:
            continue
        for key, part in entries.items():
            options = [str(option) for option in part.get("enum") or () if option is not None]
            said = [ontology.value_of(spec.keyed, option) for option in options]
            open_ones = (option for option, value in zip(options, said, strict=True) if value is None)
            left = [option for option in open_ones if not {*words_of(option)} & _REST]
            if len({*said} - {None}) > 1 and not left:
                return slot, {key: spec.keyed}
    return None


_REST = frozenset({"other", "others", "none", "misc", "else", "rest"})


def judged_in(ontology: Ontology, slot: str | None, entries: Mapping[str, Mapping[str, Json]]) -> str | None:
    """The list of things by number of which each entry says whether it holds and more: whatever its name.

    `slot`: what its name says; a list whose name means more than one thing is what its name says.
    """
    if slot is not None and ontology.slots[slot].kind == "list" and not ontology.slots[slot].exact:
        return None
    own = {slot, ontology.slots[slot].each} if slot is not None else {slot}
    for name, spec in ontology.slots.items():
        key = next((part for part in spec.parts if ontology.slots[part].kind == "id"), None)
        if spec.kind != "list" or key is None or name in own:
            continue
        keys = [field for field, part in entries.items() if _numbers(ontology, key, field, part)]
        judged = {field for field, part in entries.items() if _judges(ontology, name, field, part)}
        if len(keys) == 1 and judged and not any(key in ontology.slots[one].parts for one in own if one):
            return name
    return None


def _numbers(ontology: Ontology, key: str, field: str, part: Mapping[str, Json]) -> bool:
    """Whether a field of an entry is this number, by a name that is nothing else's or as it is described."""
    if type_of(part) != "string":
        return False
    said = [word for word in fold(str(part.get("description") or "")).words if word not in ARTICLES]
    named = {*said[:3]} & {word for name in _names(ontology, key) for word in name.split() if len(word) > 3}
    return ontology.slot_of(field, held="") in {key, *_lists_of(ontology, key)} or bool(
        named and not said[3:4]
    )


def _lists_of(ontology: Ontology, key: str) -> set[str]:
    """The lists of which one is this: `clause` is the name of either."""
    return {name for name, spec in ontology.slots.items() if spec.one == key}


def _judges(ontology: Ontology, name: str, field: str, part: Mapping[str, Json]) -> bool:
    """Whether a field says of each entry if it holds."""
    options = tuple(str(option) for option in part.get("enum") or ())
    if type_of(part) != "boolean" and not options:
        return False
    held = "boolean" if not options else ""
    own = ontology.part_of(name, field, options) or ontology.slot_of(field, "", options, held=held)
    return own in ontology.slots[name].parts and ontology.slots[str(own)].kind in {"flag", "word"}


def of_most_parts(ontology: Ontology, slot: str | None, name: str, fields: Collection[str]) -> str | None:
    """Of the lists that have one name that of which the most fields are parts: `events` with authors."""
    lists = [one for one in ontology.all_named("".join(words_of(name))) if ontology.slots[one].parts]
    if slot not in lists:
        return slot
    return max(lists, key=lambda one: sum(ontology.part_of(one, field) is not None for field in fields))


def sorted_in(ontology: Ontology, entries: Mapping[str, Mapping[str, Json]]) -> str | None:
    """The list of which each entry is of one kind of several, as a choice in it says."""
    lists = {slot: spec.keyed for slot, spec in ontology.slots.items() if spec.kind == "list" and spec.keyed}
    sorting = {slot: keyed for slot, keyed in lists.items() if ontology.slots[keyed].kind == "word"}
    numbered = {keyed for slot, keyed in lists.items() if slot not in sorting}
    if any(ontology.slot_of(key) in numbered for key in entries):
        return None  # of what these are is known
    return next(
        (
            slot
            for slot, keyed in sorting.items()
            if any(_sorts(ontology, keyed, key, part) for key, part in entries.items())
        ),
        None,
    )


def _sorts(ontology: Ontology, keyed: str, key: str, part: Mapping[str, Json]) -> bool:
    """Whether a choice says which kind it is: by name and options, or by what these are said to mean."""
    if not is_choice(part):
        return False
    options = tuple(map(str, part["enum"]))
    if ontology.slot_of(key, str(part.get("description") or ""), options) == keyed:
        return True
    said = meant(ontology.predicates, part).values()
    return sum(any(one.group == keyed for one in each) for each in said) > 1


def _keys(ontology: Ontology, slot: str, key: str, part: Mapping[str, Json]) -> bool:
    """Whether a field is the number by which a list's entries are known: by name, or as it is described."""
    keyed = ontology.slots[slot].keyed
    if type_of(part) != "string" or part.get("enum"):
        return False
    if keyed in {ontology.part_of(slot, key), ontology.slot_of(key)}:
        return True
    said = f" {' '.join(fold(str(part.get('description') or '')).words)} "
    return any(f" {name} " in said for name in _names(ontology, keyed))


def _names(ontology: Ontology, keyed: str) -> list[str]:
    return [" ".join(words_of(name)) for name in (keyed, *ontology.slots[keyed].aliases)]


def entry_part(
    ontology: Ontology, slot: str, name: str, part: Mapping[str, Json], options: tuple[str, ...]
) -> str | None:
    """What a field of a list's entries is: by its name there, or the number that it is said to be."""
    keyed = ontology.slots[slot].keyed
    if keyed and ontology.slots[keyed].kind == "id" and type_of(part) == "string" and not part.get("enum"):
        said = " ".join(
            word for word in fold(str(part.get("description") or "")).words if word not in ARTICLES
        )
        if any(f"{said} ".startswith(f"{name} ") for name in _names(ontology, keyed)):
            return keyed
    found = ontology.part_of(slot, name, options if part.get("enum") else options[:0])
    if found is not None and ontology.slots[found].kind == "money" and _in_words(part):
        return ontology.part_of(slot, "text")  # the `line` of a list is what stands in it, or what it costs
    return found


def _in_words(part: Mapping[str, Json]) -> bool:
    """Whether a field holds words, and no sum written as a text."""
    said = f"{part.get('sample') or ''} {part.get('description') or ''}"
    return (
        type_of(part) == "string" and not part.get("decimal") and bool(said.strip()) and not _SUM.search(said)
    )


_SUM = re.compile(
    r"\d|\b(?:sum|amount|price|total|money|decimals?|eur|gbp|pln|costs?|value)\b", re.IGNORECASE
)


_SORTS = frozenset({"issue", "kept"})
"""Groups of predicates by which the entries of a list are told apart."""
_STATE = "opened"


def some_items(ontology: Ontology, told: str, items: Mapping[str, Json]) -> str | None:
    """The list of which a field is to hold the entries in one state alone: `used_skus`, in plain words."""
    if type_of(items) not in {"string", ""} or items.get("enum") or items.get("properties"):
        return None
    words = {stem(word) for word in words_of(told)}
    sorts = any(one.group == _STATE for one in ontology.predicates.said_in(told))
    lists = ((slot, spec) for slot, spec in ontology.slots.items() if spec.kind == "list" and spec.keyed)
    named = (
        slot
        for slot, spec in lists
        if any(len(alias.split()) == 1 and stem(alias) in words for alias in (slot, *spec.aliases))
    )
    return next(named, None) if sorts else None


_VOID = re.compile(
    r"(?:\b(?:empty|blank|none|nothing|leer|vide)\b|\[\])"
    r"(?: unless [^.;\n]{2,60}?,? (?:and|or)\b)?[^.;,\n]{0,12}?"
    r"\b(?:for|if|when|where|on|with|in case of|bei|wenn|pour|si)\b(?P<when>[^.;\n]{2,80})",
    re.IGNORECASE,
)
"""Says in which cases a list has no entries: the others are what it is for."""


def left_empty(ontology: Ontology, told: str, belief: Belief) -> bool:
    """Whether a list is said to have no entries for what the mail is about before all."""
    when = " ".join(found["when"] for found in _VOID.finditer(told))
    said = (one for one in ontology.predicates.said_in(when) if one.group in _SORTS)
    return any(one.holds(belief) == 1.0 for one in said)


def of_those(
    ontology: Ontology, told: str, belief: Belief, slot: str | None, *, stated: bool = False
) -> Belief:
    """Of a list only the entries that its name and description speak of. `stated`: by their state as well."""
    said = ontology.predicates.said_in(_VOID.sub(" ", told))
    states = [
        one.name for one in said if one.group == _STATE
    ]  # `empty if still sealed` is said of the others
    wanted = [
        *dict.fromkeys(one.name for one in said if one.group in _SORTS),
        *(states[:1] if stated else []),
    ]
    keyed = ontology.slots[slot].keyed if slot is not None else ""
    if slot is None or not wanted or not keyed or ontology.slots[keyed].kind == "word":
        return belief
    return layered({slot: belief(f"{ITEMS}{' '.join(wanted)}")}, belief)


def all_told(schema: Mapping[str, Json], items: Mapping[str, Json]) -> str:
    """What is said of a list, of its entries and of their fields, with the options of these."""
    parts = [part for part in (items.get("properties") or {}).values() if isinstance(part, Mapping)]
    told = (str(one.get("description") or "") for one in (schema, items, *parts))
    options = (str(option).replace("_", " ") for part in parts for option in part.get("enum") or ())
    return ". ".join((*told, *options))


def all_lines(
    ontology: Ontology,
    schema: Mapping[str, Json],
    items: Mapping[str, Json],
    belief: Belief,
    slot: str | None,
) -> tuple[Belief, str]:
    """Of a list that is to hold what is not concerned as well, all there is, and the slot that holds it.

    Of one that is to stay empty nothing.
    """
    if slot is not None and left_empty(ontology, str(schema.get("description") or ""), belief):
        return layered({slot: []}, belief), ""
    whole = ontology.slots[slot].whole if slot is not None else ""
    if slot is None or not whole or not asks_all(all_told(schema, items)):
        return belief, ""
    return layered({slot: belief(whole)}, belief), whole
