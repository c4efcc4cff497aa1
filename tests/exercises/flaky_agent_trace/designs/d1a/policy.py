"""The handbook as code. Its numbers are read from the handbook's text, its structure stands here."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


class HandbookChanged(Exception):
    """A number that we need isn't where it used to be."""


@dataclass(frozen=True)
class Terms:
    return_days: int
    opened_days: int
    fee: Decimal
    damage_days: int
    late_over: int
    late_complain: int
    late_share: Decimal
    late_cap: dict[str, Decimal]
    lost_days: int
    shipping_days: int
    limit: dict[str, Decimal]

    @classmethod
    def from_handbook(cls, text: str) -> "Terms":
        text = " ".join(text.split())

        def numbers(pattern: str) -> list[Decimal]:
            found = re.search(pattern, text)
            if not found:
                raise HandbookChanged(pattern)
            return [Decimal(group) for group in found.groups()]

        (returns,) = numbers(r"within (\d+) days of delivery\. The day of delivery is day 0")
        opened, fee = numbers(r"have been opened: (\d+) days.*?restocking fee of (\d+) %")
        (damage,) = numbers(r"first told us within (\d+) days")
        over, complain, share, cap, cap_pln = numbers(
            r"more than (\d+) days after the promised date.*?within (\d+) days of delivery, we pay (\d+) %"
            r".*?at most (\d+) EUR or GBP \((\d+) PLN\)")
        (lost,) = numbers(r"promised date was (\d+) days ago or more")
        (shipping,) = numbers(r"if asked within (\d+) days of delivery")
        limit, limit_pln = numbers(r"exceeds (\d+) EUR or GBP \((\d+) PLN\)")
        return cls(
            int(returns), int(opened), fee / 100, int(damage), int(over), int(complain), share / 100,
            {"EUR": cap, "GBP": cap, "PLN": cap_pln}, int(lost), int(shipping),
            {"EUR": limit, "GBP": limit, "PLN": limit_pln})


@dataclass
class Decision:
    outcome: str
    order: dict | None
    why: str
    amount: Decimal | None = None


