"""What a few words propose: an outcome, a sum, an order."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.shop.policy import Action
from harness.simulation.reading.values import MEASURED, Money, cents, moneys, number

_OUTCOMES: dict[Action, str] = {
    "deny": r"den(?:y|ies|ied|ying|ial)|declin(?:e[sd]?|ing)|refus(?:e[sd]?|ing|al)|reject(?:s|ed|ing|ion)?"
    r"|turn(?:s|ed|ing)? (?:\w+ ){0,4}?down|no (?:\w+ )?(?:refund|money|payment)\b"
    r"|nothing (?:(?:can|could|will|may|shall|would|is to) be|is|gets)"
    r" (?:refunded|reimbursed|paid|given back|repaid)"
    r"|nothing (?:(?:is|would be) )?(?:due|owed|payable"
    r"|to (?:be )?(?:refund|pay|reimburse|give back|repaid|paid|refunded))"
    r"|(?:not|never|cannot|unable|[a-z]+n['’]t|without) (?:able to |offer |make |be |to |pay(?:ing)? "
    r"|giv(?:e|ing) "
    r"|issu(?:e|ing) |grant(?:ing)? |a "
    r"|any |the )*"
    r"(?:refund(?:ed|ing|s)?|money|paid back|reimburs\w+)|not eligible"
    r"|ablehn\w+|abgelehnt|refuser|refusé\w*|rechaz\w+|deneg\w+|afwijz\w+|afgewezen|geweigerd|odm[oó]w\w+"
    r"|odrzu\w+",
    "escalate": r"escalat(?:e[sd]?|ing|ion)|hand(?:s|ed|ing)? (?:\w+ ){0,4}?(?:over|off|on)\b|hand-?over"
    r"|handoff"
    r"|(?:hand|pass|giv|forward|transfer|send|leav|refer|rout)(?:e|s|es|ed|red|ing"
    r"|ring)? (?:\S+ ){0,6}?(?:to|for|with) "
    r"(?:\w+ )?(?:humans?|persons?|people|colleagues?|specialists?|supervisors?|managers?|staff"
    r"|refunds? desk|desk)\b"
    r"|(?:human|manual) review|refunds? desk|desk has (?:it|this|taken|the case|your case)|needs_human|human"
    r"|weiterleiten|weitergeben|weitergeleitet|transmettre|transmis\w*|traslada\w+|doorsturen|doorgestuurd"
    r"|doorgegeven|przekaza\w+",
    "need_info": r"need(?:s|ing)?[ _](?:\w+ )?(?:info(?:rmation)?|details|clarification)|need_?info"
    r"|need(?:s)? to (?:know|find out|hear)(?: more)?\b"
    r"|ask(?:s|ed|ing)?[ _](?:\w+ )?(?:customer|them|him|her|sender|back|for (?:more|further|clarif"
    r"|the order|an order|which))"
    r"|ask(?:s|ed|ing)? (?:\w+ )?which|clarif(?:y|ies|ying|ication)|(?:request|get"
    r"|gather)(?:ing)? (?:more |further )?info\w*"
    r"|more info\w*|(?:get|write|go) back to the (?:customer|sender)|(?:put|send) (?:\w+ ){0,3}?question"
    r"|question|nachfragen|rückfrag\w+|demander|preguntar|navragen|zapyta\w+",
    "refund": r"refund(?:s|ed|ing)?|pay(?:s|ing)?|paid back|reimburs(?:e[sd]?|ing|ement)|repay(?:ing|ment)?"
    r"|(?:giv(?:e|es|ing)|send(?:s|ing)?|return(?:s|ing)?) (?:\S+ ){0,4}?(?:back|money)|grant(?:s|ed|ing)?"
    r"|approv(?:e[sd]?|ing|al)|accept(?:s|ed|ing)?"
    r"|erstatt\w*|rückerstatt\w*|rembours\w+|reembols\w+|devolver|devuelt\w+|terugbetaa?l\w*|zurück(?:ge"
    r"|be)?zahlt|zwr[óo](?:t|c)\w*",
}  # fmt: skip
_NOT_IT = re.compile(
    r"(?:\b(?:not|cannot|\w+n['’]t|never|without|instead of|rather than|no need to|no reason to)"
    r"(?: to| be| being)? $)"
    r"|(?:\b(?:nothing|no money) (?:has|have|was|had)(?: been)?(?: yet| so far)? $)"
    r"|(?:\b(?:ask\w*|want\w*|request\w*|demand\w*|claim\w*|wish\w*) (?:for )?(?:a |the |his |her "
    r"|their )?(?:full )?$)",
    re.IGNORECASE,
)
"""What stands before an outcome that is not proposed: somebody else's wish, or what is ruled out."""
_ASKED = re.compile(r"\b(?:request|claim|wish|demand|application|appeal)s?[ :]{1,2}$", re.IGNORECASE)
_CAME = re.compile(r"(?:ed|ied|paid|down|over)$", re.IGNORECASE)
"""What came of what was asked: `request declined`."""
_BESIDE = re.compile(
    r"[ _-](?:polic\w*|window|handbook|rules?|limit|period|desk\b|inbox|reason)", re.IGNORECASE
)
_TURNED = re.compile(
    r"[ _](?:(?:request|claim|application)s?[ _]?)?(?:(?:is|are|was|be|to be|should be|must be|has been"
    r"|gets)[ _])?"
    r"(?:denied|declined|refused|rejected|turned down|not)\b", re.IGNORECASE,
)  # fmt: skip
_FOUND = re.compile(
    "|".join(rf"(?P<{act}>(?<![a-z])(?:{words})(?![a-z]))" for act, words in _OUTCOMES.items()), re.IGNORECASE
)
_CENTS = re.compile(r"(?<![\w.,-])(\d{1,7})\s?(?:euro ?)?(?:cents?|ct|pence|grosz[ey]?)\b", re.IGNORECASE)
_ZLOTY = re.compile(r"(?<![\w.,-])(\d{1,6}(?:[.,]\d{1,2})?)\s?(?:zł|zloty|złotych)", re.IGNORECASE)
_BARE = re.compile(rf"(?<![\w.,-])\d{{1,6}}[.,]\d{{1,2}}(?![\w.,%]*\d)(?!%|{MEASURED})", re.IGNORECASE)


