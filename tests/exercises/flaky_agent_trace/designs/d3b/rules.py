"""The handbook's arithmetic. The numbers come from the handbook in force; the facts from whoever read the mail."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass
class Numbers:
    mind: int = 30
    opened: int = 14
    fee: int = 15
    fault: int = 7
    late_over: int = 3
    late_ask: int = 30
    late_rate: int = 10
    late_cap: dict = field(default_factory=lambda: {"EUR": 25, "GBP": 25, "PLN": 100})
    lost: int = 10
    shipping: int = 14
    desk: dict = field(default_factory=lambda: {"EUR": 500, "GBP": 500, "PLN": 2000})

    @classmethod
    def read(cls, text: str) -> "Numbers":
        n = cls()
        flat = re.sub(r"\s+", " ", text)

        def find(clause: str, pattern: str, *names: str) -> None:
            part = re.search(rf"\b{clause}\b(.*?)(?=\b[A-Z]-\d\b  ?[A-Z]|$)", flat)
            hit = re.search(pattern, part.group(1) if part else "")
            if hit:
                for name, value in zip(names, hit.groups()):
                    setattr(n, name, int(value))

        find("R-1", r"within (\d+) days", "mind")
        find("R-2", r"(\d+) days instead", "opened")
        find("R-2", r"(\d+) ?% of", "fee")
        find("D-1", r"within (\d+) days", "fault")
        find("L-1", r"more than (\d+) days", "late_over")
        find("L-1", r"within (\d+) days", "late_ask")
        find("L-1", r"(\d+) ?% of", "late_rate")
        find("L-2", r"was (\d+) days ago", "lost")
        find("M-2", r"within (\d+) days", "shipping")
        if hit := re.search(r"at most (\d+) EUR or GBP \((\d+) PLN\)", flat):
            n.late_cap = {"EUR": int(hit[1]), "GBP": int(hit[1]), "PLN": int(hit[2])}
        if hit := re.search(r"exceeds (\d+) EUR or GBP \((\d+) PLN\)", flat):
            n.desk = {"EUR": int(hit[1]), "GBP": int(hit[1]), "PLN": int(hit[2])}
        return n


@dataclass
class Part:
    """One thing that is asked for on the order."""

    kind: str  # mind, fault, late, missing, cancel, goodwill
    pieces: dict[str, int] = field(default_factory=dict)  # sku -> pieces
    opened: dict[str, bool | None] = field(default_factory=dict)
    told: date | None = None


@dataclass
class Verdict:
    action: str  # refund, deny, escalate, need_info
    clause: str
    why: str
    amount: Decimal = Decimal(0)

    def same(self, other: "Verdict") -> bool:
        return self.action == other.action and (self.action != "refund" or self.amount == other.amount)


def day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def settle(order: dict, parts: list[Part], received: date, n: Numbers) -> Verdict:
    """What is due on this order, once it is clear that it's this order and this sender."""
    if order["chargeback"] == "open":
        return Verdict("escalate", "H-3", "the bank has an open chargeback")
    if order["gift"]:
        return Verdict("escalate", "H-4", "it is a gift order")
    if any(note["kind"] == "promise" for note in order["notes"]):
        return Verdict("escalate", "H-6", "a colleague has promised something")
    due, clauses, denials = Decimal(0), [], []
    lines = {item["sku"]: item for item in order["items"]}
    delivered, promised = day(order["delivered"]), day(order["promised"])
    given = {sku: sum(Decimal(r["amount"]) for r in order["refunds"] if r["sku"] == sku) for sku in lines}
    everything = False
    for part in parts:
        kind = part.kind
        if kind == "goodwill":
            denials.append(("M-4", "goodwill payments are not made"))
            continue
        if order["status"] == "delivered" and kind == "missing":
            return Verdict("escalate", "L-3", "delivered by our system, never came according to the customer")
        if order["status"] != "delivered":
            if kind == "fault":
                return Verdict("escalate", "D-1", "reported as faulty, but not delivered by our system")
            if order["status"] == "processing":
                everything = True
                clauses.append("L-4")
            elif order["status"] == "shipped" and promised and (received - promised).days >= n.lost:
                everything = True
                clauses.append("L-2")
            elif kind == "cancel" or kind == "mind":
                denials.append(("L-4", "it has been shipped and can be returned after delivery"))
            else:
                denials.append(("L-2", "the parcel is still on its way"))
            continue
        since = (received - delivered).days
        if kind == "late":
            if (delivered - promised).days <= n.late_over:
                denials.append(("L-1", f"it came {(delivered - promised).days} days after the promised date"))
            elif since > n.late_ask:
                denials.append(("L-1", "the delay was reported too late"))
            elif any("L-1" in (r["reason"] or "") or re.search("late|delay", r["reason"] or "", re.I) for r in order["refunds"]):
                denials.append(("L-1", "the delay has been compensated already"))
            else:
                going = {}
                for other in parts:
                    if other.kind in ("mind", "fault", "cancel"):
                        going |= other.pieces
                kept = Decimal(0)
                for sku, item in lines.items():
                    price = Decimal(item["unit_price"])
                    back = int(given[sku] // price) if price else 0
                    kept += max(item["quantity"] - going.get(sku, 0) - back, 0) * price
                due += min((kept * n.late_rate / 100).quantize(CENT, ROUND_HALF_UP), Decimal(n.late_cap[order["currency"]]))
                clauses.append("L-1")
            continue
        if kind == "cancel":
            kind = "mind"
            part.pieces = part.pieces or {sku: item["quantity"] for sku, item in lines.items()}
        if not part.pieces:
            return Verdict("need_info", "I-1", "the mail doesn't say which item")
        granted = 0
        for sku, pieces in part.pieces.items():
            item = lines[sku]
            pieces = min(pieces, item["quantity"])
            price = Decimal(item["unit_price"]) * pieces
            if given[sku] and given[sku] >= Decimal(item["unit_price"]) * item["quantity"]:
                denials.append(("M-3", "it has been refunded already"))
                continue
            if kind == "fault":
                told = part.told or received
                if (told - delivered).days > n.fault:
                    denials.append(("D-2", f"first reported {(told - delivered).days} days after delivery: warranty"))
                    continue
                clause = "D-1"
            else:
                if item["final_sale"]:
                    denials.append(("R-3", "final sale items are not taken back"))
                    continue
                if item["category"] == "electronics" and part.opened.get(sku) is None:
                    return Verdict("need_info", "R-2", "the mail doesn't say whether it has been opened")
                if item["category"] == "electronics" and part.opened.get(sku):
                    if since > n.opened:
                        denials.append(("R-2", f"asked {since} days after delivery, {n.opened} for opened electronics"))
                        continue
                    price -= (price * n.fee / 100).quantize(CENT, ROUND_HALF_UP)
                    clause = "R-2"
                else:
                    if since > n.mind:
                        denials.append(("R-1", f"asked {since} days after delivery, of {n.mind}"))
                        continue
                    clause = "R-1"
            rest = Decimal(item["unit_price"]) * item["quantity"] - given[sku]
            if item["quantity"] == 1 or pieces == item["quantity"]:
                price = max(price - given[sku], Decimal(0))
            price = min(price, max(rest, Decimal(0)))
            if price <= 0:
                denials.append(("M-3", "it has been refunded already"))
                continue
            due += price
            granted += 1
            clauses.append(clause)
        whole = granted == len(lines) and all(part.pieces.get(s, 0) >= i["quantity"] for s, i in lines.items())
        if whole and (kind == "fault" or since <= n.shipping):
            due += Decimal(order["shipping_fee"])
    refundable = Decimal(order["refundable"])
    due = (refundable if everything else min(due, refundable)).quantize(CENT)
    if due > Decimal(n.desk[order["currency"]]):
        return Verdict("escalate", "H-2", f"{due} {order['currency']} is more than we may pay")
    if due > 0:
        return Verdict("refund", ", ".join(dict.fromkeys(clauses)), "due", due)
    if clauses:
        return Verdict("deny", "M-3", "nothing is left to refund")
    if not denials:
        return Verdict("need_info", "I-1", "the mail doesn't say what is wanted")
    return Verdict("deny", denials[0][0], denials[0][1])
