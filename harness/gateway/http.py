"""One HTTP request over ASGI, with the caps that hostile clients meet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from harness.gateway.wire.base import Problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Pairs = Iterable[tuple[bytes, bytes]]

LARGEST_BODY = 4 * 1024 * 1024
CONNECTION = "takehome.connection"
"""The ASGI extension that names the request's connection."""
CYCLE = "takehome.cycle"
"""The ASGI extension that names uvicorn's own state of the request."""
JSON = (b"content-type", b"application/json")
EVENTS = (b"content-type", b"text/event-stream; charset=utf-8")
CHUNKED = b"transfer-encoding: chunked\r\n"


class Connection(Protocol):
    """What an application may know of a connection, and do to it."""

    @property
    def is_open(self) -> bool:
        """Whether either side may still send."""

    def finish(self, cycle: Any, head: bytes, body: bytes) -> bool:
        """Write a whole reply in one go; False when it has to go the usual way."""

    def drop(self) -> None:
        """Close it as it is, once what was written has left."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class Incoming:
    """A request: its head is there, its body is read on demand."""

    __slots__ = (
        "_cycle", "_receive", "_send", "arrived", "connection", "door", "headers", "method", "path",
    )  # fmt: skip

    def __init__(self, scope: Message, receive: Receive, send: Send, arrived: float) -> None:
        self._receive = receive
        self._send = send
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.door: str | None = scope["state"].get("door")
        """The listener by which the connection came; `None` for the gateway's own port."""
        extensions = scope["extensions"]
        self.connection: Connection = extensions[CONNECTION]
        self._cycle = extensions.get(CYCLE)
        self.arrived = arrived
        """Seconds of the event loop's clock."""

    @property
    def token(self) -> str | None:
        """The bearer token, else the `x-api-key`."""
        bearer = self.headers.get(b"authorization", b"")
        if bearer[:7].lower() == b"bearer ":
            return bearer[7:].strip().decode("latin-1")
        key = self.headers.get(b"x-api-key")
        return None if key is None else key.decode("latin-1")

    @property
    def retry(self) -> int | None:
        """What the SDK says in `x-stainless-retry-count`; shown, never trusted."""
        value = self.headers.get(b"x-stainless-retry-count", b"")
        return int(value) if value.isdigit() and len(value) < 6 else None

    async def body(self) -> bytes:
        """All of the body. Raises `Problem` past 4 MiB or when compressed, `ClientGone`."""
        if self.headers.get(b"content-encoding", b"identity") != b"identity":
            raise Problem("encoding", "Content-Encoding is not supported.")
        declared = self.headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared[:12]) > LARGEST_BODY:
            raise Problem("too_large", f"The request body is larger than {LARGEST_BODY} bytes.")
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] != "http.request":
                raise ClientGone
            part = message.get("body", b"")
            size += len(part)
            if size > LARGEST_BODY:
                raise Problem("too_large", f"The request body is larger than {LARGEST_BODY} bytes.")
            parts.append(part)
            more = message.get("more_body", False)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def respond(self, status: int, body: bytes, headers: Pairs = ()) -> None:
        """A whole JSON reply; returns when it has been written."""
        own = [] if status == 204 else [JSON, (b"content-length", b"%d" % len(body))]
        await self._write(status, [*own, *headers], body, body)

    async def respond_events(self, events: bytes, headers: Pairs = ()) -> None:
        """Server-sent events; returns when they have been written."""
        chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(events), events)
        await self._write(200, [EVENTS, *headers], events, chunk, CHUNKED)

    async def begin_events(self, headers: Pairs = ()) -> None:
        """Begin a reply whose events come one by one."""
        await self._send({"type": "http.response.start", "status": 200, "headers": [EVENTS, *headers]})

    async def send_event(self, event: bytes) -> None:
        """One more event of it. Raises `ClientGone`."""
        if not self.connection.is_open:
            raise ClientGone
        await self._send({"type": "http.response.body", "body": event, "more_body": True})

    async def end_events(self) -> None:
        """Its proper end."""
        await self._send({"type": "http.response.body", "body": b""})

    async def _write(
        self, status: int, headers: list[tuple[bytes, bytes]], body: bytes, raw: bytes, more: bytes = b""
    ) -> None:
        """By the short way where the server offers it: one write, nothing checked twice."""
        if self._cycle is not None and self.method != "HEAD":
            lines = [b"%b: %b\r\n" % pair for pair in headers]
            head = b"%b%b%b" % (STATUS_LINE[status], b"".join(lines), more)
            if self.connection.finish(self._cycle, head, raw):
                return
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def respond_and_drop(self, body: bytes, declared: int | None, headers: Pairs = ()) -> None:
        """A reply whose connection breaks in the middle. `declared=None`: events."""
        kind = EVENTS if declared is None else JSON
        length = [] if declared is None else [(b"content-length", b"%d" % declared)]
        await self._send({"type": "http.response.start", "status": 200, "headers": [kind, *length, *headers]})
        await self._send({"type": "http.response.body", "body": body, "more_body": True})
        self.connection.drop()
