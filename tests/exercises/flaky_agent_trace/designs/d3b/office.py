"""The back office over HTTP: every call retried safely, refunds idempotent and looked up afterwards."""

import logging
import re
import time
from decimal import Decimal

import httpx2

log = logging.getLogger("office")


class Unavailable(Exception):
    """The back office gave no usable answer although we kept asking."""


class Refused(Exception):
    """The back office understood and said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class Office:
    TRIES = 9

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=12)

    def _send(self, method: str, path: str, body: dict | None = None) -> dict | None:
        pause = 0.15
        for attempt in range(self.TRIES):
            try:
                answer = self.http.request(method, path, json=body)
            except httpx2.TransportError as error:
                log.warning("%s: %s", path, error)
            else:
                if answer.status_code == 204:
                    return None
                if answer.status_code < 300:
                    try:
                        return answer.json()
                    except ValueError:
                        log.warning("%s: unreadable body", path)
                elif answer.status_code == 429 or answer.status_code >= 500:
                    log.warning("%s: HTTP %d", path, answer.status_code)
                    try:
                        pause = max(pause, min(float(answer.headers.get("retry-after", 0)), 4.0))
                    except ValueError:
                        pass
                else:
                    try:
                        error = answer.json()["error"]
                    except (ValueError, KeyError):
                        error = {"code": "?", "message": answer.text[:200]}
                    raise Refused(answer.status_code, error.get("code", "?"), error.get("message", ""))
            if attempt + 1 < self.TRIES:
                time.sleep(pause)
                pause = min(pause * 2, 4.0)
        raise Unavailable(path)

    def task(self) -> dict | None:
        return self._send("GET", "/task")

    def order(self, order_id: str) -> dict | None:
        try:
            return self._send("POST", "/tools/get_order", {"order_id": order_id})
        except Refused as no:
            if no.status == 404:
                return None
            raise

    def order_settled(self, order_id: str) -> dict | None:
        """Read twice; if the copies differ, the one that is further on."""
        first, second = self.order(order_id), self.order(order_id)
        if first is None or second is None or first == second:
            return second or first
        log.warning("two readings of %s differ", order_id)
        third = self.order(order_id) or second
        rank = {"processing": 0, "shipped": 1, "delivered": 2}
        return max((first, second, third), key=lambda o: (rank.get(o["status"], 1), len(o["refunds"]), len(o["notes"])))

    def search(self, **criteria: str) -> list[dict]:
        found: dict[str, dict] = {}
        page = 1
        while True:
            try:
                part = self._send("POST", "/tools/search_orders", {**criteria, "page": page})
            except Refused as no:
                log.warning("search %s: %s", criteria, no)
                break
            for order in part["orders"]:
                found[order["id"]] = order
            if page >= int(part.get("pages") or 1) or page >= 12:
                break
            page += 1
        return list(found.values())

    def handbook(self, today: str) -> dict:
        """The whole handbook, past the cache, in force today."""
        for _ in range(3):
            book = self._send("POST", "/tools/get_policy", {"topic": "all", "fresh": True})
            if book["effective_from"] <= today and (not book["effective_until"] or today <= book["effective_until"]):
                return book
            log.warning("handbook %s is not in force on %s", book["version"], today)
        raise Unavailable("handbook in force")

    def pay(self, ticket_id: str, order: dict, amount: Decimal, clause: str) -> bool:
        """Pay once, whatever the network does. True only when the order shows the money."""
        before = self.order(order["id"]) or order
        if self.paid_on(ticket_id, before) == amount:
            return True
        had = sum(Decimal(r["amount"]) for r in before["refunds"])
        try:
            self._send("POST", "/tools/refund", {
                "order_id": order["id"], "amount": str(amount), "currency": order["currency"], "ticket_id": ticket_id,
                "reason": f"{clause} / {ticket_id}", "idempotency_key": f"{ticket_id}/{order['id']}/{amount}",
            })
        except Refused as no:
            log.error("refund: %s", no)
        except Unavailable:
            log.error("refund: no answer")
        for pause in (0, 0.3, 1, 2):
            time.sleep(pause)
            after = self.order(order["id"])
            if after and sum(Decimal(r["amount"]) for r in after["refunds"]) - had >= amount:
                return True
        log.error("the refund of %s on %s is not booked", amount, order["id"])
        return False

    @staticmethod
    def paid_on(ticket_id: str, order: dict) -> Decimal:
        return sum((Decimal(r["amount"]) for r in order["refunds"] if ticket_id in (r.get("reason") or "")), Decimal(0))

    def hand_over(self, ticket_id: str, order_id: str | None, reason: str, summary: str) -> None:
        body = {"reason": reason, "summary": summary, "ticket_id": ticket_id}
        if order_id:
            body["order_id"] = order_id
        self._send("POST", "/tools/escalate", body)

    def reply(self, ticket_id: str, order_id: str | None, outcome: str, text: str, amount: Decimal | None = None,
              currency: str | None = None) -> None:
        body: dict = {"outcome": outcome, "body": text, "ticket_id": ticket_id}
        if order_id:
            body["order_id"] = order_id
        if amount is not None:
            body |= {"amount": str(amount), "currency": currency}
        try:
            self._send("POST", "/tools/reply", body)
        except Refused as no:
            if no.status != 409:  # 409: an earlier try got through
                raise
            log.warning("reply: %s", no)

    def defer(self, ticket_id: str, reason: str) -> None:
        self._send("POST", "/tools/defer", {"reason": reason, "ticket_id": ticket_id})


def gather(office: Office, ticket: dict) -> tuple[list[dict], list[str]]:
    """All orders that the mail can mean, and the numbers in it that don't exist."""
    sender = ticket["from"]
    ids = [o["id"] for o in office.search(email=sender["email"])]
    named = list(dict.fromkeys(
        f"HL-{n}" for n in re.findall(r"HL\s?-?\s?(\d{6})", ticket["subject"] + "\n" + ticket["body"], re.I)
        + re.findall(r"(?<![\w-])(\d{6})(?![\w])", ticket["subject"] + "\n" + ticket["body"])
    ))
    orders = {i: o for i in dict.fromkeys(ids + named) if (o := office.order_settled(i))}
    by_name = [o["id"] for o in office.search(name=sender["name"]) if o["id"] not in orders]
    known = any(writes_for(o, sender["email"]) for o in orders.values())
    for order_id in by_name[:10]:
        order = office.order_settled(order_id)
        if order and (writes_for(order, sender["email"]) or not known):
            orders[order_id] = order
    return list(orders.values()), [n for n in named if n not in orders]


def writes_for(order: dict, email: str) -> bool:
    own = [order["customer"]["email"], *order["customer"].get("also", [])]
    return email.strip().lower() in (address.strip().lower() for address in own)
