"""What programs may ask for and by which names (`ontology.toml`), and what the shop's records look like."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from harness.simulation.founded import EMAIL
from harness.simulation.reading.records import FieldSpec, RecordSpec
from harness.simulation.vocabulary import Vocabulary, load_vocabulary

ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{0,120}\w")
ORDER_ID = re.compile(r"(?<![A-Z0-9])HL-\d{6}(?!\d)", re.IGNORECASE)
NAMES = re.compile(rf"\bHL-(?P<tail>\d{{6}})(?!\d)|\b[A-Z]{{2}}-\d{{4}}\b|{EMAIL}")
"""Orders, the shop's articles and people: whoever names one has read of it."""

NUMERALS = frozenset(
    {"one", "two", "three", "four", "both", "all", "zwei", "drei", "deux", "trois", "dos", "tres", "twee"}
)
"""A mail's only words for an item, at times."""

_COLUMNS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("columns.toml").read_text(encoding="utf-8")
)


def _everywhere(record: str, fields: Mapping[str, FieldSpec]) -> dict[str, FieldSpec]:
    """Fields with their names in other languages (`columns.toml`)."""
    abroad = _COLUMNS[record]
    return {
        name: replace(field, aliases=(*field.aliases, *abroad.get(name, ())))
        for name, field in fields.items()
    }


ITEM = RecordSpec(
    name="item",
    id_field="sku",
    id_pattern=None,
    fields=_everywhere(
        "item",
        {
            "sku": FieldSpec("text", ("id", "item id", "product id", "article", "article number")),
            "name": FieldSpec(
                "text", ("title", "product", "item", "product name", "item name", "description", "goods")
            ),
            "category": FieldSpec(
                "word", ("kind", "type"), ("home", "kitchen", "outdoor", "electronics"), telling=True
            ),
            "quantity": FieldSpec("number", ("qty", "count", "pieces", "units", "number")),
            "unit_price": FieldSpec(
                "money", ("price", "price each", "each", "unit cost", "item price", "cost", "paid")
            ),
            "final_sale": FieldSpec("flag", ("final", "non returnable", "clearance", "is final sale")),
        },
    ),
)
REFUND = RecordSpec(
    name="past_refund",
    id_field="on",
    id_pattern=None,
    fields=_everywhere(
        "past_refund",
        {
            "amount": FieldSpec("money", ("sum", "value", "refunded")),
            "on": FieldSpec("date", ("date", "at", "day")),
            "sku": FieldSpec("text", ("item", "for")),
            "reason": FieldSpec("text", ("why", "cause")),
        },
    ),
)
NOTE = RecordSpec(
    name="note",
    id_field="text",
    id_pattern=None,
    fields=_everywhere(
        "note",
        {
            "on": FieldSpec("date", ("date", "at")),
            "author": FieldSpec("text", ("by", "who")),
            "text": FieldSpec("text", ("note", "body", "content", "remark")),
            "kind": FieldSpec("text", ("type",), ("promise", "info")),
        },
    ),
)
ORDER = RecordSpec(
    name="order",
    id_field="id",
    id_pattern=ORDER_ID,
    fields=_everywhere(
        "order",
        {
            "id": FieldSpec(
                "id", ("order id", "order", "order number", "order no", "number", "reference", "ref")
            ),
            "customer": FieldSpec("text", ("customer name", "name", "buyer")),
            "email": FieldSpec("text", ("customer email", "mail", "address", "e mail"), pattern=ADDRESS),
            "also": FieldSpec(
                "text",
                (
                    "addresses",
                    "emails",
                    "account addresses",
                    "also known as",
                    "confirmed addresses",
                    "other emails",
                    "alternate emails",
                ),
            ),
            "country": FieldSpec("text"),
            "placed": FieldSpec(
                "date", ("placed on", "ordered", "order date", "ordered on", "placed at", "bought")
            ),
            "status": FieldSpec(
                "word",
                ("order status", "state", "delivery status"),
                ("processing", "shipped", "delivered", "cancelled"),
                telling=True,
            ),
            "promised": FieldSpec(
                "date", ("promised by", "promised date", "due", "eta", "expected", "promised delivery")
            ),
            "delivered": FieldSpec(
                "date",
                ("delivered on", "delivery date", "delivered at", "arrived", "delivered date", "received on"),
            ),
            "days": FieldSpec(
                "number",
                (
                    "days since delivery",
                    "days after delivery",
                    "days elapsed",
                    "elapsed days",
                    "days since delivered",
                    "age days",
                    "delivery age days",
                ),
                since="delivered",
            ),
            "overdue": FieldSpec(
                "number", ("days overdue", "days past promise", "overdue days"), since="promised"
            ),
            "currency": FieldSpec("word", ("order currency",), ("EUR", "GBP", "PLN"), telling=True),
            "shipping_fee": FieldSpec(
                "money", ("shipping", "shipping cost", "delivery fee", "postage", "shipping costs")
            ),
            "payment": FieldSpec(
                "word", ("payment method", "paid by"), ("card", "paypal", "invoice", "store_credit")
            ),
            "chargeback": FieldSpec(
                "word", ("chargeback status", "dispute"), ("none", "open", "won", "lost")
            ),
            "gift": FieldSpec("flag", ("is gift", "gift order")),
            "total": FieldSpec("money", ("order total", "total paid", "amount paid", "sum", "grand total")),
            "refundable": FieldSpec("money", ("left to refund", "refundable amount", "remaining refundable")),
        },
    ),
    parts={
        "items": (
            ITEM,
            (
                "item",
                "lines",
                "order lines",
                "line items",
                "products",
                "articles",
                "contents",
                *_COLUMNS["parts"]["items"],
            ),
        ),
        "refunds": (
            REFUND,
            (
                "past refunds",
                "earlier refunds",
                "previous refunds",
                "prior refunds",
                "refund history",
                *_COLUMNS["parts"]["refunds"],
            ),
        ),
        "notes": (
            NOTE,
            ("note", "internal notes", "remarks", "colleague notes", *_COLUMNS["parts"]["notes"]),
        ),
    },
)


@cache
def vocabulary() -> Vocabulary:
    """What `ontology.toml` says."""
    return load_vocabulary(Path(__file__).with_name("ontology.toml"))