@lru_cache(maxsize=2048)
def outcome_in(text: str) -> tuple[Action, int] | None:
    """The outcome that words propose and where they say so: the first that is not ruled out, or another's."""
    plain = text.replace("_", " ")
    for match in _FOUND.finditer(plain):
        act: Action = match.lastgroup  # type: ignore[assignment]
        before = plain[: match.start()]
        came = _ASKED.search(before) and _CAME.search(match[0])
        if _NOT_IT.search(before) and not (came or (act == "deny" and match[0][:2].lower() in {"no", "n'"})):
            continue
        if act == "refund" and _BESIDE.match(plain, match.end()):
            continue
        if act == "refund" and _TURNED.match(plain, match.end()):
            return "deny", match.start()
        return act, match.start()
    return None


def outcomes_in(text: str) -> frozenset[str]:
    """Every outcome that is named, as in a list of what there is to choose from."""
    return frozenset(str(match.lastgroup) for match in _FOUND.finditer(text.replace("_", " ")))


@lru_cache(maxsize=2048)
def sum_in(text: str, start: int = 0) -> Money | None:
    """The first sum that stands behind a place, else the last before it."""
    found = [(start_, value) for value, start_, _ in moneys(text)]
    for pattern, scale in ((_CENTS, 1), (_ZLOTY, 100), (_BARE, 100)):
        for match in pattern.finditer(text):
            amount = number(match[1] if pattern is not _BARE else match[0])
            if amount is not None and all(abs(match.start() - at) > 5 for at, _ in found):
                found.append((match.start(), Money(cents(amount * scale / 100))))
    found.sort(key=lambda pair: pair[0])
    return next((value for at, value in found if at >= start), found[-1][1] if found else None)


def order_in(text: str) -> str | None:
    """The first order that is named."""
    match = ORDER_ID.search(text)
    return match.group().upper() if match else None


def proposed_by(words: str) -> dict[str, Any]:
    """Slot → value of a proposal in plain words; empty where no outcome is named."""
    found = outcome_in(words)
    if found is None:
        return {}
    said: dict[str, Any] = {"action": found[0], "order_id": order_in(words)}
    said["amount"] = sum_in(words, found[1]) if found[0] == "refund" else None
    return {slot: value for slot, value in said.items() if value is not None}


def outcome_named(words: str) -> str | None:
    """The outcome that a label's value or a call's name says."""
    found = outcome_in(words)
    return found[0] if found else vocabulary().ontology.value_of("action", words)
