"""The handbook as code: what is due, from the facts of the order and what the mail was found to say."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from questions import HandbookNumbers, Kind, Wish

CENT = Decimal("0.01")


@dataclass
class Verdict:
    action: str  # refund, deny, escalate, need_info
    why: str
    amount: Decimal = Decimal(0)


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def for_the_desk(order: dict, sender: str) -> str | None:
    """A reason why people must take this order, whatever is asked."""
    addresses = {order["customer"]["email"].lower(), *(a.lower() for a in order["customer"].get("also", []))}
    if sender.lower() not in addresses:
        return "the sender's address does not belong to the account (I-2)"
    if order.get("chargeback") == "open":
        return "open chargeback (H-3)"
    if order.get("gift"):
        return "gift order (H-4)"
    if any(note.get("kind") == "promise" for note in order.get("notes", [])):
        return "a colleague has promised something (H-6)"
    return None


def day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def decide(order: dict, wishes: list[Wish], received: date, reported: date | None, book: HandbookNumbers) -> Verdict:
    polish = order["currency"] == "PLN"
    status, delivered, promised = order["status"], day(order.get("delivered")), day(order.get("promised"))
    age = (received - delivered).days if delivered else None
    lines = {item["sku"]: item for item in order["items"]}
    back: dict[str, tuple[int, Decimal]] = {}  # sku -> pieces, what goes back for them
    shipping, whole, why, pay_late = Decimal(0), False, [], False

    def everything() -> bool:
        return {sku: pieces for sku, (pieces, _) in back.items()} == {s: i["quantity"] for s, i in lines.items()}

    for wish in wishes:
        kind = wish.kind
        if kind is Kind.CANCEL and status == "delivered":
            kind = Kind.CHANGE_OF_MIND
        if kind in (Kind.CHANGE_OF_MIND, Kind.MISSING) and status == "processing":
            kind = Kind.CANCEL
        if kind is Kind.CHANGE_OF_MIND and status == "shipped":
            kind = Kind.CANCEL
        if kind is Kind.CANCEL:
            whole |= status == "processing"
            why.append("cancelled while in processing (L-4)" if whole else "shipped, cannot be stopped any more (L-4)")
        elif kind is Kind.MISSING:
            if status == "delivered":
                return Verdict("escalate", "delivered by our records, the customer says it never came (L-3)")
            lost = promised is not None and (received - promised).days >= book.lost_after_days
            whole |= lost
            why.append("counts as lost (L-2)" if lost else "still on its way, not yet lost (L-2)")
        elif kind in (Kind.GOODWILL, Kind.CHASING):
            why.append("no goodwill (M-4)" if kind is Kind.GOODWILL else "was refunded already (M-3)")
        elif kind is Kind.LATE:
            pay_late = True
        elif kind is Kind.DEFECTIVE or kind is Kind.CHANGE_OF_MIND:
            if age is None:
                why.append("not delivered yet")
                continue
            for piece in wish.items:
                if (line := lines.get(piece.sku)) is None:
                    return Verdict("need_info", f"it is not clear which item is meant ({piece.sku})")
                count = min(max(piece.pieces, 1), line["quantity"])
                price = Decimal(line["unit_price"]) * count
                if kind is Kind.DEFECTIVE:
                    if ((reported or received) - delivered).days > book.defect_report_days:
                        why.append(f"{line['name']}: reported later than {book.defect_report_days} days after delivery, "
                                   "warranty workshop: harbourlane.example/warranty (D-2)")
                        continue
                    why.append(f"{line['name']}: damaged, faulty or wrong (D-1)")
                elif line["final_sale"]:
                    why.append(f"{line['name']}: final sale (R-3)")
                    continue
                elif age > book.return_days:
                    why.append(f"{line['name']}: day {age}, later than {book.return_days} days (R-1)")
                    continue
                elif line["category"] == "electronics" and piece.seal == "unclear":
                    return Verdict("need_info", f"has the {line['name']} been opened?")
                elif line["category"] == "electronics" and piece.seal == "opened":
                    if age > book.opened_electronics_days:
                        why.append(f"{line['name']}: opened electronics, day {age} (R-2)")
                        continue
                    price -= cents(price * book.restocking_percent / 100)
                    why.append(f"{line['name']}: opened, less {book.restocking_percent} % (R-2)")
                else:
                    why.append(f"{line['name']}: returned in time (R-1)")
                back[piece.sku] = (count, price)
            if everything() and (kind is Kind.DEFECTIVE or age <= book.shipping_back_days):
                shipping = Decimal(order["shipping_fee"])
        else:
            return Verdict("escalate", "a request that the handbook doesn't cover")

    left = Decimal(order["refundable"])
    if whole:
        due = left
    else:
        due = shipping
        for sku, (_, price) in back.items():
            earlier = sum((Decimal(r["amount"]) for r in order["refunds"] if r.get("sku") == sku), Decimal(0))
            due += max(Decimal(0), price - earlier)
        if pay_late:
            delay = (delivered - promised).days if delivered and promised else 0
            earlier = any(word in (r.get("reason") or "").lower() for r in order["refunds"] for word in ("late", "delay", "l-1"))
            if delay > book.late_more_than_days and age <= book.return_days and not earlier:
                kept = sum(
                    (Decimal(i["unit_price"]) * (i["quantity"] - back.get(i["sku"], (0,))[0]) for i in order["items"]),
                    Decimal(0),
                )
                due += min(cents(kept * book.late_percent / 100), Decimal(book.late_cap_pln if polish else book.late_cap_eur_gbp))
                why.append(f"{delay} days late (L-1)")
            else:
                why.append(f"{delay} days late earn nothing, or it was paid or claimed too late (L-1)")
        due = min(due, left)
    reason = "; ".join(dict.fromkeys(why)) or "nothing was asked for"
    if due > (book.limit_pln if polish else book.limit_eur_gbp):
        return Verdict("escalate", f"{due} {order['currency']} is above our limit (H-2)")
    return Verdict("refund", reason, due) if due > 0 else Verdict("deny", reason)
