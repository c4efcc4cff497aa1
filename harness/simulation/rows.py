"""Answers that list several things: one object, line or row for each of something."""

from __future__ import annotations

import re
from typing import Any

from harness.simulation.slots import Ontology

Json = Any
_ONE = r"(?:rows?|lines?|objects?|entr(?:y|ies)|records?|elements?|bullets?|items?)"
_EACH = re.compile(
    rf"\b{_ONE}\s+(?:per|for\s+(?:each|every)(?:\s+of\s+the)?"
    rf"|each\s+for)\s+(?P<thing>(?:[\w-]{{2,20}}\s+){{0,2}}?(?P<noun>[a-z]{{3,20}}))(?=\s|[.,;:)\n]"
    rf"|$)(?P<rest>[^.\n]{{0,60}})"
    rf"|\b(?:array|list)\s+of\s+{_ONE},?\s+(?:one\s+)?(?:per|for\s+(?:each"
    rf"|every))\s+(?P<other>[a-z]{{3,20}})(?P<tail>[^.\n]{{0,60}})",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"\bfor\s+(?:each|every)\s+(?:of\s+(?:the"
    rf"|these)\s+)?(?P<thing>(?P<noun>[a-z]{{3,20}}))(?P<rest>[^.\n]{{0,40}}?)\b(?:one|a"
    rf"|an)\s+(?:json\s+)?{_ONE}\b(?P<other>)(?P<tail>)",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"(?:^|[.!:\n]\s{0,3}|\bplease )(?:list|tabulate|enumerate)\s+(?:all |the |every |each "
    r"|of )*(?P<noun>[a-z]{3,20}s)\b(?P<rest>[^.\n]{0,60})",
    re.IGNORECASE,
)
_ON = re.compile(r"[,:{|(]|\bwith\b")
_SOME = re.compile(
    r"\b(?:wants?|refund(?:ed)?|returned|to return|affected|concerned|complain\w*|damaged|faulty|asked|to be"
    r"|claimed)\b",
    re.IGNORECASE,
)
"""Only those that something is wanted for, not all that there are."""


def thing_in(text: str, ontology: Ontology) -> str:
    """The list slot of which each entry is to have an object of its own; empty where a text says none."""
    for match in (*_EACH.finditer(text), *_FIRST.finditer(text)):
        noun = (match["noun"] or match["other"]).casefold()
        rest = f"{match['thing'] or ''} {_ON.split(match['rest'] or match['tail'] or '')[0]}"
        if slot := _named(noun, rest.replace(noun, "", 1), ontology):
            return slot
    return ""


def listed_in(text: str, ontology: Ontology) -> str:
    """The list slot that a text wants listed, a row each."""
    for match in _LIST.finditer(text):
        if slot := _named(match["noun"].casefold().removesuffix("s"), _ON.split(match["rest"])[0], ontology):
            return slot
    return ""


def _named(noun: str, rest: str, ontology: Ontology) -> str:
    noun = noun.removesuffix("s")
    names = [f"{noun}s", noun] if _SOME.search(rest) else [f"each {noun}", f"{noun}s", noun]
    for name in names:
        slot = ontology.named("".join(name.split()))
        if slot is not None and ontology.slots[slot].kind == "list":
            return slot
    return ""


def rows_of(schema: dict[str, Json], slot: str) -> dict[str, Json]:
    """The schema of a list with one such object for each of something."""
    return {"type": "object", "properties": {slot: {"type": "array", "items": schema}}}
