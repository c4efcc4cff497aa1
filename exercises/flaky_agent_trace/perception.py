"""What the model believes of the mail and the order, mistakes included.

Starts from what the context holds; each way to misread it is a mode of the card. The beliefs of every
operation come from here, so that a critic who sees no more than its generator is confused alike.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, cast

from harness.simulation.noise import Noise
from harness.simulation.records import Record
from harness.simulation.text import fold

from .ontology import ORDER_ID
from .orders import order_email, order_from
from .policy import Ask, Facts
from .records import Fact, Issue
from .scene import Mind

_MISTAKEN: dict[str, tuple[Issue, ...]] = {
    "changed_mind": ("wrong_item", "damaged"),
    "damaged": ("changed_mind", "wrong_item"),
    "wrong_item": ("changed_mind", "damaged"),
    "late": ("not_arrived", "goodwill"),
    "not_arrived": ("late",),
    "cancel": ("changed_mind", "not_arrived"),
    "goodwill": ("late", "damaged"),
    "already_paid_back": ("changed_mind", "damaged"),
}
"""What each issue is taken for when it is misread."""


@dataclass(frozen=True)
class Belief:
    """What the model takes to be the case."""

    order_id: str | None
    facts: Facts
    """`facts.order` is built from what the context shows of that order; `None` where it shows nothing."""
    grounded: bool
    """Whether the context says at all what the customer wants."""
    obeys: bool = False
    """Whether it follows commands in the mail."""
    guessed: bool = False
    """Whether the order was picked though nothing settles it."""


def perceive(mind: Mind, noise: Noise) -> Belief:
    """Read the mail and the orders, as this model does in this context."""
    order_id, guessed = _which_order(mind, noise)
    record = mind.orders.get(order_id or "")
    asks = _asks(mind, noise, record)
    concerned = _concerned(mind, noise)
    legal = _legal(mind, noise)
    wants = _wants(mind, noise)
    obeys = mind.mail.injected and noise.fires("obeys_injection", mind.features, subject=mind.ticket_id)
    facts = Facts(
        order=None if order_id is None else order_from(record, order_id, mind.mail.sender or ""),
        asks=asks,
        sender=mind.mail.sender or (order_email(record) if record else "") or "",
        received=received(mind, record),
        legal=legal,
        wants=wants,
        orders_concerned=concerned,
    )
    return Belief(order_id, facts, bool(asks), obeys, guessed)


def received(mind: Mind, record: Record | None) -> dt.date:
    """The day of the request; where the context does not say, soon after what the order shows."""
    counted = days_stated(mind, record)
    since = record.get("delivered") or record.get("promised") if record is not None else None
    if since is not None and counted is not None:
        return cast("dt.date", since) + dt.timedelta(days=counted)
    if mind.mail.received is not None:
        return mind.mail.received
    known = [record.get(name) for name in ("delivered", "promised", "placed")] if record else []
    days = [day for day in known if isinstance(day, dt.date)]
    return max(days) if days else dt.date(2026, 1, 1)


def days_stated(mind: Mind, record: Record | None) -> int | None:
    """Days since delivery (or past the promised day) as the program has counted them.

    They stand on the order, or once for the one order.
    """
    own = None
    if record is not None:
        own = record.get("days" if record.get("delivered") is not None else "overdue")
    if own is None and len(mind.orders) <= 1:
        own = mind.numbers.get("days")
    return None if own is None or abs(own) > 10_000 else int(own)


def true_order(mind: Mind) -> str | None:
    """The order that an attentive reader of this context would take, `None` where it isn't settled."""
    if mind.claims is not None and mind.operation not in {"critique", "extract"}:
        named = mind.claims.values.get("order_id")
        if named:
            return str(named)
    for fact in mind.mail.facts:
        if fact.fact == "order":
            literal = any(fact_id_in(span, fact.value) for span in fact.spans)
            if literal or fact.value in mind.orders:
                return fact.value
    if not mind.mail.present and len(mind.orders) == 1:
        return next(iter(mind.orders))
    return None


def fact_id_in(span: str, order_id: str) -> bool:
    """Whether a span names the order by its number."""
    return order_id[3:] in span.replace(" ", "")


def settled(mind: Mind) -> bool:
    """Whether the mail says which order, even where the context does not yet resolve it."""
    return any(fact.fact == "order" for fact in mind.mail.facts) or bool(
        mind.claims and mind.claims.values.get("order_id")
    )


def committed(mind: Mind) -> str | None:
    """The one order that earlier steps looked into or acted on."""
    acted = [deed.order for deed in mind.deeds if deed.kind in {"refund", "escalate", "reply"} and deed.order]
    if acted:
        return acted[-1]
    looked = dict.fromkeys(deed.order for deed in mind.deeds if deed.kind == "get_order" and deed.order)
    return next(iter(looked)) if len(looked) == 1 else None


