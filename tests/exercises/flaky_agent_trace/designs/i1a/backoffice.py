"""Client of the shop's back office: careful with money, patient with faults."""

import json
import logging
import time
from datetime import date
from decimal import Decimal

import httpx2

log = logging.getLogger("backoffice")

READ_TRIES = 6
WRITE_TRIES = 5


class BackOfficeError(Exception):
    """The back office said no, or nothing."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


class NotBooked(Exception):
    """A refund was acknowledged but does not show on the order."""


class BackOffice:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    # -- plumbing ---------------------------------------------------------------------------------------------

    def _call(self, name: str, arguments: dict, tries: int) -> dict:
        problem: Exception = BackOfficeError(0, "no_answer", "nothing came back")
        for attempt in range(tries):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, 1.5))
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
            except httpx2.TransportError as error:
                problem = BackOfficeError(0, "transport", str(error))
                continue
            if response.status_code == 429 or response.status_code >= 500:
                problem = BackOfficeError(response.status_code, "busy", response.text[:200])
                log.warning("%s: HTTP %d, attempt %d", name, response.status_code, attempt + 1)
                continue
            try:
                body = json.loads(response.text)
            except json.JSONDecodeError:
                problem = BackOfficeError(response.status_code, "cut_off", response.text[-100:])
                continue
            if response.is_error:
                error = body.get("error", {})
                raise BackOfficeError(response.status_code, error.get("code", "?"), error.get("message", ""))
            return body
        raise problem

    # -- reading ----------------------------------------------------------------------------------------------

    def task(self) -> dict | None:
        for attempt in range(READ_TRIES):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, 1.5))
            try:
                response = self.http.get("/task")
            except httpx2.TransportError:
                continue
            if response.status_code == 204:
                return None
            if response.is_success:
                try:
                    return response.json()
                except ValueError:
                    continue
        return None

    def search(self, **criteria: str) -> list[dict]:
        """All pages."""
        found: list[dict] = []
        page = 1
        while True:
            body = self._call("search_orders", {**criteria, "page": page}, READ_TRIES)
            found += body.get("orders", [])
            if page >= int(body.get("pages") or 1) or page >= 8:
                return found
            page += 1

    def order(self, order_id: str) -> dict | None:
        try:
            return self._call("get_order", {"order_id": order_id}, READ_TRIES)
        except BackOfficeError as error:
            if error.status in (400, 404):
                return None
            raise

    def handbook(self, today: date) -> str:
        """The whole handbook, the version that holds today."""
        body: dict = {}
        for _ in range(3):
            body = self._call("get_policy", {"topic": "all", "fresh": True}, READ_TRIES)
            until = body.get("effective_until")
            if (until is None or date.fromisoformat(until[:10]) >= today) and "C-2" in body.get("text", ""):
                break
        return body.get("text", "")

    # -- writing ----------------------------------------------------------------------------------------------

    def refund(self, ticket_id: str, order: dict, amount: Decimal, reason: str) -> None:
        """Pays once, and looks whether it has been booked."""
        arguments = {
            "order_id": order["id"],
            "amount": f"{amount:.2f}",
            "currency": order["currency"],
            "reason": reason,
            "idempotency_key": f"{ticket_id}/{order['id']}/{amount:.2f}",
            "ticket_id": ticket_id,
        }
        before = Decimal(order["refundable"])
        for attempt in range(3):
            try:
                self._call("refund", arguments, WRITE_TRIES)
            except BackOfficeError as error:
                if error.status and error.status < 500 and error.status != 429:
                    if self._booked(order["id"], before, amount):
                        return
                    raise
            for look in range(2):
                if self._booked(order["id"], before, amount):
                    return
                time.sleep(0.1)
            log.warning("refund of %s on %s isn't booked (attempt %d)", amount, order["id"], attempt + 1)
        raise NotBooked(order["id"])

    def _booked(self, order_id: str, before: Decimal, amount: Decimal) -> bool:
        now = self.order(order_id)
        return now is not None and Decimal(now["refundable"]) <= before - amount

    def escalate(self, ticket_id: str, order_id: str | None, reason: str, summary: str) -> str:
        arguments = {"reason": reason, "summary": summary, "ticket_id": ticket_id}
        if order_id:
            arguments["order_id"] = order_id
        return self._call("escalate", arguments, WRITE_TRIES).get("case_id", "")

    def reply(self, ticket_id: str, outcome: str, body: str, order: dict | None, amount: Decimal | None) -> None:
        arguments: dict = {"outcome": outcome, "body": body, "ticket_id": ticket_id}
        if order:
            arguments["order_id"] = order["id"]
        if outcome == "refunded" and order and amount is not None:
            arguments["amount"] = f"{amount:.2f}"
            arguments["currency"] = order["currency"]
        try:
            self._call("reply", arguments, WRITE_TRIES)
        except BackOfficeError as error:
            if error.status != 409:  # 409: it is closed already, an acknowledgement got lost
                raise

    def defer(self, ticket_id: str, reason: str) -> bool:
        try:
            self._call("defer", {"reason": reason, "ticket_id": ticket_id}, WRITE_TRIES)
        except BackOfficeError as error:
            log.warning("cannot defer: %s", error)
            return False
        return True
