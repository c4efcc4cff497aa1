"""A sheet of facts on a case, as programs give it to whoever writes or checks a letter.

In JSON, in lines or in tags, its outcome in a code or in a sentence, in the languages of the shop's letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from harness.simulation.reading.blobs import blobs

from .drafted import outcome_said
from .fields import is_record, slots_in
from .outcomes import outcome_in, sum_in

Json = Any
_LINE = re.compile(
    r"^[ \t>]{0,8}(?:[-*•][ \t]{1,3})?\*{0,2}(?P<key>[^\W\d][\w '’/()-]{1,40}?)\*{0,2}[ \t]{0,3}"
    r"[:=]\*{0,2}[ \t]{1,3}"
    r"(?P<said>\S[^\n]{0,400})$",
    re.MULTILINE,
)
_TAG = re.compile(r"<(?P<key>[^\W\d][\w-]{1,30})(?:\s[^<>]{0,60})?>(?P<said>[^<>]{0,400})</(?P=key)>")
_KEY = re.compile(
    r"^(?:the )?(?:outcomes?|results?|what (?:was|is|we|has been|have) (?:decided|done|told|settled)"
    r"|decided|settled"
    r"|ausgang|was entschieden wurde|résultat|issue du dossier|wynik)$",
    re.IGNORECASE,
)
"""Names what came of a case; the rest are names of a decision."""
_DECIDES = frozenset({"action", "ruling", "letter_outcome"})
_IN_LANGUAGE = re.compile(r"\b(?:write|reply|answer|mail|letter|schreib\w*)\b[ _]in$", re.IGNORECASE)
_OF_LETTER = re.compile(
    r"^(?:language|sprache|langue|idioma|taal|język)\b[^:]{0,20}$|\blanguage$", re.IGNORECASE
)
_CLAUSE = re.compile(r"[;,:.](?:\s+|$)|\s[–—-]\s|\s(?:and|und|et|y|en|i|but|aber|mais|pero|maar|ale)\s")
_DESK = re.compile(
    r"\b(?:(?:refunds?|returns?) (?:desk|team|department)|(?:rück)?erstattungs-?(?:abteilung|team|stelle)"
    r"|service (?:des )?remboursements?|(?:departamento|equipo|servicio) de reembolsos"
    r"|(?:afdeling )?terugbetaal(?:afdeling|team)|afdeling terugbetalingen|dział\w* zwrotów)\b",
    re.IGNORECASE,
)
"""The people who take cases over: their name speaks of refunds, and tells of none."""
_TAKEN_OVER = re.compile(
    r"\b(?:übergeben|übergibt|weitergegeben|weitergeleitet|abgegeben|übernimmt|confié\w*|transmis\w*"
    r"|repris\w*|pasado|remitido|derivado|trasladado|overgedragen|doorgegeven|doorgestuurd|przekaza\w+|przejmuje)\b"
    r"|\b(?:human|person|supervisor|manager|specialist|colleague|desk)\b[^.;]{0,20}\b(?:decides"
    r"|will (?:decide|look)"
    r"|takes|looks|has)\b|\b(?:passed|handed|given|sent|forwarded|referred) (?:the case |it )?on\b",
    re.IGNORECASE,
)
_CUSTOMER = (
    r"(?:customer|client|sender|buyer|they|he|she|kund(?:e|in)|client[e]?|cliente|klant|klient(?:k?a)?)"
)
_ASKED_BACK = re.compile(
    rf"\b{_CUSTOMER} (?:has to|have to|must|needs? to|should|is to|still has to|muss|soll|doit|debe"
    rf"|tiene que|moet"
    r"|musi)\b[^.;]{0,30}?\b(?:tell|say|name|clarify|confirm|specify|answer|explain|let us know|sagen"
    r"|nennen|mitteilen"
    r"|klären|dire|indiquer|préciser|nommer|decir\w*|indicar\w*|aclarar\w*|zeggen|noemen|laten weten"
    r"|powiedzieć"
    r"|podać|wyjaśnić)\b"
    rf"|\bneed(?:s|ed)? (?:to (?:know|hear|learn|ask)|an answer|more|further)\b[^.;]{{0,30}}\b{_CUSTOMER}\b"
    rf"|\b(?:until|till|before|bis|jusqu|hasta|totdat|dopóki)\b[^.;]{{0,12}}\b{_CUSTOMER}\b[^.;]{{0,20}}?"
    r"\b(?:tells?|says?|names?|answers?|confirms?|clarifies|has (?:told|said|answered))\b"
    rf"|\b(?:wait\w*|await\w*)\b[^.;]{{0,20}}\b{_CUSTOMER}(?:['’]s)? (?:answer|reply|word)"
    rf"|\bask(?:s|ed|ing)?\b(?! (?:for a refund|for (?:his|her|their"
    rf"|the) money))[^.;]{{0,30}}\b(?:which|what|whether"
    r"|for (?:the|an?|more) (?:order|number|details?|info\w*|photos?))\b"
    rf"|\bneeds? [^.;]{{2,40}} from the {_CUSTOMER}\b"
    rf"|\bpending (?:the )?{_CUSTOMER}(?:['’]s)? (?:answer|reply)"
    r"|\bwe (?:have to |must |need to |will |now )?ask\b|\b(?:which|what|welche\w*|quell?e?s?|qué|cuál"
    r"|welke|któr\w+)\b[^.;]*\?"
    r"|\b(?:question|query) (?:back|goes|sent|put)\b|\b(?:wir fragen|gefragt|nachgefragt|rückfrage\w*)\b"
    r"|\b(?:on|nous) demand\w+\b[^.;]{0,40}\bquel\w*|\b(?:preguntamos|se pregunta)\b|\b(?:we|wij) vragen\b"
    r"|\b(?:pytamy|prosimy)\b",
    re.IGNORECASE,
)
"""That the customer has to tell something first."""
_NO_PAY = re.compile(
    r"\b(?:gets?|receives?) nothing\b|\b(?:nothing|no (?:money|sum|payment)|nichts|kein geld|rien|nada"
    r"|niets|nic)\b[^.;]{0,20}\b(?:paid|payable|due|refunded|reimbursed"
    r"|transferred|(?:aus|be)?gezahlt|bezahlt|payé\w*|versé\w*|pag\w+|betaald|uitbetaald|wypłac\w+|płac\w+)\b"
    r"|\bkeine (?:zahlung|erstattung)\b|\baucun (?:paiement|remboursement)\b|\bningún (?:pago|reembolso)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:refusée?s?|rejetée?s?|rechazad\w+|denegad\w+|geweigerd|afgewezen|odrzucon\w+|odmówion\w+"
    r"|abgelehnt|ablehn\w+|odmowa|refus|refused|declined|rejected|denied|not (?:accepted|granted"
    r"|approved))\b",
    re.IGNORECASE,
)
_SO_FAR = re.compile(
    r"\b(?:so far|as yet|yet|for (?:now|the time being|the moment)|at present|until|till|before"
    r"|meanwhile|vorerst"
    r"|bisher|bislang|noch|zunächst|pour l['’]instant|pour le moment|encore|de momento|por ahora"
    r"|todavía|voorlopig"
    r"|nog|na razie|jeszcze|dotąd)\b",
    re.IGNORECASE,
)
"""Says how it stands, and not what comes of it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is given as fact."""

    slots: dict[str, Any]
    """`action`, unless its outcome is not read, `order_id`, `amount`, `currency`, `reason`; `orderless`: a
    question is put, and the order is said to be none yet.
    """
    language: str | None
    text: str
    start: int


@lru_cache(maxsize=1024)
def outcome_told(words: str) -> str | None:
    """The outcome that a few words or a sentence tell: by the first part that tells one.

    What is only so far, `nothing is paid for now`, is none.
    """
    plain = _DESK.sub("refunds desk", words.replace("_", " "))
    return next((told for part in _CLAUSE.split(plain) if (told := _part_told(part))), None)


_CODE = 3
"""Words."""


def _part_told(part: str) -> str | None:
    if _ASKED_BACK.search(part):
        return "need_info"
    handed = _TAKEN_OVER.search(part) or "refunds desk" in part
    if handed:
        return "escalate"
    if _REFUSED.search(part):
        return "deny"
    unpaid = _NO_PAY.search(part)
    found = outcome_in(part)
    action = "deny" if unpaid else found[0] if found is not None else outcome_said(part) or _code(part)
    return None if action == "deny" and _SO_FAR.search(part) else action


def _code(part: str) -> Any:
    """The outcome that a word or two name."""
    return vocabulary().ontology.value_of("action", part) if len(part.split()) <= _CODE else None


@lru_cache(maxsize=512)
def sheets_in(text: str) -> tuple[Sheet, ...]:
    """Every sheet that states what came of a case, be its outcome read or not, in order."""
    found = (_sheet(*laid) for laid in _laid_out(text))
    return tuple(sorted((sheet for sheet in found if sheet is not None), key=lambda sheet: sheet.start))


@lru_cache(maxsize=512)
def language_in(text: str) -> str | None:
    """The language that facts name last, by a code or its name, be an outcome with them or not."""
    named = [_language(value, {key: _means(key) for key in value}) for value, _, _ in _laid_out(text)]
    told = _TO_BE_IN.search(text)
    said = vocabulary().ontology.value_of("language", told["name"]) if told is not None else None
    return next((one for one in reversed(named) if one), said)


_TO_BE_IN = re.compile(
    r"\b(?:mail|e-?mail|letter|reply|draft|answer|message)\b (?:has to|must|should|is to"
    r"|needs to) be (?:written )?in "
    r"(?P<name>[A-Z][a-z]{3,9})\b"
)


def _laid_out(text: str) -> Iterator[tuple[Mapping[str, Json], str, int]]:
    """Objects, tags and blocks of lines: what each says by key, its text, and where that stands."""
    shown = blobs(text)
    for blob in shown:
        blank = re.sub(r"[^\n]", " ", blob.raw)
        text = text[: blob.start] + blank + text[blob.start + len(blob.raw) :]
        value = blob.value
        inner = [one for one in value.values() if isinstance(one, dict)] if isinstance(value, dict) else []
        for one in (value, *inner):
            if isinstance(one, dict) and not is_record(one):
                yield one, blob.raw, blob.start
    tags = list(_TAG.finditer(text))
    if tags:
        said = text[tags[0].start() : tags[-1].end()]
        yield {tag["key"]: tag["said"].strip() for tag in tags}, said, tags[0].start()
    for block in _BLOCK.finditer(text):
        lines = {line["key"].strip(): line["said"].strip() for line in _LINE.finditer(block[0])}
        if lines:
            yield lines, block[0], block.start()


_BLOCK = re.compile(r"(?:^[ \t]*\S[^\n]*(?:\n|$))+", re.MULTILINE)


def _sheet(value: Mapping[str, Json], raw: str, start: int) -> Sheet | None:
    names = {key: _means(key) for key in value}
    told = [str(value[key]) for key, slot in names.items() if slot == "action" and value[key]]
    if not told or len({*names.values()} & _BESIDE) < 1 or "issue" in names.values():
        return None
    slots = slots_in({key: said for key, said in value.items() if names[key] != "action"})
    slots["action"] = outcome_told(told[0])
    if slots["action"] == "refund" and slots.get("amount") is None:
        sums = [said for key, said in value.items() if not _FEE.search(key) and isinstance(said, str | float)]
        slots["amount"] = _paid(told[0], sums)
    orders = [value[key] for key, slot in names.items() if slot == "order_id"]
    if slots["action"] == "need_info" and orders and not slots.get("order_id"):
        slots["orderless"] = True
    kept = {slot: slots[slot] for slot in _KEPT if slots.get(slot) is not None}
    return Sheet(kept, _language(value, names), raw, start)


_FEE = re.compile(
    r"fee|kept|withheld|deduct|price|total|gebühr|einbehalt|frais|retenu|gastos|comisi|kosten|ingehoud|opłat|potrąc",
    re.IGNORECASE,
)
"""Names a sum that is not what is paid."""


def _paid(told: str, values: list[Json]) -> Any:
    """The sum that the outcome names, else the only one that the sheet has."""
    sums = [paid for said in values if (paid := sum_in(ORDER_ID.sub(" ", str(said)))) is not None]
    own = sum_in(ORDER_ID.sub(" ", told))
    return own or (sums[0] if len({paid.cents for paid in sums}) == 1 else None)


_KEPT = ("action", "order_id", "amount", "currency", "reason", "orderless")
_BESIDE = frozenset({"order_id", "amount", "language", "reason", "name", "reasoning", "grounds"})
"""What a sheet says besides the outcome, at least one of it."""


def _means(key: str) -> str | None:
    plain = " ".join(key.replace("_", " ").split())
    if _IN_LANGUAGE.search(plain):
        return "language"
    if _OF_LETTER.match(plain):
        return "language"
    slot = vocabulary().ontology.slot_of(key)
    return "action" if _KEY.match(plain) or slot in _DECIDES else slot


def _language(value: Mapping[str, Json], names: Mapping[str, str | None]) -> str | None:
    said = next((value[key] for key, slot in names.items() if slot == "language"), None)
    return vocabulary().ontology.value_of("language", said) if isinstance(said, str) else None
