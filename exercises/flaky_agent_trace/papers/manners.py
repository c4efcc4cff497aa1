"""Questions about how a letter is written: its tone the model can judge, its style it cannot."""

from __future__ import annotations

import re

_TONE = (
    r"(?:tone|polite\w*|friendl\w+|rude\w*|courteous\w*|respectful\w*|impolite|warm|empath\w+|professional\w*"
    r"|h[öo]flich\w*|freundlich\w*|tonfall)"
)
_WRITING = (
    r"(?:well[- ]written|grammar|grammatical\w*|spelling|typos?|readab\w+|concise|too long|too short|style"
    r"|fluent|easy to (?:read|understand)|wording|length)"
)
_ASKED = re.compile(
    rf"\b(?:is|are|does|check|rate|judge|review|ist)\b[^.?!\n]{{0,60}}?\b(?:(?P<tone>{_TONE})"
    rf"|(?P<writing>{_WRITING}))\b",
    re.IGNORECASE,
)
_OF_CASE = re.compile(
    r"\b(?:correct|right|accurate|policy|handbook|rules?|amount|sum|decision|outcome|order|promise\w*"
    r"|facts?|send"
    r"|errors?|mistakes?|customer'?s? (?:mail|mood|tone))\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\b(?:critique|review|approve|verify|check|fine|what is wrong)\b(?![^.]{0,30}:\s*$)", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n")
OF_LETTERS = {
    "language": re.compile(
        r"\b(?:in|into) (?:the |his |her |their )?(?:customer|sender|client|recipient|mail"
        r"|buyer)?(?:['’]s)? ?(?:own )?"
        r"language\b|\b(?:right|correct|same|wrong|proper) language\b",
        re.IGNORECASE,
    ),
    "claim": re.compile(
        r"\b(?:claim\w*|tells?|says?|states?|asserts?|mentions?|reports?)\b[^.?\n]{0,60}"
        r"\b(?:not|never|n['’]t|without)\b[^.?\n]{0,30}\b(?:made|done|taken|happen\w*|executed|issued|paid"
        r"|performed"
        r"|called|in the|there|place|logged)\b|\b(?:false|unsupported|untrue|invented) (?:claims?"
        r"|statements?)\b",
        re.IGNORECASE,
    ),
}
"""What only letters are asked for."""
_RUDE = re.compile(
    r"\b(?:stupid|idiot\w*|nonsense|shut up|(?:stop|quit) (?:whining|bothering|complaining)"
    r"|your (?:own )?(?:fault|problem)|not our (?:problem|fault|business)|don['’]t care"
    r"|could(?:n['’]t| not) care less"
    r"|get lost|liar|lying|ridiculous|pathetic|tough luck|deal with it|calm down|too bad|don['’]t bother"
    r"|(?:stop|quit) (?:writing|e?-?mailing|asking|pestering|wasting)|wast(?:e|ing) (?:our|my) time"
    r"|learn to read|(?:you )?should have (?:read|known|checked|thought)"
    r"|if you (?:had|['’]d) (?:bothered|read)"
    r"|as you (?:would|should) know|how dare|dumm|selbst schuld|unsinn"
    r"|ihr (?:eigenes )?problem|lächerlich)\b|!!",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:rude\w*|impolite|unfriendly|unprofessional|typos?|too (?:long|short))\b", re.IGNORECASE
)


def manner_asked(asked: str) -> str:
    """`tone` or `writing`, where that is all that is asked about a letter; empty otherwise."""
    said = [line for line in _SENTENCE.split(asked) if line.strip()]
    found = [(match.lastgroup or "", line) for line in said if (match := _ASKED.search(line))]
    whole = any(_VERDICT.search(line) for line in said if not _ASKED.search(line))
    return "" if not found or whole or _OF_CASE.search(found[-1][1]) else found[-1][0]


def rude_words(letter: str) -> tuple[str, ...]:
    """What a customer would take amiss."""
    return tuple(dict.fromkeys(_RUDE.findall(letter)))


def asks_for_fault(asked: str) -> bool:
    """Whether a yes would say that something is wrong: "Is it rude?"."""
    return bool(_AGAINST.search(asked))
