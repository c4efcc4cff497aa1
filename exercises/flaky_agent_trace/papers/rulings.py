"""What a prompt rules for every case: an action that is always or never to be taken, a sum too large.

Only whole statements count. What has a condition in it ("never refund twice", "deny if it is too late") is
the handbook's business, and what a model makes of that stands in `deciding/judgement.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from exercises.flaky_agent_trace.shop.policy import Action

from .briefing import STATEMENT

_ACT: dict[Action, str] = {
    "refund": r"(?:refunds?|pay(?: out| back)?(?: money)?)",
    "deny": r"(?:deny|denials?|declin\w+|refus\w+|reject\w*)",
    "escalate": r"(?:escalat\w+|hand\w*(?: \w+)? over|transfer\w*)",
    "need_info": r"(?:ask(?:ing)?(?: back| the customer)?|need_info)",
}
_CALL = (
    r"(?:ever |call |use |issue |make |give |answer (?:with )?|choose |the |a |an |any |action ){0,6}[`\"']?"
)
_EACH = (
    r"[`\"']?(?: (?:tool|every|all|any|each|the|this|these|tickets?|requests?|cases?|mails?|customers?"
    r"|anything|everything|only)){0,6}"
)
_NEVER = r"(?:you )?(?:never|do not|don't|must not|may not|must never)"
_ALWAYS = r"(?:you )?(?:always|must always|only|just|must only)"
_FORBIDS = {act: re.compile(rf"{_NEVER} {_CALL}{word}{_EACH}", re.IGNORECASE) for act, word in _ACT.items()}
_ONLY = {
    act: re.compile(
        rf"{_ALWAYS} {_CALL}{word}{_EACH}|{_CALL}{word}[`\"']? (?:only|every \w+|all \w+|everything)",
        re.IGNORECASE,
    )
    for act, word in _ACT.items()
}
_IF = re.compile(
    r"\b(?:if|when|where|unless|except|before|after|until|without|twice|again|only for|final sale|doubt"
    r"|sure)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:turn|same|together|simultaneous\w*|parallel|alongside|wait\w*|then|first|second|more than once"
    r"|(?:one|single) (?:go|step|call|message|response|reply))\b",
    re.IGNORECASE,
)
"""Which call comes when: that neither rules out an action nor demands it of every case."""
_CLAUSE = re.compile(
    rf"[.;:!?]|(?:,|\band\b)(?! {_CALL}(?:{'|'.join((*_ACT.values(), 'repl(?:y|ies)'))})\b"
    r"(?! (?:every|all|any|each|it\b|them\b|instead)))|,(?= \w{1,12}(?:[.;:!?]|$))",
    re.IGNORECASE,
)
"""Where a clause ends. Acts that are told in one breath share what is said of them."""
_NOT_THEN = re.compile(r"(?:do not|don't) ", re.IGNORECASE)
"""Behind a condition: in that case. A point of a list begins with its mark."""
_ABOVE = re.compile(
    r"(?:\b(?:above|over|exceed\w*|more than|larger than|greater than|beyond)|>)\s*(?:EUR|GBP|€|£)?\s*"
    r"(?P<sum>\d{1,6}(?:[.,]\d{1,2})?)\s*(?:EUR|GBP|€|£|euros?|pounds?)",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\b(?:escalat\w+|hand\w*\b[^.]{0,20}\bover|refunds desk|humans?|approv\w+)\b"
    r"|(?:\bnever|\bnot|n't)\b[^.]{0,20}\brefund\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rulings:
    """What holds whatever the case is."""

    only: Action | None = None
    """The one action to take."""
    forbids: frozenset[Action] = frozenset()
    limit: Decimal | None = None
    """The sum in euros or pounds above which the model may not pay."""


@lru_cache(maxsize=512)
def rulings(instructions: str) -> Rulings:
    """Read a program's own words: without the mail, the handbook and data."""
    said = [" ".join(part.split()) for part in STATEMENT.split(instructions)]
    bare = [
        clause.strip(" -*•\"'`")
        for before, part in zip(["", *said], said, strict=False)
        if not (_IF.search(part) or _ORDER.search(part))
        and not (_NOT_THEN.match(part) and _IF.search(before))
        for clause in _CLAUSE.split(part)
    ]
    return Rulings(
        next((act for clause in bare for act, told in _ONLY.items() if told.fullmatch(clause)), None),
        frozenset(act for clause in bare for act, told in _FORBIDS.items() if told.fullmatch(clause)),
        next((limit for part in said if (limit := _limit(part)) is not None), None),
    )


def _limit(part: str) -> Decimal | None:
    """The sum above which a statement leaves refunds to people, or forbids them."""
    found = _ABOVE.search(part)
    return Decimal(found["sum"].replace(",", ".")) if found and _NOT_OURS.search(part) else None
