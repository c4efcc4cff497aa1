"""What words tell of a tool: what it takes, `pay {id, sum}` or `pay takes id, sum`, and what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.simulation.meaning.slots import words_of

Json = Any
_TYPES = {"int": "integer", "str": "string", "float": "number", "num": "number", "bool": "boolean"}
_MINOR = frozenset({"cents", "pence", "minor"})
_ARGUMENTS = (
    r"\W{0,6}(?:takes|needs|wants|with|expects|requires|arguments|args)?\W{0,4}?"
    r"[({\[](?P<args>[^(){}\[\]]{0,240})[)}\]]"
)
_LISTED = r"\W{0,4}(?:takes|needs|wants|expects|requires)\W{1,4}(?P<args>[^.;\n(){}\[\]]{1,120})"


_SEVERAL = 2
_LABEL = re.compile(r"^(?:params|parameters|args|arguments|takes|needs|payload)\s{0,2}[:=]\s{0,2}")


def signature(option: str, told: str) -> dict[str, Json] | None:
    """What a deed takes, as words for it say: `refund {id, amount}`, `refund takes id, amount`."""
    if option not in told:
        return None
    for pattern in (_ARGUMENTS, _LISTED):
        found = re.search(rf"(?<![\w.]){re.escape(option)}(?![\w.]){pattern}", told)
        if found is not None:
            return dict(_arguments(found["args"]))
    return None


def told_names(told: str) -> tuple[str, ...]:
    """The names that words give with what they take, and those between them: `orders (email), rules`."""
    signed = re.sub(r"[({\[][^(){}\[\]]{0,240}[)}\]]", "()", told)
    names = re.findall(r"(?<![\w.])([a-z][\w.]{2,40}) {0,2}\(\)", signed)
    listed = re.findall(r"(?:\)|\bis|:)[ ,;\n-]{1,6}(?:or )?([a-z][\w.]{2,40})(?=,| or\b|;|\n|\.?$)", signed)
    return tuple(dict.fromkeys([*names, *listed]))


def _arguments(said: str) -> Iterator[tuple[str, Json]]:
    for part in re.split(r"[,;]| and ", said):
        name, _, kind = _LABEL.sub("", part.strip(" \"'`")).partition(":")
        found = re.match(r"[A-Za-z_]\w{0,40}", name.strip(" \"'`"))
        if found is None:
            continue
        typed = next((one for word, one in _TYPES.items() if re.search(rf"\b{word}", kind)), "")
        typed = typed or ("integer" if {*words_of(found[0])} & _MINOR else "")
        options = [one.strip(" \"'`") for one in re.split(r"[|/]", kind)] if re.search(r"[|/]", kind) else []
        if typed or len(options) < _SEVERAL:
            yield found[0], {"type": [typed, "null"] if options else typed} if typed else {}
        else:
            yield found[0], {"enum": options}


def said_of(option: str, told: str) -> str:
    """What is told of a deed on the line where it is named: `pay: sends the money`."""
    if option not in told:
        return ""
    found = re.search(
        rf"(?<![\w.]){re.escape(option)}(?![\w.])\W{{0,4}}(?:[({{\[][^(){{}}\[\]]{{0,240}}[)}}\]])?"
        r"[ \t]{0,2}(?:[:=\u2013-]|->)[ \t]{0,2}(?P<said>[^;\n(){}\[\]]{3,120})", told
    )  # fmt: skip
    return found["said"].strip() if found is not None else ""
