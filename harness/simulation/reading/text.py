r"""Text as a reader sees it: escapes undone, case and accents folded, punctuation dropped.

A model meets the same mail as JSON with `\u00fc`, as a quoted block, as HTML or as plain text, and
reads the same words. Everything here is pure and remembered by text, because a conversation sends
its history again with every request.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 400_000
"""Characters read of one text; of longer ones the first and the last half of this."""

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrt\"'/\\])")
_SINGLE = {"n": "\n", "r": "\n", "t": "\t"}
_WORD = re.compile(r"[^\W_]+")
_EAST = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True)
class Folded:
    """One text, ready to be searched."""

    plain: str
    """Escapes and entities undone; case, punctuation and lines kept."""
    words: tuple[str, ...]
    """Lower case without accents, in order; each East Asian character is a word."""
    skeleton: str
    """The words between single spaces, with one before the first and one behind the last."""
    vocabulary: frozenset[str]

    def has(self, phrase: str) -> bool:
        """Whether the phrase's words stand here in a row."""
        return fold(phrase).skeleton in self.skeleton

    def find(self, phrase: str) -> int:
        """The first position of the phrase in `skeleton`, or -1."""
        return self.skeleton.find(fold(phrase).skeleton)


def capped(text: str) -> str:
    """The text, its middle left out where it is longer than `LONGEST`."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST // 2]}\n…\n{text[-LONGEST // 2 :]}"


@lru_cache(maxsize=2048)
def unescape(text: str) -> str:
    """JSON and Python escapes (twice over), HTML entities and invisible characters undone."""
    for _ in range(2):
        if "\\" not in text:
            break
        text = _ESCAPE.sub(_unescaped, text)
    if "&" in text:
        text = html.unescape(text)
    return _INVISIBLE.sub("", text)


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) == 1:
        return _SINGLE.get(code, code)
    number = int(code[1:], 16)
    return "" if 0xD800 <= number < 0xE000 else chr(number)


@lru_cache(maxsize=2048)
def fold(text: str) -> Folded:
    """Fold a text for searching."""
    plain = unescape(capped(text))
    low = plain.casefold()
    if not low.isascii():
        low = unicodedata.normalize("NFKD", low)
        low = "".join(c for c in low if not unicodedata.combining(c))
        low = _EAST.sub(r" \1 ", unicodedata.normalize("NFKC", low))
    words = tuple(_WORD.findall(low))
    return Folded(plain, words, f" {' '.join(words)} ", frozenset(words))


_STOP = """
a an and any are as at be been but by can do does for from has have if in into is it its may no not of
on or our out so such than that the their them then there these they this those to under up was we were
when where which who will with within you your
"""
STOP_WORDS = frozenset(_STOP.split())


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, cut to a common stem, numbers included."""
    return frozenset(stem(word) for word in fold(text).words if word not in STOP_WORDS)


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A crude stem: enough to see `refund`, `refunds` and `refunded` as one word."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "able", "ed", "es", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def coverage(phrase: str, folded: Folded, *, reach: int = 3, least: float = 0.0) -> float:
    """The largest share of the phrase's content words that stand close together in the text.

    Close means in a window of `reach` times the phrase's length. 1 for a phrase without content; 0
    where a smaller share than `least` stands in the text at all.
    """
    wanted = content_words(phrase)
    if not wanted:
        return 1.0
    if folded.has(phrase):
        return 1.0
    if len(wanted & frozenset(stems(folded))) < least * len(wanted):
        return 0.0
    places = [(i, s) for i, s in enumerate(stems(folded)) if s in wanted]
    span = max(8, reach * len(fold(phrase).words))
    best, start = 0, 0
    counts: dict[str, int] = {}
    for place, word in places:
        counts[word] = counts.get(word, 0) + 1
        while place - places[start][0] > span:
            gone = places[start][1]
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
            start += 1
        best = max(best, len(counts))
    return best / len(wanted)


@lru_cache(maxsize=512)
def _stems(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(stem(word) for word in words)


def stems(folded: Folded) -> tuple[str, ...]:
    """The stems of all words of a text, in order."""
    return _stems(folded.words)
