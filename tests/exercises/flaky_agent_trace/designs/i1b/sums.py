"""Days and money for every clause that could apply. Which one does apply is not decided here."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

LIMIT = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}
DELAY_CAP = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def on(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


@dataclass
class Row:
    """A line of the calculation."""

    clause: str
    finding: str
    sum: Decimal | None = None
    result: str = ""


def desk_reason(order: dict, sender: str) -> tuple[str, str] | None:
    customer = order["customer"]
    allowed = {a.strip().lower() for a in [customer["email"], *customer.get("also", [])]}
    if sender.strip().lower() not in allowed:
        return "I-2", "the sender's address is not on the order's account"
    if order.get("chargeback") == "open":
        return "H-3", "open chargeback"
    if order.get("gift"):
        return "H-4", "gift order"
    for note in order.get("notes", []):
        if note.get("kind") == "promise":
            return "H-6", "a colleague's promise is noted on the order"
    return None


def calculation(order: dict, sender: str, goods: dict[str, tuple[int, str]], first: date, received: date, today: date) -> list[Row]:
    """All rows. `goods`: SKU to pieces and state."""
    rows: list[Row] = []
    if reason := desk_reason(order, sender):
        rows.append(Row(reason[0], reason[1], None, "hand over"))
    currency = order["currency"]
    delivered, promised = on(order.get("delivered")), on(order.get("promised"))
    whole = bool(goods) and all(goods.get(i["sku"], (0, ""))[0] >= i["quantity"] for i in order["items"])
    left = Decimal(order["refundable"])
    shipping = Decimal(order["shipping_fee"])

    if order["status"] == "processing":
        rows.append(closed("L-4", "still in processing, can be cancelled; everything that was paid", left, left, currency))
        return rows
    if delivered is None:
        overdue = (today - promised).days if promised else 0
        rows.append(Row("L-4", "shipped, cannot be stopped any more", None, "decline if they want to call it off"))
        if overdue >= 10:
            rows.append(closed("L-2", f"shipped, {overdue} days overdue: lost; everything that was paid", left, left, currency))
        else:
            rows.append(Row("L-2", f"shipped, {overdue} days overdue (under 10): still on its way", None, "decline if it is missed"))
        return rows

    age = (received - delivered).days
    told = (first - delivered).days
    if goods:
        # change of mind
        due = Decimal(0)
        notes: list[str] = []
        late = False
        opened_electronics = False
        for item in order["items"]:
            count, state = goods.get(item["sku"], (0, ""))
            if not count:
                continue
            price = Decimal(item["unit_price"]) * count
            opened = item["category"] == "electronics" and state == "opened"
            opened_electronics |= opened
            if item.get("final_sale"):
                notes.append(f"{item['name']} is final sale (R-3): nothing")
                late = True
            elif age > (14 if opened else 30):
                notes.append(f"{item['name']}: day {age} of {14 if opened else 30}, too late")
                late = True
            else:
                fee = cents(price * Decimal("0.15")) if opened else Decimal(0)
                due += max(price - fee - back(order, item["sku"]), Decimal(0))
                notes.append(f"{item['name']}: day {age} of {14 if opened else 30}, {price:.2f} less fee {fee:.2f} less earlier refunds {back(order, item['sku']):.2f}")
        if whole and not late and age <= 14:
            due += shipping
            notes.append(f"whole order within 14 days, shipping fee {shipping:.2f} included")
        rows.append(closed("R-2" if opened_electronics else "R-1", "if unwanted: " + "; ".join(notes), due, left, currency))
        # damage
        if told > 7:
            rows.append(Row("D-2", f"if faulty: first told on day {told}, after day 7", None, "decline, warranty"))
        else:
            due = sum(
                (
                    max(Decimal(i["unit_price"]) * goods[i["sku"]][0] - back(order, i["sku"]), Decimal(0))
                    for i in order["items"]
                    if i["sku"] in goods
                ),
                Decimal(0),
            )
            if whole:
                due += shipping
            rows.append(closed("D-1", f"if faulty: first told on day {told} of 7", due, left, currency))
    # delay
    days_late = (delivered - promised).days if promised else 0
    if days_late <= 3:
        rows.append(Row("L-1", f"if about the delay: {days_late} days late, not more than 3", None, "decline"))
    elif age > 30:
        rows.append(Row("L-1", f"if about the delay: complained on day {age}, after day 30", None, "decline"))
    elif any("delay" in (r.get("reason") or "") for r in order.get("refunds", [])):
        rows.append(Row("L-1", "if about the delay: has been paid before", None, "decline"))
    else:
        kept = sum((Decimal(i["unit_price"]) * i["quantity"] for i in order["items"]), Decimal(0))
        due = min(cents(kept / 10), DELAY_CAP.get(currency, Decimal(25)))
        rows.append(closed("L-1", f"if about the delay: {days_late} days late, 10 % of goods for {kept:.2f}, capped", due, left, currency))
    rows.append(Row("L-3", "if they say it never came: our system says delivered", None, "hand over"))
    return rows


def back(order: dict, sku: str) -> Decimal:
    return sum((Decimal(r["amount"]) for r in order.get("refunds", []) if r.get("sku") == sku), Decimal(0))


def closed(clause: str, finding: str, due: Decimal, left: Decimal, currency: str) -> Row:
    due = cents(min(due, left))
    if due <= 0:
        return Row(clause, finding, None, "decline, nothing due or nothing left")
    if due > LIMIT.get(currency, Decimal(500)):
        return Row(clause, finding, None, f"{due:.2f} {currency} is above the limit of H-2: hand over")
    return Row(clause, finding, due, f"pay {due:.2f} {currency}")


def table(rows: list[Row]) -> str:
    lines = ["| clause | finding | result |", "|---|---|---|"]
    return "\n".join(lines + [f"| {r.clause} | {r.finding} | {r.result} |" for r in rows])
