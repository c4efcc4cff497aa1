"""The way that money goes back, as a program gives it: a card, an account, a service, as it was paid."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OF_WAY = re.compile(
    r"\b(?:method|way of payment|payment|paid to|refund(?:ed)? to|goes to|card|account"
    r"|zahlungsart|zahlungsweg"
    r"|moyen|mode de|medio|betaalwijze|betaalmethode|metoda)\b",
    re.IGNORECASE,
)
_BRAND = r"(?P<brand>Visa|Master ?card|Amex|American Express|Maestro|Girocard|Debit)"
_ENDS = (
    r"(?:ending|ends?|ended|endung|endziffern|endend\w*|terminant|terminada|eindigt|eindigend|kończąc\w+"
    r"|\*{2,4}|x{4}|…|\.{3})"
)
_TO = (
    r"(?:\b(?:on ?to|to|via|by|through|into|auf|per|sur|par|a|en|op|naar|via|na)\s)?"
    r"(?:(?:the|his|her|their|your|customer['’]s|die|das|ihre?n?|deine|la|le|sa|votre|su|de|uw|het|same|own"
    r")\s){0,2}"
)
_ORIGINAL = re.compile(
    rf"{_TO}(?:original|same|ursprüngliche\w*|oorspronkelijke|pierwotn\w+)?\s?"
    r"(?:(?:payment|paying|refund) (?:method|means|card)|(?:method|means|form|way) of payment"
    r"|zahlungsmittel|zahlungsart|zahlungsweg|moyen de paiement(?: d['’]origine)?"
    r"|medio de pago(?: original)?|betaal(?:methode|middel|wijze)|metod\w+ płatności)\b",
    re.IGNORECASE,
)
_CARD = re.compile(
    rf"{_TO}(?:(?:original|credit|debit|bank) ){{0,2}}(?:{_BRAND}\b[ -]?(?:(?:credit"
    rf"|debit)[ -])?(?:card\b|karte\b"
    r"|kaart\b)?|(?:credit |debit )?(?:card|kreditkarte|karte|carte(?: bancaire)?|tarjeta|kaart|kart[aęy])\b"
    r"(?: (?P<own>Visa|Mastercard|Amex)\b)?)"
    rf"(?:[^.;:)\d\n]{{0,30}}?{_ENDS}[^.;\d\n]{{0,14}}?(?P<end>\d{{4}})\b\)?)?",
    re.IGNORECASE,
)
_BANK = re.compile(
    rf"{_TO}(?:bank (?:account|transfer)|(?:iban|account)(?= ending)|(?:sepa )?(?:bank ?)?(?:überweisung"
    r"|konto)\b|bankkonto|compte bancaire|virement(?: bancaire)?|cuenta bancaria|transferencia(?: bancaria)?"
    r"|bankrekening|overschrijving|konto bankowe|przelew\w*)"
    rf"(?:[^.;:()\d\n]{{0,16}}?{_ENDS}[^.;\d\n]{{0,14}}?(?P<end>\d{{4}})\b)?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"{_TO}(?P<name>PayPal|Klarna|Apple Pay|Google Pay|Amazon Pay|iDEAL|Bizum|BLIK|Revolut|Wise|Twint)\b"
    r"(?:[ -](?:account|konto|wallet|rekening))?",
    re.IGNORECASE,
)
_GIFT = re.compile(
    rf"{_TO}(?:gift ?card|geschenkkarte|carte cadeau|tarjeta regalo|cadeaukaart|kart\w+ podarunkow\w+)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|never|instead of|no|n['’]t)\W{1,2}(?:\w+\W){0,2}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Way:
    """How money goes back."""

    kind: str
    """As `further.toml` has it."""
    end: str = ""
    brand: str = ""
    name: str = ""


_LEADS = re.compile(
    r"(?:back )?(?:on ?to|to|via|by|through|into|auf|per|sur|par|a|en|op|naar|na)\s", re.IGNORECASE
)
_LAST_DIGITS = re.compile(
    r"^\W{0,6}(?:refund |payment )?(?:card|(?P<bank>iban|account))?\s?(?:card )?"
    r"(?:last ?4|last four|ending|ends(?: in)?|endziffern"
    r"|number)(?: digits)?\s?[:=]\s?[*x. ]{0,12}(?P<end>\d{4})\W*$",
    re.IGNORECASE,
)


def _way(kind: str, found: re.Match[str]) -> Way:
    groups = found.groupdict()
    end, brand = groups.get("end") or "", _brand(found[0]) if kind == "end" else ""
    if kind == "end" and not end:
        kind = "card"
    if kind == "bank" and end:
        kind = "bank_end"
    return Way(kind, end, brand, groups.get("name") or "")


def _brand(said: str) -> str:
    """The make of a card that is named anywhere."""
    named = re.search(_BRAND, said, re.IGNORECASE)
    return named["brand"] if named else ""


def way_in(name: str, sentence: str, known: Way | None) -> tuple[Way | None, str]:
    """The way that a sentence gives under a label, or the one known before; and the sentence without it."""
    keyed = bool(_OF_WAY.search(name))
    way, rest = known, sentence
    if (last := _LAST_DIGITS.match(sentence)) is not None:
        return Way("bank_end" if last["bank"] else "end", last["end"]), ""
    for kind, pattern in _KINDS:
        for found in pattern.finditer(rest):
            if not found[0].strip() or _NEGATED.search(rest[: found.start()]):
                continue
            one = _way(kind, found)
            if not (keyed or _LEADS.match(found[0]) or one.end or kind == "original"):
                continue
            way = one if way is None or one.end or way.kind == "original" else way
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
            break
    return way, rest


_KINDS = (("gift", _GIFT), ("original", _ORIGINAL), ("named", _NAMED), ("bank", _BANK), ("end", _CARD))
