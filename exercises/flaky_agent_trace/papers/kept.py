"""What a mail says that its writer keeps, in the mail's own words."""

from __future__ import annotations

import re

from .pieces import NUMBERS

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_ARTICLE = (
    r"(?:the|my|our|those|these|that|die|den|das|der|meine?n?|le|la|les|l['’]|mon|ma|mes|el"
    r"|los|las|mi|mis|de|het|mijn)"
)
_NAME = r"(?P<name>[\w-]+(?: [\w-]+){0,3}?)"
_KEPT = (
    # The USB charger was for my desk, keeping that. / The scale is staying. / The kettle I'll keep.
    (
        rf"(?:^|[,;:] |\band |\bbut ){_ARTICLE} {_NAME}(?=,| (?:is|are|was|were|i|we|though|anyway"
        rf"|however|which)\b)[^.!?]{{0,80}}?"
        r"\b(?:keep(?:ing)?|stay(?:s|ing)?|kept)\b"
    ),
    rf"(?:^|[,;:] |\band |\bbut ){_ARTICLE} {_NAME} (?:stays?|can stay|will stay|stay)\b",
    (
        rf"\b(?:keep(?:ing)?|kept|hang on to|hold on to) {_ARTICLE} {_NAME}(?=[.,;!?]|$| (?:and|but"
        rf"|though|anyway|as|for|because|of|is|are|from)\b)"
    ),
    # Die Ersatzbürsten behalte ich. / Auflage behalt ich. / ich behalte die Auflage
    (
        rf"(?:^|[,;:] |\bund |\baber )(?:{_ARTICLE} )?{_NAME} (?:behalt(?:e|en)? (?:ich|wir)\b"
        rf"|bleib(?:t|en)\b|darf bleiben\b)"
    ),
    rf"\bbehalten? (?:ich |wir )?{_ARTICLE} {_NAME}(?=[.,;!?]|$| (?:und|aber|für|weil|aus|gern|natürlich)\b)",
    # Le livre de recettes, par contre, elle le garde. / El cargador me lo quedo.
    (
        rf"(?:^|[,;:] |\bet |\bmais |\by |\bpero ){_ARTICLE} ?{_NAME},? (?:par contre,? |en revanche,? |sí )?"
        r"(?:(?:je|nous|on|elle|il|ils|elles) (?:le|la|les) gard\w{1,5}|(?:me|nos|se) l[oa]s? qued\w{1,4})\b"
    ),
    rf"\b(?:garde(?:rai|rons)?|gardons|conserve) {_ARTICLE} ?{_NAME}(?=[.,;!?]|$| (?:et|mais|pour|car)\b)",
    (
        rf"\b(?:me quedo con|nos quedamos con|me quedo) {_ARTICLE} {_NAME}(?=[.,;!?]|$| (?:y|pero|para"
        rf"|porque)\b)"
    ),
    rf"\b(?:hou(?:d|den)? (?:ik |we )?){_ARTICLE} {_NAME}(?=[.,;!?]|$| (?:en|maar|voor|want)\b)|",
)
_SAID = tuple(re.compile(said.removesuffix("|"), re.IGNORECASE) for said in _KEPT)
_NOT = re.compile(
    r"\b(?:not|\w*n['’]t|cannot|nicht|kein\w*|pas|sin|niet|geen)\b[^.,;]{0,24}\b(?:keep|stay|behalt"
    r"|garde|quedo|hou)|\b(?:posted|informed|in mind|going)\b",
    re.IGNORECASE,
)
_NO_THING = frozenset(
    {
        "it",
        "them",
        "that",
        "this",
        "rest",
        "order",
        "money",
        "parcel",
        "reasons",
        "ich",
        "er",
        "sie",
        "es",
        "alles",
        "everything",
        "customer",
    }
)


_OF_SO_MANY = re.compile(
    r"\b(?:out of (?:(?:the|our|my|these|those) )?|of (?:the|our|my|these|those) |von (?:den|meinen|unseren) "
    r"|sur (?:les )?|de (?:los|las) |van de )"
    rf"(?P<count>\d{{1,2}}|{'|'.join(NUMBERS)})\b(?![.,]?\d)(?!\s?(?:days?|weeks?|tagen?|[%€£]))",
    re.IGNORECASE,
)
"""`Of the four bowls, two`, `two out of six`."""


def out_of(text: str) -> int | None:
    """Of how many a mail says that only some are meant; `None` where it says none, or several numbers."""
    found = {met["count"].casefold() for met in _OF_SO_MANY.finditer(text)}
    counts = {NUMBERS.get(said) or int(said) for said in found}
    return counts.pop() if len(counts) == 1 else None


_KEEPING = re.compile(
    r"\b(?:keep(?:s|ing)?|kept|stay(?:s|ing)?|hang on to|hold on to"
    r"|behalt\w*|behält\w*|bleib\w*|gard\w{1,5}|conserv\w+"
    r"|quedo|quedamos|queda|hou(?:d|den)|blij(?:ft|ven)|zatrzym\w+|zostaj\w+|zostaw\w+)\b",
    re.IGNORECASE,
)


def may_keep(text: str) -> bool:
    """Whether a mail may say of something that it stays with the customer."""
    return _KEEPING.search(text) is not None


def kept_in(text: str) -> tuple[str, ...]:
    """The things that stay with the customer by the mail's own words, each once."""
    found = [name for part in _SENTENCE.split(text) if not _NOT.search(part) for name in _named(part.strip())]
    return tuple(dict.fromkeys(found))


def _named(sentence: str) -> list[str]:
    for said in _SAID:
        if (met := said.search(sentence)) is not None and met["name"].casefold() not in _NO_THING:
            return [met["name"].strip()]
    return []
