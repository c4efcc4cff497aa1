"""What a slot says in the type and the options that a schema has for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.emptiest import emptiest
from harness.simulation.filling.typed import leaf_fits, nearest, type_of, typed
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.offering import TOLD
from harness.simulation.meaning.slots import Ontology, flag_option, words_of
from harness.simulation.meaning.specs import SlotSpec
from harness.simulation.reading.values import render

Json = Any


def said_in(
    ontology: Ontology, value: Any, schema: dict[str, Json], slot: str | None, name: str = ""
) -> Json:
    """The value in the schema's type, `None` where it cannot be said in it."""
    if value is None:
        return None
    spec = ontology.slots[slot] if slot is not None else None
    if schema.get("enum"):
        if isinstance(value, str) and (means := schema.get(TOLD, {}).get("means")) and value in means:
            return means[value]
        return _of_options(ontology, value, schema["enum"], slot, spec)
    if spec is not None and spec.kind == "word" and type_of(schema) in {"number", "integer"}:
        # `better: 1`: the number among the words for a value.
        words = (str(value), *spec.values.get(str(value), ()))
        digit = next((int(word) for word in words if word.isdigit()), None)
        if digit is not None:
            return digit if leaf_fits(digit, schema) else None
        value = value if isinstance(value, float) else spec.shares.get(str(value))  # `urgency: 4`
        if value is None:
            return None
    if spec is not None and spec.kind == "word" and (sample := schema.get("sample")):
        value = _as_sample(spec, str(value), str(sample))
    answer = typed(value, schema, spec, name)
    if isinstance(answer, str) and isinstance(value, str) and schema.get("sample"):
        answer = _as_shown(answer, str(schema["sample"]))
    return answer if leaf_fits(answer, schema) else None


_ARTICLE = re.compile(
    r"(?:the|an?|my|our|der|die|das|mein\w?|le|la|les|el|los|las|het|een) (?=\S)", re.IGNORECASE
)


def _as_shown(said: str, sample: str) -> str:
    """Words of a mail without an article, and small, where an example has a thing so."""
    article = _ARTICLE.match(said)
    if article is None or _ARTICLE.match(sample) or " " in sample.strip():
        return said
    return said[article.end() :] if sample[:1].islower() else said[article.end() :].capitalize()


_NEAR = 0.35


def nearly(spec: SlotSpec, value: Any, options: Mapping[str, Any]) -> str | None:
    """The option whose value stands next on the scale, not far from this one: calm for a friendly mail."""
    own = spec.shares.get(str(value))
    far = (
        {}
        if own is None
        else {option: abs(spec.shares.get(str(of), 9) - own) for option, of in options.items()}
    )
    best = min(far, key=lambda option: far[option], default=None)
    return best if best is not None and far[best] <= _NEAR else None


def _as_sample(spec: SlotSpec, value: str, sample: str) -> str:
    """A value in the kind of word that an example has: `English` beside it, and not `en`."""
    for others in spec.values.values():
        at = next((n for n, other in enumerate(others) if other == sample.casefold()), None)
        names = spec.values.get(value, ())
        if at is not None and at < len(names):
            return names[at].capitalize() if sample[:1].isupper() else names[at]
    return value


def _of_options(
    ontology: Ontology, value: Any, options: list[Json], slot: str | None, spec: SlotSpec | None
) -> Json:
    """The option that says the value."""
    kind = spec.kind if spec is not None else "text"
    named = tuple(map(str, options))
    text = str(value).lower() if isinstance(value, bool) else str(render(value, kind))
    if spec is not None and kind == "flag" and isinstance(value, bool):
        hit = flag_option(spec, value, named)
    elif slot is not None and kind == "word":
        hit = ontology.option(slot, text, named)
        known = {option: of for option in named if (of := ontology.value_of(slot, option))}
        hit = nearly(spec, text, known) if hit is None and spec is not None else hit
    elif kind == "number" and isinstance(value, int | float):
        return nearest(value, options)
    else:
        hit = next((option for option in named if words_of(option) == words_of(text)), None)
    return next((option for option in options if str(option) == hit), None)


def blank(
    ontology: Ontology, schema: dict[str, Json], slot: str | None, name: str, root: Mapping[str, Json]
) -> Json:
    """What stands in a field that must say something where nothing is known."""
    if (told := schema.get("untold") or schema.get("rest") or _if_none(schema)) is not None:
        return told
    spec = ontology.slots[slot] if slot is not None else None
    options = tuple(map(str, schema.get("enum") or ()))
    open_one = any(map(unknowing, options))
    if spec is not None and spec.kind == "flag" and options and not open_one:
        no = flag_option(spec, False, options)
        return next((option for option in schema["enum"] if str(option) == no), emptiest(schema, root))
    said = said_in(ontology, spec.blank, schema, slot, name) if spec is not None else None
    return emptiest(schema, root) if said is None else said


def _if_none(schema: Mapping[str, Json]) -> Json:
    """What a description wants where there is none: `0.00 if none`, `"n/a" when nothing is due`."""
    found = _IF_NONE.search(str(schema.get("description") or ""))
    if found is None or schema.get("enum"):
        return None
    said: Json = found[1] or found[2]
    if type_of(schema) in {"number", "integer"}:
        said = float(said) if re.fullmatch(r"-?\d+(?:\.\d+)?", said) else None
        said = int(said) if said is not None and said.is_integer() else said
    return said if said is not None and leaf_fits(said, schema) else None


_IF_NONE = re.compile(
    r"(?:[\"'`]([^\"'`\n]{1,12})[\"'`]|(?<![\w.])(-?\d{1,4}(?:\.\d{1,2})?))"
    r" (?:if|when|where) (?:none|nothing|there (?:is|are) (?:none|nothing|no)|no \w+)\b",
    re.IGNORECASE,
)


def holds(belief: Belief, slot: str, value: str | None) -> bool:
    """Whether a slot has a value, be it one of several."""
    known = belief(f"every_{slot}")
    known = belief(slot) if known is None else known
    return bool(known is True if value is None else value in (known if isinstance(known, list) else [known]))
