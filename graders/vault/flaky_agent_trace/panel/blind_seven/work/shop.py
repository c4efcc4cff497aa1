"""The back office over HTTP: every answer is checked, and what may be repeated is."""

import json
import logging
import time

import httpx2

log = logging.getLogger("shop")

ATTEMPTS = 7


class Refused(Exception):
    """The back office said no, and would again."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


class Down(Exception):
    """No usable answer after all attempts."""


class Shop:
    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15)
        self.failed = 0

    def task(self) -> dict | None:
        """The ticket at hand, `None` when the inbox is empty."""
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.get("/task")
                if response.status_code == 204:
                    return None
                if response.status_code == 200:
                    return response.json()
                log.warning("task: HTTP %d", response.status_code)
            except (httpx2.TransportError, ValueError) as error:
                log.warning("task: %s", error)
            self.failed += 1
            time.sleep(min(0.1 * 2**attempt, 2))
        raise Down("task")

    def call(self, name: str, /, **arguments) -> dict:
        """The tool's result. Calls that pay carry an idempotency key, so all may be repeated."""
        arguments = {key: value for key, value in arguments.items() if value is not None}
        unsure = False
        for attempt in range(ATTEMPTS):
            try:
                response = self.http.post(f"/tools/{name}", json=arguments)
                if response.status_code == 200:
                    return response.json()
                if response.status_code != 429 and response.status_code < 500:
                    error = response.json().get("error", {})
                    if unsure and response.status_code == 409 and name in ("reply", "defer"):
                        return {}  # the first attempt came through after all
                    raise Refused(response.status_code, error.get("code", ""), error.get("message", ""))
                unsure = unsure or response.status_code == 504
                log.warning("%s: HTTP %d (attempt %d)", name, response.status_code, attempt + 1)
            except httpx2.TransportError as error:
                unsure = True
                log.warning("%s: %s (attempt %d)", name, error, attempt + 1)
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                # An answer with its end missing: ask again.
                log.warning("%s: %s (attempt %d)", name, error, attempt + 1)
            self.failed += 1
            time.sleep(min(0.1 * 2**attempt, 2))
        raise Down(name)
# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