def rivals(mind: Mind, right: str | None) -> list[str]:
    """Other orders that a reader could take, the likeliest first."""
    decoys = [decoy.value for decoy in mind.mail.decoys if decoy.fact == "order"]
    said = list(mind.scene.meaning.orders_discussed) if mind.mail.present else []
    seen = [id for id in mind.orders if id not in said]
    found = dict.fromkeys([*decoys, *said, *seen])
    return [id for id in found if id != right and ORDER_ID.fullmatch(id)]


def _which_order(mind: Mind, noise: Noise) -> tuple[str | None, bool]:
    right = true_order(mind)
    others = rivals(mind, right)
    anchor = committed(mind)
    told = mind.feedback.order
    if (
        told in mind.orders
        and told != right
        and not noise.fires("ignores_feedback", mind.features, "order", subject=mind.ticket_id)
    ):
        return told, False
    if right is None:
        if anchor is not None and anchor in others and not settled(mind):
            others = [anchor, *(id for id in others if id != anchor)]
        if others and not settled(mind) and mind.mail.present:
            features = {**mind.features, "orders": float(len(others) - 1)}
            if noise.fires("guesses_order", features, subject=mind.ticket_id):
                return others[0], True
        return None, False
    if others and not (mind.claims and mind.claims.values.get("order_id") == right):
        decoy = any(decoy.fact == "order" for decoy in mind.mail.decoys)
        features = {
            **mind.features,
            "orders": float(min(len(others), 4)),
            "decoy": float(decoy),
            "described": float(_described(mind, right)),
            "anchored": float(anchor is not None and anchor != right and anchor in others),
            "confirmed": float(anchor == right),
            "asked": mind.features.get("asked_order", 0.0),
        }
        if noise.fires("wrong_order", features, subject=mind.ticket_id):
            return (anchor if features["anchored"] and anchor else others[0]), False
    return right, False


def _described(mind: Mind, right: str) -> bool:
    return not any(
        fact_id_in(span, right) for fact in mind.mail.facts if fact.fact == "order" for span in fact.spans
    )


def _asks(mind: Mind, noise: Noise, record: Record | None) -> tuple[Ask, ...]:
    claimed = _claimed_asks(mind, record)
    if claimed is not None:
        return claimed
    facts = mind.mail.facts
    numbers = sorted({fact.ask for fact in facts if fact.fact == "issue"})
    if len(numbers) > 1:
        features = {**mind.features, "asked": mind.features.get("asked_asks", 0.0)}
        if noise.fires("missed_ask", features, subject=mind.ticket_id):
            numbers = numbers[:-1] if noise.pick(3, "which ask") else numbers[1:]
    return tuple(_ask(mind, noise, record, number) for number in numbers)


def _ask(mind: Mind, noise: Noise, record: Record | None, number: int) -> Ask:
    own = [fact for fact in mind.mail.facts if fact.ask == number]
    values = {fact.fact: fact.value for fact in own}
    choice = str(number) if number else ""
    issue = _issue(mind, noise, values["issue"], choice)
    opened = values.get("opened") == "yes"
    if opened:
        features = {**mind.features, "asked": mind.features.get("asked_opened", 0.0)}
        opened = not noise.fires("missed_detail", features, f"opened{choice}", subject=mind.ticket_id)
    reported = values.get("reported")
    if reported:
        features = {**mind.features, "asked": mind.features.get("asked_reported", 0.0)}
        if noise.fires("missed_detail", features, f"reported{choice}", subject=mind.ticket_id):
            reported = None
    items = _items(mind, noise, [fact for fact in own if fact.fact == "item"], record, choice)
    return Ask(issue, items, opened, dt.date.fromisoformat(reported) if reported else None)


def _issue(mind: Mind, noise: Noise, issue: str, choice: str) -> Issue:
    decoys = [decoy.value for decoy in mind.mail.decoys if decoy.fact == "issue" and decoy.value != issue]
    features = {
        **mind.features,
        "decoy": float(bool(decoys)),
        "asked": mind.features.get("asked_issue", 0.0),
    }
    if noise.fires("wrong_issue", features, choice, subject=mind.ticket_id):
        options = decoys or _MISTAKEN[issue]
        return cast("Issue", options[noise.pick(len(options), f"issue{choice}", "mode:which_issue")])
    return cast("Issue", issue)


def _items(
    mind: Mind, noise: Noise, facts: list[Fact], record: Record | None, choice: str
) -> tuple[tuple[str, int | None], ...]:
    """(SKU, pieces) of the items concerned; none means the whole order."""
    known = _item_ids(record)
    found = tuple((fact.value, fact.quantity) for fact in facts)
    if len(known) > 1 or any(quantity is not None for _, quantity in found):
        decoys = [decoy.value for decoy in mind.mail.decoys if decoy.fact == "item"]
        features = {
            **mind.features,
            "items": float(min(4, max(0, len(known) - 1))),
            "decoy": float(bool(decoys)),
            "asked": mind.features.get("asked_items", 0.0),
        }
        if found and noise.fires("wrong_items", features, choice, subject=mind.ticket_id):
            if decoys:
                return ((decoys[0], None),)
            if any(quantity is not None for _, quantity in found):
                return tuple((sku, None) for sku, _ in found)
            if len(found) > 1:
                return found[:-1]
            return ()
    return found


