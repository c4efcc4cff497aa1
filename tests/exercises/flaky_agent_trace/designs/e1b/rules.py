"""The handbook's arithmetic: facts in, outcome and sum out. Figures come from the handbook's own text."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Figures:
    return_days: int
    opened_days: int
    fee: Decimal
    damage_days: int
    late_more_than: int
    late_ask_days: int
    late_share: Decimal
    late_cap: Decimal
    late_cap_pln: Decimal
    lost_days: int
    shipping_days: int
    desk: Decimal
    desk_pln: Decimal

    @classmethod
    def read(cls, text: str) -> "Figures":
        flat = " ".join(text.split())

        def find(name: str, pattern: str) -> str:
            # A clause may refer to another one by name, so look in all that follows it.
            match = re.search(rf"(?<!under )(?<!follow ){name}\b.*?{pattern}", flat)
            if not match:
                raise ValueError(f"the handbook's {name} doesn't read as expected")
            return match.group(1)

        return cls(
            return_days=int(find("R-1", r"within (\d+) days of delivery")),
            opened_days=int(find("R-2", r"(\d+) days instead")),
            fee=Decimal(find("R-2", r"fee of (\d+) ?%")) / 100,
            damage_days=int(find("D-1", r"within (\d+) days of delivery")),
            late_more_than=int(find("L-1", r"more than (\d+) days")),
            late_ask_days=int(find("L-1", r"within (\d+) days of delivery")),
            late_share=Decimal(find("L-1", r"pay (\d+) ?%")) / 100,
            late_cap=Decimal(find("L-1", r"at most (\d+) EUR")),
            late_cap_pln=Decimal(find("L-1", r"\((\d+) PLN\)")),
            lost_days=int(find("L-2", r"(\d+) days ago")),
            shipping_days=int(find("M-2", r"within (\d+) days of delivery")),
            desk=Decimal(find("H-2", r"exceeds (\d+) EUR")),
            desk_pln=Decimal(find("H-2", r"\((\d+) PLN\)")),
        )


@dataclass
class Claim:
    """One thing that the customer wants on the order."""

    kind: str  # unwanted, defective, late, missing, cancel, goodwill
    pieces: dict[str, int] = field(default_factory=dict)  # by SKU; empty: the whole order
    opened: bool | None = None
    told: date | None = None  # when a defect was first reported


@dataclass
class Verdict:
    outcome: str  # refunded, denied, escalated, need_info
    amount: Decimal | None
    why: str


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def owned_by(order: dict, email: str) -> bool:
    customer = order["customer"]
    return email.strip().casefold() in {each.strip().casefold() for each in [customer["email"], *customer["also"]]}


def bars(order: dict, email: str) -> str | None:
    """Why this order is for the desk, whatever is asked."""
    if not owned_by(order, email):
        return "I-2: the sender's address isn't on the order's account"
    if order["chargeback"] == "open":
        return "H-3: open chargeback"
    if order["gift"]:
        return "H-4: gift order"
    if any(note["kind"] == "promise" for note in order["notes"]):
        return "H-6: a colleague's promise is on the order"
    return None


def settle(order: dict, claims: list[Claim], figures: Figures, received: date, now: date) -> Verdict:
    items = {item["sku"]: item for item in order["items"]}
    status = order["status"]
    delivered = day(order["delivered"]) if order.get("delivered") else None
    promised = day(order["promised"]) if order.get("promised") else None
    refundable = Decimal(order["refundable"])
    pln = order["currency"] == "PLN"
    earlier: dict[str, Decimal] = {}
    for refund in order["refunds"]:
        if refund.get("sku"):
            earlier[refund["sku"]] = earlier.get(refund["sku"], Decimal(0)) + Decimal(refund["amount"])

    due, reasons, back, everything = Decimal(0), [], {}, False
    shipping = False
    for claim in claims:
        kind = claim.kind
        wanted = claim.pieces or {sku: item["quantity"] for sku, item in items.items()}
        wanted = {sku: min(max(1, count), items[sku]["quantity"]) for sku, count in wanted.items() if sku in items}
        whole = all(wanted.get(sku) == item["quantity"] for sku, item in items.items())
        if kind == "missing" and status == "delivered":
            return Verdict("escalated", None, "L-3: delivered by our books, the carrier must be asked")
        if kind in ("cancel", "unwanted", "missing") and status == "processing":
            kind = "stop"
        elif kind == "cancel" and status == "delivered":
            kind = "unwanted"
        if kind == "stop":
            reasons.append("L-4: still in processing, can be cancelled")
            if whole:
                everything = True
            for sku, count in wanted.items():
                due += piece_price(items[sku], count, Decimal(0), earlier)
                back[sku] = count
        elif kind in ("cancel", "unwanted") and status == "shipped":
            reasons.append("L-4: already shipped, can be returned after delivery")
        elif kind in ("missing", "late", "defective") and status != "delivered":
            if promised and (now - promised).days >= figures.lost_days:
                reasons.append("L-2: counts as lost")
                everything = True
            else:
                reasons.append("L-2: still on its way")
        elif kind == "unwanted":
            age = (received - delivered).days
            paid_all = True
            for sku, count in wanted.items():
                item = items[sku]
                opened = item["category"] == "electronics" and claim.opened
                if item["final_sale"]:
                    reasons.append("R-3: final sale")
                    paid_all = False
                elif item["category"] == "electronics" and claim.opened is None and figures.opened_days <= age <= figures.return_days:
                    return Verdict("need_info", None, "R-2: opened or sealed?")
                elif age > (figures.opened_days if opened else figures.return_days):
                    reasons.append(f"{'R-2' if opened else 'R-1'}: day {age}")
                    paid_all = False
                else:
                    fee = figures.fee if opened else Decimal(0)
                    due += piece_price(item, count, fee, earlier)
                    back[sku] = count
                    reasons.append(f"{'R-2' if opened else 'R-1'}: day {age}")
            shipping = shipping or (whole and paid_all and age <= figures.shipping_days)
        elif kind == "defective":
            told = claim.told or received
            age = (min(told, received) - delivered).days
            if age > figures.damage_days:
                reasons.append(f"D-2: first told on day {age}, a matter for the warranty workshop")
            else:
                for sku, count in wanted.items():
                    due += piece_price(items[sku], count, Decimal(0), earlier)
                    back[sku] = count
                shipping = shipping or whole
                reasons.append(f"D-1: first told on day {age}")
        elif kind == "goodwill":
            reasons.append("M-4: no goodwill")
    if any(claim.kind == "late" for claim in claims) and status == "delivered":
        delay, age = (delivered - promised).days, (received - delivered).days
        if any("late" in (refund.get("reason") or "") or "delay" in (refund.get("reason") or "") for refund in order["refunds"]):
            reasons.append("L-1: once per order")
        elif delay <= figures.late_more_than or age > figures.late_ask_days:
            reasons.append(f"L-1: {delay} days late, asked on day {age}")
        else:
            kept = Decimal(0)
            for sku, item in items.items():
                line = Decimal(item["unit_price"]) * (item["quantity"] - back.get(sku, 0))
                kept += line if earlier.get(sku, Decimal(0)) < Decimal(item["unit_price"]) else max(Decimal(0), line - earlier[sku])
            due += min(cents(kept * figures.late_share), figures.late_cap_pln if pln else figures.late_cap)
            reasons.append(f"L-1: {delay} days late")
    if everything:
        due = refundable
    elif shipping and due > 0:
        due += Decimal(order["shipping_fee"])
    due = min(cents(due), refundable)
    why = "; ".join(dict.fromkeys(reasons)) or "nothing is due"
    if due > (figures.desk_pln if pln else figures.desk):
        return Verdict("escalated", None, f"H-2: {due} {order['currency']} is due ({why})")
    if due <= 0:
        return Verdict("denied", None, why)
    return Verdict("refunded", due, why)


def piece_price(item: dict, count: int, fee: Decimal, earlier: dict[str, Decimal]) -> Decimal:
    price = Decimal(item["unit_price"])
    gross = price * count
    net = gross - cents(gross * fee)
    given = earlier.get(item["sku"], Decimal(0))
    if count == item["quantity"]:
        return max(Decimal(0), net - given)
    return max(Decimal(0), min(net, price * item["quantity"] - given))
