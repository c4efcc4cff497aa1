"""A yes or no with a name that tells nothing: it answers the one question that the prompt asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.keyed import knows
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import Ontology
from harness.simulation.reading.context import Context

Json = Any
_QUESTION = re.compile(
    r"(?:^|(?<=[.!?:]\s)|(?<=\n))\W{0,6}(?:Does|Do|Did|Is|Are|Was|Has|Have|Enthält|Versucht|Ist|Hat|Contient"
    r"|Est-ce que|Contiene|Bevat|Czy)\s(?P<asked>[^?\n]{8,300})\?"
    r"|\b(?i:whether|(?:decide|check|tell (?:me|us)|say|flag(?: it)?|determine|detect) if|ob|si le)\s"
    r"(?P<told>[^.?\n]{8,300})",
    re.MULTILINE,
)
_WHO = re.compile(
    r"^(?:it|this|that|there|the (?:mail|e-?mail|message|text|letter|document))\s", re.IGNORECASE
)
_MAIL = re.compile(
    r"^(?:From|Subject|Received|Betreff|Von|Date)\s?:|^<\w|^={4,}|^-{3,}|^\"{3}|^>{3}", re.MULTILINE
)
"""Where what is shown begins: a customer asks too."""


def with_question(schema: Mapping[str, Json], context: Context, ontology: Ontology) -> dict[str, Json]:
    """The schema with the prompt's question as what is said of its one flag of which nothing is known."""
    properties = schema.get("properties") or {}
    flags = [
        key
        for key, part in properties.items()
        if isinstance(part, dict) and type_of(part) == "boolean" and not part.get("description")
        and not knows(ontology, key)
        and ontology.slot_of(key, boolean=True) is None
    ]  # fmt: skip
    pieces = [*context.of("system"), *context.of("user")] if len(flags) == 1 else []
    asked = next(filter(None, (_asked(piece.text) for piece in pieces)), "")
    if not asked:
        return dict(schema)
    told = {**properties[flags[0]], "description": f"true if {asked}"}
    return {**schema, "properties": {**properties, flags[0]: told}}


def _asked(text: str) -> str:
    """The first question of a text, without whom it asks about."""
    shown = _MAIL.search(text)
    found = _QUESTION.search(text[: shown.start()] if shown is not None else text)
    return _WHO.sub("", (found["asked"] or found["told"]).partition(":")[0]) if found is not None else ""
