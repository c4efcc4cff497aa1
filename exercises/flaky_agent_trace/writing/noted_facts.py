"""Facts that a letter's own sentences tell: what was paid before, a fee that was kept, what comes next."""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.drafted import PAID
from exercises.flaky_agent_trace.papers.outcomes import outcome_in, sum_in
from harness.simulation.reading.counts import IN_WORDS, count_of
from harness.simulation.reading.values import dates

from .further import ASKED_TO, further_in
from .times_given import MONTH

SENTENCES = re.compile(
    rf"(?<=[.!?])(?!(?:(?<=\b\d\.)|(?<=\b\d\d\.))\s+(?i:{MONTH})\b)(?<!\b(?:Dr|Mr|Ms|St|Nr|No|ca)\.)"
    r"(?<!\b(?:Mrs|Str|bzw)\.)\s+(?=[^\W\d_a-zà-ž]|\d)|;"
)
"""Not behind an abbreviation, nor in `2. November`."""
_EARLIER = re.compile(
    r"\b(?:already|earlier|previously|before (?:this|that|today)|bereits|schon|déjà|anteriormente|\bya\b"
    r"|reeds|eerder|już|wcześniej)\b",
    re.IGNORECASE,
)
FEE = re.compile(
    r"\b(?:\w*fee|kept back|withheld|deduct\w*|retained|less|minus|\w*gebühr\w*|einbehalten|abzüglich|abzgl"
    r"|abgezogen|frais|retenus?|moins|cargo|retenid\w+|menos|\w*kosten|ingehouden|minus|opłat\w+"
    r"|potrąc\w+)\b",
    re.IGNORECASE,
)
_NO_FEE = re.compile(r"\b(?:no|without|waived|ohne|keine?|sans|sin|geen|bez)\b[^.;]{0,20}$", re.IGNORECASE)
SHARE = re.compile(r"\b\d{1,2}(?:[.,]\d)?\s?(?:%|percent\b|per cent\b|prozent\b)", re.IGNORECASE)
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
    r"|antwoordt|odpowi\w+)\b[^.;\n]{0,40}?\b(?P<n>\d{1,2}|"
    rf"{IN_WORDS})\s"
    r"(?P<what>(?:working|business) days?|werktag\w*|arbeitstag\w*|jours ouvr\w+|werkdag\w*|dni robocz\w+)",
    re.IGNORECASE,
)


def past_in(said: str, facts: dict[str, Any]) -> bool:
    """Note what a sentence says to have been paid back before; false where it says nothing of the kind."""
    plain = ORDER_ID.sub(" ", said)
    if not (_EARLIER.search(plain) and PAID.search(plain)):
        return False
    money, on, card = sum_in(plain), dates(plain), _CARD.search(plain)
    facts |= {"earlier": money} if money is not None else {}
    facts |= {"on": on[0].value} if on else {}
    facts |= {"card": card["end"]} if card else {}
    return money is not None or bool(on)


def kept_in(said: str, facts: dict[str, Any]) -> bool:
    """Note the fee of which a sentence tells; false where it says something else as well, or nothing."""
    plain = _LEVELLED.sub(" ", ORDER_ID.sub(" ", said))
    fee, share = FEE.search(plain), SHARE.search(plain)
    if fee is None or _NO_FEE.search(plain[: fee.start()]):
        return False
    alone = outcome_in(plain) is None and not PAID.search(plain)
    facts |= {"share": share.group()} if share else {}
    bare = SHARE.sub(lambda share: " " * len(share.group()), plain)
    near = _IS_KEPT.search(bare)
    money = sum_in(bare[fee.end() :]) or (sum_in(near[0]) if near else sum_in(bare) if alone else None)
    facts |= {"fee": money} if money is not None else {}
    return alone and money is not None


_IS_KEPT = re.compile(
    r"(?<![\d.,])\d[\d.,]{0,12} ?(?:EUR|GBP|PLN|€|£|zł)?(?: of (?:it|that|this))? "
    r"(?:(?:is|are|was|were|has been"
    r"|have been) )?"
    r"(?:kept|withheld|deducted|retained|einbehalten|abgezogen|retenus?|ingehouden)\b",
    re.IGNORECASE,
)
_LEVELLED = re.compile(r"[()]")


def noted_in(plain: str, facts: dict[str, Any]) -> bool:
    """Note what a part says of what comes next; false where it says nothing of the kind."""
    if (days := _ANSWERS.search(plain)) is not None:
        facts["days"] = count_of(days["n"])
        return True
    if _LABEL.search(plain):
        facts["label"] = bool(_BY_ITSELF.search(plain)) or facts.get("label", False)
        return True
    if _STAYS.search(plain):
        facts["stays"] = True
        return True
    return False


def without_what_is_next(grounds: str) -> str:
    """A reason without the sentences that tell what comes next: a letter says these in its own words."""
    left = grounds
    for one in SENTENCES.split(grounds):
        if noted_in(one, {}) or kept_in(one, {}) or ASKED_TO.match(one):
            left = left.replace(one, "", 1)
        else:
            left = left.replace(one.strip(), " ".join(further_in([one.strip()])[1]), 1)
    return " ".join(left.split()).strip(" ;.") if left != grounds else grounds


def tells_what_is_next(said: str) -> bool:
    """Whether a sentence tells the writer what comes next, as an order to the writer may seem to."""
    return noted_in(said, {})
