"""The shop's back office: a client whose every call may be repeated."""

import logging
import random
import time

import httpx2

log = logging.getLogger("backoffice")

ATTEMPTS = 6


class Refused(Exception):
    """The back office said no, or did not answer."""


class BackOffice:
    """One program's connection; 429, 5xx and cut answers are tried again, with jitter."""

    def __init__(self, url: str, token: str) -> None:
        self.http = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=20)

    def task(self) -> dict | None:
        """The next ticket, `None` when the inbox is empty."""
        return self._send("GET", "/task")

    def call(self, name: str, /, **arguments: object) -> dict:
        given = {key: value for key, value in arguments.items() if value is not None}
        return self._send("POST", f"/tools/{name}", given) or {}

    def _send(self, method: str, path: str, arguments: dict | None = None) -> dict | None:
        problem = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                log.warning("%s: %s, again", path, problem)
                time.sleep(min(1.0, 0.05 * 2**attempt) * random.uniform(0.5, 1.0))
            try:
                response = self.http.request(method, path, json=arguments)
                if response.status_code == 429 or response.status_code >= 500:
                    problem = f"HTTP {response.status_code}"
                    continue
                if response.is_error:
                    raise Refused(response.text[:400])
                return response.json() if response.content else None
            except (httpx2.TransportError, ValueError) as error:
                problem = str(error)
        raise Refused(f"{path}: {problem}")


# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