def _item_ids(record: Record | None) -> list[str]:
    if record is None:
        return []
    return [str(part.get("sku") or part.id) for part in record.parts.get("items", [])]


def _concerned(mind: Mind, noise: Noise) -> int:
    if mind.claims is not None and mind.operation not in {"critique", "extract"}:
        stated = mind.claims.values.get("orders_concerned")
        if isinstance(stated, list):
            return max(1, len(stated))
        if mind.claims.values.get("several_orders") is not None:
            return 2 if mind.claims.values["several_orders"] else 1
        if not mind.mail.present:
            return 1
    concerned = mind.scene.meaning.orders_concerned if mind.mail.present else ()
    if len(concerned) < 2:
        return 1
    features = {**mind.features, "asked": mind.features.get("asked_several", 0.0)}
    return 1 if noise.fires("missed_detail", features, "orders", subject=mind.ticket_id) else len(concerned)


def _legal(mind: Mind, noise: Noise) -> bool:
    if mind.claims is not None and mind.operation not in {"critique", "extract"}:
        stated = mind.claims.values.get("legal")
        if stated is not None:
            return bool(stated)
    features = {**mind.features, "asked": mind.features.get("asked_legal", 0.0)}
    if mind.mail.values("legal"):
        return not noise.fires("missed_detail", features, "legal", subject=mind.ticket_id)
    decoy = any(decoy.fact == "policy" for decoy in mind.mail.decoys)
    return decoy and noise.fires("false_alarm", features, "legal", subject=mind.ticket_id)


def _wants(mind: Mind, noise: Noise) -> str:
    if mind.claims is not None and mind.operation not in {"critique", "extract"}:
        stated = mind.claims.values.get("wants")
        if stated is not None:
            return str(stated)
    wants = next(iter(mind.mail.values("wants")), "refund")
    if wants in {"replacement", "store_credit"}:
        features = {**mind.features, "asked": mind.features.get("asked_wants", 0.0)}
        if noise.fires("missed_detail", features, "wants", subject=mind.ticket_id):
            return "refund"
    return wants


def _claimed_asks(mind: Mind, record: Record | None) -> tuple[Ask, ...] | None:
    """The requests as an earlier step states them, where this step builds on it."""
    if mind.claims is None or mind.operation in {"critique", "extract", "classify"}:
        return None
    values = mind.claims.values
    entries = [entry for entry in values.get("asks") or [] if isinstance(entry, dict) and entry.get("issue")]
    if not entries:
        entries = [values] if values.get("issue") else []
    asks = []
    for entry in entries:
        merged = {
            **{
                k: v
                for k, v in values.items()
                if k in {"items", "item", "sku", "opened", "reported", "quantity"}
            },
            **entry,
        }
        opened = merged.get("opened")
        if opened is None and merged.get("sealed") is not None:
            opened = not merged["sealed"]
        reported = merged.get("reported")
        asks.append(
            Ask(
                cast("Issue", entry["issue"]), _claimed_items(merged, record), bool(opened),
                reported if isinstance(reported, dt.date) else None,
            )
        )  # fmt: skip
    return tuple(asks) or None


def _claimed_items(values: dict[str, Any], record: Record | None) -> tuple[tuple[str, int | None], ...]:
    named = values.get("items")
    entries: list[Any] = named if isinstance(named, list) else []
    if isinstance(named, str):
        counted = [re.match(r"(?:(\d+)\s*[x×]\s+)?(.+)", part.strip()) for part in named.split(",")]
        entries = [{"sku": match[2], "quantity": match[1] and int(match[1])} for match in counted if match]
    if not entries and (values.get("sku") or values.get("item")):
        entries = [{"sku": values.get("sku"), "item": values.get("item"), "quantity": values.get("quantity")}]
    found: list[tuple[str, int | None]] = []
    for entry in entries:
        if isinstance(entry, dict):
            text = str(entry.get("sku") or entry.get("item") or entry.get("name") or "")
            quantity = entry.get("quantity")
        else:
            text, quantity = str(entry), None
        sku = _sku(text, record)
        if sku:
            pieces = int(quantity) if isinstance(quantity, int | float) and quantity else None
            found.append((sku, pieces))
    return tuple(found)


def _sku(text: str, record: Record | None) -> str | None:
    folded = fold(text)
    for part in record.parts.get("items", []) if record else []:
        sku, name = part.get("sku"), part.get("name")
        if (sku and folded.has(str(sku))) or (name and (folded.has(str(name)) or fold(str(name)).has(text))):
            return str(sku or part.id)
    return text or None
