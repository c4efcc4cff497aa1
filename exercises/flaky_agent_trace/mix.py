"""Which causes of failure weigh how much: drawn for an assessment by its mix, applied here and nowhere else.

The card and the families' faults state every cause at strength 1. A mix spreads a fixed set of strengths
over the causes, so that the sum stays about the same and which cause matters most has to be measured. The
candidates' kit of an assessment has its mix: what they measure in practice holds in the grading.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.exercise.scenario import ModelFault, Scenario, ToolFault

from .shop.records import CACHED_SHARE

Json = Any
CAUSES = ("drift", "language", "threads", "handbook", "entity", "acks", "endpoint")
"""What varies: the alias that drifted; the language that the smaller models read badly; long threads; an
outdated handbook in a cache; look-alikes taken for the right thing; lost acknowledgements; an endpoint
that is overloaded or cuts its streams."""
STRENGTHS = (1.6, 1.6, 1.0, 1.0, 1.0, 0.4, 0.4)
"""Multiples of the rates as written; their mean is 1."""
LANGUAGES = ("de", "es", "fr", "nl", "pl")
"""One of these is the language that is read badly."""
FEATURES = {"drift": "drift", "language": "weak_language", "threads": "thread", "entity": "lookalike"}
"""Cause → the feature of the card that it acts through."""
MOST = 0.9
"""No rate is scaled above this."""


@dataclass(frozen=True)
class Mix:
    """What one mix draws."""

    language: str
    strengths: Mapping[str, float]
    """Cause → multiple of its rate."""


def drawn(mix: str) -> Mix:
    """What this mix means. Any text will do; the same text always means the same."""
    order = sorted(CAUSES, key=lambda cause: _digest(mix, cause))
    return Mix(
        min(LANGUAGES, key=lambda language: _digest(mix, f"language {language}")),
        dict(zip(order, STRENGTHS, strict=True)),
    )


def _digest(mix: str, what: str) -> bytes:
    return hmac.digest(mix.encode(), what.encode(), hashlib.sha256)


def mixed_card(card: Mapping[str, Json], mix: str) -> dict[str, Json]:
    """The card with its weights scaled by the mix, and the language that is read badly."""
    found = drawn(mix)
    scale = {feature: found.strengths[cause] for cause, feature in FEATURES.items()}
    mixed: dict[str, Json] = copy.deepcopy(dict(card))
    for mode in mixed.get("modes", {}).values():
        for feature, weight in mode.get("weights", {}).items():
            if feature in scale:
                mode["weights"][feature] = scaled(weight, scale[feature])
    mixed["quirks"] = {**mixed.get("quirks", {}), f"weak_{found.language}": 1.0}
    return mixed


def scaled(weight: float, strength: float) -> float:
    """The log-odds that multiply what a feature *adds* to small odds by `strength`.

    A feature of weight w makes odds e^w times as large, so it adds e^w - 1 of them. What lowers the odds
    is scaled as it is.
    """
    if weight <= 0:
        return weight * strength
    return round(math.log1p(strength * math.expm1(weight)), 6)


def mixed_scenario(scenario: Scenario, mix: str) -> Scenario:
    """The scenario with its faults, and how often a stale cache answers, scaled by the mix."""
    strengths = drawn(mix).strengths
    return scenario.model_copy(
        update={
            "tool_faults": tuple(_tool_fault(fault, strengths) for fault in scenario.tool_faults),
            "model_faults": tuple(_model_fault(fault, strengths) for fault in scenario.model_faults),
            "world": _world(scenario.world, strengths),
        }
    )


def _tool_fault(fault: ToolFault, strengths: Mapping[str, float]) -> ToolFault:
    if fault.kind != "lost_ack":
        return fault
    return fault.model_copy(update={"rate": min(MOST, fault.rate * strengths["acks"])})


def _model_fault(fault: ModelFault, strengths: Mapping[str, float]) -> ModelFault:
    """A window of certain trouble is an outage, part of the scenario's story: it stays."""
    if fault.kind == "slow" or fault.rate >= 1:
        return fault
    return fault.model_copy(update={"rate": min(MOST, fault.rate * strengths["endpoint"])})


def _world(world: Mapping[str, Json], strengths: Mapping[str, float]) -> dict[str, Json]:
    if "arrivals" in world:
        arrivals = [
            {**arrival, "state": _world(arrival["state"], strengths)} for arrival in world["arrivals"]
        ]
        return {**world, "arrivals": arrivals}
    if not world.get("cached_policy"):
        return dict(world)
    return {**world, "cached_share": min(1.0, CACHED_SHARE * strengths["handbook"])}
