"""What was done in a case, as a program tells it in sentences: a sheet of facts without labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID

from .outcomes import order_in, sum_in
from .sheets import Sheet

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![ \t]*\n)[^\n]+)*")
_SENTENCE = re.compile(r"(?<=[.!?]) ")
_PART = re.compile(
    r"; |, (?:and|but|und|aber|et|mais|y|pero|en|maar|i|ale) "
    r"| (?:and|but|und) (?=(?:no|nothing|nobody|nichts|we|wir|it|the)\b)"
)
_NO_FACT = re.compile(
    r"\?|\b(?:must|should|shall|may|might|can|could|would|will|if|when|whether|unless|never|always|check|list"
    r"|compare|find|name|write|reply|answer|return|wants?|asks?|wishes|demands?|soll\w*|muss|darf|wenn|falls"
    r"|prüfe|liste|nenne)\b",
    re.IGNORECASE,
)
"""No word on what was done: a question, a rule, what is wanted."""
_NOT = re.compile(
    r"\b(?:nothing|nobody|no(?:ne| one)?|not|never|without|nichts|niemand|kein\w*|nicht|rien|aucun\w*|nada"
    r"|ningun\w*|niets|geen|nic|żadn\w+)\b|n['’]t\b",
    re.IGNORECASE,
)
_DID = {
    "deny": r"(?:was|were|is|has been|have been|we|been)\b[^.;]{0,30}\b(?:declined|refused|rejected|denied"
    r"|turned\b[^.;]{0,24}\bdown)|(?:declined|refused|rejected|denied|turned down) (?:the|her|his|their|it)\b"
    r"|abgelehnt\b",
    "escalate": r"(?:handed|passed|forwarded|transferred|referred|given|sent|gone|went|goes|lies|is now)\b"
    r"[^.;]{0,40}\b(?:desk|colleagues?|team|people|human|specialists?|over)\b|escalated\b"
    r"|(?:opened|created|filed|raised)\b[^.;]{0,20}\bcases?\b"
    r"|cases?\b[^.;]{0,30}\b(?:was|were|has been) (?:opened|created|filed)\b"
    r"|(?:übergeben|weitergegeben|weitergeleitet)\b",
    "refund": r"(?:refund\w*|amounts?|sums?|money|payment|EUR|GBP|PLN|€|£|zł)(?=\W)[^.;]{0,50}"
    r"\b(?:issued|paid|made|sent|transferred|booked|credited|given back|returned|went back|gone back|went out"
    r"|reimbursed|refunded|executed)\b"
    r"|(?:paid|refunded|reimbursed|transferred|returned|sent|gave|credited|issued)\b[^.;]{0,40}"
    r"(?:\d[.,]\d\d|\b(?:back|refund|money)\b)|(?:refunded|reimbursed|erstattet|zurückgezahlt)\b",
}
_DEEDS = {action: re.compile(rf"(?<!\w)(?:{words})", re.IGNORECASE) for action, words in _DID.items()}


@lru_cache(maxsize=512)
def told_sheets(text: str) -> tuple[Sheet, ...]:
    """Every paragraph that tells what was done, with an order or a sum; of several outcomes none is read."""
    return tuple(filter(None, (_sheet(one) for one in _PARAGRAPH.finditer(text))))


def _sheet(paragraph: re.Match[str]) -> Sheet | None:
    said = " ".join(paragraph[0].split())
    facts = [one for one in _SENTENCE.split(said) if not _NO_FACT.search(one)]
    told = " ".join(facts)
    if not facts or not (ORDER_ID.search(told) or sum_in(ORDER_ID.sub(" ", told))):
        return None
    done = {action: part for part in _parts(facts) for action in _done(part)}
    if not done:
        return None
    slots: dict[str, Any] = {
        "action": next(iter(done)) if len(done) == 1 else None,
        "order_id": order_in(told),
    }
    if slots["action"] == "refund":
        slots["amount"] = sum_in(ORDER_ID.sub(" ", done["refund"])) or sum_in(ORDER_ID.sub(" ", told))
    return Sheet(
        {slot: v for slot, v in slots.items() if v is not None}, None, paragraph[0], paragraph.start()
    )


def _parts(facts: list[str]) -> Iterator[str]:
    return (part for one in facts for part in _PART.split(one))


def _done(part: str) -> Iterator[str]:
    """What a part of a sentence says was done; that something was not is none."""
    plain = ORDER_ID.sub(" HL ", part)
    action = next((action for action, words in _DEEDS.items() if words.search(plain)), None)
    if action is not None and not _NOT.search(part):
        yield action
