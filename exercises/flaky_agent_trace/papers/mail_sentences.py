"""The sentences of a mail, and which of them it did not have when it was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from harness.simulation.reading.text import fold

from .headers import HEADER
from .pieces import NUMBERS
from .scene import Scene

_FEWEST = 3
"""Words of a sentence that is known again, or that says something of its own."""


_ALIKE = 0.5
"""How much of a sentence is left of it where only names and numbers were put otherwise."""


SENTENCE = re.compile(r"(?:[^.!?…\n]|[.!?…](?!\s|$))+[.!?…]*")


_NEXT = re.compile(
    r"[,;]\s(?=(?:but |and |aber |mais |pero |maar )?"
    r"(?:the|my|der|die|das|le|la|les|el|los|las|het) )"
)


_OF_A_PROGRAM = re.compile(
    r"[\[<{(]\s?(?:[\w -]{0,30}\b(?:email|mail|name|address|phone|redacted|removed|hidden|truncated|cut"
    r"|omitted|quoted?|snip|pii)\b[\w -]{0,30}|\.\.\.|…)\s?[\]>})]"
    r"|^\W{0,4}(?:message|mail|part|turn)\W{0,3}\d",
    re.IGNORECASE,
)
"""What programs put where they took something out of a mail, or between its messages."""


_MARKED = re.compile(r"</?[a-zA-Z][\w-]{0,20}>|[{}|]|\w=\S|@")
"""In a sentence: no customer writes so."""


def is_known(scene: Scene, sentence: str) -> bool:
    """Whether a sentence is the mail's, cut off or marked at either end perhaps."""
    words = fold(sentence).words
    if len(words) < _FEWEST:
        return False
    words = words[1:] if words[0].isdigit() else words  # a line may be numbered
    return f" {' '.join(words)}" in scene.mail.skeleton  # its last word may be cut short


def added_to(scene: Scene, body: str) -> Iterator[str]:
    """The sentences of a mail that it did not have."""
    for line in unwrapped(_unnumbered(body)):
        if HEADER.match(line):
            continue
        for sentence in sentences_of(line):
            words = set(fold(sentence).words)
            new = words - scene.mail.vocabulary
            told = len(fold(sentence).words) >= _FEWEST and not is_known(scene, sentence)
            marked = _OF_A_PROGRAM.search(sentence) or _MARKED.search(sentence)
            if told and (new or NUMBERS.keys() & words) and not marked and not _masked(scene, sentence):
                yield sentence


def sentences_of(line: str) -> Iterator[str]:
    """Sentences, and of one that goes on to another article its parts."""
    for match in SENTENCE.finditer(line):
        yield from (part.strip(" >\t-*•") for part in _NEXT.split(match.group()))


def _masked(scene: Scene, sentence: str) -> bool:
    """Whether a sentence is the mail's but for numbers and names that somebody put other words for."""
    around = [part for part in _BRACKETS.split(sentence) if len(fold(part).words) >= _FEWEST]
    if len(around) > 1 and all(is_known(scene, part) for part in around):
        return True
    words = fold(sentence).words
    ticket = scene.state.ticket
    own = {*fold(ticket.sender.name).words, *fold(ticket.sender.email).words, "hl"}
    for match in SENTENCE.finditer(ticket.body):
        known = fold(match.group()).words
        both = SequenceMatcher(None, known, words, autojunk=False)
        if both.ratio() < _ALIKE:
            continue
        ops = both.get_opcodes()
        gone = [word for op, a, b, _, _ in ops if op != "equal" for word in known[a:b]]
        put = [op for op, *_ in ops if op == "insert"]
        if gone and not put and all(word in own or word.isdigit() for word in gone):
            return True
    return False


_BRACKETS = re.compile(r"\([^()\n]{0,80}\)|[()]")


_NUMBERED = re.compile(r"^\s{0,8}\d{1,3}[:.)|]\s?", re.MULTILINE)


def _unnumbered(body: str) -> str:
    """A mail without the numbers that a program put before all of its lines."""
    lines = [line for line in body.splitlines() if line.strip() and not HEADER.match(line)]
    every = all(_NUMBERED.match(line) for line in lines)
    return _NUMBERED.sub("", body) if every else body


def unwrapped(body: str) -> Iterator[str]:
    """The paragraphs of a mail, each in one line where none of its lines is quoted or a list's."""
    for paragraph in re.split(r"\n\s*\n", body):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        if any(re.match(r"[>|\-*•]|\d{1,2}[.)]\s", line) or HEADER.match(line) for line in lines):
            yield from lines
        else:
            yield " ".join(lines)


def unsigned(body: str, name: str) -> str:
    """A mail without the lines that say no more than who wrote it, and with what."""
    own = {*fold(name).words}
    kept: list[str] = []
    signed = False
    for line in _BELOW_DASHES.split(body)[0].splitlines():
        words = {*fold(line).words}
        closes = bool(words & own) and all(
            word in own or word in _CLOSERS or len(word) == 1 for word in words
        )
        signed = line.strip() != "" and (signed or (closes and bool(kept)))
        if not signed and not _SENT_FROM.match(line.strip()):
            kept.append(line)
    return "\n".join(kept)


_BELOW_DASHES = re.compile(r"(?m)^-- ?$")
_SENT_FROM = re.compile(
    r"(?:sent|gesendet|envoyé|enviado|verstuurd|verzonden|wysłan[eoa])\s(?:from|von|depuis|de|desde"
    r"|vanaf|van|z)\b",
    re.IGNORECASE,
)
_CLOSERS = {
    "ta", "thanks", "thank", "you", "cheers", "best", "regards", "kind", "yours", "sincerely", "love", "hugs",
    "xx", "xxx", "and", "dr", "mr", "mrs", "ms", "gruß", "grüße", "danke", "merci", "cordialement", "saludos",
    "gracias", "groetjes", "groet", "pozdrawiam",
}  # fmt: skip
"""Words that stand beside a name below a mail."""
