"""Ratings of how a mail sounds that a program asks for in words: what is rated, and on which scale."""

from __future__ import annotations

import re
from typing import NamedTuple

_FELT = {
    "urgency": r"urgen\w+|priorit\w+|how (?:fast|quickly|soon)|pressing|dringlich\w*|dringend"
    r"|prioridad|priorité|pilno\w*",
    "anger": r"ang(?:er|ry)|fur(?:y|ious)|upset|annoy\w*|irritat\w*|frustrat\w*|hostil\w*"
    r"|aggressi\w*|rude\w*|mood|sentiment|tone"
             r"|temper\w*|emotion\w*|satisf\w+|happ(?:y|iness)|friendl\w+|polite\w*|heat(?:ed)?"
             r"|wütend|verärgert|stimmung|ton|colère|humeur|enfad\w+|boos",
}  # fmt: skip
_NAMED = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _FELT.items()}
_KIND_ONES = re.compile(
    r"\b(?:satisf\w+|happ(?:y|iness)|friendl\w+|polite\w*|positiv\w+|sentiment|mood)\b", re.IGNORECASE
)
"""More of them is less anger."""
_ASKS = re.compile(
    r"\b(?:rate|score|grade|assess|judge|estimate|how|what|scale|give|assign|determine|label"
    r"|classify|tell|say|set|bewerte|wie"
    r"|priority for|note[zr]?|évalue[zr]?|puntúa)\b|\?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"(?<![\w.,-])(?P<low>-?\d{1,3})\s?(?:[(=]\s?(?P<least>[^()\n,;]{2,40}?)\)?)?\s?(?:to|-|–|—"
    r"|\.\.\.?|bis|à|and|,|up to|through)\s?"
    r"(?P<top>\d{1,3})(?![\w%-])\s?(?:[(=]\s?(?P<most>[^()\n,;.]{2,40})\)?)?",
    re.IGNORECASE,
)
_WORDS = {
    "urgency": (
        (r"p1|critical|urgent|immediate|emergency|highest|drop everything|sofort|dringend|asap", 1.0),
        (r"p2|high|hoch|important|haute|alta", 0.7),
        (r"p3|medium|moderate|mittel|moyenne|media|normal|standard|regular", 0.4),
        (r"p4|low|niedrig|basse|baja|routine|lowest|not urgent|can wait|none", 0.1),
    ),
    "anger": (
        (r"furious|enraged|livid|very angry|extremely \w+|hostile|rage|wütend", 1.0),
        (r"angry|negative|upset|hostile|high|verärgert|en colère|aggressive|rude", 0.65),
        (r"annoyed|irritated|frustrated|dissatisfied|medium|disappointed|unhappy|impatient", 0.4),
        (r"neutral|factual|mixed|matter-of-fact|calm|low|none|ruhig|sachlich|not at all", 0.12),
        (r"friendly|happy|positive|polite|satisfied|pleased|kind|warm|cheerful|freundlich|very calm", 0.0),
    ),
}  # fmt: skip
_OF_WORD = {
    kind: tuple((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), share) for words, share in table)
    for kind, table in _WORDS.items()
}
_BETWEEN = re.compile(
    r"\s{0,3}(?:,\s{0,3}(?:or\b\s{0,3}|and\b\s{0,3})?|;|\||/|\bor\b|\band\b|\boder\b)\s{0,3}", re.IGNORECASE
)
_WORD = r"[\w'’-]{2,20}(?: (?!(?:or|and|oder|for|in|of|to|is)\b)[\w'’-]{2,14}){0,1}"
_RUN = re.compile(rf"{_WORD}(?:(?:\s?[,|/]\s?(?:or |and |oder )?| or | oder ){_WORD}){{1,5}}")
_FORMAT = re.compile(
    r"\b(?:format|form|like(?: this)?|as|exactly|output"
    r"|answer)\b[^:\n]{0,24}:\s*(?P<shape>[^\n]*[<\[{][^\n]*[>\]}][^\n]*)",
    re.IGNORECASE,
)
_HOLE = re.compile(r"(?P<name>[A-Za-z_]{3,20})\s?(?P<sep>[=:])\s?[<\[{][^<>\[\]{}\n]{0,30}[>\]}]")
_TELLS = re.compile(r"(?:\([^()]*|=[^,;)\n]*|\b(?:where|means?|being)\b[^.;?\n]*)\Z")
"""What comes next tells of a scale's ends."""
_MORE = re.compile(
    r"\b(?:decide|draft|summari[sz]e|extract|translate|refund\w*|reply to|which order|amount"
    r"|handbook|policy|confiden\w+|letter|proposal"
    r"|response|answer above|our reply)\b|\{\s*\"",
    re.IGNORECASE,
)
_LONGEST = 120


