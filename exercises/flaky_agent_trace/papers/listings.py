"""Listings of what literally stands in a text: order numbers, addresses, dates, sums, links, names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from exercises.flaky_agent_trace.ontology import ADDRESS
from harness.simulation.reading.values import dates

from .mail_text import MailText

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|mars|avr|juin"
    r"|juil|août|sept|déc|ene|abr"
    r"|ago|dic|mrt|mei|maart|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru)[^\W\d_]{0,8}"
)
_DATES = re.compile(
    rf"\b20\d\d-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./](?:20)?\d\d\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|\.)? (?:of |de )?{_MONTH}\b\.?(?:,? (?:de )?20\d\d\b)?"
    rf"|\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? 20\d\d\b)?",
    re.IGNORECASE,
)
_CURRENCY = r"(?:US\$|[$€£¥]|EUR|GBP|USD|PLN|CHF|zł|euros?|pounds?|dollars?)"
_NUMBER = r"\d{1,3}(?:[.,' ]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_SUMS = re.compile(
    rf"(?<!\w){_CURRENCY} ?(?:{_NUMBER})(?!\d)|(?<![\w.,-])(?:{_NUMBER}) ?(?:{_CURRENCY})(?!\w)",
    re.IGNORECASE,
)
_PHONES = re.compile(r"(?<![\w-])(?:\+|00)?\(?\d{2,5}\)?(?:[ /().-]{1,2}\d{2,5}){2,5}(?![\w-])")
_ORDERS = re.compile(r"(?<![A-Z0-9])[A-Z]{2,3}-\d{5,9}(?!\d)", re.IGNORECASE)
_ARTICLES = re.compile(r"(?<![\w-])[A-Z]{2,3}-\d{3,4}(?![\d-])")
_LINKS = re.compile(r"\bhttps?://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", re.IGNORECASE)
_ACCOUNTS = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_TIMES = re.compile(
    r"\b(?:[01]?\d|2[0-3])[:.][0-5]\d(?: ?(?:am|pm|uhr|h))?\b(?![./]\d)|\b\d{1,2} ?(?:am|pm|uhr)\b",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"\b(?:[A-Z]{2}\d{9}[A-Z]{2}|1Z[A-Z0-9]{16}|\d{12,22})\b")
_WROTE = re.compile(
    r"(?m)^[> \t]*(?:On|Am|Le|El"
    r"|Op)\b[^\n]{4,60}?,? (?P<who>[A-ZÀ-Ý][\w.'’-]+(?: [A-ZÀ-Ý][\w.'’-]+){1,3})[^\n]{0,60}:$"
)
_FROM = re.compile(r"(?m)^[> \t]*(?:From|Von|De|Van|Od): ?\"?(?P<who>[^\n<\"@]{2,60}?)\"?(?: ?<|$)")
_SIGNED = re.compile(r"(?m)^[> \t]*(?P<who>[A-ZÀ-Ý][\w.'’-]*(?: [A-ZÀ-Ý][\w.'’-]+){1,3})[ \t]*$")


def _people(mail: MailText) -> Iterator[str]:
    """Who sends, who is quoted, and who signs with a whole name."""
    seen = f"{mail.head}\n{mail.body}"
    for pattern in (_FROM, _WROTE, _SIGNED):
        yield from (met["who"].strip() for met in pattern.finditer(seen))


def _matches(pattern: re.Pattern[str], *, head: bool = False) -> Callable[[MailText], Iterator[str]]:
    def found(mail: MailText) -> Iterator[str]:
        seen = f"{mail.head}\n{mail.body}" if head else mail.text
        return (met[0].strip().rstrip(".,;") for met in pattern.finditer(seen))

    return found


_KINDS: dict[str, tuple[str, Callable[[MailText], Iterator[str]]]] = {
    "order numbers": (
        (
            r"order[ -]?(?:numbers?|ids?|nos?\.?|references?)|orders(?= (?:mentioned|named|that occur"
            r"|referenced))"
            r"|bestell(?:nummern?|-ids?)|numéros? de commande|números? de pedido|bestelnummers?"
            r"|numery? zamówień"
        ),
        _matches(_ORDERS),
    ),
    "e-mail addresses": (
        r"e-?mail[ -]?address(?:es)?|e-?mail-?adressen|adresses? e-?mail|mail addresses",
        _matches(ADDRESS, head=True),
    ),
    "dates": (
        r"dates|calendar dates|daten|datumsangaben|fechas|every date|each date|any date",
        _matches(_DATES),
    ),
    "amounts": (
        (
            r"(?:monetary |money )?(?:amounts|sums)(?: of money)?|prices|(?:monetary|money) values"
            r"|geldbeträge|beträge|preise|montants|importes"
        ),
        _matches(_SUMS),
    ),
    "links": (r"links?|urls?|web ?(?:sites?|addresses|pages)|hyperlinks?", _matches(_LINKS, head=True)),
    "phone numbers": (
        r"(?:tele)?phone(?: numbers?)?s?|telefonnummern?|numéros? de téléphone|mobile numbers?",
        _matches(_PHONES),
    ),
    "bank accounts": (r"ibans?|bank accounts?|account numbers?", _matches(_ACCOUNTS)),
    "article numbers": (
        r"skus?|(?:article|product|item) (?:numbers?|ids?|codes?)|artikelnummern?",
        _matches(_ARTICLES),
    ),
    "tracking numbers": (
        r"(?:tracking|parcel|shipment) (?:numbers?|ids?|codes?)|sendungsnummern?",
        _matches(_TRACKING),
    ),
    "times": (r"times of day|clock times|uhrzeiten", _matches(_TIMES)),
    "names": (
        (
            r"(?:names of (?:all |the )?(?:people|persons|senders)|(?:people|person|personal"
            r"|proper)(?:['’]s)? names?|people|persons|names)"
            r"(?! of (?:the )?(?:products?|items?|articles?))"
        ),
        _people,
    ),
}
"""What can be listed → what programs call it, and where it stands."""
_NAMED = {
    kind: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE) for kind, (words, _) in _KINDS.items()
}
_LISTS = re.compile(
    r"\b(?:list|extract|return|give|find|output|name|pull|collect|print|get|show|identify|enumerate"
    r"|write|tell me|which|what|how many"
    r"|liste\w*|nenne|extrahiere|gib|welche|extrais|liste[zr]?|quels?|quelles?|extrae|enumera|geef"
    r"|noem|welke|wypisz|podaj)\b"
    r"(?P<what>[^.?!:\n]{0,160})",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\b(?:all|every|each|any|mentioned|named|occur\w*|appear\w*|contain\w*|found|stand\w*|present"
    r"|in|from|of|alle|aus|im|in der|dans|del?|uit|z)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:decide|classify|summari[sz]e|translate|draft|reply to|refund(?:able)?|for each|per order"
    r"|objects?|and for which|keys?"
    r"|followed by|(?:each|along|together) with|with (?:its|their|the)|and (?:whether|if|for|say"
    r"|tell|why|how)|settled"
    r"|when (?:was|were|did)|should|due|deadline|concern\w*|meant|wants?|asks? for|returned"
    r"|affected)\b|[{}]|\"\w+\":",
    re.IGNORECASE,
)
_JSON = re.compile(
    r"\bjson\b|\barray\b|\blist of strings\b|\[\s*\"?\.\.\.|\[\]|\bpython list\b", re.IGNORECASE
)
_COMMAS = re.compile(r"\bcomma|\bkomma|\bcsv\b|\bseparated by comma|\bvirgules?\b", re.IGNORECASE)
_SEMICOLON = re.compile(r"\bsemicolon|\bstrichpunkt", re.IGNORECASE)
_BULLETS = re.compile(r"\bbullet|\bdashes\b|\bmarkdown list\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\bnumbered\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many\b|\bcount\b|\bnumber of (?:different )?", re.IGNORECASE)
_ISO = re.compile(r"\biso\b|\byyyy-mm-dd\b", re.IGNORECASE)
_NONE = re.compile(
    r"\b(?:or|otherwise|else|say|write|answer|return|reply)\W{1,3}(?:with )?[\"'`]?(?P<word>NONE"
    r"|N/A|none|None|nothing|-)(?!\w)"
)
_CUSTOMERS_OWN = re.compile(r"\b(?:the|this) customer['’]?s? (?:e-?mail|name)\b|\bsender\b", re.IGNORECASE)


class Listing(NamedTuple):
    """What is to be listed, in which form."""

    kinds: tuple[str, ...]
    asked: str


def listing_asked(asked: str) -> Listing | None:
    """What a program wants listed, `None` where it wants none of these, or more than that."""
    line = next((met for met in _LISTS.finditer(asked) if _kinds(met["what"])), None)
    if line is None or _MORE.search(asked) or asked.count("?") > 1 or len(asked.split()) > _LONGEST:
        return None
    what = line["what"]
    if not _THERE.search(what) or _CUSTOMERS_OWN.search(what):
        return None
    return Listing(_kinds(what), asked)


_LONGEST = 90


def _kinds(what: str) -> tuple[str, ...]:
    """The kinds that a line names, in its order; what is inside the name of another is not meant."""
    found = {kind: met for kind, named in _NAMED.items() if (met := named.search(what))}
    spans = [(met.start(), met.end(), kind) for kind, met in found.items()]
    alone = [one for one in spans if not any(o[0] <= one[0] and one[1] <= o[1] and o != one for o in spans)]
    return tuple(kind for _, _, kind in sorted(alone))


def stands(kind: str, mail: MailText) -> list[str]:
    """Each thing of a kind in a text once, in the order in which they stand there."""
    seen: dict[str, str] = {}
    for one in _KINDS[kind][1](mail):
        seen.setdefault(one.casefold(), one)
    return list(seen.values())


def listed_as_asked(listing: Listing, mail: MailText) -> str:
    """The listing in the form that is asked for."""
    found = {kind: stands(kind, mail) for kind in listing.kinds}
    if _ISO.search(listing.asked) and "dates" in found:
        found["dates"] = list(dict.fromkeys(_iso(day, mail) for day in found["dates"]))
    if _HOW_MANY.search(listing.asked):
        said = {kind: str(len(all_of)) for kind, all_of in found.items()}
    else:
        said = {kind: _laid(all_of, listing.asked, alone=len(found) == 1) for kind, all_of in found.items()}
    if len(said) == 1:
        return next(iter(said.values()))
    if _JSON.search(listing.asked) and not _HOW_MANY.search(listing.asked):
        return json.dumps(
            {kind.replace(" ", "_").replace("-", ""): all_of for kind, all_of in found.items()},
            ensure_ascii=False,
        )
    return "\n".join(f"{kind.capitalize()}: {text}" for kind, text in said.items())


def _laid(found: list[str], asked: str, *, alone: bool) -> str:
    if _JSON.search(asked):
        return json.dumps(found, ensure_ascii=False)
    if not found:
        none = _NONE.search(asked)
        return none["word"] if none is not None else "None"
    if _COMMAS.search(asked) or not alone:
        return ", ".join(found)
    if _SEMICOLON.search(asked):
        return "; ".join(found)
    if _NUMBERED.search(asked):
        return "\n".join(f"{n}. {one}" for n, one in enumerate(found, start=1))
    return "\n".join(f"- {one}" if _BULLETS.search(asked) else one for one in found)


def _iso(day: str, mail: MailText) -> str:
    """A day as a date, of the year that the mail's head has where it names none."""
    year = re.search(r"\b20\d\d\b", mail.head)
    spoken = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th|er|\.)? (?:of )?", r"\1 ", day)
    for text in (day, spoken, f"{spoken} {year[0]}" if year else ""):
        if found := dates(text):
            return str(found[0].value)
    return day
