"""Accounting: what the records say about a verdict. An empty list lets it pass."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tools import SubmitVerdict

CENT = Decimal("0.01")


def money(value: float | Decimal | str) -> Decimal:
    return Decimal(str(value)).quantize(CENT, rounding=ROUND_HALF_UP)


def figure(text: str, pattern: str, default: str) -> Decimal:
    found = re.search(pattern, text, re.S)
    return Decimal(found[1]) if found else Decimal(default)


class Figures:
    """The handbook's numbers, read from its current text."""

    def __init__(self, text: str) -> None:
        def of(code: str) -> str:
            found = re.search(rf"^\W*{code}\b(.*?)(?=^\W*[A-Z]-\d|\Z)", text, re.S | re.M)
            return found[1] if found else ""

        self.return_days = int(figure(of("R-1"), r"within (\d+) days", "30"))
        self.opened_days = int(figure(of("R-2"), r"(\d+) days instead", "14"))
        self.fee_percent = figure(of("R-2"), r"(\d+(?:\.\d+)?) ?%", "15")
        self.damage_days = int(figure(of("D-1"), r"within (\d+) days", "7"))
        self.late_days = int(figure(of("L-1"), r"more than (\d+) days", "3"))
        self.late_claim_days = int(figure(of("L-1"), r"within (\d+) days", "30"))
        self.late_percent = figure(of("L-1"), r"(\d+(?:\.\d+)?) ?%", "10")
        self.late_cap = figure(of("L-1"), r"at most (\d+)", "25")
        self.late_cap_pln = figure(of("L-1"), r"\((\d+) PLN", "100")
        self.lost_days = int(figure(of("L-2"), r"was (\d+) days", "10"))
        self.shipping_days = int(figure(of("M-2"), r"within (\d+) days", "14"))
        self.limit = figure(of("H-2"), r"exceeds (\d+)", "500")
        self.limit_pln = figure(of("H-2"), r"\((\d+) PLN", "2000")


def must_hand_over(order: dict, sender: str) -> str | None:
    """Hand-over grounds that stand in the record."""
    owner = {order["customer"]["email"].lower(), *(a.lower() for a in order["customer"].get("also") or [])}
    if sender.lower() not in owner:
        return "I-2: the sender's address is not on the account"
    if order.get("chargeback") == "open":
        return "H-3: open chargeback"
    if order.get("gift"):
        return "H-4: gift order"
    if any(note.get("kind") == "promise" for note in order.get("notes") or []):
        return "H-6: a colleague's promise stands in the notes"
    return None


