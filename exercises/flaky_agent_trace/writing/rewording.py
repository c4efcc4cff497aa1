"""A reply that a program shows, made shorter or friendlier: what it says of the case stays as it stands."""

from __future__ import annotations

import re

from harness.simulation.reading.counts import IN_WORDS, count_of

_ASKS = re.compile(
    r"\b(?:shorten|condense|cut|trim|tighten|make|rewrite|rephrase|reword|edit|turn|put|polish"
    r"|boil)\b[^.:\n]{0,60}"
    r"\b(?:reply|draft|answer|message|text|e-?mail|mail|letter|response|note|this|it)\b",
    re.IGNORECASE,
)
_SHORTER = re.compile(
    r"\b(?:shorten|condense|cut|trim|tighten|shorter|briefer|more concise|boil)\b", re.IGNORECASE
)
_FRIENDLIER = re.compile(
    r"\b(?:friendl\w+|warm\w*|kind\w*|nicer|softer|more (?:polite|empathetic|personal))\b", re.IGNORECASE
)
_OTHERWISE = re.compile(
    r"\b(?:formal|translat\w+|german|french|spanish|dutch|polish version|angr\w+|stern\w*|strict\w*"
    r"|funny|pirate|rhym\w*|json|bullets?"
    r"|decide|handbook|policy|customer['’]s (?:mail|message))\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(rf"\b(?P<n>\d|{IN_WORDS}|a single|a) (?:\w+ )?sentences?\b", re.IGNORECASE)
_WORDS = re.compile(r"\b(?P<n>\d{2,3}) words?\b", re.IGNORECASE)
_GREETING = re.compile(
    r"\A\s*(?P<said>(?:Dear|Hello|Hi|Good (?:morning|afternoon|day))\b[^\n,!]{0,40}[,!])\s*"
)
_CLOSING = re.compile(
    r"(?<!\s)\s{0,6}(?P<said>(?:(?:Kind|Best|Warm|Many)? ?(?:regards|wishes)|Sincerely|Yours \w+|Cheers"
    r"|Thanks)\s?,?[^.!?]{0,80}|(?<=[.!?]) ?Harbour Lane[^.!?]{0,40})\Z",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")
_WEIGHTS = (
    (4, re.compile(r"\b\d+[.,]\d\d\b|\b(?:EUR|GBP|PLN|USD)\b|[€£$]\s?\d")),
    (3, re.compile(r"\b[A-Z]{2}-\d{4,6}\b")),
    (
        3,
        re.compile(
            r"\b(?:refund\w*|declin\w*|cannot|can['’]t|unfortunately|handed|passed on|replac\w+)\b",
            re.IGNORECASE,
        ),
    ),
    (2, re.compile(r"\b(?:which|what|please (?:tell|send|let))\b", re.IGNORECASE)),
    (1, re.compile(r"\b(?:because|days?|late|policy|terms)\b|\b\d{1,2} [A-Z][a-z]+\b", re.IGNORECASE)),
)
_KIND = re.compile(r"\b(?:thank|sorry|apologi[sz]e)\w*\b", re.IGNORECASE)
_TROUBLE = re.compile(
    r"\b(?:late|delay\w*|damag\w*|broken|faulty|wrong|lost|missing|declin\w*|cannot|unfortunately)\b",
    re.IGNORECASE,
)


def rewording_asked(asked: str) -> bool:
    """Whether a program wants a reply shorter or friendlier, and nothing else."""
    wanted = _SHORTER.search(asked) or _FRIENDLIER.search(asked)
    return bool(_ASKS.search(asked) and wanted) and not _OTHERWISE.search(asked)


def reworded(text: str, asked: str) -> str:
    """The reply as asked; empty where it does not come out so."""
    greeting, closing = _GREETING.search(text), _CLOSING.search(text)
    body = text[greeting.end() if greeting else 0 : closing.start() if closing else len(text)]
    said = [_begun(" ".join(part.split())) for part in _STOP.split(body.strip()) if part.strip()]
    if not said:
        return ""
    kept = _fewer(said, asked) if _SHORTER.search(asked) or _SENTENCES.search(asked) else said
    first, last = greeting["said"].strip() if greeting else "", closing["said"].strip() if closing else ""
    room = _WORDS.search(asked)
    most = int(room["n"]) if room else None
    if _FRIENDLIER.search(asked) and not _SENTENCES.search(asked):
        first, kept, last = _warmer(first, kept, last, most)
    whole = "\n\n".join(filter(None, (first, " ".join(kept), last)))
    while most is not None and len(whole.split()) > most and len(kept) > 1:
        kept.remove(min(kept, key=_weight))
        whole = "\n\n".join(filter(None, (first, " ".join(kept), last)))
    return "" if most is not None and len(whole.split()) > most else whole


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _weight(sentence: str) -> float:
    return sum(weight for weight, said in _WEIGHTS if said.search(sentence)) + 0.5 * bool(
        _KIND.search(sentence)
    )


def _fewer(said: list[str], asked: str) -> list[str]:
    """The sentences that say most, as many as are wanted or half of them, in their order."""
    number = _SENTENCES.search(asked)
    count = count_of(number["n"]) if number else max(1, len(said) // 2)
    best = sorted(range(len(said)), key=lambda at: (-_weight(said[at]), at))[:count]
    return [said[at] for at in sorted(best)]


def _warmer(first: str, said: list[str], last: str, most: int | None) -> tuple[str, list[str], str]:
    """With kind words before and after it, as far as there is room."""
    first, last = first or "Hello,", f"Kind regards\n{_name(last)}".strip()
    kept = list(said)
    more = [] if any(map(_KIND.search, kept)) else [(0, "Thank you very much for your message.")]
    if any(map(_TROUBLE.search, kept)) and not any("sorry" in part.casefold() for part in kept):
        more.append((len(kept) + 1, "We are sorry for the trouble that this has caused you."))
    more.append((len(kept) + 2, "If anything is still open, please write to us any time."))
    for at, kind in more:
        words = len(" ".join([first, *kept, kind, last]).split())
        if most is None or words <= most:
            kept.insert(at, kind)
    return first, kept, last


def _name(closing: str) -> str:
    """Who signs, without the wishes."""
    return re.sub(
        r"^(?:(?:kind|best|warm|many)? ?(?:regards|wishes)|sincerely|yours \w+|cheers|thanks)\s?,?\s*",
        "",
        closing,
        flags=re.IGNORECASE,
    )
