"""What a mail says besides its request, by plain cues: an attachment, a complaint before, a move, a hazard.

Of each it is known where it is said, where it may be, and else that it is not: `mail_facts.toml` has the
cues.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel

from harness.exercise.spec import read_toml

from .customer_words import holds

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    said: tuple[str, ...]
    open: tuple[str, ...] = ()
    unsaid: bool = False
    """Whether of a mail that is silent it is not known."""


class _Facts(RootModel[dict[str, _Fact]]):
    """`mail_facts.toml`."""


@cache
def _facts() -> dict[str, _Fact]:
    return _Facts.model_validate(read_toml(Path(__file__).with_name("mail_facts.toml"))).root


@cache
def facts() -> frozenset[str]:
    """The names of all."""
    return frozenset(_facts())


@cache
def _cues(name: str, kind: Literal["said", "open"]) -> re.Pattern[str]:
    fact = _facts()[name]
    words = "|".join(fact.said if kind == "said" else fact.open)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)" if words else r"(?!)", re.IGNORECASE)


def told(name: str, text: str) -> bool | None:
    """Whether a mail says one of these; `None` where that cannot be told."""
    said = _cues(name, "said")
    if any(holds(said, sentence) for sentence in _SENTENCE.split(text)):
        return True
    if _facts()[name].unsaid or not silent(name, text):
        return None
    return False


def silent(name: str, text: str) -> bool:
    """Whether a mail has no word that might be about one of these."""
    return not (_cues(name, "said").search(text) or _cues(name, "open").search(text))
