"""Questions for the day on which a customer first told of what they ask for, in whatever words."""

from __future__ import annotations

import re

_FIRST = re.compile(
    r"\b(?:first|earliest|original(?:ly)?|initial(?:ly)?|oldest|since when|for the first time|zuerst"
    r"|erstmal\w*|zum"
    r" ersten mal|seit wann|premi[eè]re? fois|depuis quand|primera vez|desde cuándo|voor het eerst"
    r"|sinds wanneer"
    r"|po raz pierwszy|od kiedy)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:tell(?:s|ing)?|told|sa(?:y|id|ying)|report\w*|complain\w*|mention\w*|rais(?:e[ds]?|ing)"
    r"|b(?:ring|rought) (?:it |this )?up"
    r"|writ(?:e|es|ten|ing)|wrote|notif\w+|inform\w*|announce\w*|flag(?:ged)?|point(?:ed)? out|ask(?:s|ed"
    r"|ing)?|request\w*"
    r"|claim\w*|(?:is|was) made|made (?:it )?known|know(?:n)? (?:of|about)|hear[ds]?|came up|learn\w*"
    r"|gemeldet|geschrieben"
    r"|erwähnt|reklamiert|signalé\w*|écrit|plaint\w*|avis\w+|comunic\w+|escrib\w+|gemeld|geschreven"
    r"|zgłos\w+|napisa\w+)\b",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"\b(?:problem|issue|defect|damage|fault|complaint|complain(?:s|ed)?|request|wish|matter|trouble"
    r"|claim|concern|it|this"
    r"|that|wrong|broken|faulty|return|refund|cancel\w*|article|item|product|goods|mangel|schaden|fehler"
    r"|problème|défaut"
    r"|defecto|problema|schade|gebrek|klacht|wad\w+|uszkodzeni\w)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:we|our (?:shop|team|support|colleague)|the (?:shop|support|agent)|staff) (?:\w+ )?(?:first"
    r"|tell|told|say|said|writ\w+"
    r"|wrote|repl\w+|answer\w*|refund\w*|promise\w*)\b|\bfirst (?:reply|answer|order\w*|bought|delivered"
    r"|shipped|refund\w*)\b",
    re.IGNORECASE,
)
"""Asks what the shop did, or when something else came first."""


def first_told(question: str) -> bool:
    """Whether it is asked when the customer first told of what is wrong or wanted."""
    return bool(
        _FIRST.search(question) and _TOLD.search(question) and _WHAT.search(question)
    ) and not _OURS.search(question)
