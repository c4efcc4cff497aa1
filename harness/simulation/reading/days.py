"""Questions about the calendar: the days between two dates, a weekday, the date so many days later."""

from __future__ import annotations

import datetime as dt
import re

from harness.simulation.reading.asking import polar_words
from harness.simulation.reading.values import dates

_BETWEEN = re.compile(
    r"\bhow many (?:calendar )?(?:days|nights)\b|\b(?:number of|count the) days\b|\bdays? (?:between"
    r"|from|since|apart)\b"
    r"|\bhow (?:long|far)\b[^?\n]{0,30}\b(?:between|apart|from)\b",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"\b(?:what|which) day\b(?! of the week)|\bday number\b|\bhow (?:late|many days late)\b", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"\bweekdays?\b|\bday of the week\b|\b(?:what|which) day (?:is|was|of|does|will)\b|\bon (?:what"
    r"|which) day\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\bweekday\b|\bday of the week\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?P<count>\d{1,4}) (?P<unit>day|week)s? (?P<way>after|later(?: than)?|from|before"
    r"|earlier(?: than)?|prior to)\b",
    re.IGNORECASE,
)
_SPAN = r"(?:the |a |an )?(?P<count>\d{1,4})[- ]?(?P<unit>day|week)s?\b"
_WITHIN = re.compile(
    rf"\b(?:(?P<over>(?<!no )more than|over|longer than|past|outside|beyond|exceeds?)"
    rf"|within|inside|in|under|less than|at most|no more than) (?:of )?{_SPAN}",
    re.IGNORECASE,
)
_ALLOWED = re.compile(rf"\b(?:allows?|limit|window|deadline|period)\b[^.?\n]{{0,30}}?{_SPAN}", re.IGNORECASE)
_IN_TIME = re.compile(r"\b(?:in|on) time\b|\bstill (?:ok|okay|possible|valid)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:^|[.?!,:;]\s{1,3}|\band\s)(?:(?:so|and|now|then|on|by|until) ){0,2}"
    r"(?:how|what|which|who|why|when|is|are|was|were|does|did|do|can|in time)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:working|business|bank)[- ]days?\b|\bmore or less\b|\b(?:months?|hours?)\b", re.IGNORECASE
)
"""What is counted otherwise than in days of the calendar."""
_ALONE = re.compile(r"\b(?:just|only|nothing else|number alone)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b20\d\d\b")
_SHORT_DATE = re.compile(r"\b(\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]{2,8})\b(?!,? ?\d)")
_LONGEST = 400


def days_asked(asked: str) -> str:
    """The answer; empty where no such question is asked, its dates do not stand in it, or more is asked."""
    found = [one.value for one in dates(with_year(asked))] if len(asked) <= _LONGEST else []
    if not found or _OTHERWISE.search(asked):
        return ""
    both = len(set(found)) == 2
    alone = bool(_ALONE.search(asked))
    span = (max(found) - min(found)).days
    said = []
    if both and _BETWEEN.search(asked):
        whole = f"There are {span} days between {min(found).isoformat()} and {max(found).isoformat()}."
        said.append(str(span) if alone else whole)
    elif both and _NTH.search(asked) and not _NAMED.search(asked):
        said.append(str(span) if alone else f"That is day {span}.")
    elif len(found) == 1 and (later := _LATER.search(asked)):
        step = dt.timedelta(days=int(later["count"]) * (7 if later["unit"].casefold() == "week" else 1))
        before = later["way"].casefold() in {"before", "earlier", "earlier than", "prior to"}
        said.append((found[0] - step if before else found[0] + step).isoformat())
    if both and (limit := _WITHIN.search(asked) or (_IN_TIME.search(asked) and _ALLOWED.search(asked))):
        said.append(_held(limit, span, brief=alone or bool(said) or polar_words(asked) is not None))
    if _NAMED.search(asked) or (not both and _WEEKDAY.search(asked)):
        day = found[-1] if said else found[0]
        said.append(f"{day:%A}" if alone or not said else f"{day.isoformat()} is a {day:%A}.")
    return (", " if alone else " ").join(said) if len(_ASKS.findall(asked)) <= len(said) else ""


def _held(limit: re.Match[str], span: int, *, brief: bool) -> str:
    """Whether a number of days is one that is asked about."""
    most = int(limit["count"]) * (7 if limit["unit"].casefold() == "week" else 1)
    over = limit.groupdict().get("over") is not None
    word = "Yes" if (span > most) == over else "No"
    return f"{word}." if brief else f"{word}: it is {span} days."


def with_year(asked: str, usual: str = "") -> str:
    """Dates without a year have that of the others. `usual`: the year where no date has one."""
    found = _YEAR.search(asked)
    year = found[0] if found else usual
    return _SHORT_DATE.sub(lambda met: f"{met[1]} {year}", asked) if year else asked
