"""Small sums that a program asks a model to work out, in decimal numbers.

Every number of the text takes part, and between any two stands a sign: what reads otherwise is no sum.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

_ASKS = re.compile(
    r"\b(?:what(?: is|'s|’s)|how much is|compute|calculate|work out|add up|give me)\b|=\s?\?"
    r"|^[\s\d.,()+*/x×÷−–€£-]{3,200}$",
    re.IGNORECASE,
)
_OF_A_CASE = re.compile(r"[A-Z]-\d|\d-\d\d-\d|\d:\d|\d[.)]\s+[A-Z]|\b\d{1,4}[- ](?:days?|weeks?|months?)\b")
"""Numbers that no sum is made of."""
_HOW = re.compile(
    r"\b(?:to|with|at) (?:\w+ ){0,2}(?:\d|two|three) (?:decimals?|digits|places)[^.?]{0,20}", re.IGNORECASE
)
_TOKEN = re.compile(
    r"(?P<number>\d{1,9}(?:[.,]\d{1,6})?)(?:\s?(?:EUR|GBP|PLN|USD|€|£|zł))?"
    r"(?P<percent>\s?(?:%|per ?cent\b))?"
    r"|(?P<sign>[()+*/×÷−–-]|(?<=[\d\s)])x(?=[\s\d(])"
    r"|\b(?:plus|minus|times|less|of|from|off|divided by|multiplied by)\b"
    r"|\b(?:capped at|at most|but no more than)\b)",
    re.IGNORECASE,
)
_SIGNS = {
    "plus": "+", "minus": "-", "less": "-", "−": "-", "–": "-", "times": "*", "multiplied by": "*", "x": "*",
    "×": "*", "divided by": "/", "÷": "/", "from": "of", "at most": "cap", "capped at": "cap",
    "but no more than": "cap",
}  # fmt: skip
_TO_CENTS = re.compile(r"\b(?:cents?|two decimals?|2 decimals?|hundredths?|penny|pence)\b", re.IGNORECASE)
_EVEN = re.compile(r"\b(?:half[- ]even|banker)", re.IGNORECASE)
_CENT = Decimal("0.01")
_LONGEST = 300


def sum_asked(asked: str) -> str:
    """The result of the one sum that a question is about; empty where it asks for none."""
    if len(asked) > _LONGEST or not _ASKS.search(asked) or _OF_A_CASE.search(asked):
        return ""
    tokens = _TOKEN.finditer(_HOW.sub(" cents ", asked))
    parts = [
        match["number"].replace(",", ".") + "%" * bool(match["percent"])
        if match["number"]
        else _SIGNS.get(match["sign"].casefold(), match["sign"].casefold())
        for match in tokens
    ]
    while parts and parts[-1] in _BETWEEN:
        del parts[-1]
    reckoner = _Reckoner(parts)
    try:
        value = reckoner.total()
    except (ArithmeticError, IndexError, ValueError):
        return ""
    if reckoner.parts or not reckoner.signs:
        return ""
    if _TO_CENTS.search(asked) or sum("." in part for part in parts) > 1:
        return str(value.quantize(_CENT, ROUND_HALF_EVEN if _EVEN.search(asked) else ROUND_HALF_UP))
    return f"{value.normalize():f}" if len(str(value)) < 20 else str(round(value, 4))


_BETWEEN = frozenset({"+", "-", "*", "/", "of", "off", "cap"})


class _Reckoner:
    """Works a sum out from the left, `*` and `/` before `+` and `-`, a share taken off what stands before."""

    def __init__(self, parts: list[str]) -> None:
        self.parts = list(parts)
        self.signs = 0

    def total(self) -> Decimal:
        value = self._product()[0]
        while self._next() in {"+", "-", "cap"}:
            sign = self._take()
            other, share = self._product()
            if sign == "cap":
                value = min(value, other)
            else:
                other = value * other if share else other
                value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> tuple[Decimal, bool]:
        """A product, and whether it is a mere share."""
        value, share = self._atom()
        while self._next() in {"*", "/", "of", "off"}:
            sign = self._take()
            other, _ = self._atom()
            value = 1 - value if sign == "off" else value
            value = value / other if sign == "/" else value * other
            share = False
        return value, share

    def _atom(self) -> tuple[Decimal, bool]:
        part = self.parts.pop(0)
        if part == "(":
            value = self.total()
            if self.parts.pop(0) != ")":
                raise ValueError(part)
            return value, False
        share = part.endswith("%")
        return Decimal(part.rstrip("%")) / (100 if share else 1), share

    def _next(self) -> str:
        return self.parts[0] if self.parts else ""

    def _take(self) -> str:
        self.signs += 1
        return self.parts.pop(0)
