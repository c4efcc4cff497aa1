"""Small sums that a program asks a model to work out, in decimal numbers."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation

_NUM = r"(?:EUR|GBP|PLN|USD|€|£|\$)?\s?(\d{1,9}(?:[.,]\d{1,6})?)\s?(?:EUR|GBP|PLN|USD|€|£|zł)?"
_PERCENT = re.compile(rf"{_NUM}\s?(?:%|per ?cent)\s(?:of|from)\s{_NUM}", re.IGNORECASE)
_PAIR = re.compile(
    rf"{_NUM}\s?(\+|-|−|–|\*|x|×|/|÷|plus|minus|times|divided by|less)\s?{_NUM}(?![\w-])", re.IGNORECASE
)
_ASKS = re.compile(
    r"\b(?:what(?: is|'s|’s)|how much is|compute|calculate|work out|add up|give me)\b", re.IGNORECASE
)
_TO_CENTS = re.compile(r"\b(?:cents?|two decimals?|2 decimals?|hundredths?|penny|pence)\b", re.IGNORECASE)
_EVEN = re.compile(r"\b(?:half[- ]even|banker)", re.IGNORECASE)
_CENT = Decimal("0.01")


def sum_asked(asked: str) -> str:
    """The result of the one sum that a question is about; empty where it asks for none."""
    if not _ASKS.search(asked):
        return ""
    if found := _PERCENT.search(asked):
        value = _number(found[1]) * _number(found[2]) / 100
    elif found := _PAIR.search(asked):
        one, other = _number(found[1]), _number(found[3])
        match found[2].casefold():
            case "+" | "plus":
                value = one + other
            case "*" | "x" | "×" | "times":
                value = one * other
            case "/" | "÷" | "divided by":
                if not other:
                    return ""
                value = one / other
            case _:
                value = one - other
    else:
        return ""
    if _TO_CENTS.search(asked) or found.group().count(".") + found.group().count(",") > 1:
        return str(value.quantize(_CENT, ROUND_HALF_EVEN if _EVEN.search(asked) else ROUND_HALF_UP))
    return f"{value.normalize():f}" if len(str(value)) < 20 else str(round(value, 4))


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:  # pragma: no cover - the pattern holds numbers only
        return Decimal(0)
