"""One prompt for several roles: the last message calls one of them, and only what that one is told counts.

`## When the chair calls the Critic` … `Critic, your view of it.`
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from harness.simulation.reading.text import fold

_HEADING = re.compile(r"^(?P<marks>#{1,5})[ \t]+(?P<said>[^\n]{2,120})$", re.MULTILINE)
_CODE = re.compile(r"^[ \t]*```", re.MULTILINE)
_DOCUMENT = re.compile(
    r"\n[ \t]{0,8}\n(?=[^\n]{2,119}[^\n:]\n(?:[ \t]{0,8}\n)?(?:1\.|[A-Z]-\d)[ \t])"
    r"|\n(?=(?:-{3,40}|={3,40}|<\w[\w -]{0,40}>)[ \t]{0,8}\n)"
)
"""Where a document begins that stands behind what a role is told: its title over points, a rule, a tag."""
_FEWEST = 3
"""Letters of a role's name."""
_NEAR = 600
"""How far up from the end of a message somebody is called."""


class _Section(NamedTuple):
    depth: int
    names: frozenset[str]
    start: int
    end: int


@lru_cache(maxsize=256)
def for_role_called(prompt: str, last: str) -> str:
    """A prompt without the sections of the roles that the last message does not call; else as it is."""
    sections, last = _sections(prompt), last[-_NEAR:]
    for depth in sorted({section.depth for section in sections}):
        siblings = [section for section in sections if section.depth == depth]
        called = [section for section in siblings if any(_calls(last, name) for name in section.names)]
        roles = [one for one in siblings if any(_is_name(name, prompt) for name in one.names)]
        if len(roles) > 1 and len(called) == 1 and called[0] in roles:
            return _without([one for one in roles if one is not called[0]], prompt)
    return prompt


def _sections(prompt: str) -> list[_Section]:
    """The sections of a prompt, each with the words of its heading that no other one beside it has."""
    fences = [match.start() for match in _CODE.finditer(prompt)]
    heads = [head for head in _HEADING.finditer(prompt) if sum(at < head.start() for at in fences) % 2 == 0]
    words = [{word for word in fold(head["said"]).words if len(word) >= _FEWEST} for head in heads]
    found = []
    for at, head in enumerate(heads):
        depth = len(head["marks"])
        ends = (other.start() for other in heads[at + 1 :] if len(other["marks"]) <= depth)
        others = [w for one, w in enumerate(words) if one != at and len(heads[one]["marks"]) == depth]
        own = frozenset(words[at].difference(*others))
        end = next(ends, len(prompt))
        document = _DOCUMENT.search(prompt, head.end(), end)
        found.append(_Section(depth, own, head.start(), end if document is None else document.start()))
    return found


def _is_name(word: str, prompt: str) -> bool:
    """Whether a word is written as a name inside a sentence: `the **Opponent** tries`, `as Opponent or`."""
    if word.capitalize() not in prompt:
        return False
    inside = (
        r"(?:\b(?:as|you are|either|or|calls?|called|role of|roles:?)\s(?:(?:an?|the|either)\s)?|\*\*)\*{0,2}"
        rf"{re.escape(word.capitalize())}\b"
    )
    return re.search(inside, prompt) is not None


def _calls(last: str, name: str) -> bool:
    """Whether a message speaks to somebody of this name, or gives the floor to it."""
    return _calling(name).search(last) is not None


@lru_cache(maxsize=1024)
def _calling(name: str) -> re.Pattern[str]:
    who = re.escape(name)
    return re.compile(
        rf"(?:^|[.:!?>\n][ \t]{{0,3}})(?:the )?{who}[ \t]?[,:!]"
        rf"|\b(?:you(?: are|['’]re)(?: now)?|(?:speak |act |answer )?as|your (?:turn|word|move),"
        rf"|turn of|over to|floor (?:is|goes) to|calls? (?:on|upon)?)[ ](?:the )?{who}\b",
        re.IGNORECASE,
    )


def _without(sections: list[_Section], prompt: str) -> str:
    for section in sorted(sections, key=lambda one: -one.start):
        prompt = f"{prompt[: section.start]}{prompt[section.end :]}"
    return prompt
