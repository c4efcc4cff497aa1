"""Client for the back office: retries, paging, verified payments. The model never calls these; code does."""

import logging
import re
import time
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 6
CENT = Decimal("0.01")
LIMITS = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}  # H-2
NUMBER = re.compile(r"(?<![\d-])(?:HL[\s-]?)?(\d{6})(?![\d-])", re.IGNORECASE)


def money(value) -> Decimal:
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


class ShopError(Exception):
    """The back office refused (4xx) or stayed unreachable (status 0)."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status


class NotBooked(Exception):
    """A refund was acknowledged (or may have been made) but cannot be seen on the order."""


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def _send(self, method: str, path: str, body: dict | None = None):
        last = "?"
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(min(0.2 * 2**attempt, 3))
            try:
                response = self.http.request(method, path, json=body)
            except httpx2.TransportError as error:
                last = repr(error)
                continue
            if response.status_code == 429 or response.status_code >= 500:
                last = f"HTTP {response.status_code}"
                continue
            if response.is_error:
                raise ShopError(response.status_code, response.text[:300])
            return response
        raise ShopError(0, f"{path}: {last}")

    def task(self) -> dict | None:
        response = self._send("GET", "/task")
        return None if response.status_code == 204 or not response.content else response.json()

    def call(self, tool: str, **arguments) -> dict:
        body = {key: value for key, value in arguments.items() if value is not None}
        for _ in range(3):
            response = self._send("POST", f"/tools/{tool}", body)
            try:
                result = response.json()
            except ValueError:
                continue
            if isinstance(result, dict) and "error" not in result:
                return result
        raise ShopError(0, f"{tool}: unusable answer {response.text[:200]}")

    # -- look-ups

    def search(self, **criteria) -> list[dict]:
        first = self.call("search_orders", **criteria)
        found = list(first["orders"])
        for page in range(2, int(first.get("pages") or 1) + 1):
            found += self.call("search_orders", page=page, **criteria)["orders"]
        return list({order["id"]: order for order in found}.values())

    def order(self, order_id: str) -> dict | None:
        try:
            return self.call("get_order", order_id=order_id)
        except ShopError as error:
            if error.status in (400, 404):
                return None
            raise

    def handbook(self, today: date) -> str:
        for _ in range(3):
            page = self.call("get_policy", topic="all", fresh=True)
            since, until = day(page.get("effective_from")), day(page.get("effective_until"))
            if (since is None or since <= today) and (until is None or today <= until):
                return page["text"]
        raise ShopError(0, "no handbook that holds today")

    def dossier(self, ticket: dict) -> list[dict]:
        """Every order that the ticket could be about, in full: the sender's own, and those whose number is written."""
        email = ticket["from"]["email"]
        ids = [order["id"] for order in self.search(email=email)]
        if not ids:  # looked again before it is believed
            ids = [order["id"] for order in self.search(email=email)]
        for number in NUMBER.findall(ticket["subject"] + "\n" + ticket["body"]):
            if f"HL-{number}" not in ids:
                ids.append(f"HL-{number}")
        if not ids and ticket["from"].get("name"):
            ids = [order["id"] for order in self.search(name=ticket["from"]["name"])]
        orders = [order for order_id in ids[:40] if (order := self.order(order_id))]
        return sorted(orders, key=lambda order: order["placed"], reverse=True)

    # -- acts

    def pay(self, order_id: str, amount: Decimal, reason: str, ticket_id: str) -> None:
        """Pay once and see it booked. The key depends on ticket and order alone, so a repetition pays nothing."""
        before = self.order(order_id)
        if before is None:
            raise ShopError(404, "order vanished")
        known = len(before["refunds"])
        for attempt in range(3):
            try:
                self.call(
                    "refund",
                    order_id=order_id,
                    amount=str(amount),
                    currency=before["currency"],
                    reason=reason[:300],
                    idempotency_key=f"{ticket_id}:{order_id}",
                    ticket_id=ticket_id,
                )
            except ShopError as error:
                if error.status:
                    raise
            for _ in range(2):
                after = self.order(order_id)
                if after and (len(after["refunds"]) > known or money(after["refundable"]) < money(before["refundable"])):
                    return
                time.sleep(0.2)
            log.warning("%s: refund acknowledged, not seen (attempt %d)", order_id, attempt + 1)
        raise NotBooked(order_id)

    def booked(self, order_id: str, amount: Decimal, refunds_before: int) -> bool:
        order = self.order(order_id)
        return bool(order) and any(money(r["amount"]) == amount for r in order["refunds"][refunds_before:])

    def hand_over(self, order_id: str | None, reason: str, summary: str, ticket_id: str) -> str:
        try:
            case = self.call("escalate", order_id=order_id, reason=reason[:300], summary=summary[:900], ticket_id=ticket_id)
        except ShopError as error:
            if order_id is None or error.status not in (400, 404, 422):
                raise
            case = self.call("escalate", reason=reason[:300], summary=summary[:900], ticket_id=ticket_id)
        return case["case_id"]

    def reply(self, ticket_id: str, outcome: str, body: str, order_id=None, amount: Decimal | None = None, currency=None):
        self.call(
            "reply",
            ticket_id=ticket_id,
            outcome=outcome,
            body=body,
            order_id=order_id,
            amount=None if amount is None else str(amount),
            currency=None if amount is None else currency,
        )

    def defer(self, ticket_id: str, reason: str) -> None:
        self.call("defer", ticket_id=ticket_id, reason=reason[:300])


