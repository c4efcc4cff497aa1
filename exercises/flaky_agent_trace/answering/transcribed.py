"""What a text says that is only to be put into another shape: an analysis, a decision, broken JSON."""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.papers.outcomes import order_in, proposed_by
from exercises.flaky_agent_trace.papers.proposals import proposal_of
from exercises.flaky_agent_trace.papers.rulebook import IN_GENERAL, PARAMETERS
from exercises.flaky_agent_trace.reading.mind import Mind

from .answers import Answers
from .letter_said import letter_said

_VERB = (
    r"(?:extract|convert|parse|turn|structure|transform|transcribe|translate|map|copy|re-?format|format"
    r"|repair|fix|mend"
    r"|clean(?: up)?|correct|normali[sz]e|serialis?z?e|put|write|express|return|give|read)"
)
_ASKED = re.compile(
    rf"^\W{{0,8}}(?:please |now |then |and |can you |could you |your task is to "
    rf"|you )*{_VERB}\b[^\n]{{0,80}}?"
    r"\b(?:this|that|it|decision|outcome|resolution|result|text|analysis|answer|note|verdict|above|below"
    r"|following|json|fields?|data|object|conclusion"
    r"|reasoning|recommendation|syntax|braces|brackets|quotes|errors?)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<![\w-])[A-Z]-\d{1,2}(?![\w-])")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_TOLD = re.compile(r"(?<=[a-zA-Z])\s?:\s")
_HEAD = re.compile(
    r"^\W{0,4}(?:analysis|decision|text|note|conclusion|reasoning|answer|verdict|input)\W{0,3}(?::|$)\s{0,4}",
    re.IGNORECASE,
)


_OF_RULES = frozenset(
    {*PARAMETERS, *IN_GENERAL, "handbook_version", "clause_list", "percent", "deadline_days"}
)
"""What a handbook says itself: where nothing else is asked for, it is no decision to be put into fields."""


def transcript(mind: Mind) -> dict[str, Any]:
    """Slot → what the text says; empty where nothing is to be transcribed, as beside order and rules."""
    if mind.letter_fields:
        return letter_said(mind.letter_alone, mind.letter_fields)
    if (
        mind.mail.present
        or mind.contract.tools
        or mind.contract.form == "text"
        or mind.contract.step is not None
        or (mind.clauses and (mind.orders or mind.contract.slots <= _OF_RULES))
    ):
        return {}
    said = "\n".join(mind.scene.told(piece) for piece in mind.context.of("user"))
    parts = (part for part in _SENTENCE.split(said) if part.strip())
    sentences = [
        piece for part in parts for piece in (_TOLD.split(part, 1) if _ASKED.search(part) else [part])
    ]
    asking = [part for part in sentences if _ASKED.search(part)]
    asking += [p.text for p in mind.context.of("system") if _ASKED.search(p.text)]
    if not asking:
        return {}
    left = "\n".join(_HEAD.sub("", part) for part in sentences if part not in asking)
    return _read(left)


def _read(text: str) -> dict[str, Any]:
    listed = proposal_of(text)
    slots = dict(listed.slots) if listed is not None else {}
    concluding = [said for part in reversed(_SENTENCE.split(text)) if (said := proposed_by(part))]
    for slots_of in concluding[:1]:
        for slot, value in slots_of.items():
            slots.setdefault(slot, value)
    if "action" not in slots:
        return {}
    slots.setdefault("order_id", order_in(text))
    if clauses := list(dict.fromkeys(_CLAUSE.findall(text))):
        slots.setdefault("clauses", clauses)
    if listed is None or not {"reason", "reasoning"} & slots.keys():
        words = " ".join(part.strip() for part in _SENTENCE.split(text) if part.strip() and "{" not in part)
        if len(words.split()) > 6:
            slots.setdefault("reason", words)
            slots.setdefault("reasoning", words)
    amount = slots.get("amount")
    if amount is not None and getattr(amount, "currency", None):
        slots.setdefault("currency", amount.currency)
    return {slot: value for slot, value in slots.items() if value is not None}


class Transcribed(Answers):
    """Answers that only repeat what a text says."""

    def __call__(self, slot: str) -> Any:
        """What the text says of a slot, `None` where it is silent."""
        return self.mind.transcript.get(slot)
