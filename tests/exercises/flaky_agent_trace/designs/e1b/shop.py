"""The back office over HTTP: reads that are repeated until whole, writes that are safe to repeat."""

import logging
import re
import time

import httpx2

log = logging.getLogger("shop")

READS = {"search_orders", "get_order", "get_policy"}
WHOLE = {"search_orders": ("orders", "pages"), "get_order": ("id", "items", "refundable"), "get_policy": ("text", "version")}
PAUSES = (0.3, 0.6, 1.2, 2.4, 4.0)


class Unavailable(Exception):
    """The service gave no usable answer, after several tries."""


class Refused(Exception):
    """The back office said no (4xx)."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)

    def task(self) -> dict | None:
        for pause in (*PAUSES, None):
            try:
                response = self.http.get("/task")
                if response.status_code == 204:
                    return None
                if response.status_code == 200:
                    return response.json()
            except (httpx2.TransportError, ValueError) as error:
                log.warning("task: %s", error)
            if pause is not None:
                time.sleep(pause)
        raise Unavailable("task")

    def call(self, name: str, **arguments) -> dict:
        """Every write that goes through here carries a key or is harmless when it is repeated."""
        arguments = {key: value for key, value in arguments.items() if value is not None}
        for pause in (*PAUSES, None):
            wait = pause
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
                if response.status_code == 200:
                    data = response.json()
                    if all(key in data for key in WHOLE.get(name, ())):
                        return data
                    log.warning("%s: incomplete answer", name)
                elif response.status_code == 429:
                    try:
                        wait = max(pause or 0, min(8.0, float(response.headers.get("retry-after", "0"))))
                    except ValueError:
                        pass
                elif response.status_code < 500:
                    try:
                        error = response.json()["error"]
                    except (ValueError, KeyError):
                        error = {}
                    raise Refused(response.status_code, error.get("code", ""), error.get("message", ""))
                else:
                    log.warning("%s: HTTP %d", name, response.status_code)
            except (httpx2.TransportError, ValueError) as error:
                log.warning("%s: %s", name, error)
            if pause is not None:
                time.sleep(wait)
        raise Unavailable(name)

    # Reads

    def order(self, order_id: str) -> dict | None:
        try:
            return self.call("get_order", order_id=order_id)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def orders_of(self, **criteria) -> list[dict]:
        found: dict[str, dict] = {}
        page = pages = 1
        while page <= min(pages, 10):
            data = self.call("search_orders", **criteria, page=page)
            pages = data["pages"]
            for order in data["orders"]:
                found[order["id"]] = order
            page += 1
        return list(found.values())

    def handbook(self) -> dict:
        return self.call("get_policy", topic="all", fresh=True)


def numbers_in(text: str) -> list[str]:
    """Order numbers as customers write them, in order of appearance."""
    return list(dict.fromkeys(f"HL-{number}" for number in re.findall(r"(?<![\d.,])(?:HL[-\s]?)?(\d{6})(?![\d]|[.,]\d)", text, re.I)))


def gather(shop: Shop, ticket: dict) -> tuple[dict[str, dict], list[str]]:
    """All orders that could be meant, in full and newest first; and the numbers that don't exist."""
    orders: dict[str, dict] = {}
    missing: list[str] = []
    mentioned = numbers_in(ticket["subject"] + "\n" + ticket["body"])
    own = shop.orders_of(email=ticket["from"]["email"])
    short = {order["id"]: order for order in own}
    for order_id in [*mentioned, *short]:
        if order_id in orders or order_id in missing or len(orders) >= 30:
            continue
        order = shop.order(order_id)
        if order is None:
            missing.append(order_id)
            continue
        if order_id in short and short[order_id]["status"] != order["status"]:
            raise Unavailable(f"{order_id}: the list and the order disagree")
        orders[order_id] = order
    if not orders:
        for short_order in shop.orders_of(name=ticket["from"]["name"])[:10]:
            order = shop.order(short_order["id"])
            if order:
                orders[order["id"]] = order
    return dict(sorted(orders.items(), key=lambda pair: pair[1]["placed"], reverse=True)), missing
