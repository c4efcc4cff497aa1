"""Counting and cutting by tokens, offline and fast.

A simulated model's tokens are o200k_base's times the factor on its price sheet. `count_tokens` and
`usage` give the same number because both come from here.
"""

from __future__ import annotations

import asyncio
import math
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import tiktoken

from harness.vocabulary import VARIABLE, vocabulary_cache

STRETCH = 8_000
"""Characters that are encoded at once. tiktoken's regular expression overflows its stack on very
long runs of white space and panics, so a longer text is encoded stretch by stretch; a word that
spans a seam counts as two."""

MOST_COUNTED = 4_096
"""Stretches whose count is remembered."""

_lock = threading.Lock()


@lru_cache(maxsize=1)
def encoding() -> tiktoken.Encoding:
    """o200k_base, read from the vocabulary folder. Takes about half a second, once."""
    with _lock:
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = str(vocabulary_cache())
        try:
            return tiktoken.get_encoding("o200k_base")
        finally:
            if before is None:
                del os.environ[VARIABLE]
            else:
                os.environ[VARIABLE] = before


def count(text: str) -> int:
    """How many o200k_base tokens a text has; special tokens are read as plain text."""
    if len(text) <= STRETCH:
        return _remembered(text)
    return sum(_remembered(text[at : at + STRETCH]) for at in range(0, len(text), STRETCH))


async def count_ahead(texts: Sequence[str]) -> None:
    """Count long texts in a thread, so that `count` finds them counted and nobody else waits.

    tiktoken holds no lock while it counts. One thread, so that long prompts take half of the time at most.
    """
    await asyncio.get_running_loop().run_in_executor(_thread(), _count_all, texts)


def _count_all(texts: Sequence[str]) -> None:
    for text in texts:
        count(text)


@lru_cache(maxsize=1)
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "tokens")


@lru_cache(maxsize=MOST_COUNTED)
def _remembered(text: str) -> int:
    return len(encoding().encode_ordinary(text))


def scaled(tokens: int, factor: float) -> int:
    """o200k_base tokens as a model's own tokens, rounded up."""
    return tokens if factor == 1 else math.ceil(tokens * factor)


def cut(text: str, tokens: int) -> str:
    """The first so many o200k_base tokens of a text, whole characters only."""
    kept: list[int] = []
    for at in range(0, len(text), STRETCH):
        kept += encoding().encode_ordinary(text[at : at + STRETCH])
        if len(kept) >= tokens:
            break
    return encoding().decode_bytes(kept[: max(0, tokens)]).decode("utf-8", "ignore")
