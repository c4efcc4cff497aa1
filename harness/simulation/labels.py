"""Labels that a prompt gives to choose from, of which the answer is to be one: named in a sentence, as a
list below one another, or shown by examples (`Mail: … Label: late`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_BETWEEN = re.compile(r"\s{0,4}(?:,\s{0,4}(?:or\b\s{0,4})?|;|\||/|\bor\b)\s{0,4}", re.IGNORECASE)
_KIND = r"(?:labels?|categor(?:y|ies)|class(?:es)?|queues?|tags?|topics?|options?|teams?|departments?)"
_LEAD = re.compile(
    rf"(?<!not )(?<!never )\b(?:one of(?: the following| these)?(?: {_KIND})?"
    rf"|(?:{_KIND}|word) (?:from|among|out of)(?: (?:these|this|the|the following))?"
    rf"(?: (?:list|set|{_KIND}))?"
    rf"|{_KIND}(?: only)?"
    r"|(?:one|a single) word(?:,? please)?(?: out of| of| from)?(?: (?:the|this) (?:list|set))?|only"
    r"|(?:which|what) (?:one )?(?:of (?:these|them|the following) )?(?:\w+ )?(?:fits|suits|applies|matches)"
    r"(?: \w+){0,2}|"
    rf"(?:one|a single|exactly one) {_KIND}(?=\s*:)|"
    r"(?:classify|label|tag|sort|route)(?: \w+){0,3}|"
    r"(?:answer|reply|respond|rate|label|tag|classify|route|sort)\b[^,;|:.?!\n]{0,40}?"
    r"\b(?:with|as|to|into)|(?:answer|reply|respond|say|(?:pick|choose)(?: one)?|either))\b"
    r"(?P<colon>\s*[:,]\s*|\s+)"
    r"(?P<list>[^.?!:\n]{5,300})",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"^[^,;|/]{0,24}?\b(?:as|with|into|either)\s+|^(?:the|an?|one of)\s+", re.IGNORECASE)
_AND_NO_MORE = re.compile(
    r"[\s,;(-]{1,8}(?:only|please|nothing else|alone|(?:in )?one word|a single word)$", re.IGNORECASE
)
_AROUND = " \t\"'`()[]{}<>“”‘’*_.?!"
_PART = re.compile(r"[^\W\d][\w&'’-]*(?: [\w&'’-]+){0,3}")
_BULLET = re.compile(
    r"^\s*(?:[-*•]|\d[.)])\s+[\"'`*]*(?P<label>[^\W\d][\w &'’/-]{1,30}?)[\"'`*]*\s*(?:(?::| [-–—=(]).*)?$"
)
_ANNOUNCES = re.compile(rf"\b(?:{_KIND}|one of|classify)\b[^\n]*:\s*$", re.IGNORECASE)
_NO_LABELS = frozenset({
    "yes", "no", "true", "false", "pass", "fail", "json", "and", "then", "if", "is", "was", "are", "say",
    "what", "which", "where", "otherwise", "word",
})  # fmt: skip
_OPEN_END = re.compile(r"(?:^|\n)[ \t]*(?P<name>[A-Z][A-Za-z]{2,15}):[ \t]*$")
_ARROW = re.compile(
    r"(?m)^[^\n]{3,400}?[ \t]{0,4}(?:->|=>|→|⇒)[ \t]{0,4}"
    r"(?P<label>[^\W\d][\w &'’\"`/-]{1,30})[.,;]?[ \t]{0,4}$"
)
"""An example in one line: `"Stop my order." -> cancellation`."""
_OPEN_ARROW = re.compile(r"(?:->|=>|→|⇒)\Z")
_MOST = 12
_LOOSELY = 2
"""Words of a label in a list that nothing announces: more are a sentence."""


@lru_cache(maxsize=256)
def labels_in(asked: str) -> tuple[str, ...]:
    """The labels of which one is to be the answer, as they stand there; empty where none are offered."""
    found = [*_sentences(asked), *filter(None, [_listed(asked)])]
    if any(set(found[0]).isdisjoint(other) for other in found[1:]):
        return ()  # several things are asked
    return found[0] if found else ()


def shown_labels(text: str) -> tuple[str, ...]:
    """The labels of examples, where a text ends with the name of a label that is to be filled in."""
    end = _OPEN_END.search(text.rstrip())
    arrows = tuple(dict.fromkeys(match["label"].strip(_AROUND) for match in _ARROW.finditer(text)))
    if (end is not None or _OPEN_ARROW.search(text.rstrip())) and len(arrows) > 1:
        return arrows if _fit(arrows) else ()
    if end is None:
        return ()
    given = re.findall(rf"(?m)^[ \t]*{end['name']}:[ \t]*(\S[^\n]{{0,30}}?)[ \t]*$", text[: end.start() + 1])
    found = tuple(dict.fromkeys(part.strip(_AROUND) for part in given))
    return found if len(given) > 1 and _fit(found) else ()


def _sentences(asked: str) -> Iterator[tuple[str, ...]]:
    at = 0
    while match := _LEAD.search(asked, at):
        at = match.start() + 1
        told = match["list"] if match["colon"].strip() else _UP_TO.sub("", match["list"])
        told = _AND_NO_MORE.sub("", told.rstrip(_AROUND))
        parts = tuple(part.strip(_AROUND) for part in _BETWEEN.split(told))
        loose = not match["colon"].strip() and any(len(part.split()) > _LOOSELY for part in parts)
        if _fit(parts) and not loose and all(_PART.fullmatch(part) for part in parts):
            yield parts


def _listed(asked: str) -> tuple[str, ...]:
    lines = asked.splitlines()
    for at, line in enumerate(lines):
        if not _ANNOUNCES.search(line):
            continue
        found = []
        for below in lines[at + 1 :]:
            bullet = _BULLET.match(below)
            if bullet is None:
                break
            found.append(bullet["label"].strip(_AROUND))
        if _fit(tuple(found)):
            return tuple(found)
    return ()


def _fit(parts: tuple[str, ...]) -> bool:
    """Whether they can be labels: a few short and different ones."""
    known = {part.casefold() for part in parts}
    words = {word for part in known for word in part.split()}
    listed = any(part.startswith("one of ") for part in known)
    return 1 < len(parts) == len(known) <= _MOST and not ("" in known or listed or _NO_LABELS & words)
