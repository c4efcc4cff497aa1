"""What code can tell of a reading: what holds, what is a guess, what deserves another look."""

import re
from dataclasses import replace
from datetime import date

from handbook import Case, Decision, day
from quotes import earlier_mails

_BROKEN = ("damaged", "wrong_item")


def names(ticket: dict, order_id: str) -> bool:
    """Whether the mail names an order by its number."""
    return order_id[3:] in re.sub(r"(?<=\d)[ .](?=\d)", "", f"{ticket['subject']}\n{ticket['body']}")


def mended(case: Case, ticket: dict, orders: dict[str, dict]) -> Case:
    """The reading with what follows from the orders and from the quoted mails' own headers."""
    if case.order_id is None and len(case.concerned) < 2:
        skus = {sku for ask in case.asks for sku, _ in ask.items}
        fitting = [id for id, order in orders.items() if skus & {item["sku"] for item in order["items"]}]
        if skus and len(fitting) == 1:
            case = replace(case, order_id=fitting[0])
    order = orders.get(case.order_id or "")
    if order is None or not any(ask.issue in _BROKEN and ask.reported is None for ask in case.asks):
        return case
    first = _first_report(order, ticket)
    if first is None:
        return case
    asks = [replace(ask, reported=first) if ask.issue in _BROKEN and ask.reported is None else ask for ask in case.asks]
    return replace(case, asks=asks)


def _first_report(order: dict, ticket: dict) -> date | None:
    """The day of the customer's first quoted mail, after the delivery, that names the order."""
    delivered = day(order.get("delivered"))
    received = date.fromisoformat(ticket["received"][:10])
    for written, text in earlier_mails(ticket["body"], ticket["from"]["name"]):
        if delivered and delivered <= written <= received and order["id"][3:] in text:
            return written
    return None


def not_guessed(case: Case, order: dict | None, decision: Decision, ticket: dict, orders: dict[str, dict]) -> Decision:
    """Ask back where neither a number nor an item in the mail tells which of several orders it is."""
    if order is None or decision.action not in ("refund", "deny"):
        return decision
    if names(ticket, order["id"]) or any(ask.items for ask in case.asks):
        return decision
    issues = {ask.issue for ask in case.asks}
    rivals = [other for other in orders.values() if _possible(other, issues)] or list(orders.values())
    if len(rivals) < 2 and (not rivals or rivals[0]["id"] == order["id"]):
        return decision
    return Decision("need_info", None, "I-1: nothing in the mail tells which of the orders is meant")


def _possible(order: dict, issues: set[str]) -> bool:
    if issues == {"not_arrived"}:
        return order.get("delivered") is None
    if issues == {"cancel"}:
        return order["status"] == "processing"
    return order.get("delivered") is not None or not issues & {"changed_mind", "late", *_BROKEN}


def doubtful(case: Case, order: dict | None, decision: Decision, orders: dict[str, dict]) -> bool:
    """Whether a reading that two share is worth a third look all the same."""
    if case.injection:
        return True
    if order is None:
        return decision.action == "need_info" and len(orders) == 1
    if unknown_state(case, order, decision):
        return True
    # Money for what has been paid back in full: mostly another order is meant.
    paid = {refund.get("sku") for refund in order.get("refunds", [])}
    again = decision.action == "deny" and any(
        ask.issue in ("changed_mind", *_BROKEN) and any(sku in paid for sku, _ in ask.items) for ask in case.asks
    )
    return again and len(orders) > 1


def unknown_state(case: Case, order: dict | None, decision: Decision) -> bool:
    """Whether it matters if the item was opened, and nobody has read that it was or wasn't."""
    if order is None or decision.action != "refund":
        return False
    kinds = {item["sku"]: item["category"] for item in order["items"]}
    return any(
        ask.issue == "changed_mind" and ask.opened is None
        and "electronics" in ({kinds.get(sku) for sku, _ in ask.items} or set(kinds.values()))
        for ask in case.asks
    )  # fmt: skip


def unopened(case: Case, order: dict | None, decision: Decision) -> Decision:
    """Ask whether it was opened, rather than pay a sum that depends on it."""
    if order is not None and unknown_state(case, order, decision):
        return Decision("need_info", order["id"], "R-2: it isn't said whether it was opened")
    return decision

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
