"""Examples of answers that are rows of values, or objects: what they show of each field."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from harness.simulation.forms.gaps import first_of_kind
from harness.simulation.forms.rendering import Layout
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.slots import Ontology

Json = Any
_SIGNS = ("|", "\t", ";", "->", "=>", "→", " / ", ",")
_CELL = r"[<\[{{]?[A-Za-zÀ-ÿ_][^\n|;\t<>\[\]{{}}]{{0,40}}?[>\]}}]?"
_ID = re.compile(r"[A-Z]{1,4}-?\d{3,10}")
_NAME = re.compile(
    r"(?P<name>[A-Za-zÀ-ÿ_][\w À-ÿ-]{0,30})\??(?:[ (:]{0,3}(?P<hint>[\w?]{1,12}(?:/[\w?]{1,12}){1,4})\)?)?"
)
_POLAR = frozenset({"y", "n", "yes", "no", "j", "ja", "nein", "true", "false", "?", "-"})
_DECIDED = frozenset({"action", "amount"})
_SUM = re.compile(r"\d{1,6}[.,]\d\d (?:EUR|GBP|PLN|USD)")
_FEWEST, _WIDEST = 2, 60


def fields_shown(
    answers: Sequence[str], told: str, ontology: Ontology, *, named: bool = False
) -> tuple[dict[str, Json], Layout] | None:
    """The schema and the layout of answers that are all of one kind, rows or objects; `None`: not.

    `told`: the program's own words, in which the columns of a row may be named. `named`: only if they are,
    and what is decided is none of them, which is written in ways of its own.
    """
    if named:
        return _of_rows(answers, told, ontology, named=True)
    return _of_objects(answers, ontology) or _of_rows(answers, told, ontology)


def word_shown(answers: Sequence[str], ontology: Ontology) -> tuple[dict[str, Json], Layout] | None:
    """The one word that every answer is, where all of them say the same kind of thing."""
    words = list(dict.fromkeys(answer.strip(" .") for answer in answers))
    if len(words) < _FEWEST or any(len(word.split()) > _FEW for word in words):
        return None
    if {word.casefold() for word in words} & _POLAR:
        return None
    slot = ontology.slot_of("_", "", tuple(words))
    if slot is None or ontology.slots[slot].kind != "word":
        return None
    part = _column(slot, words, ontology)
    known = part.get("enum") and _case(part["enum"], words)
    schema = {"type": "object", "properties": {slot: {**part, "enum": known}}} if known else None
    return (schema, Layout("lines", {slot: ""}, exact=True)) if schema is not None else None


_FEW = 3


def _case(options: Sequence[str], words: Sequence[str]) -> list[str]:
    """Options that no example shows, written as those are that one does."""
    upper = all(word.isupper() for word in words)
    spaced = not any("_" in word for word in words)
    more = [option for option in options if option not in words]
    more = [option.replace("_", " ") if spaced else option for option in more]
    return [*words, *(option.upper() if upper else option for option in more)]


def _of_objects(answers: Sequence[str], ontology: Ontology) -> tuple[dict[str, Json], Layout] | None:
    try:
        objects = [json.loads(answer) for answer in answers if answer.startswith("{")]
    except ValueError:
        return None
    if len(objects) < len(answers) or len({tuple(one) for one in objects}) > 1 or len(objects) < _FEWEST:
        return None
    columns = {name: [one[name] for one in objects] for name in objects[0]}
    if any(isinstance(value, dict) for values in columns.values() for value in values):
        return None
    parts = {name: _typed(name, values, ontology) for name, values in columns.items()}
    return {"type": "object", "properties": parts}, Layout("json", {})


def _typed(name: str, values: Sequence[Json], ontology: Ontology) -> dict[str, Json]:
    """What may stand in a field of objects with these values."""
    known = [value for value in values if value is not None]
    nullable = {"nullable": True} if len(known) < len(values) else {}
    if known and all(isinstance(value, bool) for value in known):
        return {"type": "boolean", **nullable}
    if known and all(isinstance(value, int | float) for value in known):
        return {"type": "number", "nullable": True}
    if known and all(isinstance(value, list) for value in known):
        return {"type": "array", "items": {"type": "string"}}
    return {**_column(name, [str(value) for value in known], ontology), **nullable}


def _of_rows(
    answers: Sequence[str], told: str, ontology: Ontology, *, named: bool = False
) -> tuple[dict[str, Json], Layout] | None:
    if len(answers) < _FEWEST or any("\n" in answer for answer in answers):
        return None
    for sign in _SIGNS:
        rows = [[cell.strip() for cell in answer.split(sign)] for answer in answers]
        wide = len(rows[0])
        if wide < _FEWEST or any(len(row) != wide or max(map(len, row)) > _WIDEST for row in rows):
            continue
        columns = [[row[at] for row in rows] for at in range(wide)]
        own = _named(told, sign, wide)
        if named and (not own or {ontology.slot_of(name) for name, _ in own} & _DECIDED):
            return None
        heads = own or [_by_values(values, ontology) for values in columns]
        names = [name for name, _ in heads]
        if not all(names) or len(set(names)) < wide or not _means(names, ontology):
            return None
        parts = {
            name: _column(name, values, ontology, hint)
            for (name, hint), values in zip(heads, columns, strict=True)
        }
        between = re.search(rf"\s{{0,3}}{re.escape(sign)}\s{{0,3}}", answers[0])
        laid = Layout(
            "row", {name: name for name in names}, between[0] if between else sign,
            losses=_losses(dict(zip(names, columns, strict=True))), exact=True,
        )  # fmt: skip
        return {"type": "object", "properties": parts}, laid
    return None


def _means(names: Sequence[str], ontology: Ontology) -> bool:
    return any(ontology.slot_of(name) is not None for name in names)


def _losses(columns: dict[str, list[str]]) -> dict[str, str]:
    """Field → what the examples say for nothing, else what any of them says."""
    found = {name: next(filter(unknowing, values), "") for name, values in columns.items()}
    other = next(filter(None, found.values()), "?")
    return {name: said or other for name, said in found.items()}


def _named(told: str, sign: str, wide: int) -> list[tuple[str, str]]:
    """The names of the columns with what is said of each, where the words of a program list as many."""
    for line in told.splitlines():
        for part in re.split(r":\s|`|\"", line):
            cells = [cell.strip(" <>[]{}().*'") for cell in part.split(sign)]
            found = [_NAME.fullmatch(cell) for cell in cells]
            if len(cells) == wide and all(found):
                return [(match["name"].strip(), match["hint"] or "") for match in found if match]
    return []


def _by_values(values: Sequence[str], ontology: Ontology) -> tuple[str, str]:
    """The field of a column without a name, by what stands in it; empty where that does not tell."""
    if all(_ID.fullmatch(value) for value in values):
        return first_of_kind(ontology, "id"), ""
    words = tuple(dict.fromkeys(value for value in values if not unknowing(value)))
    return (ontology.slot_of("_", "", words) or "" if len(words) > 1 else ""), ""


def _column(name: str, values: Sequence[str], ontology: Ontology, hint: str = "") -> dict[str, Json]:
    """What may stand in a field of which these values are shown."""
    told = [part.strip() for part in hint.split("/")] if hint else []
    plain = {value.casefold() for value in (*values, *told)}
    if plain and plain <= _POLAR and plain - {"?", "-"}:
        options = list(dict.fromkeys([*told, *values]))
        return {"type": "string", "enum": [*options, *_other_side(options)], "nullable": True}
    words = list(dict.fromkeys([*values, *told]))
    slot = ontology.slot_of(name, "", tuple(words))
    if slot is not None and ontology.slots[slot].kind == "word":
        said = {ontology.value_of(slot, word) for word in words}
        if None not in said:
            more = [value for value in ontology.slots[slot].values if value not in said]
            return {"type": "string", "enum": [*words, *more], "nullable": True}
    if values and all(map(_SUM.fullmatch, values)):
        return {"type": "string", "description": f"sum with its currency, such as {values[0]}"}
    return {"type": "string", "nullable": True, "sample": next(iter(values), "")}


def _other_side(options: Sequence[str]) -> list[str]:
    """The yes to a no, or the no to a yes, that no example happens to show."""
    pairs = {"y": "n", "yes": "no", "ja": "nein", "j": "n", "true": "false"}
    pairs |= {no: yes for yes, no in pairs.items() if yes != "j"}
    have = {option.casefold() for option in options}
    return [pairs[one] for one in have if one in pairs and pairs[one] not in have][:1]
