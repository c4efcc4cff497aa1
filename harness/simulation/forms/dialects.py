"""How a program wants calls written in text: `Action:` and `Action Input:` lines, a line of code, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.simulation.calling.texts import speaks_react, writes_calls, written_call
from harness.simulation.calling.tools import ARGUMENT_KEYS, NAME_KEYS, Offered
from harness.simulation.forms.loose import parsed
from harness.simulation.meaning.slots import words_of

Json = Any


@dataclass(frozen=True)
class Dialect:
    """How one call stands in a text."""

    brackets: str = ""
    """`()`, `[]` or `{}` around what it takes, beside its name; empty: that stands on a line of its own."""
    quote: str = ""
    """The sign around texts, where the prompt shows one."""
    name: str = ""
    """In JSON the key that names the action."""
    holds: str = ""
    """In JSON the key that holds what it takes; empty where that stands beside the name."""
    as_text: bool = False
    """Whether one bare text is held there."""
    ends: str = ""
    """What the prompt calls the line with which all ends; empty where only actions end it."""

    def written(self, name: str, arguments: Mapping[str, Json], offered: tuple[Offered, ...]) -> str:
        """The lines of a call."""
        if not self.brackets:
            return f"Action: {name}\nAction Input: {json.dumps(arguments, ensure_ascii=False)}"
        if self.brackets != "{}":
            return f"Action: {written_call(name, arguments, self.brackets, offered, self.quote)}"
        held: Json = dict(arguments)
        if self.as_text and len(arguments) < _SEVERAL:
            held = str(next(iter(arguments.values()), "all"))
        made = {self.name: name, self.holds: held} if self.holds else {self.name: name, **arguments}
        return f"Action: {json.dumps(made, ensure_ascii=False)}"


_SEVERAL = 2
_IN_JSON = re.compile(r"^[ \t]{0,16}Action[ \t]{0,4}:[ \t]{0,4}(?:\n[ \t]{0,16})?(?=\{)", re.MULTILINE)
_QUOTED = re.compile(r"[(,=][ \t]?(?P<quote>[\"'])(?=[^\n\"']{1,60}[\"'][),])")


_STEP = re.compile(r"(?:^[ \t]{0,16}(?:\d[.)] )?|`)Action[ \t]{0,4}:", re.MULTILINE)
_BESIDE = re.compile(r"\b(?:Thought|Observation)\b")


def dialect_in(text: str) -> Dialect | None:
    """The way in which a prompt wants calls written; `None` where it wants none in text."""
    if speaks_react(text):
        return Dialect()
    if brackets := writes_calls(text):
        quoted = _QUOTED.search(text)
        return Dialect(brackets, quoted["quote"] if quoted is not None and brackets == "()" else "")
    for line in _IN_JSON.finditer(text):
        parts: Mapping[str, Json] = parsed(text, line.end())[0].get("properties") or {}
        keys = {"".join(words_of(key)): key for key in parts}
        name = next((keys[key] for key in NAME_KEYS if key in keys), "")
        if name:
            holds = next((keys[key] for key in ARGUMENT_KEYS if key in keys), "")
            held = parts.get(holds) or {}
            return Dialect("{}", "", name, holds, held.get("type") == "string")
    return _as_listed(text) if _STEP.search(text) and _BESIDE.search(text) else None


def _as_listed(text: str) -> Dialect | None:
    """The way in which most of the actions themselves are written in their list."""
    signs = [match["sign"] for match in _SIGNED.finditer(text)]
    most = max({*signs}, key=signs.count, default="")
    quoted = _QUOTED.search(text)
    quote = quoted["quote"] if quoted is not None and most == "(" else ""
    return Dialect("()" if most == "(" else "[]", quote) if len(signs) >= _SEVERAL else None


_SIGNED = re.compile(
    r"^[ \t]{0,12}(?:[-*•+] |#{1,4} |\(?\d{1,2}[.)] )?[`*]{0,3}[A-Za-z]\w{2,40}"
    r"(?P<sign>[(\[])[^()\[\]\n]{0,240}[)\]]",
    re.MULTILINE,
)
