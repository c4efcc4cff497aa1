"""A value in the type that a schema wants: money in cents, shares on the scale asked for, text in bounds."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.simulation.filling.free import freely, line
from harness.simulation.meaning.hints import range_in
from harness.simulation.meaning.slots import words_of
from harness.simulation.meaning.specs import SlotSpec
from harness.simulation.reading.text import fold
from harness.simulation.reading.values import moneys, render

Json = Any


def type_of(schema: Mapping[str, Json]) -> str:
    """The JSON type that a schema wants, said or implied; empty where it says none."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return kind
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else "string" if "enum" in schema else ""


def leaf_fits(value: Json, schema: Mapping[str, Json]) -> bool:
    """Whether a plain value fits its schema: type, bounds, length.

    Patterns are not looked at: a program's regular expression could keep the gateway busy for ever.
    """
    kind = type_of(schema)
    if isinstance(value, str):
        low, high = int(schema.get("minLength") or 0), int(schema.get("maxLength") or 10**9)
        return kind in {"string", ""} and low <= len(value) <= high
    if isinstance(value, bool):
        return kind in {"boolean", ""}
    if isinstance(value, int | float):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        return kind in {"number", "integer", ""} and bool(low <= value <= high)
    return True


def typed(  # noqa: PLR0911  (one form a type)
    value: Any, schema: Mapping[str, Json], spec: SlotSpec | None, name: str
) -> Json:
    """A canonical value as the schema's type."""
    kind = type_of(schema)
    if kind in {"number", "integer"}:
        return _number(value, schema, spec, kind, name)
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        return bool(value) and str(value).lower() not in {"no", "none", "false", "unknown"}
    if kind == "null":
        return None
    if spec is not None and spec.kind == "money" and isinstance(value, tuple):
        if kind == "string":
            said = str(value[0]) if in_cents(name, schema) else f"{value[0] / 100:.2f}"
            return _bounded(" ".join(filter(None, (said, _unit(value, schema, name)))), schema)
        return value[0] / 100
    if spec is not None and spec.kind in {"date", "number"} and not isinstance(value, str):
        value = render(value, spec.kind)
    if not kind and isinstance(value, list) and len(value) < _TWO and _singular(name):
        return freely(value)[0] if value else None
    if kind != "string":
        return value.isoformat() if isinstance(value, dt.date) else freely(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _bounded(", ".join(line(entry) for entry in value), schema)
    if isinstance(value, Mapping):
        return _bounded(line(value), schema)
    return _bounded(str(value), schema)


_CENTS = re.compile(
    r"(?<!not )(?<!never )\bin\s+(?:\w+[ -])?(?:cents|pence|groszy?)\b"
    r"|\b(?:en|in|em|w) (?:centimes|centimos|céntimos|groszach|centesimi)\b"
    r"|\bminor (?:currency )?units?\b",
    re.IGNORECASE,
)

_SMALLEST = frozenset(
    ["cent", "cents", "minor", "pence", "grosz", "grosze", "groszy", "centimes", "centimos", "centesimi"]
)


def in_cents(name: str, schema: Mapping[str, Json]) -> bool:
    """Whether a sum is wanted in its currency's smallest unit, by the field's name or its description."""
    if _SMALLEST & set(words_of(name)):
        return True
    return bool(_CENTS.search(f"{schema.get('description') or ''} {schema.get('title') or ''}"))


_TWO = 2


def _singular(name: str) -> bool:
    """Whether a key of which no more is said is one for one thing: `clause`, not `clauses`."""
    last = (words_of(name) or ("s",))[-1]
    return not last.endswith("s") and last not in {"list", "array"}


def _unit(value: tuple[Any, ...], schema: Mapping[str, Json], name: str) -> str:
    """The currency, where a sum is wanted with it: by the field's name or as its description shows one."""
    said = str(schema.get("description") or "")
    wanted = "currency" in words_of(name) or moneys(said)
    return str(value[1] or "") if wanted or re.search(r"\bwith (?:\w+ )?currency\b", said) else ""


def _bounded(text: str, schema: Mapping[str, Json]) -> str:
    longest = schema.get("maxLength")
    if not isinstance(longest, int) or not 0 < longest < len(text):
        return text
    words = text[: longest + 1].rpartition(" ")[0].rstrip(" ,;:(")
    return words if 2 * len(words) > longest else text[:longest]


_SCALES = (5, 10, 100)
_PARTS = re.compile(r"\b(?:halves|half|decimals?|float|fractions?)\b|\b[0-9]\.\d", re.IGNORECASE)
"""Marks need not be whole."""
_DEGREES = {
    0.15: fold("""
low unsure uncertain unlikely doubtful weak guess guessed guessing poor little not none undecided shaky
niedrig gering faible basse bajo baja laag niska niski
""").words,
    0.6: fold("""
medium middle moderate moderately probable probably likely fairly partly somewhat mostly rather
mittel moyen moyenne medio media gemiddeld średni średnia
""").words,
    0.95: fold("""
high sure certain confident definite definitely strong full clear
hoch sicher haute élevée alto alta hoog wysoki wysoka
""").words,
}
"""How sure somebody is, in words; where two stand side by side, the weaker one counts."""


def _degree(option: str) -> float | None:
    said = {*fold(option.replace("_", " ").replace("-", " ")).words}
    return next((share for share, words in _DEGREES.items() if said & {*words}), None)


def nearest(value: float, options: Sequence[Json]) -> Json:
    """Of numbers to choose from the nearest; shares count on the scale that the numbers have, or in words."""
    numbers = {option: float(option) for option in options if re.fullmatch(r"-?\d+(\.\d+)?", str(option))}
    if not numbers:
        degrees = {option: share for option in options if (share := _degree(str(option))) is not None}
        near = min(degrees, key=lambda option: abs(degrees[option] - value), default=None)
        return near if len(set(degrees.values())) > 1 and 0 <= value <= 1 else None
    top = max(numbers.values())
    wanted = value * top if top in _SCALES and 0 < value < 1 else value
    return min(numbers, key=lambda option: abs(numbers[option] - wanted))


_TOP_FIRST = re.compile(
    r"\b[01]\s{0,2}(?:=|is|:|\(|–|-|\s)\s{0,2}(?:the )?"
    r"(?:highest|most|top|urgent|critical|severe|high|worst|maximum)\b",
    re.IGNORECASE,
)
"""A scale that begins with the most: `1 = highest`."""


def _number(value: Any, schema: Mapping[str, Json], spec: SlotSpec | None, kind: str, name: str) -> Json:
    if spec is not None and spec.kind == "id":
        digits = re.fullmatch(r"[A-Z]{0,4}-?(\d{3,12})", str(value))
        return int(digits[1]) if digits is not None else None
    if isinstance(value, bool):
        number: float = int(value)
    elif isinstance(value, tuple):
        number = value[0] if in_cents(name, schema) else value[0] / 100
    elif isinstance(value, int | float):
        number = value
    elif isinstance(value, list):
        number = len(value)
    else:
        return None
    low, high = schema.get("minimum"), schema.get("maximum")
    ends = range_in(str(schema.get("description") or ""))
    if spec is not None and spec.kind == "word":  # `value` is a share
        least, most = ends or ((1, 5) if kind == "integer" else (0, 1))
        least = least if low is None else low
        most = max(most if high is None else high, least + 1)
        top_first = _TOP_FIRST.search(str(schema.get("description") or "")) is not None
        number = least + (1 - number if top_first else number) * (most - least)
        return round(number) if kind == "integer" or most > 2 else round(number, 2)
    top = high if isinstance(high, int | float) else ends[1] if ends is not None else 0
    if spec is not None and spec.kind == "number" and top in _SCALES and 0 < number < 1:
        number *= top  # a confidence on another scale
        number = number if _PARTS.search(str(schema.get("description") or "")) else math.floor(number + 0.5)
    number = max(number, low) if isinstance(low, int | float) else number
    number = min(number, high) if isinstance(high, int | float) else number
    whole = kind == "integer" or (not isinstance(value, tuple) and float(number).is_integer())
    return round(number) if whole else number


def void(schema: Json, item: Json, filled: Mapping[str, Json]) -> bool:
    """Whether a field has to be empty: it says nothing but 0, or all else is as it was when that was said."""
    void = schema.get("void") if isinstance(schema, dict) else None
    if not isinstance(void, dict):
        return False
    same = bool(void) and all(filled.get(key) == value for key, value in void.items())
    return same or (not isinstance(item, bool) and item in (0, "0.00"))
