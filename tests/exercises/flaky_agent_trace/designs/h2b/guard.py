"""Objections to a finish: what the records contradict. No objection doesn't mean that the mail was read correctly."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

LIMIT = {"EUR": Decimal(500), "GBP": Decimal(500), "PLN": Decimal(2000)}
CAP = {"EUR": Decimal(25), "GBP": Decimal(25), "PLN": Decimal(100)}


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def parse_day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def must_go_to_desk(order: dict, sender: str) -> tuple[str, str] | None:
    addresses = [a.lower() for a in (order["customer"]["email"], *order["customer"].get("also", []))]
    if sender.lower() not in addresses:
        return "not_the_account_holder", f"{sender} is not an address of this order's account (I-2)"
    if order["chargeback"] == "open":
        return "chargeback", "the order has an open chargeback (H-3)"
    if order["gift"]:
        return "gift", "it is a gift order (H-4)"
    if any(note.get("kind") == "promise" for note in order["notes"]):
        return "colleague_promise", "a colleague's note on the order is a promise (H-6)"
    return None


def due(finish: dict, order: dict, task: dict) -> tuple[Decimal | None, str]:
    """What the records say is due for what the finish states as facts, and why. `None`: it is for the desk."""
    grounds = finish["grounds"]
    now, received = parse_day(task["now"]), parse_day(task["ticket"]["received"])
    told = parse_day(finish.get("told_us_on")) or received
    delivered, promised = parse_day(order["delivered"]), parse_day(order["promised"])
    if told > received or (delivered and told < delivered):
        told = received
    left = Decimal(order["refundable"])
    if grounds in ("goodwill", "already_refunded"):
        return Decimal(0), f"{grounds}: nothing is due (M-3, M-4)"
    lines = {line["sku"]: line for line in order["items"]}
    pieces: dict[str, int] = {}
    for article in finish.get("articles") or []:
        if article["sku"] in lines:
            count = pieces.get(article["sku"], 0) + int(article["pieces"])
            pieces[article["sku"]] = min(count, lines[article["sku"]]["quantity"])
    if grounds == "late":
        if delivered is None:
            return Decimal(0), "the order is not delivered yet, so there is no compensation for a delay (L-1)"
        if (delivered - promised).days <= 3:
            return Decimal(0), f"it came {(delivered - promised).days} days after the promised date; L-1 wants more than 3"
        if (told - delivered).days > 30:
            return Decimal(0), "the complaint came more than 30 days after delivery (L-1)"
        if any(w in r["reason"].lower() for r in order["refunds"] for w in ("late", "delay", "l-1")):
            return Decimal(0), "the delay has been paid for already (L-1, once per order)"
        kept = sum((Decimal(lines[s]["unit_price"]) * n - paid(order, s) for s, n in pieces.items()), Decimal(0))
        return min(cents(kept / 10), CAP[order["currency"]], left), f"10 % of {kept}, capped (L-1)"
    if order["status"] == "processing":
        return left, "still in processing: everything that was paid (L-4)"
    if delivered is None:
        if (now - promised).days >= 10:
            return left, f"promised {(now - promised).days} days ago and not delivered: lost, everything is due (L-2)"
        return Decimal(0), f"on its way, promised date {promised}, today {now}: nothing is due yet (L-2, L-4)"
    if grounds == "lost":
        return None, "our system says delivered (L-3)"
    total, whole, days = Decimal(0), True, (told - delivered).days
    why = [f"delivered {delivered}, told us on {told}: day {days}"]
    for sku, line in lines.items():
        count = pieces.get(sku, 0)
        whole = whole and count == line["quantity"]
        if not count:
            continue
        price = Decimal(line["unit_price"]) * count
        if grounds == "damaged_faulty_wrong":
            if days > 7:
                return Decimal(0), f"{why[0]}; D-1 allows 7, so D-2"
        else:
            opened = line["category"] == "electronics" and bool(finish.get("opened"))
            if line["final_sale"] or days > (14 if opened else 30):
                why.append(f"{sku}: " + ("final sale (R-3)" if line["final_sale"] else f"past {14 if opened else 30} days"))
                whole = False
                continue
            if opened:
                fee = cents(price * Decimal("0.15"))
                price -= fee
                why.append(f"{sku}: restocking fee {fee} (R-2)")
        before = paid(order, sku)
        if before:
            why.append(f"{sku}: {before} was paid back earlier (M-3)")
        full = Decimal(line["unit_price"]) * line["quantity"]
        price = price - before if count == line["quantity"] else min(price, full - before)
        total += max(price, Decimal(0))
    if whole and total and (grounds == "damaged_faulty_wrong" or days <= 14):
        total += Decimal(order["shipping_fee"])
        why.append("the whole order, so with shipping (M-2)")
    return min(total, left), "; ".join(why)


def paid(order: dict, sku: str) -> Decimal:
    return sum((Decimal(r["amount"]) for r in order["refunds"] if r.get("sku") == sku), Decimal(0))


def objections(finish: dict, order: dict | None, task: dict, read_policy: bool) -> list[str]:
    """Reasons to reject, in words for the model."""
    found = []
    decision = finish.get("decision")
    sender = task["ticket"]["from"]["email"]
    reason = finish.get("desk_reason", "none")
    if not read_policy:
        found.append("You have not read the handbook on this ticket.")
    if finish.get("order_number") and order is None:
        return [*found, f"There is no order {finish['order_number']}. Look for the right one or ask the customer."]
    if decision in ("pay_back", "turn_down") and order is None:
        return [*found, "This decision needs an order_number. If you can't tell which order, ask the customer."]
    if decision == "pass_to_desk":
        if reason == "none":
            found.append("pass_to_desk needs a desk_reason.")
        elif order is not None and reason in ("chargeback", "gift", "colleague_promise", "not_the_account_holder"):
            forced = must_go_to_desk(order, sender)
            if forced is None:
                found.append(f"The records don't bear out desk_reason {reason}: chargeback, gift, notes and address are fine.")
        elif order is not None and reason == "over_limit":
            sum_due, why = due(finish, order, task)
            if sum_due is not None and sum_due <= LIMIT[order["currency"]]:
                found.append(f"The sum due is {sum_due} {order['currency']}, not above the limit ({why}).")
        elif order is not None and reason == "delivered_but_missing" and order["status"] != "delivered":
            found.append(f"The order's status is {order['status']}, so L-3 doesn't apply; look at L-2.")
        return found
    if order is not None and (forced := must_go_to_desk(order, sender)):
        return [*found, f"This must go to the desk (desk_reason {forced[0]}): {forced[1]}."]
    if decision == "ask_customer":
        return found
    if finish.get("grounds") == "unclear":
        return [*found, "With grounds `unclear` you can only ask the customer or pass it to the desk."]
    skus = {line["sku"] for line in order["items"]}
    foreign = [a["sku"] for a in finish.get("articles") or [] if a["sku"] not in skus]
    if foreign:
        found.append(f"Not on order {order['id']}: {', '.join(foreign)}. Its articles: {', '.join(sorted(skus))}.")
    if not finish.get("articles") and finish["grounds"] in ("changed_mind", "damaged_faulty_wrong", "late"):
        found.append("List the articles (sku and pieces) that this is about.")
    if found:
        return found
    sum_due, why = due(finish, order, task)
    if sum_due is None:
        return [f"This must go to the desk: {why}."]
    if sum_due > LIMIT[order["currency"]]:
        return [f"{sum_due} {order['currency']} is due, more than we may pay: pass it to the desk (over_limit)."]
    if decision == "turn_down" and sum_due > 0:
        found.append(f"By the facts that you state {sum_due} {order['currency']} is due: {why}. Pay it, or correct the facts.")
    if decision == "pay_back":
        try:
            amount = Decimal(str(finish.get("amount")))
        except InvalidOperation:
            return [f"`{finish.get('amount')}` is not an amount."]
        if sum_due <= 0:
            found.append(f"By the facts that you state nothing is due: {why}. Turn it down, or correct the facts.")
        elif amount != sum_due:
            found.append(f"By the facts that you state {sum_due} {order['currency']} is due, not {amount}: {why}.")
    return found
