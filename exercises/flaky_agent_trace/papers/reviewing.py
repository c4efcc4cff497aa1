"""Whether a program asks to have something judged."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.forms.ballots import ballot

from .manners import manner_asked

_REVIEW = re.compile(
    r"\b(?:review|verif(?:y|ier)|critique|critic|audit|second opinion|double-?check)\w*\b"
    r"|\b(?:check|assess|evaluate|judge|confirm|approve|reject|agree|object)\b[^.\n]{0,40}\b(?:it"
    r"|this|that|proposal|extraction"
    r"|decision|draft|answer|steps?|plan|action|colleague|agent)\b"
    r"|\b(?:is|was|are) (?:it|this|that|he|she|the \w+(?: \w+)?) (?:\w+ )?(?:right|correct|valid|ok|okay"
    r"|sound|wrong"
    r"|justified|acceptable|in order|in line)\b|\byes\b\W+(?:or\W+)?no\b|\b(?:anything|what is"
    r"|what's) wrong\b"
    r"|\b(?:grade|rate|score)\b[^.\n]{0,30}\b(?:this|it|that|the (?:proposal|decision|answer|draft|reply"
    r"|plan|letter|response))\b"
    r"|\b(?:strongest|best|main|most serious) (?:reasons?|objections?|arguments?|points?) against\b"
    r"|\bdo you (?:agree|concur)\b|\bright or wrong\b"
    r"|\b(?:right|correct|agreed)\?|\b(?:fine|ok|okay|ready|safe|good|fit) to (?:send|go)\b"
    r"|\b(?:can|should|may) (?:i|we) send (?:it|this|that|the)\b"
    r"|\b(?:check|checks|assess|evaluate|judge|vet|inspect|proofread)\b(?:(?!\b(?:and|then|before"
    r"|to)\b)[^.\n]){0,30}"
    r"\b(?:drafts|repl(?:y|ies)|letters?|messages?|proposals|decisions)\b"
    r"|\bproof-?read\w*\b[^.\n]{0,30}\b(?:e-?mails?|mails?|drafts?)\b"
    r"|\b(?:hold|held|compare|measure)\b[^.\n]{0,20}\b(?:draft|letter|reply)\b[^.\n]{0,20}\b(?:against|with"
    r"|to)\b"
    r"|\b(?:is|are|was)\b[^.\n]{0,40}\b(?:draft|reply|letter|message|proposal|decision|answer)\b[^.\n]{0,40}"
    r"\b(?:wrong|incorrect|mistaken|right|correct)\b"
    r"|\b(?:does|do|did|is|are|has)\b[^.\n]{0,40}\b(?:draft|reply|letter|message|e-?mail"
    r"|answer)\b[^.\n]{0,60}"
    r"\b(?:match\w*|agree\w*|claim\w*|tell\w*|says?|state\w*|mention\w*|promis\w+|contradict\w*|mislead\w*"
    r"|invent\w*|supported|backed|borne out|true|false|consistent|faithful|accurate|language|untrue)\b",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(
    r"\b(?:reviewer|verifier|critic|second opinion)\b"
    r"|\b(?:review|verify|check|critique|audit|judge|assess|evaluate|confirm|approve|agree|is|was|are"
    r"|does)\b[^.\n]{0,40}"
    r"\b(?:proposals?|proposed|decision|draft|answer|step|plan|colleague|agent|assistant|candidate"
    r"|response|output)\b",
    re.IGNORECASE,
)
_SHORT = 60
"""Characters of a line that offers two words."""


def speaks_of_proposal(asked: str) -> bool:
    """Whether what is to be judged is somebody's proposal."""
    return bool(_SPOKEN_OF.search(asked))


def asks_for_review(asked: str) -> bool:
    """Whether a program's own words ask to have something judged."""
    return bool(_REVIEW.search(asked) or manner_asked(asked) or _review_by(asked))


def _review_by(asked: str) -> bool:
    """Whether a line offers two words for right and wrong, and nothing else: `CORRECT or INCORRECT`."""
    said = re.split(r"(?<=[.?!])\s|\n", asked)
    lines = [line for line in said if len(line) < _SHORT and line.lstrip()[:2].isupper()]
    return any(ballot(line, vocabulary().ontology.slots["valid"]) is not None for line in lines)
