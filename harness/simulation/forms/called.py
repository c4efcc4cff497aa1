"""One call as the answer, written as code: `refund(order_id, amount)` or `deny(order_id)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from harness.simulation.forms.gaps import SAID, first_of_kind
from harness.simulation.forms.rendering import Layout, Signature
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
_CALL = re.compile(r"(?<![\w.])(?P<name>(?:[a-z]\w{1,20}\.)?[A-Za-z_]\w{1,40})\((?P<inside>[^()\n]{0,300})\)")
_WANTED = re.compile(
    r"\b(?:one|a|single|exactly one|the|that|this|python|function|following)\b[^.\n]{0,40}"
    r"\b(?:calls?|statement|expression|lines? of (?:python|code|javascript)|(?:python|code) line|one-liner"
    r"|invocation)\b"
    r"|\bcall (?:exactly )?one of\b"
    r"|\bfunction calls?\b|\bcode only\b|\bonly (?:the )?code\b",
    re.IGNORECASE,
)
_SAID = re.compile(rf"{SAID.pattern}|\b(?:writ|emitt|print|act)ing\b", re.IGNORECASE)
_TOOLS = re.compile(
    r"\b(?:available tools|tools?:|observation)\b|\b(?:get|search|find|look_?up|list|read|fetch)_\w{2,30}\(",
    re.IGNORECASE,
)
"""There is something to look up first."""
_PART = re.compile(r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^,])+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_CLAUSE = re.compile(r"[A-Z]-\d{1,2}")
_AN_ID = re.compile(r"\w{1,6}[-_]?\d[\w-]{0,20}")
_QUOTED = re.compile(r"[\"'`]([A-Za-z_]{3,20})[\"'`]")
_NEAR = 900
Found = tuple[dict[str, Json], Layout, int]


_NO_CALL = re.compile(r"\b(?:sql|insert into)\b", re.IGNORECASE)


def called_in(text: str, ontology: Ontology, line_at: Callable[[int], str]) -> Found | None:
    """The calls of which one is to be the answer; `None` where a text wants none."""
    wanted = next(
        (m for m in reversed(list(_WANTED.finditer(text))) if _SAID.search(line_at(m.start()))), None
    )
    if wanted is None or _TOOLS.search(text) or _NO_CALL.search(line_at(wanted.start())):
        return None
    at = wanted.start()
    for near in (text[at : at + _NEAR], text[max(0, at - _NEAR) : at + _NEAR]):
        calls: dict[str, str] = {}
        for found in _CALL.finditer(near):
            calls.setdefault(found["name"], found["inside"])  # the signature comes before its example
        meant = {name: ontology.value_of("action", name) for name in calls}
        known = [name for name, action in meant.items() if action is not None]
        if len({meant[name] for name in known}) > 1:
            break
    else:
        known = [name for name in calls if "action" in dict(_arguments(calls[name], ontology))][:1]
        if not known:
            return None
    signatures = tuple(Signature(name, tuple(_arguments(calls[name], ontology))) for name in known)
    options = known if len(known) > 1 else _options(near, ontology)
    properties: dict[str, Json] = {"action": {"type": "string", "enum": options}}
    for signature, name in zip(signatures, known, strict=True):
        types = _types(calls[name])
        for (key, _), kind in zip(signature.arguments, types, strict=True):
            properties.setdefault(key, {"type": kind, "nullable": True})
    return (
        {"type": "object", "properties": properties},
        Layout("call", {}, signatures=signatures),
        wanted.start(),
    )


def _options(text: str, ontology: Ontology) -> list[str]:
    """What the argument for the action may say: words that stand there in quotes, else the actions' names."""
    values = ontology.slots["action"].values
    said = {ontology.value_of("action", word): word for word in reversed(_QUOTED.findall(text))}
    return [said.get(value, value) for value in values]


def _arguments(inside: str, ontology: Ontology) -> Iterator[tuple[str, bool]]:
    """The field of each argument, and whether it is given by name."""
    for part in _PART.findall(inside):
        name, sign, _ = part.partition("=")
        plain = name.split(":")[0].strip(" <>[]{}\"'")
        if sign and plain.isidentifier():
            yield plain, True
        elif _NUMBER.fullmatch(plain):
            yield first_of_kind(ontology, "money"), False
        elif _CLAUSE.fullmatch(plain):
            yield "clause_id", False
        elif _AN_ID.fullmatch(plain):
            yield first_of_kind(ontology, "id"), False
        else:
            acts = part.strip()[:1] in {"'", '"'} and ontology.value_of("action", plain) is not None
            yield ("action" if acts else "_".join(words_of(plain)) or "reason"), False


def _types(inside: str) -> list[str]:
    return ["number" if _is_number(part) else "string" for part in _PART.findall(inside)]


def _is_number(part: str) -> bool:
    bare = part.partition("=")[2] or part
    return bool(
        _NUMBER.fullmatch(bare.strip())
        or re.search(r"\b(?:float|number|int|decimal|amount|sum|total)\b", part, re.IGNORECASE)
    )
