"""Counting and cutting by tokens, offline and fast.

A simulated model's tokens are o200k_base's times the factor on its price sheet. `count_tokens` and
`usage` give the same number because both come from here.
"""

from __future__ import annotations

import math
import os
import threading
from functools import lru_cache

import tiktoken

from harness.gateway.vocabulary import VARIABLE, vocabulary_folder

LONGEST_KEPT = 20_000
"""Characters of the longest text whose count is remembered; bounds the memory of the cache."""

_lock = threading.Lock()


@lru_cache(maxsize=1)
def encoding() -> tiktoken.Encoding:
    """o200k_base, read from the vocabulary folder. Takes about half a second, once."""
    with _lock:
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = str(vocabulary_folder())
        try:
            return tiktoken.get_encoding("o200k_base")
        finally:
            if before is None:
                del os.environ[VARIABLE]
            else:
                os.environ[VARIABLE] = before


def count(text: str) -> int:
    """How many o200k_base tokens a text has; special tokens are read as plain text."""
    if len(text) <= LONGEST_KEPT:
        return _remembered(text)
    return len(encoding().encode_ordinary(text))


@lru_cache(maxsize=4_096)
def _remembered(text: str) -> int:
    return len(encoding().encode_ordinary(text))


def scaled(tokens: int, factor: float) -> int:
    """o200k_base tokens as a model's own tokens, rounded up."""
    return tokens if factor == 1 else math.ceil(tokens * factor)


def cut(text: str, tokens: int) -> str:
    """The first so many o200k_base tokens of a text, whole characters only."""
    if tokens <= 0:
        return ""
    kept = encoding().encode_ordinary(text)[:tokens]
    return encoding().decode_bytes(kept).decode("utf-8", "ignore")
