"""Labels that a prompt gives to choose from, of which the answer is to be one: named in a sentence, as a
list below one another, or shown by examples (`Mail: … Label: late`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import takewhile

from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.text import stem

_BETWEEN = re.compile(r"\s{0,4}(?:,\s{0,4}(?:or\b\s{0,4})?|;|\||/|\bor\b)\s{0,4}", re.IGNORECASE)
_KIND = (
    r"(?:labels?|categor(?:y|ies)|class(?:es)?|queues?|tags?|topics?|options?|teams?|departments?|buckets?"
    r"|etikett(?:en)?|kategorien?|klassen?)"
)
_LEAD = re.compile(
    rf"(?<!not )(?<!never )\b(?:one of(?: the following| these)?(?: {_KIND})?"
    rf"|(?:{_KIND}|word) (?:from|among|out of)(?: (?:these|this|the|the following))?"
    rf"(?: (?:list|set|{_KIND}))?"
    rf"|{_KIND}(?: only)?"
    r"|(?:one|a single) word(?:,? please)?(?: out of| of| from)?(?: (?:the|this) (?:list|set))?|only"
    r"|(?:which|what) (?:one )?(?:of (?:these|them|the following) )?(?:\w+ )?(?:fits|suits|applies|matches)"
    r"(?: \w+){0,2}|"
    rf"(?:one|a single|exactly one) {_KIND}(?:,? (?:and )?nothing (?:else|more)|,? only)?(?=\s*:)|"
    r"(?:classify|label|tag|sort|route|categori[sz]e|assign)(?:(?: \w+){0,3}|(?: \w+){4,9}(?=\s*:))|"
    r"(?:ordne|klassifizier\w{1,3}|kategorisier\w{1,3}|sortier\w{1,3}|wähle?)(?: \w+){0,9}(?=\s*:)|"
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
_NO_DATA = re.compile(r"[^\W\d][^\W\d-]{0,20}[&'’\w-]{0,20}(?: [^\W\d][\w&'’-]{0,30}){0,3}")
_BULLET = re.compile(
    r"^\s*(?:[-*•]|\d[.)])\s+[\"'`*]*(?P<label>[^\W\d][\w &'’/-]{1,30}?)[\"'`*]*\s*(?:(?::| [-–—=(]).*)?$"
)
_ANNOUNCES = re.compile(rf"\b(?:{_KIND}|one of|classify)\b[^\n]*:\s*$", re.IGNORECASE)
_NO_LABELS = frozenset({
    "yes", "no", "true", "false", "pass", "fail", "json", "and", "then", "if", "is", "was", "are", "say",
    "what", "which", "where", "otherwise", "word",
})  # fmt: skip
_LIST_FOR = re.compile(
    r"(?:^|(?<=[.;:!)}\]])\s{1,3}|\n)[^\w\n]{0,6}(?P<name>[A-Za-z_][A-Za-z_ ]{1,40}?)[\"'`*]{0,3}"
    r"(?P<said>\s{0,2}[:=]|\s(?:is|are|must be|should be|can be|may be|has to be)(?: exactly)?"
    r"(?: one of(?: the following)?)?:?"
    r"|\sone of:?)"
    r"(?:[ \t]{1,3}(?P<line>[^.?!:\n]{5,400})"
    r"|[ \t]{0,3}\n(?P<lines>(?:[ \t]{0,8}[-*•][^\n]{2,120}(?:\n|\Z)){3,12}))"
)
"""A list of what a field may be: `Categories: a, b, c`; `priority must be one of a, b, c`."""
_SEVERAL = re.compile(r"\b(?:labels|categories|classes|tags|topics|types|options)\b", re.IGNORECASE)
_ONE_OF = re.compile(r"\b(?:be|one of)\b")
_GENERIC = frozenset(
    stem(word)
    for word in ("category", "label", "class", "classes", "categories", "option", "type", "tag", "topic")
)
_ANY_OF = frozenset(
    stem(word) for word in ("possible", "allowed", "valid", "the", "available", "known", "value")
)
_OPEN_END = re.compile(r"(?:^|\n)[ \t]*(?P<name>[A-Z][A-Za-z]{2,15}):[ \t]*$")
_ARROW = re.compile(
    r"(?m)^[^\n]{3,400}?[ \t]{0,4}(?:->|=>|→|⇒)[ \t]{0,4}"
    r"(?P<label>[^\W\d][\w &'’\"`/-]{1,30})[.,;]?[ \t]{0,4}$"
)
"""An example in one line: `"Stop my order." -> cancellation`."""
_SHOWN = re.compile(
    r"(?m)^[ \t]{0,8}(?:[-*•][ \t]{1,3})?[\"“'`«](?P<said>[^\n\"”»]{3,300})[\"”'`»][ \t]{0,4}(?:->"
    r"|=>|→|⇒|:|=)[ \t]{0,4}"
    r"(?P<label>[^\W\d][\w &'’/-]{1,30}?)[\"'`]?[.,;]?[ \t]{0,4}$"
)
"""An example whose text stands in quotation marks: it is nobody's mail."""
_BRACKETS = re.compile(r"[ \t]?\((?P<said>[^()\n]{4,160})\)")
_OPEN_ARROW = re.compile(r"(?:->|=>|→|⇒)\Z")
_EXPLAINED = re.compile(
    r"^[ \t]{0,8}(?:[-*•][ \t]{1,3})?[\"'`*]{0,2}(?P<label>[A-Z][A-Z_&-]{2,24})[\"'`*]{0,2}"
    r"(?:[ \t]{2,20}|[ \t]{0,3}\t[ \t]{0,3}|[ \t]{0,12}(?:[:=–—]|->|-)[ \t]{1,12})"
    r"(?P<said>[a-z(][^\n]{4,200})$",
    re.MULTILINE,
)
"""A label with what it stands for: `LATE      it came, but too late`."""
_GLOSSED = re.compile(
    r"[ \t]{0,8}(?:[-*•][ \t]{1,3}|\d[.)][ \t])?[\"'`*]{0,3}"
    r"(?P<label>[^\W\d][\w&/'’-]{0,24}(?: [\w&'’-]{1,20}){0,2}?)"
    r"[\"'`*]{0,3}[ \t]{0,12}(?P<sign>=|:|–|—|->|=>|→|-(?=[ \t])|(?<=\t)|(?<=  ))[*]{0,2}[ \t]{0,6}"
    r"(?P<said>[^\n]{4,200})"
)
_OF_LABELS = re.compile(
    rf"\b(?:{_KIND}|codes?|intents?|kinds?|buckets?|routes?|etiketten?|kategorien?)\b"
    r"|\b(?:label|classify|categori[sz]e|sort|tag|route|triage|assign)\b",
    re.IGNORECASE,
)
_OF_FIELDS = re.compile(
    r"\b(?:fields?|keys?|columns?|json|schema|object|properties|attributes)\b", re.IGNORECASE
)
_NAME = r"(?:name|label|word|code|keyword|tag|category)\b"
_NAME_ONLY = re.compile(
    r"\b(?:answer|reply|respond|output|return|give|say|print|write)\b[^.\n]{0,40}"
    rf"\b{_NAME}[^.\n]{{0,20}}\b(?:only|alone|and nothing (?:else|more))\b"
    rf"|\b(?:only|just|nothing but) (?:with )?(?:the |its |one )(?:[\w'’]+ )?{_NAME}",
    re.IGNORECASE,
)
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


