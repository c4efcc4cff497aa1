"""An order as the context shows it, in the shape that the handbook's reasoning takes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.shop.records import Customer, Item, Note, Order, PastRefund
from harness.simulation.reading.records import Record
from harness.simulation.reading.values import Money


def order_email(record: Record) -> str | None:
    """The address of an order as the context shows it."""
    email = record.get("email")
    return None if email is None else str(email)


def described(record: Record) -> bool:
    """Whether the context shows more of an order than its number."""
    return bool(record.parts or set(record.values) - {"id"})


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
            also=tuple(str(record.get("also") or "").replace(",", " ").split()), country="",
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