def money(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def decide(reading: dict, orders: list[dict], ticket: dict, today: date, terms: Terms) -> Decision:
    by_id = {order["id"]: order for order in orders}
    requests = reading["requests"]
    signs = reading["handover_signs"]
    certain = {r["order"]["id"] for r in requests if r["order"]["fit"] == "certain"}
    order = by_id[next(iter(certain))] if len(certain) == 1 else None

    if signs["legal"]:
        return Decision("escalated", order, "A lawyer, court or authority is involved (H-5).")
    if len(certain) > 1:
        return Decision("escalated", None, f"The mail asks for something on {len(certain)} orders (H-1).")
    if not requests or order is None or any(r["order"]["fit"] != "certain" for r in requests):
        return Decision("need_info", None, reading["question"] or "Which order, and which item of it, is this about?")

    owner = order["customer"]
    if ticket["from"]["email"].lower() not in {a.lower() for a in [owner["email"], *owner.get("also", [])]}:
        return Decision("escalated", order, "The sender's address isn't one of the order's account (I-2).")
    if order["chargeback"] == "open":
        return Decision("escalated", order, "There is an open chargeback on the order (H-3).")
    if order["gift"]:
        return Decision("escalated", order, "It is a gift order; the desk issues store credit for these (H-4).")
    if any(note["kind"] == "promise" for note in order["notes"]):
        return Decision("escalated", order, "A colleague has promised the customer something (H-6).")
    if signs["insists_on_replacement"] or signs["insists_on_store_credit"]:
        return Decision("escalated", order, "The customer wants a replacement or store credit, not money (H-6).")

    case = Case(order, date.fromisoformat(ticket["received"][:10]), today, terms)
    for request in requests:
        verdict = case.weigh(request)
        if verdict is not None:
            return verdict
    return case.close()


class Case:
    """All that is asked for on one order."""

    def __init__(self, order: dict, received: date, today: date, terms: Terms) -> None:
        self.order, self.received, self.today, self.terms = order, received, today, terms
        self.delivered = date.fromisoformat(order["delivered"]) if order["delivered"] else None
        self.promised = date.fromisoformat(order["promised"]) if order["promised"] else None
        self.lines = {item["sku"]: item for item in order["items"]}
        self.prior: dict[str | None, Decimal] = {}
        for refund in order["refunds"]:
            sku = refund.get("sku")
            self.prior[sku] = self.prior.get(sku, Decimal(0)) + Decimal(refund["amount"])
        self.due: dict[str, Decimal] = {}
        self.pieces: dict[str, int] = {}
        self.shipping_due = True
        self.delay = False
        self.reasons: list[str] = []
        self.refusals: list[str] = []

    def weigh(self, request: dict) -> Decision | None:
        """Take one request into account; a decision only if it settles the whole case."""
        ground, terms = request["ground"], self.terms
        status = self.order["status"]
        if ground == "goodwill":
            self.refusals.append("we give no vouchers, discounts or money for trouble or lost time")
        elif ground == "payment_missing":
            self.refusals.append("the refund for this was already paid, there is nothing left to pay")
        elif ground in ("cancellation", "not_arrived") and status == "processing":
            return self._everything("the order was still in processing and has been cancelled")
        elif ground == "not_arrived" and status == "shipped":
            if self.promised and (self.today - self.promised).days >= terms.lost_days:
                return self._everything("the parcel counts as lost")
            self.refusals.append(f"the parcel is still on its way; it counts as lost {terms.lost_days} days after "
                                 "the promised date")
        elif ground == "not_arrived":
            return Decision("escalated", self.order, "Marked delivered, the customer says it never came (L-3).")
        elif status == "shipped":
            self.refusals.append("the order has been shipped and cannot be stopped; it can be returned after delivery")
        elif self.delivered is None:
            self.refusals.append("the order hasn't been delivered yet")
        elif ground in ("change_of_mind", "cancellation"):
            return self._return(request)
        elif ground in ("defective", "wrong_item"):
            self._damage(request)
        elif ground == "late_delivery":
            self._late()
        return None

    def _everything(self, why: str) -> Decision:
        return self._pay(Decimal(self.order["refundable"]), why + "; everything that was paid goes back")

    def _return(self, request: dict) -> Decision | None:
        day = (self.received - self.delivered).days
        for item in request["items"]:
            line = self.lines[item["sku"]]
            price = Decimal(line["unit_price"]) * item["pieces"]
            days, fee = self.terms.return_days, Decimal(0)
            if line["final_sale"]:
                self.refusals.append(f"{line['name']} was final sale and isn't taken back for a change of mind")
                continue
            if line["category"] == "electronics":
                if item["packaging"] == "not_said":
                    return Decision("need_info", self.order, f"Has the {line['name']} been opened, or is it sealed?")
                if item["packaging"] == "opened":
                    days, fee = self.terms.opened_days, money(price * self.terms.fee)
            if day > days:
                self.refusals.append(f"{line['name']}: asked {day} days after delivery, the limit is {days} days")
                continue
            self._add(item, price - fee)
            self.reasons.append(f"{item['pieces']} x {line['name']} returned, day {day}"
                                + (f", less a restocking fee of {fee}" if fee else ""))
            if day > self.terms.shipping_days:
                self.shipping_due = False
        return None

    def _damage(self, request: dict) -> None:
        told = min(date.fromisoformat(request["first_told_on"]), self.received)
        day = (max(told, self.delivered) - self.delivered).days
        if day > self.terms.damage_days:
            self.refusals.append(f"the fault was first reported {day} days after delivery, the limit is "
                                 f"{self.terms.damage_days} days; the warranty workshop can help: "
                                 "harbourlane.example/warranty")
            return
        for item in request["items"]:
            line = self.lines[item["sku"]]
            self._add(item, Decimal(line["unit_price"]) * item["pieces"])
            self.reasons.append(f"{item['pieces']} x {line['name']} arrived faulty or wrong, reported on day {day}")

    def _add(self, item: dict, sum_due: Decimal) -> None:
        self.due[item["sku"]] = self.due.get(item["sku"], Decimal(0)) + sum_due
        self.pieces[item["sku"]] = self.pieces.get(item["sku"], 0) + item["pieces"]

    def _late(self) -> None:
        late = (self.delivered - self.promised).days
        if any("delay" in (r.get("reason") or "") or "late" in (r.get("reason") or "") for r in self.order["refunds"]):
            self.refusals.append("compensation for the delay was already paid once")
        elif late <= self.terms.late_over:
            self.refusals.append(f"the order came {late} days late; only more than {self.terms.late_over} days count")
        elif (self.received - self.delivered).days > self.terms.late_complain:
            self.refusals.append("the delay was first complained of too long after delivery")
        else:
            self.delay = True
            self.reasons.append(f"compensation for a delivery {late} days late")

    def close(self) -> Decision:
        total = Decimal(0)
        for sku, due in self.due.items():
            line = self.lines[sku]
            prior = self.prior.get(sku, Decimal(0))
            whole = Decimal(line["unit_price"]) * line["quantity"]
            spare = whole - Decimal(line["unit_price"]) * self.pieces[sku]
            total += max(Decimal(0), due - max(Decimal(0), prior - spare))
        if self.due and self.shipping_due and all(
                self.pieces.get(sku) == line["quantity"] for sku, line in self.lines.items()):
            total += Decimal(self.order["shipping_fee"])
        if self.delay:
            kept = sum((Decimal(line["unit_price"]) * (line["quantity"] - self.pieces.get(sku, 0))
                        for sku, line in self.lines.items()), Decimal(0))
            cap = self.terms.late_cap[self.order["currency"]]
            total += min(cap, money(kept * self.terms.late_share))
        return self._pay(total, "; ".join(self.reasons + self.refusals))

    def _pay(self, due: Decimal, why: str) -> Decision:
        due = money(due)
        if due > self.terms.limit[self.order["currency"]]:
            return Decision("escalated", self.order, f"{due} {self.order['currency']} would be due, above our limit (H-2).")
        due = min(due, Decimal(self.order["refundable"]))
        if due <= 0:
            return Decision("denied", self.order, "; ".join(self.refusals) or "everything due was already refunded")
        return Decision("refunded", self.order, why, due)
