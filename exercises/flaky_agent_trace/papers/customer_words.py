"""How customers put it: the expressions of `customers.toml`, and whether a sentence denies them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from harness.exercise.spec import read_toml


class _Cues(BaseModel):
    """`customers.toml`: expressions that say a thing; of issues and wishes a list each."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    back: tuple[str, ...]
    stays: tuple[str, ...]
    retracts: tuple[str, ...]
    opened: tuple[str, ...]
    sealed: tuple[str, ...]
    instead: tuple[str, ...]
    waives: tuple[str, ...]
    settled: tuple[str, ...]
    wants: dict[str, tuple[str, ...]]
    issue: dict[str, tuple[str, ...]]


@cache
def cue(name: str) -> re.Pattern[str]:
    """The expressions of one kind, or of an issue, as one."""
    cues = _Cues.model_validate(read_toml(Path(__file__).with_name("customers.toml")))
    told = cues.issue.get(name) or cues.wants.get(name) or getattr(cues, name)
    return re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)", re.IGNORECASE)


NOT = re.compile(
    r"(?:\bnot|n['’]t|\bno|\bnever|\bnor|\bwithout|\bnicht|\bnichts|\bkein\w*|\bpas|\brien|\bsin|\bno"
    r"|\bnada|\bgeen|\bniets?|\bniks|\bnie|\bnic"
    r"|\btoo (?!late)\w+ to)(?: [\w'’]+){0,4} \Z",
    re.IGNORECASE,
)


_NOTHING_IS = re.compile(
    r"\s(?:ist|is|war|was|es|est|jest) (?:\w+ )?(?:nichts|nothing|nada|rien|niets|nic)\b", re.IGNORECASE
)
"""`Defekt ist nichts`"""


def holds(said: re.Pattern[str], sentence: str) -> bool:
    """Whether a cue stands in a sentence without being denied."""
    return any(
        not NOT.search(sentence[: match.start()]) and not _NOTHING_IS.match(sentence[match.end() :])
        for match in said.finditer(sentence)
    )


def denied_in(said: re.Pattern[str], sentence: str) -> bool:
    return any(NOT.search(sentence[: match.start()]) for match in said.finditer(sentence))
