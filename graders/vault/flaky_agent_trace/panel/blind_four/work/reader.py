"""What a mail asks for, as a model reads it."""

import json
import re
from datetime import date
from pathlib import Path

from llm import Model
from rules import Ask

PROMPT = (Path(__file__).parent / "prompt.md").read_text(encoding="utf-8").partition("<!--")[0]
ISSUES = [
    "changed_mind", "damaged", "wrong_item", "late", "not_arrived", "cancel", "goodwill", "already_paid_back",
]
NULLABLE = {"type": ["string", "null"]}


def _object(**properties: dict) -> dict:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }


SCHEMA = _object(
    order_id=NULLABLE,
    unclear={"type": "boolean"},
    orders_concerned={"type": "array", "items": {"type": "string"}},
    asks={
        "type": "array",
        "items": _object(
            issue={"type": "string", "enum": ISSUES},
            items={
                "type": "array",
                "items": _object(sku={"type": "string"}, quantity={"type": ["integer", "null"]}),
            },
            opened={"type": ["boolean", "null"]},
            reported={"type": ["string", "null"], "description": "YYYY-MM-DD, date first reported"},
        ),
    },
    legal={"type": "boolean"},
    wants={"type": "string", "enum": ["refund", "replacement", "store_credit", "discount"]},
    language={"type": "string", "enum": ["en", "de", "fr", "es", "nl", "pl"]},
)

# A paragraph that talks to a machine is no part of what the customer has to say.
TO_MACHINES = re.compile(
    r"\b(?:AI|A\.I\.|LLM|KI|IA|SI|chat ?bots?|language model|artificial intelligence|sztuczn\w+ inteligencj\w+|"
    r"k[üu]nstliche\w* intelligenz|intelligence artificielle|inteligencia artificial|"
    r"kunstmatige intelligentie|system (?:prompt|message|note|override)|"
    r"(?i:ignore (?:all |any |the |your )*(?:previous|prior|earlier|above)|automated (?:agent|assistant|system)))\b"
)


def read(
    model: Model, name: str, ticket: dict, orders: list[dict], before: dict | None = None, contested: str = "",
    *, temperature: float = 0.0,
) -> dict:
    """The model's reading, as it filled the form. `before`: an earlier one, and what is `contested` in it."""
    messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": _shown(ticket, orders)}]
    if before is not None:
        again = f"Two readers differ on this: {contested}. One of them is wrong there. Look again, and fill in the form anew."
        messages.append({"role": "assistant", "content": json.dumps(before, ensure_ascii=False)})
        messages.append({"role": "user", "content": again})
    return model.fill(name, messages, SCHEMA, temperature)


def differences(one: dict, other: dict) -> str:
    """Where two readings differ, in words."""
    found = []
    if one["order_id"] != other["order_id"] or one["unclear"] != other["unclear"]:
        found.append("the order")
    if set(one["orders_concerned"]) != set(other["orders_concerned"]) and not found:
        found.append("how many orders")
    if len(one["asks"]) != len(other["asks"]):
        found.append("the requests")
    else:
        for field, said in (("issue", "the issue"), ("items", "the items"), ("opened", "whether opened"), ("reported", "when it was first reported")):
            if any(a[field] != b[field] for a, b in zip(one["asks"], other["asks"], strict=True)):
                found.append(said)
    found += [said for field, said in (("legal", "a legal threat"), ("wants", "what the customer wants")) if one[field] != other[field]]
    return ", ".join(found)


def _shown(ticket: dict, orders: list[dict]) -> str:
    listed = "\n".join(json.dumps(_brief(order), ensure_ascii=False) for order in orders) or "none found"
    sender = ticket["from"]
    return (
        f"Orders:\n{listed}\n\nMail from {sender['name']} <{sender['email']}>, received {ticket['received']}\n"
        f"Subject: {ticket['subject']}\n\n{clean(ticket['body'])}"
    )


def _brief(order: dict) -> dict:
    kept = ("id", "placed", "status", "promised", "delivered", "currency")
    items = [{k: item[k] for k in ("sku", "name", "quantity", "unit_price")} for item in order["items"]]
    refunds = [{k: past.get(k) for k in ("amount", "on", "sku")} for past in order["refunds"]]
    return {**{k: order.get(k) for k in kept}, "items": items, "refunds": refunds}


def clean(body: str) -> str:
    """The mail without what follows, in a paragraph, once it begins to address machines."""
    kept = []
    for paragraph in re.split(r"(\n\s*\n)", body):
        said = []
        for sentence in re.split(r"(?<=[.!?:])(\s+)", paragraph):
            if TO_MACHINES.search(sentence):
                break
            said.append(sentence)
        kept.append("".join(said))
    return "".join(kept)


def asks_of(reading: dict, order: dict | None, received: date) -> list[Ask]:
    return [
        Ask(
            ask["issue"],
            [(sku, one["quantity"] or None) for one in ask["items"] if (sku := _sku(one["sku"], order))],
            bool(ask["opened"]),
            _reported(ask["reported"], order, received),
        )
        for ask in reading["asks"]
    ]


def _sku(said: str, order: dict | None) -> str | None:
    for item in order["items"] if order else []:
        if said.strip().lower() in (item["sku"].lower(), item["name"].lower()):
            return item["sku"]
    return said


def _reported(said: str | None, order: dict | None, received: date) -> date | None:
    """An earlier report, if it can be one: not before the parcel came, and not after this mail."""
    try:
        day = date.fromisoformat((said or "")[:10])
    except ValueError:
        return None
    delivered = (order or {}).get("delivered")
    if day > received or (delivered and day < date.fromisoformat(delivered[:10])):
        return None
    return day

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
