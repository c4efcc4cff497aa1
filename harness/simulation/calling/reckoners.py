"""Tools that work something out for the model: calculators, checks, previews."""

from __future__ import annotations

import re

from harness.exchange import ToolSpec
from harness.simulation.meaning.slots import words_of

WORKS_OUT = frozenset(
    [
        "calculate",
        "compute",
        "check",
        "verify",
        "validate",
        "estimate",
        "quote",
        "preview",
        "simulate",
        "evaluate",
    ]
)
"""A tool that does so tells something to the model: an answer is none of its calls."""
_SAYS_SO = re.compile(
    r"^\W{0,4}(?:this |use this |a )?(?:tool |function )?(?:that |to )?"
    r"(?:calculat\w+|comput\w+|works? out|quotes?|reckons?|estimates?|determines?|figures? out"
    r"|(?:says?|tells?|checks?) (?:whether|what|how much|if))\b",
    re.IGNORECASE,
)


_RECKONS = frozenset(["calculate", "compute", "estimate", "quote", "calculator", "calculation"])
_RECKONS_FIRST = re.compile(
    r"^\W{0,4}(?:this |use this |a )?(?:tool |function )?(?:that |to )?"
    r"(?:calculat\w+|comput\w+|works? out|reckons?|estimates?|figures? out)\b",
    re.IGNORECASE,
)


def reckons(spec: ToolSpec) -> bool:
    """Whether a tool comes to a result of its own: it is no mere look-up."""
    return bool({*words_of(spec.name)} & _RECKONS) or _RECKONS_FIRST.search(spec.description) is not None


def works_out(spec: ToolSpec) -> bool:
    """Whether a tool works something out for the model, by its name or by what it is said to do first."""
    return bool({*words_of(spec.name)} & WORKS_OUT) or _SAYS_SO.search(spec.description) is not None
