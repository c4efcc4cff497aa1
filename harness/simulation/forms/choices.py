"""Words that an instruction gives to choose from: `PASS or FAIL`, `"A" / "B"`, `VERDICT: ok|wrong`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Meaning = Callable[[str], str | None]
"""What a word or three mean, `None` for nothing that matters."""

_OR = re.compile(r"\s{0,4}(?:,?\s{0,4}\bor\s+(?:else\s+)?(?:with\s+)?|/|\|)\s{0,4}|,\s{0,4}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
_QUOTE = r"[\"'`*“”‘’«»<>\[\](){}]"
SAY = re.compile(
    r"\b(?:answer|reply|respond|say|write|return|output|print|state|give|end|finish|start|begin|conclude)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"(?:^\W{{0,12}}|{_QUOTE}|\b(?:line|with|as|by|say|write|form)[:\s]\s*)([A-Za-z]+)\s*:\s*{_QUOTE}*$",
    re.IGNORECASE,
)
_NO_LABEL = frozenset(
    [
        "answer",
        "reply",
        "respond",
        "say",
        "write",
        "return",
        "output",
        "word",
        "words",
        "line",
        "following",
        "follows",
        "either",
        "of",
        "or",
    ]
)
_WIDEST = 3
_GOES_ON = re.compile(r"[\"'`*”]{0,2}[,;:–-]")
"""Behind two words with which a sentence begins: `Yes or no, with grounds`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Two words offered side by side."""

    words: dict[str, str]
    """What each means → the word as it stands there."""
    start: int
    """Where in the sentence it stands."""
    marked: bool
    """Whether both are in capitals or quotes."""
    label: str = ""
    """What is to stand before the word: `VERDICT`."""


def offered(sentence: str, meaning: Meaning) -> Choice | None:
    """The two words of different meaning that a sentence offers, `None` where it offers none.

    They are told to be answered, stand in capitals or quotes, or are the last that it says.
    """
    for link in _OR.finditer(sentence):
        left, right = sentence[: link.start()], sentence[link.end() :]
        one = _last(left, meaning)
        if one is None:
            continue
        label = label_before(left[: one[0]])
        other = _first(re.sub(rf"^({_QUOTE}*){label}\s*:", r"\1", right) if label else right, meaning)
        if other is None or meaning(one[1]) == meaning(other[1]):
            continue
        both = marked(sentence, one[1]) and marked(sentence, other[1])
        behind = right.partition(other[1])[2]
        first = not _WORD.search(left[: one[0]]) and _GOES_ON.match(behind)
        told = label or SAY.search(left) or not _WORD.search(behind) or first
        if both or (told and link.group().strip() != ","):
            words = {str(meaning(word)): word for word in (one[1], other[1])}
            return Choice(words, one[0], both, label)
    return None


def label_before(text: str) -> str:
    """The label that a text ends with, `VERDICT:`; empty for none."""
    found = _LABEL.search(text)
    return found[1] if found and found[1].lower() not in _NO_LABEL else ""


def emphasised(sentence: str) -> list[tuple[int, str]]:
    """Words in capitals or quotes, and what follows upon `answer` and the like: where and which."""
    return [(match.start(1), match[1]) for match in _EMPHASIS.finditer(sentence)]


def marked(sentence: str, word: str) -> bool:
    """Whether a word stands in capitals or quotes."""
    return word.isupper() or _quoted(sentence, word)


_EMPHASIS = re.compile(
    r"(?:(?<=[\"'`*“])(?=[^\"'`*”\n]{2,24}[\"'`*”])|\b(?=[A-Z]{2})|"
    r"(?<=answer )|(?<=reply )|(?<=say )|(?<=with )|(?<=word )|(?<=write )|(?<=return ))"
    r"([^\W\d]\w*(?: (?=[A-Z])[A-Z]+\b)*)",
)


def _quoted(sentence: str, word: str) -> bool:
    return bool(re.search(rf"[\"'`*“”]{re.escape(word)}[\"'`*“”]|: ?{re.escape(word)}[\"'`*“”]", sentence))


def _last(text: str, meaning: Meaning) -> tuple[int, str] | None:
    """The longest end of a text that means something: where it begins, and the words."""
    words = list(_WORD.finditer(text))[-_WIDEST:]
    if not words or len(text) - words[-1].end() > _WIDEST:
        return None
    spans = [(word.start(), text[word.start() : words[-1].end()]) for word in words]
    return next(((at, span) for at, span in spans if not SAY.match(span) and meaning(span) is not None), None)


def _first(text: str, meaning: Meaning) -> tuple[int, str] | None:
    """The longest beginning of a text that means something."""
    words = [match for _, match in zip(range(_WIDEST), _WORD.finditer(text), strict=False)]
    if not words or words[0].start() > _WIDEST:
        return None
    spans = [(words[0].start(), text[words[0].start() : word.end()]) for word in reversed(words)]
    return next(((at, span) for at, span in spans if meaning(span) is not None), None)
