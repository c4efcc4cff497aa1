"""What a wire module is: one vendor's API, parsed into the neutral exchange and rendered from it.

A wire module knows only `harness.exchange` and this file: no trial, no backend, no HTTP server.
`harness.gateway.wire.contract` holds the tests that every one must pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from harness.exchange import Reply, Request, Usage
from harness.gateway.admin_api import FaceName

Json = Any
Headers = Mapping[bytes, bytes]
"""Lower-case names. Of a header that stands twice the last value counts."""

Kind = Literal[
    "invalid",  # 400
    "auth",  # 401
    "forbidden",  # 403
    "not_found",  # 404
    "method",  # 405
    "request_timeout",  # 408
    "conflict",  # 409
    "too_large",  # 413
    "encoding",  # 415
    "unprocessable",  # 422
    "budget",  # the trial's money or requests are spent
    "rate_limited",  # 429
    "server_error",  # 500
    "overloaded",  # 503 or 529
    "timeout",  # 504
]


class Problem(Exception):
    """A request that is not answered, in no vendor's words; each wire gives it a shape."""

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        retry_ms: int | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.code = code
        self.param = param
        self.retry_ms = retry_ms
        """Real milliseconds after which a client may try again; `None`: trying again is of no use."""


class Answer(NamedTuple):
    """A completed request, ready to be rendered."""

    id: str
    """Letters and digits; each wire puts its own prefix before it."""
    created: int
    """Unix seconds."""
    request: Request
    replies: tuple[Reply, ...]
    usage: Usage
    fingerprint: str = ""
    model: str = ""
    """What answered, where the request named it otherwise."""


class Standing(NamedTuple):
    """Where a trial stands, for the rate-limit headers."""

    request_id: str
    requests: int
    requests_left: int
    tokens: int
    tokens_left: int
    now: float
    """Unix seconds."""


class Wire(Protocol):
    """One vendor's API."""

    @property
    def face(self) -> FaceName:
        """How records name it."""

    def parse(self, body: dict[str, Json], headers: Headers) -> Request:
        """Raises `Problem` for whatever the vendor's API refuses."""

    def whole(self, answer: Answer) -> bytes:
        """The JSON body of an answer that is not streamed."""

    def stream(self, answer: Answer) -> list[bytes]:
        """The server-sent events of a streamed answer, one item an event, the last one the end."""

    def problem(self, problem: Problem, request_id: str) -> tuple[int, bytes]:
        """Status and JSON body of a refusal."""

    def failure(self, problem: Problem, request_id: str, number: int) -> bytes:
        """The event by which a stream fails once `number` events have been sent."""

    def headers(self, standing: Standing) -> bytes:
        """Headers of every reply, as lines: request id, rate limits."""


@dataclass(slots=True)
class Fields:
    """Checked access to one JSON object of a request. Raises `Problem` that names the field."""

    data: dict[str, Json]
    path: str = ""
    known: frozenset[str] = field(default=frozenset())

    def refuse_unknown(self) -> None:
        """As the vendors do: a mistyped parameter is an error, not silence."""
        for name in self.data:
            if name not in self.known:
                raise Problem(
                    "invalid",
                    f"Unrecognized request argument supplied: {self.at(name)}",
                    code="unknown_parameter",
                    param=self.at(name),
                )

    def at(self, name: str) -> str:
        """The field's full name."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, wanted: str) -> Problem:
        """A field that is not what it must be."""
        where = self.at(name)
        return Problem(
            "invalid", f"Invalid value for `{where}`: {wanted}.", code="invalid_value", param=where
        )

    def text(self, name: str) -> str | None:
        """A string, or `None` when absent or null."""
        value = self.data.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, "expected a string")
        return value

    def needed_text(self, name: str) -> str:
        """A string that must be there."""
        value = self.text(name)
        if value is None:
            where = self.at(name)
            raise Problem(
                "invalid",
                f"Missing required parameter: '{where}'.",
                code="missing_required_parameter",
                param=where,
            )
        return value

    def whole_number(self, name: str, low: int, high: int) -> int | None:
        """An integer within bounds, or `None` when absent or null."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(name, f"expected an integer from {low} to {high}")
        return value

    def number(self, name: str, low: float, high: float) -> float | None:
        """A number within bounds, or `None` when absent or null."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.wrong(name, f"expected a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean."""
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.wrong(name, "expected a boolean")
        return value

    def table(self, name: str) -> dict[str, Json] | None:
        """An object, or `None` when absent or null."""
        value = self.data.get(name)
        if value is not None and not isinstance(value, dict):
            raise self.wrong(name, "expected an object")
        return value

    def rows(self, name: str, *, most: int = 2_048) -> list[Json]:
        """A list, empty when absent or null."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, "expected an array")
        if len(value) > most:
            raise self.wrong(name, f"expected at most {most} items")
        return value

    def texts(self, name: str, *, most: int) -> tuple[str, ...]:
        """A string or a list of strings, empty when absent or null."""
        value = self.data.get(name)
        if value is None:
            return ()
        rows = [value] if isinstance(value, str) else value
        if not isinstance(rows, list) or len(rows) > most or not all(isinstance(r, str) for r in rows):
            raise self.wrong(name, f"expected a string or at most {most} strings")
        return tuple(rows)


def fields(value: Json, path: str) -> Fields:
    """A JSON value that must be an object."""
    if not isinstance(value, dict):
        raise Problem("invalid", f"Invalid type for `{path}`: expected an object.", param=path)
    return Fields(value, path)


def pieces(text: str) -> Sequence[str]:
    """A text as a stream brings it: a few words at a time, never splitting a character."""
    found, start = [], 0
    while start < len(text):
        end = text.find(" ", start + 16)
        end = len(text) if end < 0 or end - start > 48 else end
        end = min(end, start + 48)
        found.append(text[start:end])
        start = end
    return found
