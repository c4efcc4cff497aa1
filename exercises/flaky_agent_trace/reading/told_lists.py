"""What a program says of its lists: that they tell what is wrong, and when they are to be empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.typed import type_of

Json = Any
EMPTY = re.compile(
    r"(?:\b(?:empty|none|nothing|blank|omit(?:ted)?)|\[\s?\]|\{\s?\})(?: list| array| object)?,?\s"
    r"(?:for|if|when|where|in case of|with|on)\b(?P<when>[^.;\n]{3,160})",
    re.IGNORECASE,
)


def tells_faults(schema: Mapping[str, Json], described: str) -> bool:
    """Whether a list of texts is said to tell what is wrong, each in words: whatever it is called."""
    items = schema.get("items")
    entry = items if isinstance(items, dict) else {}
    if type_of(entry) not in {"string", ""} or {"enum", "properties", "const"} & entry.keys():
        return False
    said = (described, str(entry.get("description") or ""))
    return any(_FAULTS.search(one) for one in said)


_FAULTS = re.compile(
    r"^\W{0,3}(?:(?:one|a|each|every|all|any|short|list of|concrete|specific)\W{1,2}){0,3}"
    r"(?:(?:line|sentence|entry|item|string|point)s? (?:for|per|on|about) (?:each |every |any )?)?"
    r"(?:what(?:ever)? (?:is|are|was|you find|seems?) (?:\w+ )?"
    r"(?:wrong|amiss|off|mistaken|incorrect|not right)"
    r"|what (?:\w+ ){0,3}(?:disagrees?|objects?)\b|why (?:you|it) (?:disagree|object|fail|is wrong)"
    r"|(?:the |your )?(?:faults?|errors?|mistakes?|objections?|flaws?|deficienc(?:y|ies))\b)",
    re.IGNORECASE,
)
"""Describes the entries of a list as what is wrong with a proposal."""


_UNPAID = re.compile(
    r"\b(?:nothing|no (?:money|sum|amount|refund|payment))(?: \w+)? (?:is|was|gets|has to be|can be|are"
    r"|is to be)(?: \w+)? (?:due|paid|payable|owed|refunded|refundable|given back)\b"
    r"|\bno (?:refund|payment|money)\b(?! (?:was|has|had))",
    re.IGNORECASE,
)


def void_unpaid(told: str) -> bool:
    """Whether a description wants its list empty where nothing is paid."""
    otherwise = _OTHERWISE.search(told) is not None and _FOR_REFUNDS.search(told) is not None
    return otherwise or any(_UNPAID.search(match["when"]) for match in EMPTY.finditer(told))


_OTHERWISE = re.compile(
    r"(?:\b(?:empty|blank|nothing|none)\b|\[\s?\])(?: list| array)?,?"
    r" (?:otherwise|else|in (?:all|any) other cases?)\b"
    r"|\b(?:otherwise|else|if not|in (?:all|any) other cases?)\b[,:]? (?:(?:leave|keep) (?:it |them )?|an? )?"
    r"(?:empty\b|blank\b|\[\s?\])",
    re.IGNORECASE,
)
_FOR_REFUNDS = re.compile(
    r"\b(?:for|in case of|with|on|if|when|where|only)\b[^.;:\n]{0,24}\b(?:refund|money (?:is|goes)|is paid)"
    r"|\b(?:items?|articles?|lines?|pieces|products?|goods)\b[^.;:\n]{0,24}\b(?:to (?:be )?refund|paid back"
    r"|refunded)",
    re.IGNORECASE,
)
"""Says of a list that it holds what money is paid for."""
