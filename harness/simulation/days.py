"""Questions about the calendar: the days between two dates, a weekday, the date so many days later."""

from __future__ import annotations

import datetime as dt
import re

from harness.simulation.values import dates

_BETWEEN = re.compile(
    r"\bhow many (?:calendar )?(?:days|nights)\b|\b(?:number of|count the) days\b|\bdays? (?:between"
    r"|from|since|apart)\b"
    r"|\bhow (?:long|far)\b[^?\n]{0,30}\b(?:between|apart|from)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\bweekdays?\b|\bday of the week\b|\b(?:what|which) day (?:is|was|of|does|will)\b|\bon (?:what"
    r"|which) day\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?P<count>\d{1,4}) days? (?P<way>after|later than|from|before|earlier than|prior to)\b", re.IGNORECASE
)
_ALONE = re.compile(r"\b(?:just|only|nothing else|number alone)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b20\d\d\b")
_SHORT_DATE = re.compile(r"\b(\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]{2,8})\b(?!,? ?\d)")
_LONGEST = 400


def days_asked(asked: str) -> str:
    """The answer; empty where no such question is asked, or its dates do not stand in it."""
    if len(asked) > _LONGEST:
        return ""
    found = [one.value for one in dates(_with_year(asked))]
    said = []
    if (later := _LATER.search(asked)) and found:
        step = dt.timedelta(days=int(later["count"]))
        before = later["way"].casefold() in {"before", "earlier than", "prior to"}
        said.append((found[0] - step if before else found[0] + step).isoformat())
    elif _BETWEEN.search(asked) and len(set(found)) == 2:
        said.append(str(abs((max(found) - min(found)).days)))
    alone = bool(_ALONE.search(asked))
    if said and not alone and not later:
        said = [f"There are {said[0]} days between {min(found).isoformat()} and {max(found).isoformat()}."]
    if _WEEKDAY.search(asked) and found:
        day = found[-1] if said else found[0]
        said.append(f"{day:%A}" if alone or not said else f"{day.isoformat()} is a {day:%A}.")
    return (", " if alone else " ").join(said)


def _with_year(asked: str) -> str:
    """Dates without a year have that of the others."""
    year = _YEAR.search(asked)
    return _SHORT_DATE.sub(lambda met: f"{met[1]} {year[0]}", asked) if year else asked
