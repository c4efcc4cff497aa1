"""Values in whatever dress: money, dates, numbers, yes and no, read to one canonical form."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from harness.simulation.reading.text import fold

Kind = Literal["money", "date", "number", "flag", "word", "text", "id"]

_SYMBOLS = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "kr": "SEK"}
_CODES = ("USD", "EUR", "GBP", "JPY", "INR", "SEK", "CHF", "PLN", "CAD", "AUD", "DKK", "NOK", "CZK", "BRL")
_WORDS = {"dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "pounds": "GBP"}
_CURRENCY = r"(?:US\$|[$€£¥₹]|\b(?:" + "|".join((*_CODES, *_WORDS, "kr")) + r")\b)"
_NUMBER = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_MONEY = re.compile(
    rf"(?P<before>{_CURRENCY})\s?(?P<a>{_NUMBER})|(?<![\w.,-])(?P<b>{_NUMBER})\s?(?P<after>{_CURRENCY})",
    re.IGNORECASE,
)
_BARE = re.compile(r"^\s{0,8}[-+]?\s{0,8}(?:\d[\d.,'’\u00a0\u202f ]{0,40})\s{0,8}$")
_MONTHS = {
    "jan": 1, "ene": 1, "janv": 1, "gen": 1, "feb": 2, "fev": 2, "fevr": 2, "mar": 3, "marz": 3, "mars": 3,
    "mrt": 3, "maa": 3, "apr": 4, "avr": 4, "abr": 4, "mai": 5, "may": 5, "mei": 5, "mag": 5, "maj": 5,
    "jun": 6, "juin": 6, "giu": 6, "jul": 7, "juil": 7, "lug": 7, "aug": 8, "aou": 8, "ago": 8, "sep": 9,
    "set": 9, "okt": 10, "oct": 10, "ott": 10, "out": 10, "nov": 11, "dez": 12, "dec": 12, "dic": 12,
}  # fmt: skip
_DATE = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?<!\d)(?P<d>\d{1,2})(?P<sep>[./])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})(?!\d)"
    r"|(?<!\d)(?P<d2>\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?(?P<mon2>[^\W\d_]{3,10})\.?,?\s+(?:de\s+)?(?P<y2>\d{4})"
    r"|(?P<mon3>[^\W\d_]{3,10})\.?\s+(?P<d3>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{4})",
    re.IGNORECASE,
)
_YES = frozenset({"true", "yes", "y", "1", "ja", "oui", "si", "tak", "on", "✓", "✔", "✅"})
_NO = frozenset({"false", "no", "n", "0", "nein", "non", "nee", "nie", "off", "none", "✗", "✘", "❌"})


class Money(NamedTuple):
    """An amount in cents, and its currency where the text says it."""

    cents: int
    currency: str | None = None


class Found(NamedTuple):
    """A value and where it stands in the plain text."""

    value: Any
    start: int
    end: int


@lru_cache(maxsize=8192)
def number(text: str) -> float | None:
    """A number in any locale: the last separator is the decimal one unless three digits follow it."""
    digits = re.sub(r"[^\d.,]", "", text)
    if not re.search(r"\d", digits):
        return None
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        mark, tail = digits[last], digits[last + 1 :]
        other = "," if mark == "." else "."
        grouped = len(tail) == 3 and other not in digits and not digits.startswith("0")
        whole = digits if grouped else digits[:last]
        fraction = "" if grouped else tail
        whole = whole.replace(".", "").replace(",", "")
        digits = f"{whole or '0'}.{fraction or '0'}"
    return (-1 if text.strip().startswith("-") else 1) * float(digits[:40])


def cents(amount: float) -> int:
    """An amount in hundredths, rounded."""
    return round(amount * 100)


@lru_cache(maxsize=1024)
def moneys(plain: str) -> tuple[Found, ...]:
    """Every amount that bears a currency, in order."""
    found = []
    for match in _MONEY.finditer(plain):
        amount = number(match["a"] or match["b"])
        mark = (match["before"] or match["after"]).lower()
        if amount is not None:
            currency = _SYMBOLS.get(mark) or _WORDS.get(mark) or mark.upper()
            found.append(Found(Money(cents(amount), currency), match.start(), match.end()))
    return tuple(found)


MEASURED = (
    r"\s?-?(?:mm|cm|m|km|ml|cl|dl|l|mg|g|kg|lbs?|oz|w|kw|kwh|v|mah|mb|gb|tb|hz|khz|mhz|ghz|inch(?:es)?|lit(?:re|er)s?"
    r"|met(?:re|er)s?|percent|per cent|stars?|h|hours?|days?|weeks?|months?|years?)\b"
)
"""What stands behind a number that is a measure, and no sum of money."""
_PLAIN_SUM = re.compile(rf"(?<![\w.,/-])\d{{1,6}}[.,]\d{{2}}(?![\w%/]|[.,]\d|{MEASURED})", re.IGNORECASE)


@lru_cache(maxsize=1024)
def sums(plain: str) -> tuple[Found, ...]:
    """Every amount of a record, in order: those that bear a currency, and plain ones with two decimals."""
    named = moneys(plain)
    found = [
        Found(Money(cents(float(match.group().replace(",", ".")))), match.start(), match.end())
        for match in _PLAIN_SUM.finditer(plain)
        if not any(one.start < match.end() and match.start() < one.end for one in (*named, *dates(plain)))
    ]
    return tuple(sorted((*named, *found), key=lambda one: one.start))


@lru_cache(maxsize=1024)
def dates(plain: str) -> tuple[Found, ...]:
    """Every date, in order. `03/04/2026` is read as the fourth of March, `03.04.2026` is not."""
    found = []
    for match in _DATE.finditer(plain):
        day = _date(match)
        if day is not None:
            found.append(Found(day, match.start(), match.end()))
    return tuple(found)


def _date(match: re.Match[str]) -> dt.date | None:
    try:
        if match["iso"]:
            return dt.date.fromisoformat(match["iso"])
        if match["d"]:
            first, second, number = int(match["d"]), int(match["m"]), int(match["y"])
            number += 2000 if number < 100 else 0
            if match["sep"] == "/" and first <= 12:
                first, second = second, first
            return dt.date(number, second, first)
        name, day, year = (
            (match["mon2"], match["d2"], match["y2"])
            if match["d2"]
            else (match["mon3"], match["d3"], match["y3"])
        )
        month = fold(name).words[0]
        place = _MONTHS.get(month[:4]) or _MONTHS.get(month[:3])
        return dt.date(int(year), place, int(day)) if place else None
    except ValueError:
        return None


def canonical(value: Any, kind: Kind) -> Any:
    """A value in canonical form, or `None` where it is not of that kind.

    money → `Money`; date → `datetime.date`; number → float; flag → bool; word, text and id → str.
    """
    if value is None or isinstance(value, dict | list):
        return None
    reader = _READERS.get(kind)
    return reader(value) if reader else str(value).strip() or None


def _as_money(value: Any) -> Money | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Money(cents(value)) if abs(value) < 1e12 else None
    found = moneys(str(value))
    if found:
        return Money(*found[0].value)
    if _BARE.match(str(value)):
        amount = number(str(value))
        return None if amount is None else Money(cents(amount))
    return None


def _as_date(value: Any) -> dt.date | None:
    found = dates(str(value))
    return found[0].value if found else None


def _as_number(value: Any) -> float | None:
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e15 else None
    match = re.search(rf"[-+]?(?:{_NUMBER})", str(value))
    return number(match.group()) if match else None


def _as_flag(value: Any) -> bool | None:
    words = fold(str(value)).words or (str(value).strip(),)
    if words[0] in _YES:
        return True
    return False if words[0] in _NO else None


def render(value: Any, kind: str) -> Any:
    """A canonical value as plain JSON: money as its amount, dates as ISO text."""
    if value is None:
        return None
    if kind == "money":
        return value[0] / 100
    if kind == "date":
        return value.isoformat()
    if kind == "number":
        return int(value) if float(value).is_integer() else float(value)
    return value


_READERS = {"money": _as_money, "date": _as_date, "number": _as_number, "flag": _as_flag}


def ids_in(value: Any, depth: int = 0) -> frozenset[str]:
    """Every `id` of the objects in a value."""
    if depth > 12 or not isinstance(value, dict | list):
        return frozenset()
    own = value.get("id") if isinstance(value, dict) else None
    parts = value.values() if isinstance(value, dict) else value
    inner = frozenset(id for part in parts for id in ids_in(part, depth + 1))
    return inner | {own} if isinstance(own, str) and own else inner
