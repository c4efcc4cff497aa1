"""Gates in JSON: the field that lets a proposal pass or holds it, by whatever name: `safe`, `go`, `light`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.reviewing import passes_by
from harness.simulation.filling.typed import type_of
from harness.simulation.forms.contract import Contract, asked_slots
from harness.simulation.meaning.offering import POSED
from harness.simulation.meaning.slots import words_of

Json = Any
GATE = "gate"
_GO = frozenset(
    words_of("safe go ship execute run proceed lgtm green match matches consistent clear payable")
)
_STOP = frozenset(words_of("block blocked hold halt stop mismatch abort red unsafe"))
_BESIDE = frozenset(
    words_of("to is it call payment refund payout verdict can may should be the we ok do must")
)
_LIGHTS = frozenset(
    words_of("light traffic colour color gate status verdict result outcome rating flag risk")
)


def gate_in(schema: Mapping[str, Json] | None) -> tuple[str, Json, Json] | None:
    """The field of a schema by which a proposal passes or not, with what says either; `None` for none."""
    for key, part in ((schema or {}).get("properties") or {}).items():
        if isinstance(part, dict) and (sides := _sides(key, part)) is not None:
            return key, *sides
    return None


def _sides(key: str, part: Mapping[str, Json]) -> tuple[Json, Json] | None:
    words = {*words_of(key)}
    if type_of(part) == "boolean" and words <= _GO | _STOP | _BESIDE and words & (_GO | _STOP):
        return (False, True) if words & _STOP else (True, False)
    options = [str(option) for option in part.get("enum") or () if option is not None]
    good = [option for option in options if passes_by(option) is True]
    bad = [option for option in options if passes_by(option) is False]
    ontology = vocabulary().ontology
    acts = any(ontology.value_of("action", o) for o in options if o not in good and o not in bad)
    return (good[0], bad[-1]) if words & _LIGHTS and len(good) == 1 and bad and not acts else None


def with_gate(contract: Contract, *, judged: bool) -> tuple[Contract, tuple[Json, Json] | None]:
    """The contract in which the gate is marked, and what says that it is open or shut.

    `judged`: whether a proposal is there to be judged.
    """
    formed = contract.form in {"schema", "json", "submit"} and contract.step is None and not contract.tools
    gate = gate_in(contract.schema) if judged and formed else None
    if gate is None or not contract.schema:
        return contract, None
    key, *sides = gate
    properties = contract.schema["properties"]
    marked = {**properties, key: {**properties[key], POSED: [GATE, "valid"]}}
    schema = {**contract.schema, "properties": marked}
    slots = asked_slots(schema, vocabulary().ontology) | {"valid"}
    return replace(contract, schema=schema, slots=slots), (sides[0], sides[1])
