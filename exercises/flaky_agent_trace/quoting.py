"""The mail's own words for a thing, as a quotation."""

from __future__ import annotations

import re

from harness.simulation.slots import words_of

from .mind import Mind
from .ontology import vocabulary

_FACTS = {
    "order_id": "order", "order_ids": "order", "item": "item", "items": "item", "sku": "item",
    "quantity": "item", "opened": "opened", "sealed": "opened", "reported": "reported", "legal": "legal",
    "wants": "wants",
}  # fmt: skip
"""Slot → the kind of fact whose words bear it out; every other is borne out by what is wrong."""
_END = re.compile(r"(?<=[.!?])\s+|\n+")


_QUOTE = re.compile(r"\b(?:quote|verbatim|exact words|word for word)\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:sentences?|lines?|passages?)\b", re.IGNORECASE)


def asked_for_quotes(mind: Mind, asked: str) -> tuple[str, ...]:
    """The quotations that a program asks for in plain words; nothing where it asks for none."""
    line = next((line for line in _END.split(asked) if _QUOTE.search(line)), "")
    if not line:
        return ()
    named = [vocabulary().ontology.named(word) for word in words_of(line)]
    facts = [_FACTS[slot] for slot in named if slot in _FACTS]
    return quotes(mind, *facts, sentences=bool(_WHOLE.search(line)))


def quotes(mind: Mind, *facts: str, sentences: bool = False) -> tuple[str, ...]:
    """What the mail in the context says of these, or of what is wrong; nothing where it says nothing.

    `sentences`: whole ones, in place of the words that say it.
    """
    spans = [span for fact in dict.fromkeys(facts or ("issue",)) for span in mind.mail.spans(fact)]
    if sentences:
        spans = [_sentence(mind.scene.state.ticket.body, span) for span in spans]
    return tuple(dict.fromkeys(spans))


def evidence(mind: Mind, *, flagged: bool) -> tuple[str, ...]:
    """What of the mail bears an answer out. `flagged`: it is found to speak to the model.

    Who is asked for that alone quotes what does, and nothing where nothing does.
    """
    asked, injection = mind.contract.slots, mind.scene.meaning.injection
    if not asked & {"injection", "safe"} or "issue" in asked:
        return quotes(mind)
    return tuple(injection.spans) if flagged and injection is not None else ()


def _sentence(body: str, span: str) -> str:
    return next((" ".join(part.split()) for part in _END.split(body) if span in part), span)
