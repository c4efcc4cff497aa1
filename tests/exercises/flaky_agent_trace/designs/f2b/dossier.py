"""What the model gets to read: all that can be looked up, looked up by code."""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shop import Shop

NUMBER = re.compile(r"(?<![\w-])(?:HL[\s-]?)?(\d{6})(?!\d)", re.IGNORECASE)
MOST_ORDERS = 25


class LookupFailed(Exception):
    """The back office did not say what we need to know."""


@dataclass
class Dossier:
    ticket: dict
    now: str
    handbook: str = ""
    orders: dict[str, dict] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def sender(self) -> str:
        return self.ticket["from"]["email"].strip().lower()

    @property
    def received(self) -> date:
        return date.fromisoformat(self.ticket["received"][:10])

    def is_senders(self, order: dict) -> bool:
        customer = order["customer"]
        return self.sender in {address.strip().lower() for address in [customer["email"], *customer.get("also", [])]}


def collect(shop: Shop, task: dict) -> Dossier:
    dossier = Dossier(task["ticket"], task["now"])
    policy = shop.policy("all", task["now"][:10])
    if not policy.ok:
        raise LookupFailed(f"handbook: {policy.error}")
    dossier.handbook = policy.data["text"]
    ticket = dossier.ticket
    found: list[str] = []
    named = [f"HL-{digits}" for digits in NUMBER.findall(f"{ticket['subject']}\n{ticket['body']}")]
    for order_id in dict.fromkeys(named):
        result = shop.order(order_id)
        if result.ok:
            dossier.orders[order_id] = result.data
        elif result.status == 404:
            dossier.unknown.append(order_id)
        else:
            raise LookupFailed(f"{order_id}: {result.error}")
    for criteria in ({"email": ticket["from"]["email"]}, {"name": ticket["from"]["name"]}):
        result = shop.search(criteria)
        if not result.ok and result.status != 404:
            raise LookupFailed(f"search: {result.error}")
        found += [order["id"] for order in result.data.get("orders", [])]
    for order_id in list(dict.fromkeys(found))[:MOST_ORDERS]:
        if order_id not in dossier.orders:
            result = shop.order(order_id)
            if not result.ok:
                raise LookupFailed(f"{order_id}: {result.error}")
            dossier.orders[order_id] = result.data
    return dossier


def days(later: date, earlier: str) -> int:
    return (later - date.fromisoformat(earlier[:10])).days


def paid_back(order: dict, sku: str) -> Decimal:
    return sum((Decimal(str(r["amount"])) for r in order["refunds"] if r.get("sku") == sku), Decimal(0))


def order_text(dossier: Dossier, order: dict) -> str:
    currency, received = order["currency"], dossier.received
    customer = order["customer"]
    rows = [
        f"## Order {order['id']}",
        f"Customer: {customer['name']} <{customer['email']}>, confirmed too: {', '.join(customer.get('also', [])) or 'none'}"
        f" (the mail's sender {'is entitled' if dossier.is_senders(order) else 'is NOT among these addresses'})",
        f"Status: {order['status']}. Placed {order['placed']}, promised for {order['promised']}, "
        f"delivered {order['delivered'] or '-'}",
    ]
    if order["delivered"]:
        late = days(date.fromisoformat(order["delivered"][:10]), order["promised"])
        rows.append(f"Counted: mail received on day {days(received, order['delivered'])} after delivery; delivered {max(late, 0)} days late")
    elif order["promised"]:
        rows.append(f"Counted: on the day of the mail the promised date was {days(received, order['promised'])} days ago")
    for item in order["items"]:
        rows.append(
            f"- sku {item['sku']}: {item['quantity']} x {item['name']} at {item['unit_price']} {currency} a piece, "
            f"category {item['category']}, {'FINAL SALE' if item['final_sale'] else 'not final sale'}, "
            f"paid back so far {paid_back(order, item['sku']):.2f}"
        )
    rows += [
        f"Shipping fee {order['shipping_fee']}, total {order['total']}, still refundable {order['refundable']} {currency}",
        f"Payment {order['payment']}, chargeback: {order['chargeback']}, gift: {'yes' if order['gift'] else 'no'}",
        f"Earlier refunds: {json.dumps(order['refunds'], ensure_ascii=False) if order['refunds'] else 'none'}",
        f"Colleagues' notes: {json.dumps(order['notes'], ensure_ascii=False) if order['notes'] else 'none'}",
    ]
    return "\n".join(rows)


def render(dossier: Dossier) -> str:
    ticket = dossier.ticket
    orders = sorted(dossier.orders.values(), key=lambda order: order["placed"], reverse=True)
    parts = [
        f"# Handbook\n{dossier.handbook}",
        f"# Orders\nToday is {dossier.now[:10]}.",
        *[order_text(dossier, order) for order in orders],
    ]
    if not orders:
        parts.append("No order was found, neither by number nor by the sender's address or name.")
    if dossier.unknown:
        parts.append(f"Numbers in the mail that no order has: {', '.join(dossier.unknown)}")
    parts.append(
        f"# Mail\nFrom: {ticket['from']['name']} <{ticket['from']['email']}>\nReceived: {ticket['received']}\n"
        f"Subject: {ticket['subject']}\n\n{ticket['body']}"
    )
    return "\n\n".join(parts)