class Rating(NamedTuple):
    """One thing that is rated. `words`: of which one is the answer; else a number of the scale."""

    kind: str
    low: int
    top: int
    words: tuple[str, ...] = ()
    turned: bool = False
    """Whether more of it is a smaller number."""

    def said(self, share: float) -> str:
        """The answer for a share of it, from 0 to 1."""
        if self.words:
            return min(self.words, key=lambda word: abs((_share(self.kind, word) or 0.0) - share))
        own = 1 - share if self.turned else share
        return str(round(self.low + own * (self.top - self.low)))


def ratings_asked(asked: str) -> tuple[Rating, ...]:
    """What a program wants rated; empty where it asks for nothing of the kind, or for more than that."""
    if len(asked.split()) > _LONGEST or _MORE.search(asked) or not _ASKS.search(asked):
        return ()
    parts = _parts(_FORMAT.sub(" ", asked))
    found = [_rating(kind, text) or _rating(kind, asked) for kind, text in parts]
    return tuple(one for one in found if one is not None) if all(found) else ()


def _parts(asked: str) -> list[tuple[str, str]]:
    """Each thing that is rated with what is said of it, up to the next one."""
    first = {kind: met.start() for kind, named in _NAMED.items() if (met := named.search(asked))}
    order = sorted(first, key=lambda kind: first[kind])
    if (
        len(order) == 2
        and _TELLS.search(asked[: first[order[1]]])
        and not _scaled(order[1], asked[first[order[1]] :])
    ):
        order = order[:1]  # the other word only tells of its scale
    if len(order) < 2:
        return [(kind, asked) for kind in order]
    cut = first[order[1]]
    return [(order[0], asked[:cut]), (order[1], asked[cut:])]


def _scaled(kind: str, text: str) -> bool:
    return _rating(kind, text) is not None


def _rating(kind: str, text: str) -> Rating | None:
    scale = _RANGE.search(text)
    if scale is not None and int(scale["low"]) < int(scale["top"]):
        least, most = scale["least"] or "", scale["most"] or ""
        return Rating(kind, int(scale["low"]), int(scale["top"]), turned=_turned(kind, text, least, most))
    words = _options(kind, text)
    return Rating(kind, 0, 0, words) if words else None


def _turned(kind: str, text: str, least: str, most: str) -> bool:
    """Whether the scale goes from much to little, by what its ends are called or by what is counted."""
    low, top = _share(kind, least), _share(kind, most)
    if low is not None and top is not None and low != top:
        return low > top
    if low is not None and abs(low - 0.4) > 0.2:
        return low > 0.5
    if top is not None and abs(top - 0.4) > 0.2:
        return top < 0.4
    named = _NAMED[kind].search(text)
    return kind == "anger" and named is not None and bool(_KIND_ONES.fullmatch(named[0]))


def _options(kind: str, text: str) -> tuple[str, ...]:
    for run in _RUN.finditer(text):
        parts = tuple(part.strip(" .?!:()\"'`") for part in _BETWEEN.split(run[0]))
        parts = tuple(part for part in parts if part)
        tail = parts[0].rpartition(" ")[2] if parts else ""
        if _whole(kind, tail) is not None and not parts[0].startswith(("very", "not")):
            parts = (tail, *parts[1:])  # `as low, medium or high`
        while parts and _share(kind, parts[0]) is None and " " in parts[0]:
            parts = (parts[0].partition(" ")[2], *parts[1:])
        while parts and _share(kind, parts[-1]) is None and " " in parts[-1]:
            parts = (*parts[:-1], parts[-1].rpartition(" ")[0])
        known = [_share(kind, part) for part in parts]
        if len(parts) > 1 and None not in known and len(set(known)) > 1:
            return parts
    return ()


def _share(kind: str, word: str) -> float | None:
    """Where a word stands on the scale, `None` where it says nothing of it."""
    whole = _whole(kind, word)
    if whole is not None:
        return whole
    return next((share for said, share in _OF_WORD[kind] if said.search(word)), None)


def _whole(kind: str, word: str) -> float | None:
    """The same of a word of which nothing is left over."""
    bare = word.strip(" .?!:()\"'`-*")
    return next((share for said, share in _OF_WORD[kind] if said.fullmatch(bare)), None)


def rated_as_asked(found: tuple[Rating, ...], shares: dict[str, float], asked: str) -> str:
    """The ratings in the form that is asked for."""
    said = {one.kind: one.said(shares[one.kind]) for one in found}
    if (shape := shaped(asked)) is not None:
        return _HOLE.sub(
            lambda met: _filled(met, said), shape["shape"].strip().rstrip(".`\"'").lstrip("`\"'")
        )
    if len(said) == 1:
        return next(iter(said.values()))
    return "\n".join(f"{kind}: {value}" for kind, value in said.items())


def shaped(asked: str) -> re.Match[str] | None:
    """Where a program shows the line that it wants, with gaps."""
    shape = _FORMAT.search(asked)
    return shape if shape is not None and _HOLE.search(shape["shape"]) else None


def _filled(met: re.Match[str], said: dict[str, str]) -> str:
    kind = next((kind for kind, named in _NAMED.items() if named.search(met["name"]) and kind in said), None)
    return f"{met['name']}{met['sep']}{said[kind]}" if kind is not None else met[0]