def labels_for(name: str, text: str, *, only: bool) -> tuple[str, ...]:
    """The labels that a text lists for a field, as they stand there. `only`: no other field can be meant."""
    own = {stem(word) for word in words_of(name)}
    for head, labels in _lists_for(text):
        if head <= own or (only and own & _GENERIC and head <= _GENERIC):
            return labels
    lines = (line for line in text.splitlines() if own & _GENERIC and _SEVERAL.search(line))
    return next(filter(None, map(labels_in, lines)), ())


def is_label(name: str) -> bool:
    """Whether a field's name says that it holds a label."""
    return any(stem(word) in _GENERIC for word in words_of(name))


@lru_cache(maxsize=256)
def _lists_for(text: str) -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """Each list of labels with the words that it goes by."""
    found = []
    for match in _LIST_FOR.finditer(text):
        head = frozenset(stem(word) for word in words_of(match["name"])) - _ANY_OF
        parts = tuple(part.strip(_AROUND) for part in _BETWEEN.split((match["line"] or "").rstrip(_AROUND)))
        parts = _bullets(match["lines"].splitlines()) if match["lines"] else parts
        # `Order: a, b, c` is data; `Categories: a, b, c` and `category must be a, b or c` are not.
        offers = match["name"].endswith("s") or "|" in (match["line"] or "") or _ONE_OF.search(match["said"])
        if head and offers and len(parts) > 2 and _fit(parts) and all(map(_NO_DATA.fullmatch, parts)):
            found.append((head, parts))
    return tuple(found)


