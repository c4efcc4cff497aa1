"""One call as the answer, written as code: `refund(order_id, amount)` or `deny(order_id)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from harness.simulation.gaps import SAID, first_of_kind
from harness.simulation.rendering import Layout, Signature
from harness.simulation.slots import Ontology, words_of

Json = Any
_CALL = re.compile(r"(?<![\w.])(?P<name>[A-Za-z_]\w{1,40})\((?P<inside>[^()\n]{0,300})\)")
_WANTED = re.compile(
    r"\b(?:one|a|single|exactly one|the|python|function|following)\b[^.\n]{0,40}\bcalls?\b"
    r"|\bcall (?:exactly )?one of\b"
    r"|\bfunction calls?\b",
    re.IGNORECASE,
)
_TOOLS = re.compile(r"\b(?:you can use|available tools|tools?:|observation)\b", re.IGNORECASE)
_PART = re.compile(r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^,])+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_AN_ID = re.compile(r"\w{1,6}[-_]?\d[\w-]{0,20}")
Found = tuple[dict[str, Json], Layout, int]


def called_in(text: str, ontology: Ontology, line_at: Callable[[int], str]) -> Found | None:
    """The calls of which one is to be the answer; `None` where a text wants none."""
    wanted = next(
        (m for m in reversed(list(_WANTED.finditer(text))) if SAID.search(line_at(m.start()))), None
    )
    if wanted is None or _TOOLS.search(text):
        return None
    near = text[wanted.start() : wanted.start() + 900]
    calls = {m["name"]: m["inside"] for m in _CALL.finditer(near)}
    meant = {name: ontology.value_of("action", name) for name in calls}
    known = [name for name, action in meant.items() if action is not None]
    if len({meant[name] for name in known}) < 2:
        return None
    signatures = tuple(Signature(name, tuple(_arguments(calls[name], ontology))) for name in known)
    properties: dict[str, Json] = {"action": {"type": "string", "enum": known}}
    for signature, name in zip(signatures, known, strict=True):
        types = _types(calls[name])
        for (key, _), kind in zip(signature.arguments, types, strict=True):
            properties.setdefault(key, {"type": kind, "nullable": True})
    return (
        {"type": "object", "properties": properties},
        Layout("call", {}, signatures=signatures),
        wanted.start(),
    )


def _arguments(inside: str, ontology: Ontology) -> Iterator[tuple[str, bool]]:
    """The field of each argument, and whether it is given by name."""
    for part in _PART.findall(inside):
        name, sign, _ = part.partition("=")
        plain = name.split(":")[0].strip(" <>[]{}\"'")
        if sign and plain.isidentifier():
            yield plain, True
        elif _NUMBER.fullmatch(plain):
            yield first_of_kind(ontology, "money"), False
        elif _AN_ID.fullmatch(plain):
            yield first_of_kind(ontology, "id"), False
        else:
            yield "_".join(words_of(plain)) or "reason", False


def _types(inside: str) -> list[str]:
    return ["number" if _is_number(part) else "string" for part in _PART.findall(inside)]


def _is_number(part: str) -> bool:
    bare = part.partition("=")[2] or part
    return bool(
        _NUMBER.fullmatch(bare.strip())
        or re.search(r"\b(?:float|number|int|decimal|amount|sum|total)\b", part, re.IGNORECASE)
    )
