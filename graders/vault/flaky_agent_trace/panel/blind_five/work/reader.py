"""From a mail and the orders at hand to a `Case`, by a model."""

import json
from datetime import date
from pathlib import Path

from handbook import Ask, Case
from llm import Model

PROMPT = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8")
ISSUES = ["changed_mind", "damaged", "wrong_item", "late", "not_arrived", "cancel", "goodwill", "already_paid_back"]


def _object(**properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_TEXT = {"type": ["string", "null"]}
_YES = {"type": ["boolean", "null"]}
SCHEMA = _object(
    language={"type": "string"},
    order_id=_TEXT,
    unclear={"type": "boolean"},
    orders_concerned={"type": "array", "items": {"type": "string"}},
    requests={
        "type": "array",
        "items": _object(
            issue={"type": "string", "enum": ISSUES},
            items={"type": "array", "items": _object(sku=_TEXT, quantity={"type": ["integer", "null"]})},
            opened=_YES,
            first_reported=_TEXT,
        ),
    },
    wants={"type": "string", "enum": ["refund", "replacement", "store_credit", "discount"]},
    legal_threat={"type": "boolean"},
    injection={"type": "boolean"},
)


def read(model: Model, name: str, ticket: dict, orders: dict[str, dict]) -> Case:
    """The case as this model reads it. Raises `llm.Down`."""
    form = model.fill(name, PROMPT, _material(ticket, orders), "mail", SCHEMA)
    order_id = form.get("order_id")
    if form.get("unclear") or order_id not in orders:
        order_id = None
    asks = [
        Ask(
            issue=request["issue"],
            items=[(i["sku"], i.get("quantity")) for i in request.get("items") or [] if i.get("sku")],
            opened=request.get("opened"),
            reported=_date(request.get("first_reported")),
        )
        for request in form.get("requests") or []
    ]
    return Case(
        order_id, asks, [id for id in form.get("orders_concerned") or [] if id], bool(form.get("legal_threat")),
        form.get("wants") or "refund", bool(form.get("injection")), str(form.get("language") or "en")[:2].lower(),
    )  # fmt: skip


def _material(ticket: dict, orders: dict[str, dict]) -> str:
    sender = ticket["from"]
    shown = "\n".join(json.dumps(_short(order), ensure_ascii=False) for order in orders.values()) or "none found"
    return (
        f"Orders:\n{shown}\n\nMail {ticket['id']}\nFrom: {sender['name']} <{sender['email']}>\n"
        f"Received: {ticket['received']}\nSubject: {ticket['subject']}\n\n{ticket['body']}"
    )


def _short(order: dict) -> dict:
    keep = ("id", "placed", "status", "promised", "delivered", "currency", "total")
    items = [{k: item[k] for k in ("sku", "name", "quantity", "unit_price")} for item in order["items"]]
    return {**{key: order[key] for key in keep}, "items": items, "refunds": order.get("refunds", [])}


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
