"""What in a case may make a model shy of settling it: each doubt rests on something that stands there.

None of them is a reason to hand over; whoever errs by handing over takes one for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from exercises.flaky_agent_trace.papers.feelings import anger
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Ask, Facts
from exercises.flaky_agent_trace.shop.records import Order

DOUBT = "doubt"
"""No clause, and nothing in particular: the case is not clear enough."""
RESTS_ON = {
    "doubt_earlier": "M-3", "doubt_claimed": "M-1", "doubt_part": "M-1", "doubt_damage": "D-1",
    "doubt_wrong": "D-1", "doubt_state": "R-2", "doubt_days": "R-1", "doubt_delay": "L-1",
    "doubt_parcel": "L-2", "doubt_stopped": "L-4", "doubt_goodwill": "M-4", "doubt_public": "H-5",
    "doubt_large": "H-2", "doubt_sale": "R-3", "doubt_shipping": "M-2", "doubt_asks": "", "doubt_upset": "",
}  # fmt: skip
"""Doubt → the clause that it is about; its words stand among the reasons in `letters.toml`."""
_BY_ISSUE = {
    "damaged": "doubt_damage", "wrong_item": "doubt_wrong", "late": "doubt_delay",
    "not_arrived": "doubt_parcel", "cancel": "doubt_stopped",
}  # fmt: skip
_UPSET, _LARGE, _LARGE_PLN, _SHORE = 0.35, Decimal(120), Decimal(450), 20
"""How angry, how much, and after how many days somebody begins to wonder."""
_AGAIN = 2
_PUBLIC = re.compile(
    r"\b(?:reviews?|trustpilot|social media|twitter|facebook|instagram|newspapers?|press|go(?:ing)? public"
    r"|bewertung\w*|rezension\w*|öffentlich\w*|presse|avis|réseaux sociaux|reseñas?|redes sociales"
    r"|recensies?|beoordeling\w*|opini[aęi]\w*|recenzj\w*)\b",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"\b(?:photo\w*|pictures?|pics?|images?|attach\w+|enclosed|fotos?|bild(?:er)?|anbei|anhang|jointes?"
    r"|adjunt\w+|bijlage|zdjęci\w+|załącz\w+)\b",
    re.IGNORECASE,
)


def is_doubt(reason: str) -> bool:
    """Whether the grounds of a handover are the model's own doubt, and no clause."""
    return reason.split("_", maxsplit=1)[0] == DOUBT


def given_back(mind: Mind) -> bool:
    """Whether a handover has been turned down more than once: nobody goes on proposing the same for ever."""
    refused = sum(deed.kind == "escalate" and deed.trouble in {"invalid", "refused"} for deed in mind.deeds)
    return max(refused, mind.refuted.times) >= _AGAIN


def doubts_in(mind: Mind, facts: Facts) -> Iterator[str]:
    """The doubts that something in the case gives room for, each with its clause where that is at hand."""
    for doubt in dict.fromkeys(_found(mind, facts)):
        clause = RESTS_ON[doubt]
        yield f"{doubt} {clause}" if clause in mind.clauses else doubt


def _found(mind: Mind, facts: Facts) -> Iterator[str]:
    order = facts.order
    if order is not None:
        yield from _of_order(order)
    told = (piece.text for piece in mind.context.pieces if mind.scene.mail_share(piece) > 0)
    shown = any(_PICTURE.search(text) for text in told)
    requests = (found for ask in facts.asks for found in _of_request(ask, facts, order))
    yield from (doubt for doubt in requests if not (shown and doubt == "doubt_damage"))
    if len({ask.issue for ask in facts.asks}) > 1:
        yield "doubt_asks"
    if mind.mail.present:
        yield from _of_mail(mind)


def _of_order(order: Order) -> Iterator[str]:
    if order.refunds:
        yield "doubt_earlier"
    if any(item.final_sale for item in order.items):
        yield "doubt_sale"
    if order.total > (_LARGE_PLN if order.currency == "PLN" else _LARGE):
        yield "doubt_large"


def _of_request(ask: Ask, facts: Facts, order: Order | None) -> Iterator[str]:
    if ask.issue in _BY_ISSUE:
        yield _BY_ISSUE[ask.issue]
    if ask.issue in {"goodwill", "already_paid_back"}:
        yield "doubt_goodwill" if ask.issue == "goodwill" else "doubt_earlier"
    if order is None or ask.issue != "changed_mind":
        return
    wanted = {sku for sku, _ in ask.items} or {item.sku for item in order.items}
    if ask.opened is None and any(
        item.category == "electronics" for item in order.items if item.sku in wanted
    ):
        yield "doubt_state"
    if order.delivered is not None and (facts.received - order.delivered).days >= _SHORE:
        yield "doubt_days"
    if len(wanted) < len(order.items) or any(pieces for _, pieces in ask.items):
        yield "doubt_part"
    elif order.shipping_fee:
        yield "doubt_shipping"


def _of_mail(mind: Mind) -> Iterator[str]:
    written = mind.scene.written
    if any(decoy.fact == "amount" for decoy in mind.mail.decoys):
        yield "doubt_claimed"
    if _PUBLIC.search(written):
        yield "doubt_public"
    if anger(written) >= _UPSET:
        yield "doubt_upset"