def shown_labels(text: str) -> tuple[str, ...]:
    """The labels of examples, where a text ends with the name of a label that is to be filled in."""
    end = _OPEN_END.search(text.rstrip())
    arrows = tuple(dict.fromkeys(match["label"].strip(_AROUND) for match in _ARROW.finditer(text)))
    if (end is not None or _OPEN_ARROW.search(text.rstrip())) and len(arrows) > 1:
        return arrows if _fit(arrows) else ()
    shown = tuple(dict.fromkeys(met["label"].strip(_AROUND) for met in _SHOWN.finditer(text)))
    if end is None:
        return shown if len(shown) > 1 and _LABEL_ALONE.search(text) and _fit(shown) else ()
    given = re.findall(rf"(?m)^[ \t]*{end['name']}:[ \t]*(\S[^\n]{{0,30}}?)[ \t]*$", text[: end.start() + 1])
    found = tuple(dict.fromkeys(part.strip(_AROUND) for part in given))
    return found if len(given) > 1 and _fit(found) else ()


@lru_cache(maxsize=256)
def explained_labels(text: str) -> dict[str, str]:
    """Each label with what it stands for, where its name alone is wanted, or examples show it."""
    found = {match["label"]: match["said"].strip() for match in _EXPLAINED.finditer(text)}
    if not _fit(tuple(found)) or len(found) <= _LOOSELY:
        return {}
    end = _OPEN_END.search(text.rstrip())
    shown = rf"(?m)^[ \t]*{end['name']}:[ \t]*(?:{'|'.join(found)})[ \t]*$" if end is not None else ""
    return found if _NAME_ONLY.search(text) or (shown and re.search(shown, text)) else {}


def told_of_labels(words: tuple[str, ...], text: str) -> dict[str, tuple[str, ...]]:
    """What a text says of each label: in its own line, in brackets behind it, by examples that have it."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(words, ())
    for met in _SHOWN.finditer(text):
        if (label := met["label"].strip(_AROUND)) in found:
            found[label] += (met["said"],)
    for word, said in glossary(text).items():
        if word in found:
            found[word] += (said,)
    for word in words:
        found[word] += tuple(
            met["said"]
            for met in re.finditer(rf"(?<!\w){re.escape(word)}[\"'`*]{{0,2}}{_BRACKETS.pattern}", text)
        )
    return found


@lru_cache(maxsize=256)
def glossary(text: str) -> dict[str, str]:
    """Each label with what it stands for, where lines below one another tell that of three or more."""
    lines, block, sign = ["", *text.splitlines(), ""], dict[str, str](), ""
    for at, line in enumerate(lines):
        found = _GLOSSED.fullmatch(line.rstrip())
        if found is not None and not (block and found["sign"] != sign) and _glosses(found, block):
            block[found["label"]], sign = found["said"].strip(), found["sign"]
            continue
        if len(block) > _LOOSELY and _fit(tuple(block)):
            above = next((one for one in reversed(lines[: at - len(block)]) if one.strip()), "")
            below = next((one for one in lines[at:] if one.strip()), "")
            told = _OF_LABELS.search(above) and not _OF_FIELDS.search(above)
            if told or _NAME_ONLY.search(below) or _OF_LABELS.search(below[:60]):
                return block
        block = {}
    return {}


def _glosses(found: re.Match[str], block: Collection[str]) -> bool:
    """Whether a line tells what another label is for."""
    told = len(found["said"].split()) > 1 and not _TELLS_FORM.match(found["label"])
    return told and found["label"] not in block


_TELLS_FORM = re.compile(
    r"(?:answer|reply|respond|return|output|format|give|note|subject|from|received|to|date|sent|order|mail)\b",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(
    rf"\b(?:answer|reply|respond|return|output|give|print|say)\b[^.\n]{{0,40}}\b(?:{_KIND}|route|word)\b|\b(?:label|route|classify"
    r"|sort|tag|triage)\b",
    re.IGNORECASE,
)


def _sentences(asked: str) -> Iterator[tuple[str, ...]]:
    asked, at = _BRACKETS.sub("", asked), 0
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
        if _fit(found := _bullets(lines[at + 1 :])):
            return found
    return ()


def _bullets(lines: list[str]) -> tuple[str, ...]:
    """The labels of a list, up to the first line that is none of it."""
    found = takewhile(lambda bullet: bullet is not None, map(_BULLET.match, lines))
    return tuple(bullet["label"].strip(_AROUND) for bullet in found if bullet)


def _fit(parts: tuple[str, ...]) -> bool:
    """Whether they can be labels: a few short and different ones."""
    known = {part.casefold() for part in parts}
    words = {word for part in known for word in part.split()}
    listed = any(part.startswith("one of ") for part in known)
    return 1 < len(parts) == len(known) <= _MOST and not ("" in known or listed or _NO_LABELS & words)
