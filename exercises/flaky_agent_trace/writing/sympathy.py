"""A sentence of sympathy with what happened to the customer: no outcome, no sum, no number."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.shop.letters import letters
from harness.simulation.noise import Noise
from harness.simulation.saying import variant

from .case import Case
from .wishes import wishes

_SENTENCE = re.compile(
    r"(?:^|[.!?:,;]\s+|\bthen )\W{0,6}(?:please |now |just |only |you )*(?:write|compose|draft"
    r"|give(?: me| us)?|formulate|add|produce|return|output|phrase"
    r"|(?:begin|start|reply) with|answer (?:with|in))\b"
    r"[^.\n]{0,70}?\b(?:sentences?|lines?|phrases?|words?|opener)\b|^\W{0,6}(?:one|a|two)\b[^.\n]{0,50}?"
    r"\b(?:sentences?|lines?|phrases?|words?)\b",
    re.IGNORECASE | re.MULTILINE,
)
_TROUBLE = (
    r"(?:troubles?|frustration|feel\w*|situation|inconvenience|disappointment|annoyance|upset|experience)"
)
_SYMPATHY = re.compile(
    r"\b(?:sympath\w+|empath\w+|compassion\w*|commiserat\w+)\b"
    r"|\b(?:we|us|you|shop|team) (?:\w+ ){0,2}?understand\w*\b(?! the (?:polic|rule|handbook|request|mail))"
    r"|\b(?:show\w*|express\w*|convey\w*|full of|of) (?:\w+ ){0,2}?(?:understanding|regret)\b"
    r"|\b(?:we|we['’]re|we are|are|am|how) (?:\w+ )?sorry\b"
    r"|\b(?:show\w*|acknowledg\w+|recogni[sz]\w+|understand\w*|feel\w*) (?:for |with )?"
    rf"(?:the |their |his |her |this |that )?(?:customer['’]s |sender['’]s |person['’]s )?{_TROUBLE}\b"
    r"|(?<!customer )(?<!sender )(?<!they )\bapologi[sz](?:e|es|ing)\b(?! (?:is|was)\b)",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"\b(?:whether|how (?:much|far|sympathetic|empathetic)|(?:does|did|is|was) (?:the|this|it)|summari[sz]\w*"
    r"|explain\w*|decide|describ\w+|what (?:the|this) (?:customer|sender|mail))\b",
    re.IGNORECASE,
)
"""What asks about sympathy, or for something else as well."""
_LETTER = re.compile(
    r"\b(?:write|draft|compose|prepare|produce)\b(?: (?!sentence|line|words?|of|for|that|which)[\w-]+){0,5}? "
    r"(?:reply|letter|e-?mail|mail|message|answer|response)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\bin (?:the language |language )?[\"'`(]?(?P<code>en|de|fr|es|nl|pl)[\"'`)]?"
    r"(?=\s*(?:[,.;:)\n]|$| that\b| which\b))"
)
_TWO = re.compile(r"\b(?:exactly |just )?(?:two|2) (?:[\w-]+,? ){0,3}?sentences\b", re.IGNORECASE)
_BEHIND = 220


def sympathy_asked(asked: str) -> bool:
    """Whether nothing is asked for but a sentence or two of sympathy."""
    for found in _SENTENCE.finditer(asked):
        end = asked.find("\n\n", found.end())
        told = asked[found.start() : min(found.end() + _BEHIND, end if end >= 0 else len(asked))]
        if _SYMPATHY.search(told):
            return not (_LETTER.search(asked) or _JUDGED.search(told))
    return False


def sympathy(case: Case, asked: str, noise: Noise) -> str:
    """The sentence, about what the customer is believed to have written of."""
    named = _CODE.search(asked)
    language = named["code"] if named else wishes(asked, writing=True).language
    language = language or case.mind.scene.meaning.language
    issues = [ask.issue for ask in case.facts.asks]
    issue = next((one for one in issues if one != "goodwill"), next(iter(issues), "other"))
    said = variant(noise, letters().sympathy[issue][language], "sympathy")
    return f"{said} {letters().besides[language][-1]}" if _TWO.search(asked) else said
