"""A short rulebook in plain sentences, English or German.

How long goods are taken back, what is kept of opened electronics, whether anything else is declined. A rule
that states days or a share and is none of these is unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from exercises.flaky_agent_trace.shop.added import Rule
from exercises.flaky_agent_trace.shop.handbook import Clause, handbooks
from harness.simulation.reading.counts import IN_ANY_WORDS, count_of

_DAYS = re.compile(
    rf"\b(?P<n>\d{{1,3}}|a|{IN_ANY_WORDS})[ -](?:calendar |full )?"
    r"(?P<unit>days?|weeks?|months?|tage?n?|wochen?|monate?n?)\b",
    re.IGNORECASE,
)
_UNITS = {"d": 1, "t": 1, "w": 7, "m": 30}
_SHARE = re.compile(r"\b(?P<n>\d{1,2}) ?(?:%|percent\b|per cent\b|prozent\b)", re.IGNORECASE)
_WITHIN = re.compile(
    r"\b(?:within|up to|until|inside|during|in the first|no later than|for|less than|innerhalb|binnen|bis zu"
    r"|bis|in den ersten)\b[^.;\d]{0,20}$",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:after|later than|beyond|older than|past|more than|over|nach|später als|mehr als)\b[^.;\d]{0,16}$",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:refund\w*|return\w*|money back|(?:take|taken|taking|send|sent|give|given|bring) (?:\w+ ){0,3}back"
    r"|reimburs\w+|erstatt\w*|zurück\w*|rück(?:gabe|nahme|sendung)\w*|umtausch\w*|retour\w*)\b",
    re.IGNORECASE,
)
_OPENED = re.compile(
    r"(?<!un)(?<!not )(?<!un-)\b(?:opened|unsealed|unboxed|used|geöffnet\w*|ausgepackt\w*"
    r"|benutzt\w*|gebraucht\w*)\b",
    re.IGNORECASE,
)
_SEALED = re.compile(
    r"\b(?:un-?opened|unused|sealed|not (?:been )?(?:opened|used)|original(?:ly)? (?:packag\w+|box)"
    r"|ungeöffnet\w*|unbenutzt\w*|versiegelt\w*|originalverpack\w*)\b",
    re.IGNORECASE,
)
_ELECTRONICS = re.compile(r"\belectronics?\b|\belektro\w*", re.IGNORECASE)
_KEPT = re.compile(
    r"\b(?:los(?:e|es|ing)|keep|kept|withh\w+|deduct\w*|less|minus|fee|charged?|retain\w*|behalten|einbehalt\w*"
    r"|abz(?:ug|üglich|iehen|ogen)\w*|abgezogen|gebühr\w*|verlier\w*|weniger)\b",
    re.IGNORECASE,
)
_OTHER_MATTER = re.compile(
    r"\b(?:damag\w*|fault\w*|defect\w*|broken|wrong|late\b(?! than)|delay\w*|lost|promised|report\w*"
    r"|cancel\w*|shipping|postage|unless|except\w*|only if|managers?|desk|supervisors?"
    r"|colleagues?|EUR|GBP|PLN|euros?"
    r"|beschädig\w*|defekt\w*|kaputt\w*|falsch\w*|verspät\w*|verloren|versand\w*|außer|es sei denn)\b|[€£]",
    re.IGNORECASE,
)
"""Rules about something else than a change of mind."""
_NO_RULE = re.compile(
    r"\b(?:ago|since|was|were|is (?:\d|now)|today|received|sent|delivered (?:on|\d)|working|business"
    r"|repl(?:y|ies)|answers?|words?|sentences?|bank|card|account|arriv\w*|seit|wurde|war|heute|werktag\w*|antwort\w*"
    r"|konto|vor \d{1,3})\b",
    re.IGNORECASE,
)
"""Tells what was, or when the money is there."""
_IN_GENERAL = re.compile(
    r"\b(?:customers?|buyers?|goods|items|articles|products|electronics|orders|returns|refunds|anything"
    r"|everything|we|you may|kunden|ware[n]?|artikel|elektronik|wir|rückgabe\w*)\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:(?:any|every)thing else|(?:all|any) (?:the )?(?:other|rest)\b[^.;]{0,20}|the rest|otherwise"
    r"|in all other cases|alles andere|alle anderen\b[^.;]{0,20}|sonst|andernfalls)\b[^.;]{0,40}?"
    r"\b(?:declin\w*|refus\w*|reject\w*|den(?:y|ied|ies)|no refund|not refunded|ablehn\w*|abgelehnt|lehn\w*"
    r"|keine erstattung|nicht erstattet)\b"
    r"|\b(?:declin\w*|refus\w*|reject\w*|deny) (?:(?:any|every)thing else"
    r"|(?:all|any) (?:the )?(?:other|rest)\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+|;\s*|(?<=\D), (?=(?:but |and )?(?:opened|unopened|geöffnete)\b)")
_BINDS = re.compile(
    r"\b(?:refund\w*|return\w*|opened|fee|keep|kept|back|erstatt\w*|rück\w*|zurück\w*|geöffnet\w*|einbehalt\w*"
    r"|behalten|abzug|gebühr\w*)\b",
    re.IGNORECASE,
)
_REST = ("damaged", "wrong_item", "late", "not_arrived", "cancel", "goodwill")


@dataclass
class _Read:
    """What the sentences rule."""

    window: int | None = None
    sealed: bool = False
    """Whether only what was never opened is taken back."""
    percent: int | None = None
    opened_days: int | None = None
    nothing_else: str = ""
    unread: list[str] = field(default_factory=list)


@lru_cache(maxsize=256)
def prose_rules(text: str) -> tuple[tuple[Clause, str], ...]:
    """The clauses that a rulebook in sentences states, each with what of it is not understood."""
    read = _Read()
    for sentence in (one.strip() for one in _SENTENCE.split(text)):
        if sentence and not sentence.endswith("?"):
            _take(sentence, read)
    return tuple(_clauses(read))


def _take(sentence: str, read: _Read) -> None:
    """Note what a sentence rules."""
    days, share = _DAYS.search(sentence), _SHARE.search(sentence)
    if _ELSE.search(sentence) and not (days or share):
        read.nothing_else = sentence
        return
    general = _BINDS.search(sentence) and _IN_GENERAL.search(sentence) and not _NO_RULE.search(sentence)
    if not (days or share) or not general:
        return
    if (
        _OTHER_MATTER.search(sentence)
        or len(_DAYS.findall(sentence)) > 1
        or len(_SHARE.findall(sentence)) > 1
    ):
        read.unread.append(sentence)
    elif _OPENED.search(sentence) and _ELECTRONICS.search(sentence):
        _take_opened(sentence, days, share, read)
    elif days and not share and not _OPENED.search(sentence) and not _ELECTRONICS.search(sentence):
        _take_window(sentence, days, read)
    else:
        read.unread.append(sentence)


def _take_opened(sentence: str, days: re.Match[str] | None, share: re.Match[str] | None, read: _Read) -> None:
    """What is kept of opened electronics, and how long they are taken back."""
    if share is not None and not _KEPT.search(sentence):
        read.unread.append(sentence)
        return
    read.percent = int(share["n"]) if share is not None else read.percent
    read.opened_days = _counted(days) if days is not None else read.opened_days


def _take_window(sentence: str, days: re.Match[str], read: _Read) -> None:
    """How long goods are taken back."""
    before, count = sentence[: days.start()], _counted(days)
    if _LATER.search(before) and read.window == count:
        return  # says the same of what comes later
    if read.window is not None or not (_TAKEN_BACK.search(sentence) and _WITHIN.search(before)):
        read.unread.append(sentence)
        return
    read.window, read.sealed = count, bool(_SEALED.search(sentence))


def _counted(days: re.Match[str]) -> int:
    return count_of(days["n"]) * _UNITS[days["unit"][0].casefold()]


def _clauses(read: _Read) -> Iterator[tuple[Clause, str]]:
    known = next(iter(handbooks().values())).by_id
    if read.window is not None:
        yield known["R-1"].model_copy(update={"numbers": {"window_days": read.window}}), ""
    if read.percent is not None and read.window is not None:
        opened = read.opened_days or read.window
        numbers = {**known["R-2"].numbers, "window_days": read.window, "opened_days": opened}
        yield known["R-2"].model_copy(update={"numbers": {**numbers, "restocking_percent": read.percent}}), ""
    elif read.percent is not None or read.opened_days is not None:
        read.unread.append("opened electronics")
    if read.sealed and read.percent is None:
        yield _own("opened", "only what was never opened is taken back", opened=True)
    if read.nothing_else and read.window is not None:
        yield _own("else", read.nothing_else, issues=_REST)
    elif read.nothing_else:
        read.unread.append(read.nothing_else)
    for n, sentence in enumerate(read.unread):
        yield Clause(id=f"own-p{n}", topic="added", text=sentence, own=True), sentence


def _own(name: str, said: str, **conditions: object) -> tuple[Clause, str]:
    """A clause that refuses under a condition."""
    told = {"issues": ("changed_mind",), **conditions}
    rule = Rule(effect="refuse", **told)  # type: ignore[arg-type]
    return Clause(id=f"own-p-{name}", topic="added", text=said, rules=(rule,), own=True), ""
