"""What a mail lets its reader know of people and banks, whatever the shop's records say.

The words have to stand in the context. Some say it by themselves; of others the shop's own facts tell
whether they mean it: a customer who looks for a refund at the bank disputes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exercises.flaky_agent_trace.shop.records import Order

from .mind import Mind

_DISPUTED = re.compile(
    r"\bcharge-?backs?\b|\bdisput(?:e|ed|ing) (?:the |this |that )?(?:charge|payment|transaction)"
    r"|\brückbuch\w{0,6}|\brétrofacturation\b|\bcontracargo\b|\bterugboeking\b|\bobciążenie zwrotne\b",
    re.IGNORECASE,
)
_BANK = re.compile(
    r"\b(?:bank\w{0,3}|(?:credit )?card (?:company|issuer|provider)|paypal|visa|mastercard|"
    r"kreditkart\w{0,12}|banque|émetteur|banco|tarjeta|creditcard\w{0,14}|karty|dispute[ds]?|litige|disputa|geschil)\b",
    re.IGNORECASE,
)
_FOR_ANOTHER = re.compile(
    r"\bon behalf of\b|\bim (?:Namen|Auftrag)\b|\bau nom de\b|\bde la part de\b|\ben nombre de\b"
    r"|\bnamens\b|\bw imieniu\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(?:(?:my|our) (?:\w{2,12}[ -]){0,2}(?:mother|father|mum|mom|dad|aunt|uncle|wife|husband|partner|son|"
    r"daughter|brother|sister|friend|colleague|neighbou?r|boss|grand\w{3,8}|flatmate|in-laws?)"
    r"|mein\w{0,2} \w{3,20}|m(?:a|on) \w{3,20}|mi \w{3,20}|mijn \w{3,20}|moj\w{1,3} \w{3,20}"
    r"|for (?:him|her|them)|für (?:sie|ihn)|pour (?:elle|lui)|para ell[ao]|voor (?:haar|hem)"
    r"|dla (?:niej|niego))\b",
    re.IGNORECASE,
)


def disputes(mind: Mind) -> bool | None:
    """Whether the mail says that a bank was asked for the money; `None` where there is no mail."""
    if not mind.mail.present:
        return None
    open_one = any(order.chargeback == "open" for order in _meant(mind))
    return _says(mind, _DISPUTED) or (open_one and _says(mind, _BANK))


def for_another(mind: Mind) -> bool | None:
    """Whether the mail says that it is written for somebody else; `None` where there is no mail."""
    if not mind.mail.present:
        return None
    sender = mind.scene.state.ticket.sender.email.lower()
    strange = any(
        sender not in {address.lower() for address in (order.customer.email, *order.customer.also)}
        for order in _meant(mind)
    )
    return _says(mind, _FOR_ANOTHER) or (strange and _says(mind, _ANOTHER))


def _meant(mind: Mind) -> Iterator[Order]:
    known = {fact.value for fact in mind.scene.meaning.facts if fact.fact == "order"}
    return (order for order in mind.scene.state.orders if order.id in known)


def _says(mind: Mind, words: re.Pattern[str]) -> bool:
    """Whether a line of the mail that stands in the context has such words; quoted mails are no news."""
    lines = [line for line in mind.scene.written.splitlines() if words.search(line)]
    pieces = [piece for piece in mind.context.pieces if piece.source != "call"]
    said = [match.group() for line in lines for match in words.finditer(line)]
    return any(
        mind.scene.mail_share(piece) > 0 and piece.folded.has(word) for word in said for piece in pieces
    )
