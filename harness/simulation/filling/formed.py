"""Values in the form that a description wants: bare digits, another case, a decimal comma, DD.MM.YYYY."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.reading.values import moneys

Json = Any
_DIGITS = re.compile(
    r"\b(?:digits?|numbers?|numerals?) only\b|\bonly (?:the )?(?:\w+ )?(?:digits|numbers?)\b"
    r"|\bbare (?:digits|number)\b|\b(?:numeric|numerical|number) (?:part|portion)\b"
    r"|\bjust the (?:digits|number)\b|\bwithout (?:the )?(?:\w+[- ]?)?(?:prefix|letters|[A-Z]{2}-?)(?!\w)"
    r"|\bno (?:\w+[- ]?)?prefix\b|\b(?:six|6)[- ]digits?\b(?! after)"
    r"|\b(?:nur|ohne) (?:die )?(?:ziffern|präfix|[A-Z]{2}-?)(?!\w)|\bsans (?:le )?préfixe"
    r"|\bsin (?:el )?prefijo",
    re.IGNORECASE,
)
_UPPER = re.compile(
    r"\b(?:upper[- ]?case|all caps|capitals?|capital letters|großbuchstaben|majuscules?|mayúsculas)\b",
    re.IGNORECASE,
)
_LOWER = re.compile(
    r"\b(?:lower[- ]?case|small letters|kleinbuchstaben|minuscules?|minúsculas)\b", re.IGNORECASE
)
_COMMA = re.compile(
    r"\b(?:decimal comma|comma (?:as|for) (?:the )?decimal|with (?:a )?comma|dezimalkomma|mit komma"
    r"|virgule)\b"
    r"|(?<![\d,.])\d{1,4},\d{2}(?![\d,])",
    re.IGNORECASE,
)
_ID = re.compile(r"[A-Z]{1,4}-?(\d{3,12})")
_CODE = re.compile(r"[A-Za-z][\w-]{0,11}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAYOUTS = (
    (
        re.compile(
            r"\b(?:DD|TT|JJ)(?P<by>[./-])(?:MM)(?P=by)(?:YYYY|JJJJ|AAAA)\b|\b\d{2}(?P<in>[./])\d{2}(?P=in)20\d\d\b"
        ),
        "%d{by}%m{by}%Y",
    ),
    (re.compile(r"\bMM(?P<by>[./-])DD(?P=by)YYYY\b"), "%m{by}%d{by}%Y"),
    (re.compile(r"\bYYYY(?P<by>[./])MM(?P=by)DD\b"), "%Y{by}%m{by}%d"),
    (re.compile(r"\bYYYYMMDD\b(?P<by>)"), "%Y%m%d"),
)


def formed(value: Json, schema: Mapping[str, Json]) -> Json:
    """The value in the form that is described; as it is where none is."""
    said = str(schema.get("description") or "")
    if isinstance(value, str) and value and not schema.get("enum"):
        return _text(value, schema, said)
    if isinstance(value, list):
        inner = schema.get("items")
        described = {"description": said, **(inner if isinstance(inner, Mapping) else {})}
        return [formed(one, described) if isinstance(one, str) else one for one in value]
    return value


def _text(value: str, schema: Mapping[str, Json], said: str) -> Json:
    kinds = schema.get("type")
    named = _ID.fullmatch(value)
    if named is not None and {"integer", "number"} & {*(kinds if isinstance(kinds, list) else [kinds])}:
        return int(named[1])
    if named is not None and (_DIGITS.search(said) or _bare(str(schema.get("pattern") or ""))):
        return named[1]
    if _DAY.fullmatch(value):
        return _day(value, said)
    if re.fullmatch(r"\d+\.\d{2}", value) and (shown := _COMMA.search(said)):
        return value.replace(".", ",") if shown else value
    if _CODE.fullmatch(value) and len(value.split()) == 1 and named is None:
        return value.upper() if _UPPER.search(said) else value.lower() if _LOWER.search(said) else value
    return value


def _bare(pattern: str) -> bool:
    """Whether a regular expression has room for digits alone."""
    return bool(pattern) and re.fullmatch(r"\^?(?:\\d|\[0-9\])(?:\{\d+\}|\+|\*)?\$?", pattern) is not None


def _day(value: str, said: str) -> str:
    for layout, form in _LAYOUTS:
        if (found := layout.search(said)) is not None:
            by = next((sign for sign in found.groups() if sign), "")
            return dt.date.fromisoformat(value).strftime(form.format(by=by))
    return value


def with_unit(sum: Json, unit: str | None, schema: Mapping[str, Json]) -> Json:
    """A sum as text with its currency, where the description shows one so."""
    shown = moneys(str(schema.get("description") or ""))
    wanted = isinstance(sum, str) and unit and any(one.value.currency for one in shown)
    return f"{sum} {unit}" if wanted and not re.search(r"[A-Z]{3}", str(sum)) else sum
