"""The program's own words for what may be done with a case: `decline` where it knows no `deny`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.reading.blobs import blobs, pairs

from .mind import Mind

Json = Any
_WORD = re.compile(r"[A-Za-z][A-Za-z_ -]{2,30}")
_OFFERED = re.compile(
    r"[\"'`(]?\b[A-Za-z][A-Za-z_-]{2,24}\b[\"'`]?(?:\s?[|/]\s?[\"'`]?[A-Za-z][A-Za-z_-]{2,24}\b[\"'`]?){1,6}"
    r"|(?:[\"'`][A-Za-z][A-Za-z_ -]{2,24}[\"'`](?:,? (?:or |and )?|, ?)){2,7}"
)
"""Words to choose from: `refund | decline`, `"refund", "decline" or "ask"`."""
_SAYS = ("deny", "decline", "reject", "refuse", "escalate", "hand over", "hand_over", "handover",
         "need_info", "ask")  # fmt: skip
"""What prompts mostly call these, in the order in which it is looked for."""


def action_word(mind: Mind, action: str) -> str:
    """What the program calls an action; the model's own word where it does not name it."""
    for word in _words(mind):
        if vocabulary().ontology.value_of("action", word) == action:
            return word
    return action


def _words(mind: Mind) -> Iterator[str]:
    """The words that a program has for actions, those to choose from before what stands in its prose."""
    yield from _options(mind.contract.schema)
    for text in mind.shown:
        yield from _values(text)
    for piece in mind.context.of("system", "user"):
        for blob in blobs(piece.text):
            yield from _chosen(blob.value)
    for offered in _OFFERED.finditer(mind.instructions):
        yield from _together(word.strip() for word in _WORD.findall(offered.group()))
    said = mind.instructions.casefold()
    yield from (word for word in _SAYS if re.search(rf"\b{word}\b", said))


def _options(node: Json) -> Iterator[str]:
    """Every word for an action among which a schema lets one choose."""
    if isinstance(node, dict):
        yield from _together(option for option in node.get("enum") or () if isinstance(option, str))
        for part in node.values():
            yield from _options(part)
    elif isinstance(node, list):
        for part in node:
            yield from _options(part)


def _together(words: Iterable[str]) -> Iterator[str]:
    """Words that are offered together, where they are for actions: `approve` and `reject` are a verdict's."""
    offered = [*words]
    known = {vocabulary().ontology.value_of("action", word) for word in offered} - {None}
    if len(known) >= _SEVERAL or not any(map(_OF_VERDICTS.match, offered)):
        yield from offered


_SEVERAL = 3
_OF_VERDICTS = re.compile(
    r"approve|accept|agree|confirm|pass|ok|valid|correct|right|reject|object|fail|wrong", re.IGNORECASE
)


def _values(text: str) -> Iterator[str]:
    for blob in blobs(text):
        yield from _chosen(blob.value)
    listed = {pair.key: pair.value for pair in pairs(text)}
    yield from _chosen(listed)


def _chosen(value: Json) -> Iterator[str]:
    """What an object names as its action."""
    slot_of = vocabulary().ontology.slot_of
    for key, said in value.items() if isinstance(value, dict) else ():
        if isinstance(said, str) and len(said) <= _LONGEST and slot_of(str(key)) == "action":
            yield said
        elif isinstance(said, dict):
            yield from _chosen(said)


_LONGEST = 24
