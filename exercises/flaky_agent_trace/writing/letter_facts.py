"""The facts that a program gives for a letter: outcome and sum, a fee, what went before, what comes next.

Under any label, in lines or in sentences, in the languages that programs are written in.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.deciding.handed import Handed, grounds_in
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.coded_reasons import to_whomever, uncoded
from exercises.flaky_agent_trace.papers.drafted import PAID
from exercises.flaky_agent_trace.papers.outcomes import outcome_in, outcomes_in, sum_in
from harness.simulation.reading.values import Money, dates

from .further import ASKED_TO, MONTH, Further, further_in
from .wishes import candidates, orders_named

_SENTENCES = re.compile(
    rf"(?<=[.!?])(?!(?:(?<=\b\d\.)|(?<=\b\d\d\.))\s+(?i:{MONTH})\b)(?<!\b(?:Dr|Mr|Ms|St|Nr|No|ca)\.)"
    r"(?<!\b(?:Mrs|Str|bzw)\.)\s+(?=[^\W\d_a-zà-ž]|\d)|;"
)
"""Not behind an abbreviation, nor in `2. November`."""
_PARTS = re.compile(r"[()]| [-–—] ")
KEYED = re.compile(r"^\W{0,6}(?P<key>[^\W\d_][^:=\n]{1,40}?)\s?[:=]\s{0,3}(?P<said>\S.*)$")
_TELLS_HOW = re.compile(
    r"^\W{0,6}(?:\d{1,2}[.)]\s)?(?:please |now |only |just )*(?:write|compose|draft|produce|prepare|state"
    r"|give|name|say|sign|keep|stay|use|do not|don['’]t|never|promise|return only|return the mail|output"
    r"|answer|respond|reply with|mention|include|add|tell|explain|text|language|no more than|at most|under"
    r"|schreib\w*|nenne\w*|gib|unterschreib\w*|verfass\w*|écri\w+|rédige\w*|indique\w*|signe\w*|ne promets"
    r"|escrib\w+|firma|schrijf|onderteken|napisz|podpisz|podaj)\b"
    r"|\b(?:if|unless|whenever)\b|\w \| \w|\b(?:tone|please\W*$)",
    re.IGNORECASE,
)
"""Says how to write, or when: no fact."""
_EARLIER = re.compile(
    r"\b(?:already|earlier|previously|before (?:this|that|today)|bereits|schon|déjà|anteriormente|\bya\b"
    r"|reeds|eerder|już|wcześniej)\b",
    re.IGNORECASE,
)
_FEE = re.compile(
    r"\b(?:\w*fee|kept back|withheld|deduct\w*|retained|less|minus|\w*gebühr\w*|einbehalten|abzüglich|abzgl"
    r"|abgezogen|frais|retenus?|moins|cargo|retenid\w+|menos|\w*kosten|ingehouden|minus|opłat\w+"
    r"|potrąc\w+)\b",
    re.IGNORECASE,
)
_NO_FEE = re.compile(r"\b(?:no|without|waived|ohne|keine?|sans|sin|geen|bez)\b[^.;]{0,20}$", re.IGNORECASE)
_SHARE = re.compile(r"\b\d{1,2}(?:[.,]\d)?\s?(?:%|percent\b|per cent\b|prozent\b)", re.IGNORECASE)
_OPENED = re.compile(
    r"\b(?:opened|unsealed|unboxed|geöffnet\w*|ouvert\w*|abiert\w*|geopend\w*|otwart\w*)\b", re.IGNORECASE
)
_LABEL = re.compile(r"\b(?:label|\w*etikett\w*|étiquette|etiqueta|retourlabel|etykiet\w+)\b", re.IGNORECASE)
_BY_ITSELF = re.compile(
    r"\b(?:automatic\w*|by itself|on its own|separate\w*|sent|emailed|mailed|follows|goes? out|comes?"
    r"|automatisch|von selbst|automatiquement|automátic\w+|vanzelf|automatyczni\w+|sam\w{0,2})\b",
    re.IGNORECASE,
)
_STAYS = re.compile(
    r"\b(?:no need|need(?:s)? not|need ?n['’]t|do(?:es)?(?: not|n['’]t) (?:need|have) to|not necessary)\b"
    r"[^.;\n]{0,24}\b(?:return|send|sent|back)\w*\b|\bno return (?:is )?(?:needed|necessary|required)\b"
    r"|\bkeine rücksendung\b|\bnicht zurück\w*\b|\bpas besoin de (?:les? |la )?renvoyer\b",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"\b(?:card|karte|carte|tarjeta|kaart|kart\w)\b[^.;\d\n]{0,30}(?P<end>\d{4})\b", re.IGNORECASE
)
_ANSWERS = re.compile(
    r"\b(?:answers?|repl(?:y|ies)|responds?|be in touch|get back|writes?|decides?|antwortet|meldet|répond\w*"
    r"|antwoordt|odpowi\w+)\b[^.;\n]{0,40}?\b(?P<n>\d{1,2}|one|two|three|four|five|ten)\s"
    r"(?P<what>(?:working|business) days?|werktag\w*|arbeitstag\w*|jours ouvr\w+|werkdag\w*|dni robocz\w+)",
    re.IGNORECASE,
)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_NOTHING = re.compile(
    r"\b(?:nothing|no money|not)\b[^.;\n]{0,20}\b(?:refunded|paid|due)\b"
    r"|\bnichts\b[^.;\n]{0,20}\w*erstattet|\brien\b[^.;\n]{0,20}\brembours\w+|\bnada\b[^.;\n]{0,20}\breembols\w+"
    r"|\bniets\b[^.;\n]{0,20}\bterugbetaald|\bnic\b[^.;\n]{0,20}\bzwró\w+",
    re.IGNORECASE,
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
    r"(?P<whole>\d+[.,]\d\d)(?: ?(?:EUR|GBP|PLN|€|£|zł))?[^=\n]{0,24}? (?:[-–−]|less|minus) ?(?P<fee>\d+[.,]\d\d)"
    r"(?P<what>[^=\n]{0,60})= ?(?P<due>\d+[.,]\d\d)"
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
_WHY_KEY = re.compile(
    r"^(?:(?:the |customer |internal )?(?:reasons?|why|because|grounds?|background|explanation|rationale"
    r"|justification)(?: (?:for|to) (?:the )?customer)?|grund|begründung|hintergrund|motif|raison|motivo"
    r"|razón|reden|achtergrond|powód|uzasadnienie)$",
    re.IGNORECASE,
)
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
    further: Further = Further()
    """What else is given."""


@dataclass(frozen=True, slots=True)
class Dictated:
    """What a letter is to tell."""

    told: Handed
    facts: Facts


@lru_cache(maxsize=256)
def facts_in(text: str) -> Dictated | None:
    """The outcome that a text states, and the facts beside it."""
    reckoned = _RECKONED.search(text)
    text = _RECKONED.sub(r"\g<due>", text)
    said_at_all = [said for line in text.splitlines() for said in _SENTENCES.split(line) if said.strip()]
    sentences = [fact for said in said_at_all if (fact := _fact_of(said))]
    slots: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    paid: Money | None = None
    nothing, labelled, why = False, False, ""
    if reckoned is not None and (fee := _FEE.search(reckoned["what"]) or _SHARE.search(reckoned["what"])):
        share = _SHARE.search(reckoned["what"])
        facts |= {"fee": sum_in(reckoned["fee"]), "share": share.group() if share and fee else ""}
    asks = next((said for said in sentences if said.rstrip(" )").endswith("?")), "")
    told = [said for said in sentences if said != asks and not (_past(said, facts) or _kept(said, facts))]
    further, told = further_in(told)
    whole = [said for said in told if (key := KEYED.match(said)) and _is_why(key["key"])]
    parts = [part for said in told for part in ([said] if said in whole else _PARTS.split(said))]
    for part in (part.strip() for part in parts if part.strip()):
        key = KEYED.match(part)
        name, said = (key["key"].strip(), key["said"]) if key else ("", part)
        plain = ORDER_ID.sub(" ", f"{name} {said}")
        if _is_why(name):
            line = next((line for line in text.splitlines() if said in line), said)
            why = without_what_is_next(_why_in(line[line.find(said) :]))
        elif _noted(plain, facts) and sum_in(plain) is None:
            continue
        elif _NOTHING.search(plain):
            nothing = True
        elif name and _PAID_KEY.match(name) and (money := sum_in(ORDER_ID.sub(" ", said))) is not None:
            paid, nothing = paid or (money if money.cents else None), nothing or not money.cents
        elif "action" not in slots and (action := _outcome(name, said)):
            slots["action"] = action
            labelled = bool(_RESULT_KEY.search(name)) and len(said.split()) > _FEW
            paid = paid or (_sum_of(plain) if action == "refund" else None)
    if asks and slots.get("action", "need_info") == "need_info":
        key = KEYED.match(asks)
        slots["action"], why = "need_info", key["said"] if key else asks
    if slots.get("action") == "need_info" and not candidates(why) and len(orders_named(text)) > 1:
        why = f"which one: {' or '.join(orders_named(text))}?"
    back = next((said for said in told if _PAID_BACK.search(said)), "") if "action" not in slots else ""
    if back and paid is None:
        slots["action"], paid = "refund", sum_in(ORDER_ID.sub(" ", back))
    if "action" not in slots and _UNCLEAR.search(text) and len(orders_named(text)) > 1:
        slots["action"], why = "need_info", f"which one: {' or '.join(orders_named(text))}?"
    if "action" not in slots:
        known = "refund" if paid is not None else "deny" if nothing or "earlier" in facts else None
        if known is None:
            return None
        slots["action"] = known
    orders = {order.upper() for order in ORDER_ID.findall(text)}
    slots["order_id"] = next(iter(orders)) if len(orders) == 1 else None
    unit = _UNIT.search(text)
    slots["currency"] = _UNITS.get(unit.group(), unit.group()) if unit else None
    if slots["action"] == "refund":
        slots["amount"] = paid or facts.pop("earlier", None)
    if facts.get("fee") == paid:
        facts.pop("fee", None)
    facts["warranty"] = _WARRANTY in text
    facts["opened"] = bool(_OPENED.search(text))
    grounds = why.strip(" .") or ("" if whole else _grounds(slots, told))
    facts["nothing"] = bool(_SO_FAR.search(text))
    facts["stays"] = facts.get("stays", False) or further.stays
    loose = bool(grounds) and not why and not _LED_TO.search(text[: max(text.find(grounds[1:]) - 1, 0)])
    facts["further"] = replace(further, loose=grounds * loose, others=_others(text, told, grounds))
    bare = (
        not labelled
        and not (slots["order_id"] or slots.get("amount") or grounds)
        and Facts(**facts) == Facts()
    )
    return None if bare else Dictated(Handed(slots, grounds), Facts(**facts))


_UNCLEAR = re.compile(
    r"\b(?:cannot|can['’]t|could not|couldn['’]t|don['’]t|do not|not|un)\s?(?:yet )?(?:tell|know|say|sure|clear"
    r"|settled|decide|see|make out)\b[^.\n]{0,30}\b(?:which|whether|what)\b"
    r"|\b(?:which|what) orders?\b[^.\n]{0,30}\b(?:unclear|open|unknown|not (?:clear|known|settled))\b"
    r"|\b(?:unklar|nicht klar|wissen nicht), (?:welche|ob)\b|\b(?:pas clair|ne savons pas)\b",
    re.IGNORECASE,
)


def _is_why(key: str) -> bool:
    """Whether a label says that behind it stands why it was decided."""
    return _WHY_KEY.match(to_whomever(key.strip())) is not None


def _why_in(said: str) -> str:
    """Why it was decided, of what a program gives as the reason, less the outcome that it says again."""
    if "?" in said:
        return said
    if (words := uncoded(said)) != said:
        return words
    plain = " ".join(_CLAUSE.sub("", said).split())
    sentences = [one for one in _SENTENCES.split(plain) if one.strip()]
    told = next((one for one in sentences if outcome_in(one) is not None), None)
    if told is None:
        return said
    behind = re.search(r":\s+(?P<why>[^:]{4,200})$", told.rstrip(" ."))
    aside = re.search(r"\((?P<why>[^()]{4,200})\)\W*$", told)
    before = re.search(r"(?:^|:\s+)(?P<why>[^:]{4,200}?),? (?:so|therefore|hence|which is why)\b", told)
    found = next(
        (one["why"] for one in (before, aside, behind) if one and outcome_in(one["why"]) is None), ""
    )
    others = [one for one in sentences if one is not told and outcome_in(one) is None]
    return found or (told if not others else others[0])


_CLAUSE = re.compile(r"\s?\((?:(?:see |rule |clause |§ ?)?[A-Z]-\d(?:, | and )?)+\)|(?<=\w) [A-Z]-\d(?=[:,])")


def _fact_of(said: str) -> str:
    """A sentence, of one that says how to write what stands behind its colon; empty: no fact."""
    if not _TELLS_HOW.search(said) or _FLAG.search(said):
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


def _past(said: str, facts: dict[str, Any]) -> bool:
    """Note what a sentence says to have been paid back before; false where it says nothing of the kind."""
    plain = ORDER_ID.sub(" ", said)
    if not (_EARLIER.search(plain) and PAID.search(plain)):
        return False
    money, on, card = sum_in(plain), dates(plain), _CARD.search(plain)
    facts |= {"earlier": money} if money is not None else {}
    facts |= {"on": on[0].value} if on else {}
    facts |= {"card": card["end"]} if card else {}
    return money is not None or bool(on)


def _kept(said: str, facts: dict[str, Any]) -> bool:
    """Note the fee of which a sentence tells; false where it says something else as well, or nothing."""
    plain = _LEVELLED.sub(" ", ORDER_ID.sub(" ", said))
    fee, share = _FEE.search(plain), _SHARE.search(plain)
    if fee is None or _NO_FEE.search(plain[: fee.start()]):
        return False
    alone = outcome_in(plain) is None and not PAID.search(plain)
    facts |= {"share": share.group()} if share else {}
    bare = _SHARE.sub(lambda share: " " * len(share.group()), plain)
    near = _IS_KEPT.search(bare)
    money = sum_in(bare[fee.end() :]) or (sum_in(near[0]) if near else sum_in(bare) if alone else None)
    facts |= {"fee": money} if money is not None else {}
    return alone and money is not None


_IS_KEPT = re.compile(
    r"\d[\d.,]* ?(?:EUR|GBP|PLN|€|£|zł)?(?: of (?:it|that|this))? (?:(?:is|are|was|were|has been|have been) )?"
    r"(?:kept|withheld|deducted|retained|einbehalten|abgezogen|retenus?|ingehouden)\b",
    re.IGNORECASE,
)
_LEVELLED = re.compile(r"[()]")


def _noted(plain: str, facts: dict[str, Any]) -> bool:
    """Note what a part says of what comes next; false where it says nothing of the kind."""
    if (days := _ANSWERS.search(plain)) is not None:
        facts["days"] = _NUMBERS.get(days["n"].casefold()) or int(days["n"])
        return True
    if _LABEL.search(plain):
        facts["label"] = bool(_BY_ITSELF.search(plain)) or facts.get("label", False)
        return True
    if _STAYS.search(plain):
        facts["stays"] = True
        return True
    return False


_LED_TO = re.compile(
    r"(?:\b(?:because|since|as|for|so|why|reasons?|due to|weil|da|denn|wegen|car|parce que|porque|omdat"
    r"|ponieważ|gdyż)\b\W{0,3}|[:(])\s*$",
    re.IGNORECASE,
)


def _others(text: str, told: list[str], grounds: str) -> tuple[str, ...]:
    """The sentences behind the outcome, in its paragraph, that are of no kind that is known."""
    at = next((at for at, said in enumerate(told) if outcome_in(said) is not None), None)
    if at is None:
        return ()
    start = text.find(told[at][-20:])
    block = text[start:].partition("\n\n")[0] if start >= 0 else ""
    above = text[: max(start, 0)].rpartition("\n\n")[2]
    return tuple(
        said.strip(" -*•")
        for number, said in enumerate(told)
        if number != at
        and (said.strip() in block if number > at else _LISTED.match(said) and said.strip() in above)
        and _STATES.match(said.strip(" -*•"))
        and not (KEYED.match(said) or outcome_in(said) or _OF_WRITING.search(said) or said.endswith("?"))
        and said.strip(" .").casefold() not in grounds.casefold()
        and not (grounds and grounds.casefold() in said.casefold())
        and not (_past(said, {}) or _kept(said, {}) or _noted(ORDER_ID.sub(" ", said), {}))
    )


_STATES = re.compile(
    r"(?:we|our|the|your|she|he|her|his|this|that|it|they|an?|there|until|from|both|all|no)\b[^?]{0,60}?"
    r"\b(?:is|are|was|were|has|have|had|will|can|cannot|may|must|could|does|do|did|came|\w{3,}(?:[^s\W]s|ed))\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s{0,8}[-*•]\s")
_OF_WRITING = re.compile(
    r"\b(?:repl(?:y|ies)|letters?|e-?mails?|mails?|answers?|sentences?|tone|words?|polic(?:y|ies)|handbook"
    r"|rules?|wrote|writes?|tickets?|json|format|decided|decision|refund\w*|desk|you)\b",
    re.IGNORECASE,
)
"""Speaks to the writer, or of the case itself."""


def without_what_is_next(grounds: str) -> str:
    """A reason without the sentences that tell what comes next: a letter says these in its own words."""
    left = grounds
    for one in _SENTENCES.split(grounds):
        if _noted(one, {}) or _kept(one, {}) or ASKED_TO.match(one):
            left = left.replace(one, "", 1)
        else:
            left = left.replace(one.strip(), " ".join(further_in([one.strip()])[1]), 1)
    return " ".join(left.split()).strip(" ;.") if left != grounds else grounds


def tells_what_is_next(said: str) -> bool:
    """Whether a sentence tells the writer what comes next, as an order to the writer may seem to."""
    return _noted(said, {})


def _grounds(slots: dict[str, Any], sentences: list[str]) -> str:
    """Why it was decided, as the sentence that tells the outcome says it, or the one behind it."""
    plain = (_LINK.sub("", said) for said in sentences)
    told = [said for said in plain if not _past(said, {}) and not _noted(ORDER_ID.sub(" ", said), {})]
    at = next((at for at, said in enumerate(told) if outcome_in(said) is not None), None)
    if at is None:
        return ""
    said = grounds_in({"action": slots["action"]}, told[at])
    if said and not _BARE_IDS.fullmatch(said):
        return said
    found = outcome_in(told[at])
    if (colon := _BEHIND.search(told[at], found[1] if found is not None else 0)) is not None:
        return colon["said"].strip(" .")
    if said:
        return said
    behind = re.split(r" [-–—] ", told[at], maxsplit=1)[1:]
    last = _LAST.search(re.sub(r"\([^()]*\)", "", ORDER_ID.sub("", told[at])))
    after = [
        said for said in told[at + 1 : at + 2] if not KEYED.match(said) and _SENTENCE.match(said.strip())
    ]
    said = next((one for one in [*behind, last["said"] if last else "", *after] if one.strip()), "").strip(
        " ."
    )
    if _NOTHING.search(said) or outcome_in(said) is not None:
        return ""
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


_BARE_IDS = re.compile(r"[A-Z]-\d(?: [A-Z]-\d)*")
_BEHIND = re.compile(r":\s{1,3}(?P<said>(?!\d+[.,]\d\d)\w{1,20} [^:]{6,200})$")
"""What stands behind the outcome and a colon, where else only a clause is named."""
_LINK = re.compile(r"[:(,]?\s{0,3}(?:https?://)?[\w-]{1,40}(?:\.[\w-]{1,40}){1,3}/\S{0,80}")
_LAST = re.compile(r"[:,]\s{0,3}(?P<said>[^\W\d_]{2,20} (?!\d+[.,]\d\d)[^,:]{6,120})\W{0,3}$")
"""A few words behind the last comma."""
_SENTENCE = re.compile(r"[^\W\d_]\w{0,20} \w[^:=]{8,160}$")
