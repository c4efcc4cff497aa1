"""What a request is for: the operation, by what is asked and by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Protocol

from harness.simulation.forms.contract import Contract, asked_slots
from harness.simulation.meaning.slots import Ontology
from harness.simulation.reading.context import Context
from harness.simulation.reading.text import content_words

Json = Any
QUESTIONS = {
    "decide": "resolution", "revise": "resolution", "extract": "reading", "classify": "reading",
    "critique": "review", "judge": "review", "draft": "wording", "summarise": "summary", "plan": "plan",
}  # fmt: skip
"""Operation → the question's name in the draws' keys. `act` asks the exercise."""


class MindLike(Protocol):
    """What the base needs of an exercise's reading of a request."""

    context: Context
    contract: Contract
    role: str
    """Of the model that is asked: its size."""
    operation: str
    features: dict[str, float]

    @property
    def about(self) -> str:
        """What confusions are about, whatever the question: the trial's one case."""


@dataclass(frozen=True)
class Cues:
    """Which slots and words tell an operation apart; the exercise's own."""

    decide: frozenset[str]
    critique: frozenset[str]
    judge: frozenset[str]
    plan: frozenset[str]
    extract: frozenset[str]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """operation → phrases, for requests that only prose describes."""
    free: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    """operation → the schema of the JSON that is given where a program wants some and does not say which."""


def operation_of(contract: Contract, cues: Cues, *, quotes_own: bool, proposal: bool, asked: str) -> str:
    """The operation. `proposal`: a resolution stands in the prompt that no tool of the world gave."""
    if contract.form in {"calls", "react"} or contract.step is not None:
        return "act"
    if contract.form != "text" and (contract.slots or contract.form != "json"):
        return _by_slots(contract.slots, cues, own=quotes_own or proposal)
    for sentence in reversed(sentences(asked)):
        said = content_words(sentence)
        for operation, phrases in cues.words.items():
            if any(content_words(phrase) <= said for phrase in phrases):
                if operation == "decide" and (quotes_own or proposal):
                    return "revise"
                return operation
    return "critique" if quotes_own or proposal else "chat"


@lru_cache(maxsize=256)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of instructions: short enough to be one."""
    parts = re.split(r"(?<=[.!?:])\s+|\n", text)
    return tuple(part for part in parts if 3 < len(part) < 300)


def _by_slots(slots: frozenset[str], cues: Cues, *, own: bool) -> str:
    if slots & cues.judge and not slots & cues.decide:
        return "judge"
    if slots & cues.critique and (own or not slots & cues.decide):
        return "critique"
    if slots & cues.plan and not slots & cues.decide:
        return "plan"
    if slots & cues.decide:
        return "revise" if own else "decide"
    return "classify" if len(slots & cues.extract) == 1 else "extract"


def freely(contract: Contract, operation: str, cues: Cues, ontology: Ontology) -> Contract:
    """The contract with the JSON that a model would think of by itself, where none was described."""
    known = contract.slots or contract.layout is not None or (contract.schema or {}).get("properties")
    if contract.form != "json" or known:
        return contract
    schema = cues.free.get(operation) or contract.before
    if not schema:
        return contract
    return replace(contract, schema=schema, slots=asked_slots(schema, ontology))
