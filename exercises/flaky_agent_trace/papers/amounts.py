"""Sums among the arguments of a tool: in the currency, or in cents where the tool says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.calling.tools import Offered, mapping
from harness.simulation.filling.typed import in_cents, typed
from harness.simulation.reading.values import Money, cents

Json = Any


def sums_in_cents(tool: Offered) -> frozenset[str]:
    """The arguments of a tool that are sums in the smallest unit."""
    properties = tool.spec.schema.get("properties")
    return frozenset(
        own
        for own, part in (properties.items() if isinstance(properties, dict) else ())
        if tool.arguments.get(own) == "amount" and _in_cents(tool, own, part)
    )


def _in_cents(tool: Offered, own: str, part: Json) -> bool:
    inner = part.get("properties") if isinstance(part, dict) else None
    if isinstance(inner, dict):
        deeper = [_in_cents(tool, name, one) for name, one in inner.items() if _holds(one)]
        sums = [name for name, known in _within(tool, inner).items() if known == "amount"]
        return any([*deeper, *(in_cents(name, _described(tool, inner[name])) for name in sums)])
    return in_cents(own, _described(tool, part))


def _holds(part: Json) -> bool:
    """Whether a part is an object with parts of its own."""
    return isinstance(part, dict) and isinstance(part.get("properties"), dict)


def _within(tool: Offered, inner: dict[str, Json]) -> dict[str, str]:
    """What the parts of an object among the arguments are."""
    kind = vocabulary().tools.get(tool.kind)
    return mapping(inner, kind) if kind is not None else {}


def in_object(tool: Offered, part: Json, arguments: dict[str, Json]) -> Json:
    """A sum that a tool wants in an object, with what else of the call belongs there."""
    inner: dict[str, Json] = part["properties"]
    known = _within(tool, inner)
    given: dict[str, Json] = {}
    for name, own in inner.items():
        value = arguments.get(known.get(name, ""))
        if _holds(own):
            given[name] = in_object(tool, own, arguments)
        elif value is not None:
            given[name] = as_argument(tool, name, own, value) if known[name] == "amount" else value
    return given


def sum_within(value: Json) -> Json:
    """The sum of an object that was given for one."""
    if not isinstance(value, dict):
        return value
    names = [name for name in value if not isinstance(value[name], dict)]
    known = mapping(dict.fromkeys(names), vocabulary().tools["refund"])
    deeper = (sum_within(inner) for inner in value.values() if isinstance(inner, dict))
    own = (value[name] for name, own in known.items() if own == "amount")
    return next((sum for sum in (*own, *deeper) if sum is not None), None)


def _described(tool: Offered, part: Json) -> dict[str, Json]:
    """A sum's schema, with what the tool says where the sum itself is not described."""
    own = part if isinstance(part, dict) else {}
    return dict(own) if own.get("description") else {**own, "description": tool.spec.description}


def as_argument(tool: Offered, own: str, part: Json, amount: Json) -> Json:
    """A sum as the tool wants it."""
    spec = vocabulary().ontology.slots["amount"]
    schema = _described(tool, part)
    if isinstance(schema.get("type"), list):
        schema["type"] = next((kind for kind in schema["type"] if kind != "null"), "null")
    return typed(Money(cents(float(Decimal(str(amount)))), None), schema, spec, own)
