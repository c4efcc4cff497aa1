"""The facts that a program gives for a letter: outcome and sum, a fee, what went before, what comes next.

Under any label, in lines or in sentences, in the languages that programs are written in.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.deciding.handed import Handed
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.outcomes import outcome_in, outcomes_in, sum_in
from harness.simulation.reading.values import Money

from .further import KEYED, TO_THE_CUSTOMER, Further, further_in
from .grounds_given import LED_TO, NOTHING, grounds_told, is_why, led_by, others_in, why_in
from .noted_facts import FEE, SENTENCES, SHARE, kept_in, noted_in, past_in, without_what_is_next
from .wishes import candidates, orders_named

_PARTS = re.compile(r"[()]| [-–—] ")
_TELLS_HOW = re.compile(
    r"^\W{0,6}(?:\d{1,2}[.)]\s)?(?:please |now |only |just )*(?:write|compose|draft|produce|prepare|state"
    r"|give|name|say|sign|keep|stay|use|do not|don['’]t|never|promise|return only|return the mail|output"
    r"|decide|judge|rule|apply|follow|stick to|go by|read|check|work|you(?:['’]re| are| work| act"
    r"| handle| serve)"
    r"|du bist|sie sind|tu es|vous êtes|eres|usted es|je bent|u bent|jesteś"
    r"|answer|respond|reply with|mention|include|add|tell|explain|text|language|no more than|at most|under"
    r"|schreib\w*|nenne\w*|gib|unterschreib\w*|verfass\w*|écri\w+|rédige\w*|indique\w*|signe\w*|ne promets"
    r"|escrib\w+|firma|schrijf|onderteken|napisz|podpisz|podaj)\b"
    r"|\b(?:if|unless|whenever)\b|\w \| \w|\b(?:tone|please\W*$)",
    re.IGNORECASE,
)
"""Says how to write, or when: no fact."""
_OPENED = re.compile(
    r"\b(?:opened|unsealed|unboxed|geöffnet\w*|ouvert\w*|abiert\w*|geopend\w*|otwart\w*)\b", re.IGNORECASE
)
_OPEN_CASE = re.compile(
    r"\b(?:case|ticket|fall|dossier|caso|zaak|sprawa)\b[^.;\n]{0,30}\b(?:opened|eröffnet|ouvert|abierto"
    r"|geopend|otwart\w)\b|\bcase_\w{4,20}\b",
    re.IGNORECASE,
)
_PAID_KEY = re.compile(
    r"^(?:we |already )?(?:amount|sum|total|payout|paid|refund(?:ed)?|betrag|erstattet|montant|remboursé"
    r"|importe|reembolsado|bedrag|terugbetaald|kwota|zwrócono)(?: (?:amount|sum|paid|refunded|back|today|now"
    r"|out|to (?:the )?customer)){0,2}$",
    re.IGNORECASE,
)
_RECKONED = re.compile(
    r"(?<!\d)(?P<whole>\d{1,9}[.,]\d\d)(?: ?(?:EUR|GBP|PLN|€|£|zł))?[^=\n]{0,24}? (?:[-–−]|less"
    r"|minus) ?(?P<fee>\d{1,9}[.,]\d\d)"
    r"(?P<what>[^=\n]{0,60})= ?(?P<due>\d{1,9}[.,]\d\d)"
)
"""How a sum comes about."""
_PAID_BACK = re.compile(
    r"\d[.,]\d\d\b[^.;\n]{0,30}?\b(?:(?:was|were|is|are|has been|have been) (?:\w+ )?(?:returned|sent back"
    r"|transferred|credited|given back)|goe?s? (?:back|to))\b",
    re.IGNORECASE,
)
_PAYS = re.compile(r"\b(?:paid|pay|sent|transferred|credited)\b[^.;\n]{0,40}?\d[.,]\d\d\b", re.IGNORECASE)
_RESULT_KEY = re.compile(
    r"\b(?:decided|decision|done|outcome|results?|happened|verdict|booked|settled)\b", re.IGNORECASE
)
"""Labels what is to be told."""
_FEW = 3
"""Words: a label's value that has no more is a choice, not what is to be told."""
_SO_FAR = re.compile(
    r"\b(?:nothing|no money|no refund) (?:has|have|was|had)(?: yet| so far)?(?: been)?"
    r" (?:refunded|paid|made|reimbursed|sent)"
    r"(?: back| out)?\b",
    re.IGNORECASE,
)
ASKS_KEY = re.compile(r"\b(?:ask|question|frage|pregunta|vraag|pytanie)\b", re.IGNORECASE)
IN_WORDS = re.compile(r"[a-z]{2} [a-z]")
"""Grounds that a program gave, not those of the handbook."""
_UNIT = re.compile(r"\b(?:EUR|GBP|PLN)\b|[€£]|zł")
_UNITS = {"€": "EUR", "£": "GBP", "zł": "PLN"}
_WARRANTY = "harbourlane.example/warranty"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is given besides the outcome; nothing of it: not given."""

    fee: Money | None = None
    share: str = ""
    """Of which share of the price the fee is."""
    opened: bool = False
    earlier: Money | None = None
    """What had been paid back before."""
    on: dt.date | None = None
    card: str = ""
    label: bool = False
    """Whether a return label comes without being asked for."""
    stays: bool = False
    """Whether nothing has to be sent back."""
    warranty: bool = False
    """Whether the customer is pointed to the workshop."""
    days: int = 0
    """Within how many working days the desk answers."""
    nothing: bool = False
    """Whether nothing has been paid so far."""
    unclear: str = ""
    """What it is said that we cannot tell, as a sentence of ours."""
    further: Further = field(default_factory=Further)
    """What else is given."""


@dataclass(frozen=True, slots=True)
class Dictated:
    """What a letter is to tell."""

    told: Handed
    facts: Facts


@lru_cache(maxsize=256)
def facts_in(text: str) -> Dictated | None:
    """The outcome that a text states, and the facts beside it."""
    facts: dict[str, Any] = {}
    text = _reckoned(text, facts)
    said_at_all = [said for line in text.splitlines() for said in SENTENCES.split(line) if said.strip()]
    sentences = [fact for said in said_at_all if (fact := _fact_of(said))]
    slots: dict[str, Any] = {}
    paid: Money | None = None
    nothing, labelled, why = False, False, ""
    asks = next((said for said in sentences if said.rstrip(" )").endswith("?")), "")
    told = [said for said in sentences if said != asks and not (past_in(said, facts) or kept_in(said, facts))]
    further, told = further_in(told)
    whole = [said for said in told if (key := KEYED.match(said)) and is_why(key["key"])]
    parts = [part for said in told for part in ([said] if said in whole else _PARTS.split(said))]
    for part in (part.strip() for part in parts if part.strip()):
        key = KEYED.match(part)
        name, said = (key["key"].strip(), key["said"]) if key else ("", part)
        plain = ORDER_ID.sub(" ", f"{name} {said}")
        if is_why(name):
            line = next((line for line in text.splitlines() if said in line), said)
            why = without_what_is_next(why_in(line[line.find(said) :]))
        elif noted_in(plain, facts) and sum_in(plain) is None:
            continue
        elif NOTHING.search(plain) or _SO_FAR.search(plain):
            nothing = True
        elif name and _PAID_KEY.match(name) and (money := sum_in(ORDER_ID.sub(" ", said))) is not None:
            paid, nothing = paid or (money if money.cents else None), nothing or not money.cents
        elif "action" not in slots and (action := _outcome(name, said)):
            slots["action"] = action
            labelled = bool(_RESULT_KEY.search(name)) and len(said.split()) > _FEW
            paid = paid or (_sum_of(plain) if action == "refund" else None)
    if asks and slots.get("action", "need_info") == "need_info":
        slots["action"], why = "need_info", key["said"] if (key := KEYED.match(asks)) else asks
    if slots.get("action") == "need_info" and not candidates(why) and len(orders_named(text)) > 1:
        why = f"which one: {' or '.join(orders_named(text))}?"
    if "action" not in slots:
        paid = paid or _paid_back(told)
        why = _unclear(text) if paid is None and _unclear(text) else why
        asked_back, gone = _unclear(text) or further.asks, nothing or "earlier" in facts
        slots["action"] = "refund" if paid else "need_info" if asked_back else "deny" if gone else None
    if slots["action"] is None:
        return None
    orders = {order.upper() for order in ORDER_ID.findall(text)}
    slots["order_id"] = next(iter(orders)) if len(orders) == 1 else None
    unit = _UNIT.search(text)
    slots["currency"] = _UNITS.get(unit.group(), unit.group()) if unit else None
    slots |= {"amount": paid or facts.pop("earlier", None)} if slots["action"] == "refund" else {}
    facts = {name: fact for name, fact in facts.items() if name != "fee" or fact != paid}
    grounds = why.strip(" .") or ("" if whole else grounds_told(slots, told))
    grounds, others = _and_others(text, told, grounds, asks=slots["action"] == "need_info")
    loose = not why and not LED_TO.search(text[: max(text.find(grounds[1:]) - 1, 0)])
    facts |= {
        "warranty": _WARRANTY in text, "opened": bool(_OPENED.search(text)),
        "nothing": bool(_SO_FAR.search(text)), "unclear": _left_open(told),
        "stays": facts.get("stays", False) or further.stays,
        "further": replace(further, loose=grounds * loose, others=others),
    }  # fmt: skip
    bare = (
        not labelled
        and not (slots["order_id"] or slots.get("amount") or grounds)
        and Facts(**facts) == Facts()
    )
    return None if bare else Dictated(Handed(slots, grounds), Facts(**facts))


def _and_others(text: str, told: list[str], grounds: str, *, asks: bool) -> tuple[str, tuple[str, ...]]:
    """The grounds, else what stands before the outcome; and the other sentences."""
    others = others_in(text, told, grounds)
    if others and not (grounds or asks) and led_by(others[0], told):
        return others[0], others[1:]
    return grounds, others


def _reckoned(text: str, facts: dict[str, Any]) -> str:
    """A text with the sum that is due in place of how it comes about, of which the fee is noted."""
    found = _RECKONED.search(text)
    share = SHARE.search(found["what"]) if found is not None else None
    if found is not None and (share or FEE.search(found["what"])):
        facts |= {"fee": sum_in(found["fee"]), "share": share.group() if share else ""}
    return _RECKONED.sub(r"\g<due>", text)


def _paid_back(told: list[str]) -> Money | None:
    """The sum of which it is said that it was or is sent back."""
    return next((sum_in(ORDER_ID.sub(" ", said)) for said in told if _PAID_BACK.search(said)), None)


def _unclear(text: str) -> str:
    """The question which of several orders is meant, where a text says that this is open; else empty."""
    named = orders_named(text)
    return f"which one: {' or '.join(named)}?" if len(named) > 1 and _UNCLEAR.search(text) else ""


def _left_open(told: list[str]) -> str:
    """The sentence in which it is said what we cannot tell; empty: none does, or it names orders."""
    plain = (said.strip(" -*•.") for said in told)
    return next((said for said in plain if _WE_CANNOT.match(said) and not ORDER_ID.search(said)), "")


_WE_CANNOT = re.compile(
    r"(?:we (?:can|could|do|did|are)(?:n['’]t| ?not)|it (?:is|was)(?:n['’]t| not| un)) ?(?:yet |quite )?"
    r"(?:able to )?(?:tell|know|say|sure|clear|see|make out|find out|certain|settled)\b[^?:]{0,140}"
    r"\b(?:which|whether|what)\b[^?:]{2,120}$",
    re.IGNORECASE,
)
_UNCLEAR = re.compile(
    r"\b(?:cannot|can['’]t|could not|couldn['’]t|don['’]t|do not|not|un)\s?(?:yet )?(?:tell|know"
    r"|say|sure|clear"
    r"|settled|decide|see|make out)\b[^.\n]{0,30}\b(?:which|whether|what)\b"
    r"|\b(?:which|what) orders?\b[^.\n]{0,30}\b(?:unclear|open|unknown|not (?:clear|known|settled))\b"
    r"|\b(?:unklar|nicht klar|wissen nicht), (?:welche|ob)\b|\b(?:pas clair|ne savons pas)\b",
    re.IGNORECASE,
)


def _fact_of(said: str) -> str:
    """A sentence, of one that says how to write what stands behind its colon; empty: no fact."""
    if not _TELLS_HOW.search(said) or _FLAG.search(said) or TO_THE_CUSTOMER.match(said):
        return said
    told = _TO_SAY.search(said)
    return told["said"] if told is not None and not _TELLS_HOW.search(told["said"]) else ""


_FLAG = re.compile(r"^[^:=\n]{2,40}[:=] ?(?:true|false|yes|no)\W*$", re.IGNORECASE)
_TO_SAY = re.compile(
    r"(?:\b(?:e?-?mail|reply|letter|message|answer|customer|him|her|them)\b[^:\n]{0,60}:"
    r"|\b(?:saying|telling (?:him|her|them|the customer)) that)"
    r"\s{1,3}(?P<said>\S.*)$",
    re.IGNORECASE,
)


def _outcome(name: str, said: str) -> str | None:
    """The outcome that one part of the facts tells; `None`: none, or a choice of several."""
    if ASKS_KEY.search(name):
        return "need_info"
    if _OPEN_CASE.search(f"{name} {said}"):
        return "escalate"
    found = outcome_in(said) or outcome_in(f"{name} {said}")
    if found is None and _PAYS.search(said):
        return "refund"
    return found[0] if found is not None and len(outcomes_in(said)) < _CHOICE else None


_CHOICE = 3


def _sum_of(plain: str) -> Money | None:
    """The sum that a part names, behind its outcome or before it."""
    found = outcome_in(plain)
    return sum_in(plain, found[1] if found else 0)
