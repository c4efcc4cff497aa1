"""Sums among the arguments of a tool: in the currency, or in cents where the tool says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.calling.tools import Offered
from harness.simulation.filling.typed import in_cents, typed
from harness.simulation.reading.values import Money, cents

Json = Any


def sums_in_cents(tool: Offered) -> frozenset[str]:
    """The arguments of a tool that are sums in the smallest unit."""
    properties = tool.spec.schema.get("properties")
    return frozenset(
        own
        for own, part in (properties.items() if isinstance(properties, dict) else ())
        if tool.arguments.get(own) == "amount" and in_cents(own, _described(tool, part))
    )


def _described(tool: Offered, part: Json) -> dict[str, Json]:
    """A sum's schema, with what the tool says where the sum itself is not described."""
    own = part if isinstance(part, dict) else {}
    return own if own.get("description") else {**own, "description": tool.spec.description}


def as_argument(tool: Offered, own: str, part: Json, amount: Json) -> Json:
    """A sum as the tool wants it."""
    spec = vocabulary().ontology.slots["amount"]
    schema = _described(tool, part)
    return typed(Money(cents(float(Decimal(str(amount)))), None), schema, spec, own)
