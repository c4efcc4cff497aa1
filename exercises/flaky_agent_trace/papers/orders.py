"""An order as the context shows it, in the shape that the handbook's reasoning takes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.shop.records import Customer, Item, Note, Order, PastRefund
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.records import Record
from harness.simulation.reading.values import Money


def order_email(record: Record) -> str | None:
    """The address of an order as the context shows it."""
    email = record.get("email")
    return None if email is None else str(email)


def described(record: Record) -> bool:
    """Whether the context shows more of an order than its number."""
    return bool(record.parts or set(record.values) - {"id"})


_AS_EXAMPLE = re.compile(
    r"(?:\b(?:such as|for (?:example|instance)|e\.g\.?|eg|examples?|samples?|format|pattern|shape|of the form"
    r"|in the (?:form|style)|similar to"
    r"|(?:looks?|written|spelled|typed|numbers?|ids?|something|anything) (?:like|as)"
    r"|z\. ?b\.|zum beispiel|beispiel|etwa|aus wie|par exemple|p\. ?ex\.|sous la forme|comme ceci"
    r"|por ejemplo|p\. ?ej\.|de la forma|bijvoorbeeld|bijv\.|zoals|na przykład|np\.|w formacie)"
    r"|[,(] ?(?:like|say,?|wie|comme|como|jak))"
    r"(?: (?:is|are|as|in|of|an?|the|number|order|id|reference))*[\W_]{0,4}$",
    re.IGNORECASE,
)
"""What makes the number behind it an example of how numbers look."""
_BEFORE = 60


def only_examples(texts: Iterable[str], order_id: str) -> bool:
    """Whether a number stands in these texts as an example of how numbers look, and in no other way."""
    before = [
        text[max(0, found.start() - _BEFORE) : found.start()]
        for text in texts
        for found in re.finditer(rf"{re.escape(order_id)}(?!\d)", text, re.IGNORECASE)
    ]
    return bool(before) and all(map(_AS_EXAMPLE.search, before))


_NONE_SUCH = (
    re.compile(
        r"\bno (?:such )?(?:order|purchase)(?: number(?:ed)?)?\b[\W_]{0,4}(?P<id>HL-\d{6})", re.IGNORECASE
    ),
    re.compile(
        r"(?P<id>HL-\d{6})[`\"'”’]?:? (?:(?:was|is|could) not (?:be )?(?:found|known|there|on file|one of)"
        r"|(?:does not|doesn't|did not|didn't) exist|(?:isn't|wasn't|couldn't be) (?:found|known|there)"
        r"|not found|is unknown|unknown\b|is no order)",
        re.IGNORECASE,
    ),
)


_NO_ENTRY = re.compile(
    r"^[ \t>*•([-]{0,8}(?P<id>HL-\d{6})[`\"'”’)\]]?[ \t]{0,2}[:=–—-]{1,2}[ \t]{0,2}"
    r"(?:there is |there's |is )?(?:(?:no|not an?) (?:such |known |existing )?(?:order|purchase|record"
    r"|match)\b|not (?:found|known|on file)"
    r"|unknown\b|does not exist|none\b)[^\n]{0,30}$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line of a list that says there is no such order."""


def denied(context: Context) -> frozenset[str]:
    """The numbers that no order has: by an entry in a list of orders, by results and what is said since."""
    answered = next((p.index for p in context.pieces if p.source in {"assistant", "call"}), None)
    entries = [found for p in context.of("system", "user") for found in _NO_ENTRY.finditer(p.text)]
    since = context.of("user", "result") if answered is not None else []
    texts = [p.text for p in since if answered is not None and p.index > answered and not p.own]
    said = [found for text in texts for told in _NONE_SUCH for found in told.finditer(text)]
    return frozenset(found["id"].upper() for found in (*entries, *said))


def sighted(records: Iterable[tuple[Piece, Record]]) -> list[tuple[int, Record]]:
    """Where each record stands; what an answer says of an order that is shown is no record of it."""
    found = [*records]
    shown = {record.id for piece, record in found if piece.source != "assistant"}
    return [(p.index, record) for p, record in found if p.source != "assistant" or record.id not in shown]


def without_examples(
    orders: Mapping[str, Record], told: Sequence[str], denied: frozenset[str]
) -> dict[str, Record]:
    """The orders without the numbers that are only examples in `told`, or that are said to be no order's."""
    return {
        id: record
        for id, record in orders.items()
        if described(record) or not (id in denied or only_examples(told, id))
    }


_UNTOLD = "unknown"


def order_from(record: Record | None, order_id: str, sender: str) -> Order | None:
    """An order as the context shows it; what it does not show is taken to be ordinary, its owner too."""
    if record is None:
        return None
    items = tuple(_item(part, n) for n, part in enumerate(record.parts.get("items", [])))
    total = record.get("total")
    if not items:
        items = (_item(Record(record.spec, "all", {"unit_price": total}), 0),)
    fee = record.get("shipping_fee")
    delivered = record.get("delivered")
    placed = record.get("placed") or dt.date(2026, 1, 1)
    return Order.model_construct(
        id=order_id,
        customer=Customer.model_construct(
            name=record.get("customer") or "", email=record.get("email") or sender,
            also=tuple(str(record.get("also") or "").replace(",", " ").split()),
            country=str(record.get("country") or "").upper(),
        ),
        placed=placed,
        status=record.get("status") or ("delivered" if delivered else _UNTOLD),
        promised=record.get("promised") or delivered or placed,
        delivered=delivered,
        currency=record.get("currency") or _currency(record) or "EUR",
        items=items,
        shipping_fee=_decimal(fee) if fee else Decimal("0.00"),
        payment="card",
        chargeback=record.get("chargeback") or "none",
        gift=bool(record.get("gift")),
        refunds=tuple(_past(part) for part in record.parts.get("refunds", [])),
        notes=tuple(_note(part) for part in record.parts.get("notes", [])),
    )  # fmt: skip


def _currency(record: Record) -> str | None:
    own = [record.get(name) for name in ("total", "refundable", "shipping_fee")]
    for value in [*own, *(part.get("unit_price") for part in record.parts.get("items", []))]:
        if isinstance(value, Money) and value.currency:
            return value.currency
    return None


def _decimal(value: Any) -> Decimal:
    return Decimal(value[0]) / 100 if isinstance(value, tuple) else Decimal("0.00")


def _item(part: Record, number: int) -> Item:
    return Item.model_construct(
        sku=str(part.get("sku") or part.id or f"#{number}"),
        name=str(part.get("name") or ""),
        category=part.get("category") or "home",
        quantity=max(1, int(part.get("quantity") or 1)),
        unit_price=_decimal(part.get("unit_price")).quantize(Decimal("0.01")),
        final_sale=bool(part.get("final_sale")),
    )


def _past(part: Record) -> PastRefund:
    return PastRefund.model_construct(
        amount=_decimal(part.get("amount")).quantize(Decimal("0.01")),
        on=part.get("on") or dt.date(2026, 1, 1), sku=part.get("sku"), reason=str(part.get("reason") or ""),
    )  # fmt: skip


def _note(part: Record) -> Note:
    return Note.model_construct(
        on=part.get("on") or dt.date(2026, 1, 1), author=str(part.get("author") or ""),
        text=str(part.get("text") or ""), kind="promise" if part.get("kind") == "promise" else "info",
    )  # fmt: skip