def owns(order: dict, email: str) -> bool:
    """I-2."""
    customer = order["customer"]
    addresses = [customer["email"], *(customer.get("also") or [])]
    return email.strip().lower() in {address.strip().lower() for address in addresses}


def desk_reason(order: dict) -> str | None:
    """What the record alone says about a handover: H-3, H-4, H-6."""
    if order.get("chargeback") == "open":
        return "H-3: open chargeback"
    if order.get("gift"):
        return "H-4: gift order"
    if any(note.get("kind") == "promise" for note in order.get("notes") or []):
        return "H-6: a colleague promised something on this order"
    return None


def earlier(order: dict, sku: str) -> Decimal:
    return sum((money(r["amount"]) for r in order["refunds"] if r.get("sku") == sku), Decimal(0))


def record_text(order: dict, email: str, received: date) -> str:
    """One order, for the model to read, with the arithmetic on dates done."""
    lines = [
        f"Order {order['id']} (status: {order['status']}; placed {order['placed']}; currency {order['currency']})",
        f"  account holder: {order['customer']['name']} <{order['customer']['email']}>"
        + (f", also confirmed: {', '.join(order['customer']['also'])}" if order["customer"].get("also") else ""),
        f"  sender's address belongs to this order: {'yes' if owns(order, email) else 'NO'}",
    ]
    promised, delivered = day(order.get("promised")), day(order.get("delivered"))
    if promised:
        lines.append(f"  promised for {promised:%a} {promised} ({(received - promised).days} days before this mail)")
    if delivered:
        late = f"; {(delivered - promised).days} days after the promised date" if promised else ""
        lines.append(f"  delivered on {delivered:%a} {delivered} ({(received - delivered).days} days before this mail{late})")
    else:
        lines.append("  delivered: not yet")
    for item in order["items"]:
        lines.append(
            f"  item {item['sku']}: {item['quantity']} x {item['name']}, category {item['category']}, "
            f"{item['unit_price']} each{', FINAL SALE' if item['final_sale'] else ''}"
        )
    lines.append(f"  shipping fee {order['shipping_fee']}; total paid {order['total']}; still refundable {order['refundable']}")
    for refund in order["refunds"]:
        lines.append(
            f"  earlier refund: {refund['amount']} on {refund['on']} for {refund.get('sku') or 'the order'} ({refund.get('reason')})"
        )
    lines.append(f"  gift order: {'yes' if order.get('gift') else 'no'}; chargeback: {order.get('chargeback')}")
    for note in order.get("notes") or []:
        lines.append(f"  note by {note.get('author')} on {note.get('on')} [{note.get('kind')}]: {note.get('text')}")
    return "\n".join(lines)


def received_on(ticket: dict) -> date:
    return datetime.fromisoformat(ticket["received"]).date()
