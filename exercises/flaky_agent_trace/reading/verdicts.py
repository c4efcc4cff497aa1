"""Verdicts on a letter by a choice of two that a program words itself: `fine` or `wrong_or_promises_more`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.offers import Labels
from harness.simulation.meaning.joined import parts_of
from harness.simulation.meaning.offering import Offer
from harness.simulation.meaning.slots import flag_option, words_of

from .points import Narrow

Json = Any
GENERIC = frozenset(words_of("answer value result response verdict choice option selection reply"))
"""Names of fields that say nothing of what they hold."""
GOOD, BAD = "good", "bad"
_JUDGES = re.compile(
    r"\b(?:draft|repl(?:y|ies)|letter|message|e-?mail|text|answer|it|this|that)\b[^.?\n]{0,60}"
    r"\b(?:sa(?:y|ys|id)|tells?|match\w*|agree\w*|states?|promis\w+|contradict\w*|follow\w*|faithful\w*"
    r"|true|correct\w*"
    r"|right|wrong|fine|ok(?:ay)?|go(?:es)? (?:out|beyond|further)|be sent|reflect\w*|convey\w*|invent\w*"
    r"|add\w*|more than"
    r"|line with|consistent)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"\b(?:draft\w*|repl(?:y|ies)|letter|our (?:message|e-?mail|answer)|entwurf|antwort\w*|brouillon"
    r"|réponse|borrador"
    r"|respuesta|concept|szkic)\b",
    re.IGNORECASE,
)
_AMISS = re.compile(
    r"\b(?:wrong\w*|more|over\w*|deviat\w*|differ\w*|misstat\w*|mislead\w*|adds?|rewrite|redo|chang\w+"
    r"|contradict\w*|omits?"
    r"|bad|problems?|un(?:true|faithful|supported|sound|safe|acceptable|fit)\w*|not|no|false\w*|incorrect|fix|stop|hold|promises|beyond|revise|faulty"
    r"|reject\w*)\b",
    re.IGNORECASE,
)


def verdict_on_letter(schema: Mapping[str, Json] | None, asked: str) -> tuple[str, Narrow] | None:
    """The one field that says nothing of itself and gives a verdict on a letter by one of two words."""
    parts = (schema or {}).get("properties") or {}
    lone = [key for key in parts if {*words_of(key)} <= GENERIC]
    if len(lone) != 1 or not isinstance(parts[lone[0]], dict):
        return None
    options = tuple(map(str, parts[lone[0]].get("enum") or ()))
    question = next((line for line in reversed(asked.splitlines()) if "?" in line), "")
    if len(options) != _TWO or not (_LETTER.search(question) and _JUDGES.search(question)):
        return None
    sides = sides_of(options)
    if sides is None:
        return None
    meant = ((sides[0], frozenset({GOOD})), (sides[1], frozenset({BAD})))
    return lone[0], Narrow(
        Offer(question, options, asked), "verdict", "valid", labels=Labels(options, "valid", meant)
    )


_TWO = 2


def sides_of(options: tuple[str, ...]) -> tuple[str, str] | None:
    """The word for a letter that may go out, and the one for a letter that may not."""
    spec = vocabulary().ontology.slots["valid"]
    bad = [option for option in options if _bad(option)]
    good = [
        option for option in options if flag_option(spec, True, (option,)) == option and option not in bad
    ]
    if len(bad) == 1:
        return next(option for option in options if option != bad[0]), bad[0]
    if len(good) == 1 and not bad:
        return good[0], next(option for option in options if option != good[0])
    return None


def _bad(option: str) -> bool:
    """Whether an option, or one of the things that it joins, says that something is amiss."""
    spec = vocabulary().ontology.slots["valid"]
    said = (option, *parts_of(option))
    if any(flag_option(spec, False, (one,)) == one for one in said):
        return True
    fine = any(flag_option(spec, True, (one,)) == one for one in said)
    return not fine and bool(_AMISS.search(" ".join(words_of(option))))
