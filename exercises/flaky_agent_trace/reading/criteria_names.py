"""The names of criteria by which letters and decisions are marked, and what each of them is about."""

from __future__ import annotations

import re

from harness.simulation.meaning.slots import words_of

_NAMES = {
    "complete": r"(?:in)?complet\w*|address\w*|covers?|answers|thorough\w*|coverage|exhaustive\w*"
    r"|nothing (?:missing|left out)",
    "language": r"languages?|locale|sprache|langue|idioma",
    "empathy": r"empath\w*|sympath\w*|compassion\w*|caring",
    "tone": r"tone|polite\w*|friendl\w*|courte\w*|respect\w*|warmth?|professional\w*|kind(?:ness)?|manners?"
    r"|civility|höflichkeit|ton|tono",
    "brief": r"brevity|brief\w*|concis\w*|succinct\w*|length|short\w*|kürze",
    "clear": r"clarity|clear\w*|understandab\w*|intelligib\w*|verständlich\w*",
    "policy": r"polic(?:y|ies)|handbook|rules?|complian(?:t|ce)|adheren\w*",
    "safe": r"safe\w*|confidential\w*|privacy|discretion|commitments?|promises?",
    "honest": r"honest\w*|truthful\w*|truth",
    "amount": r"amounts?|sums?",
    "order": r"orders?",
    "action": r"action|decision|outcome|resolution",
    "correct": r"correct\w*|accura\w*|factual\w*|facts?|right|faithful\w*|grounded\w*|precision|richtigkeit"
    r"|korrektheit",
    "helpful": r"helpful\w*|useful\w*|resolv\w*|actionab\w*|next",
}
"""Each criterion by its names, the one that a name of two parts is about first."""
_CRITERIA = {name: re.compile(rf"(?:{words})", re.IGNORECASE) for name, words in _NAMES.items()}
ASPECTS = frozenset({"amount", "order", "action"})
"""What a proposal holds: by just its name it is that."""
_BESIDE = frozenset(
    words_of(
        "score scores rating ratings mark marks grade grades point points ok okay check passed pass of "
        "the and for a an is in it its to with no not draft drafts reply letter answer response email "
        "message mail writing followed matches match matched adherence quality level proposal proposed "
        "refund factual made customer customers appropriate appropriateness suitable issue issues "
        "request requests question questions all every step"
    )
)
_JUDGED = frozenset(
    words_of(
        "score rating mark grade points ok okay check passed pass matches match matched quality correct right"
    )
)
_OF_ALL = re.compile(
    r"overall|total|sum|average|mean|avg|gesamt|final|score|rating|grade|quality", re.IGNORECASE
)
_BEHIND = re.compile(
    r"\b\d+\b.*|\s(?:say|give|write|state|with|from|on|as|each|per|using|in|separately|of|for)\b.*",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^(?:.*\b(?:each of|give|scor(?:e|ing)|rat(?:e|ing)|grad(?:e|ing)|mark|judge|assess|evaluate|check"
    r"|scores? for|marks? for"
    r"|rows?|criteria|dimensions|aspects) "
    r"|(?:the|its|for|by|each|of|on|und|nach|then an?|an?|then) ){1,2}(?:(?:the|its) )?",
    re.IGNORECASE,
)
_AND = r"(?:\s?[,;&/]\s?(?:and\s)?|\sand\s)"
_ITEM = (
    r"(?!(?:each|every|one|then|from|using|with|add|give|say|write|on|in|return|end|answer|reply|output)\b)"
    r"[A-Za-z][\w' -]{1,28}?(?=[,;&/.:(\n]|\sand\s|\s\d|\s(?:from|on|each|out|in|using|with|as)\b|$)"
)
TOTAL = re.compile(r"\b(?:overall|total|average|mean)\b", re.IGNORECASE)


def criterion_of(name: str, *, bare: bool = False) -> str | None:
    """What a name says to be marked; `None` where it is no criterion of a letter or a decision.

    `bare`: whether what a proposal holds is a criterion by just its name.
    """
    every = words_of(name)
    words = [word for word in every if word not in _BESIDE or word == "quality"]
    said = " ".join(every)
    for about, pattern in _CRITERIA.items():
        if about in ASPECTS and not bare and not _JUDGED & {*every}:
            continue  # `amount` is a sum, and `amount_in_draft` another
        if any(pattern.fullmatch(word) for word in words) or pattern.fullmatch(said):
            rest = [word for word in words if not any(one.fullmatch(word) for one in _CRITERIA.values())]
            return about if not rest else None
    return None


def of_all(name: str) -> bool:
    """Whether a name is for the mark of all."""
    words = [word for word in words_of(name) if word not in _BESIDE - {"score", "rating", "grade", "quality"}]
    return bool(words) and all(_OF_ALL.fullmatch(word) for word in words)


_MARKED_FOR = re.compile(
    r"\b(?:scor(?:e|ing)|rat(?:e|ing)|grad(?:e|ing)|mark|judge|assess|evaluate)\b(?P<what>[^.,;:\n]{0,60}?)"
    r"(?:\b(?:for|on|by|in terms of|regarding):?|:)\s{1,3}"
    r"(?P<list>(?!(?:an?|the|this|one) (?:scale|range|basis)\b)"
    rf"{_ITEM}(?:{_AND}{_ITEM}){{1,9}})",
    re.IGNORECASE,
)
"""Lists what is to be marked."""


def marked_for(told: str) -> list[tuple[str, str | None]]:
    """The criteria that a list behind `rate the draft for` names; `None` for one that is not known."""
    for found in _MARKED_FOR.finditer(told):
        items = [_BEHIND.sub("", _THE.sub("", one)).strip() for one in re.split(_AND, found["list"])]
        named = [(one, criterion_of(one, bare=True) or _all_of(one)) for one in items if one]
        if len(named) > 1 and (_DRAFT.search(found["what"]) or any(about for _, about in named)):
            return named
    return []


_DRAFT = re.compile(r"\b(?:draft|letter|reply|answer|response)\b", re.IGNORECASE)
_THE = re.compile(r"^(?:the|its|his|her) ", re.IGNORECASE)


def _all_of(words: str) -> str | None:
    """`all` for what is a mark of all criteria."""
    return "all" if of_all(words) and TOTAL.search(words) else None


def named_in(sentence: str) -> list[tuple[str, str]]:
    """The criteria that a list of words names, as it puts them."""
    found = []
    for part in re.split(r"[,;:/|()&]|\band\b|\bund\b|\bor\b", sentence):
        words = _BEFORE.sub("", part.strip(" \t.*_`'\"“”-–"))
        words = _BEHIND.sub("", words).strip(" \t.*_`'\"“”-–")
        if not words or len(words.split()) > _LONGEST:
            continue
        about = criterion_of(words, bare=True) or _all_of(words)
        if about:
            found.append((words, about))
    return found


_LONGEST = 3
