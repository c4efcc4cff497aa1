"""Times that a program gives in its words: a span of days, a day that something is done by or on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.simulation.reading.counts import IN_ANY_WORDS, count_of
from harness.simulation.reading.values import dates

MONTH = (
    r"(?:(?:jan(?:uary|uari|uar|vier)?|enero|stycznia|feb(?:ruary|ruari|ruar|rero)?|février"
    r"|lutego|mar(?:ch|s|zo|ca"
    r")?|märz|maart|apr(?:il)?|avril|abril|kwietnia|may|mai|mayo|mei|maja|june?|juni|juin|junio|czerwca|july?"
    r"|juli|juillet|julio|lipca|aug(?:ust|ustus)?|août|agosto|sierpnia|sept?(?:ember|embre)?|septiembre"
    r"|września|oct(?:ober|obre)?|okt(?:ober)?|octubre|października|nov(?:ember|embre|iembre)?|listopada"
    r"|dec(?:ember)?|dez(?:ember)?|décembre|diciembre|grudnia)\b)"
)
_MONTHS = (
    "jan sty ene|feb fév lut|mar mär mrt maa|apr avr abr kwi|may mai mei maj|jun juin cze|jul juil lip"
    "|aug aoû ago sie|sep wrz|oct okt paź|nov lis|dec dez dic déc gru"
)
_DAY = (
    r"(?P<day>\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th)?\.? (?:of |de )?" + MONTH + r"\.?(?: (?:de )?\d{4})?"
    r"|" + MONTH + r"\.? \d{1,2}(?:st|nd|rd|th)?\b(?:,? \d{4})?|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
_COUNT = rf"\d{{1,2}}|an?|{IN_ANY_WORDS}"
_UNITS = {
    "working": r"(?:working|business|banking) days?|werktag\w*|arbeitstag\w*|jours? ouvr\w+"
    r"|días? (?:hábil\w*|laborabl\w+)|werkdag\w*|dni robocz\w+|dnia robocz\w+",
    "days": r"days?|tage?n?|jours?|días?|dag(?:en)?|dni|dnia",
    "weeks": r"weeks?|wochen?|semaines?|semanas?|weken|week|tygodni\w*",
    "hours": r"hours?|stunden?|heures?|horas?|uur|godzin\w*",
}
_SPAN = re.compile(
    r"(?:\b(?:within|in|takes?|after|innerhalb von|binnen|sous|dans|en|w ciągu)(?: (?:about|the next|up to"
    r"|around|circa|ca\.|un plazo de))? )?"
    rf"\b(?P<low>{_COUNT})(?:\s?(?:-|–|to|or|bis|à|a|tot|do) ?(?P<high>\d{{1,2}}|{_COUNT}))? (?:"
    + "|".join(rf"(?P<{unit}>{words})" for unit, words in _UNITS.items())
    + r")\b(?! (?:of|after|since|from|ago|late|later|before|window|guarantee|warranty)\b)",
    re.IGNORECASE,
)
_POINT = re.compile(
    r"(?:\b(?P<by>by|until|no later than|at the latest|latest|bis(?: zum)?|d['’]ici(?: au)?|au plus tard le"
    r"|antes del?|a más tardar el|uiterlijk(?: op)?|vóór|do)|\bexpected|\b(?:on|am|le|el|op"
    r"|around)) (?:the )?" + _DAY,
    re.IGNORECASE,
)
_BARE_DAY = re.compile(_DAY, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Time:
    """A span of units, from `low` to `high`, or a day: `by` it or on it."""

    unit: str = ""
    low: int = 0
    high: int = 0
    day: tuple[int, int, int] | None = None
    """Day, month and year; 0 as year: not said."""
    by: bool = True


DAYS_KEY = re.compile(
    r"\b(?P<unit>(?:working |business )?days|weeks|hours)\b.{0,80}?\b(?:arriv\w*|money|paid|payout"
    r"|refund|account)\b"
    r"|\b(?:arriv\w*|money|payout|refund|expected|eta)\b.{0,80}?\b(?P<last>(?:working |business )?days"
    r"|weeks|hours)\b",
    re.IGNORECASE,
)


def times_in(said: str, *, bare: bool = False) -> Iterator[tuple[Time, tuple[int, int]]]:
    """The times that are named. `bare`: a day alone is one as well."""
    for found in _SPAN.finditer(said):
        unit = next(unit for unit in _UNITS if found[unit])
        low = count_of(found["low"])
        yield Time(unit, low, count_of(found["high"]) if found["high"] else low), found.span()
    for found in (_BARE_DAY if bare else _POINT).finditer(said):
        day = _day(found["day"])
        if day is not None:
            yield Time(day=day, by=bare or found["by"] is not None), found.span()


def _day(said: str) -> tuple[int, int, int] | None:
    """A day, of which the year may be left out."""
    if whole := dates(said):
        on = whole[0].value
        return on.day, on.month, on.year
    word, number = re.search(r"[^\W\d_]{3,}", re.sub(r"\b(?:of|de)\b", "", said)), re.search(r"\d{1,2}", said)
    if word is None or number is None:
        return None
    start = word[0][:4].casefold()
    month = next(
        (
            at
            for at, names in enumerate(_MONTHS.split("|"), 1)
            for one in names.split()
            if start.startswith(one)
        ),
        None,
    )
    return (int(number[0]), month, 0) if month and 1 <= int(number[0]) <= 31 else None