def objections(v: SubmitVerdict, order: dict | None, ticket: dict, f: Figures) -> list[str]:
    """What doesn't add up."""
    if v.decision in ("ask_customer", "hand_over"):
        return []
    if order is None:
        return [f"There is no order {v.order_number}."]
    wrong: list[str] = []
    if ground := must_hand_over(order, ticket["from"]["email"]):
        return [f"By the record this one is for the desk ({ground}): decision must be hand_over."]
    if v.decision == "decline":
        if v.total_payout:
            wrong.append("A declined request pays nothing, but total_payout isn't 0.")
        return wrong

    received = date.fromisoformat(ticket["received"][:10])
    try:
        asked = date.fromisoformat(v.request_day) if v.request_day else received
    except ValueError:
        return [f"request_day {v.request_day!r} is no date."]
    if asked > received:
        wrong.append(f"request_day {asked} is after the mail's arrival ({received}).")
    delivered = date.fromisoformat(order["delivered"][:10]) if order.get("delivered") else None
    promised = date.fromisoformat(order["promised"][:10])
    age = (asked - delivered).days if delivered else None
    items = {item["sku"]: item for item in order["items"]}
    given: dict[str, Decimal] = {}
    for r in order.get("refunds") or []:
        given[r.get("sku")] = given.get(r.get("sku"), Decimal(0)) + Decimal(r["amount"])

    due, full = Decimal(0), {}
    grounds = {line.ground for line in v.payout_lines}
    total = money(v.total_payout)
    if grounds & {"lost_parcel", "cancellation"} or (not grounds and order["status"] in ("processing", "shipped")):
        if order["status"] == "processing" or (order["status"] == "shipped" and (received - promised).days >= f.lost_days):
            due = Decimal(order["refundable"])
        else:
            wrong.append(
                f"Status is {order['status']}, promised for {promised}, mail of {received}: neither L-2 nor L-4 pays yet."
            )
    else:
        if delivered is None:
            return [f"The order is {order['status']} and not delivered; returns and complaints need a delivery."]
        for line in v.payout_lines:
            item = items.get(line.article_sku)
            if item is None:
                wrong.append(f"No article {line.article_sku!r} in {order['id']}; there are {', '.join(items)}.")
                continue
            if not 0 < line.pieces <= item["quantity"]:
                wrong.append(f"{line.article_sku}: {line.pieces} of {item['quantity']} pieces.")
                continue
            price = Decimal(item["unit_price"])
            if line.ground == "late_delivery":
                continue
            fee = Decimal(0)
            if line.ground == "defective_or_wrong":
                if age > f.damage_days:
                    wrong.append(f"{item['name']}: first told on day {age}, D-1 allows {f.damage_days}.")
            else:
                if item.get("final_sale"):
                    wrong.append(f"{item['name']} was final sale (R-3).")
                limit = f.return_days
                if item["category"] == "electronics":
                    if v.article_opened is None:
                        wrong.append("article_opened must be stated for unwanted electronics.")
                    elif v.article_opened:
                        limit = f.opened_days
                        fee = money(price * line.pieces * f.fee_percent / 100)
                if age > limit:
                    wrong.append(f"{item['name']}: asked on day {age}, allowed are {limit}.")
            left = price * item["quantity"] - given.get(line.article_sku, Decimal(0))
            due += max(Decimal(0), min(price * line.pieces, left) - fee)
            full[line.article_sku] = full.get(line.article_sku, 0) + line.pieces
        whole = all(full.get(sku, 0) >= item["quantity"] for sku, item in items.items())
        if whole and ("defective_or_wrong" in grounds and "unwanted" not in grounds or age <= f.shipping_days):
            due += Decimal(order["shipping_fee"])
        if v.late_compensation or "late_delivery" in grounds:
            late = (delivered - promised).days
            if late <= f.late_days:
                wrong.append(f"Delivered {late} days after the promised date; L-1 pays for more than {f.late_days}.")
            elif age > f.late_claim_days:
                wrong.append(f"Complained of on day {age}, L-1 allows {f.late_claim_days}.")
            elif any("L-1" in (r.get("reason") or "") or "delay" in (r.get("reason") or "") for r in order["refunds"]):
                wrong.append("L-1 has been paid on this order before.")
            else:
                kept = sum(
                    max(Decimal(0), Decimal(i["unit_price"]) * (i["quantity"] - full.get(s, 0)) - given.get(s, Decimal(0)))
                    for s, i in items.items()
                )
                cap = f.late_cap_pln if order["currency"] == "PLN" else f.late_cap
                due += min(money(kept * f.late_percent / 100), cap)
        due = min(due, Decimal(order["refundable"]))
    if wrong:
        return wrong
    limit = f.limit_pln if order["currency"] == "PLN" else f.limit
    if due > limit:
        return [f"{due} {order['currency']} exceeds the limit of {limit} (H-2): decision must be hand_over."]
    if due <= 0:
        return ["By the records nothing is left to pay: decision must be decline."]
    if money(due) != total:
        return [f"By the records these lines come to {money(due)} {order['currency']}, total_payout says {total}."]
    figures = (f"{total:.2f}", f"{total:.2f}".replace(".", ","))
    if not any(x in v.letter for x in figures):
        return [f"The letter must name the sum, {total:.2f} {order['currency']}."]
    return []
