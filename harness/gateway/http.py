"""One HTTP request and its reply, with the caps that hostile clients meet."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Protocol

from harness.gateway.room import Room
from harness.gateway.wire.base import Problem

LARGEST_BODY = 4 * 1024 * 1024
SMALL_BODY = 64 * 1024
"""Bytes up to which a body needs no room: the connections of a door bound what all of them hold."""
CROWDED_MS = 100
"""When a client may try again whose trial has too many large requests under way."""
PHRASES = {int(status): status.phrase for status in HTTPStatus}
STATUS_LINE = {
    status: b"HTTP/1.1 %d %b\r\n" % (status, PHRASES.get(status, "").encode()) for status in range(200, 600)
}
"""Also of those that only a vendor knows, such as 529."""
EVENTS = b"content-type: text/event-stream; charset=utf-8\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"


class Connection(Protocol):
    """What a request may do to the connection it came by."""

    @property
    def is_open(self) -> bool:
        """Whether either side may still send."""

    async def rest(self, incoming: Incoming) -> None:
        """Returns once the request's body is there, is too large, or never comes."""

    def write(self, incoming: Incoming, data: bytes, *, last: bool) -> None:
        """Send a piece of the reply; `last`: the connection is free for the next request."""

    async def drain(self) -> None:
        """Returns once the client has read enough to be sent more, or is gone."""

    def drop(self) -> None:
        """Close it as it is, once what was written has left."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class Incoming:
    """A request: its head is there, its body comes when it comes."""

    __slots__ = (
        "_first", "_more", "_room", "answered", "arrived", "complete", "connection", "date", "door",
        "headers", "held", "keep_alive", "method", "path", "size", "version",
    )  # fmt: skip

    def __init__(
        self, connection: Connection, method: str, path: str, headers: dict[bytes, bytes], arrived: float
    ) -> None:
        self.connection = connection
        self.method = method
        self.path = path
        """Without the query."""
        self.headers = headers
        """Lower-case names. Of a header that stands twice the last value counts."""
        self.arrived = arrived
        """When the head was there, in seconds of the event loop's clock."""
        self.door: str | None = None
        """The listener by which the connection came; `None` for the gateway's own port."""
        self.date = b""
        """The `date` header of the reply, a whole line."""
        self.version = "1.1"
        self.keep_alive = True
        self.complete = False
        """Whether the body's last byte is there."""
        self.answered = False
        """Whether the reply has begun."""
        self.size = 0
        """Bytes of the body so far."""
        self.held = 0
        """Bytes of room that were taken for it."""
        self._room: Room | None = None
        self._first = b""
        self._more: bytearray | None = None

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

    @property
    def too_large(self) -> bool:
        """Whether more came than is taken; the rest is not kept."""
        return self.size > LARGEST_BODY

    def feed(self, part: bytes) -> None:
        """A piece of the body; nobody wants it once the reply has begun."""
        if self.answered:
            return
        self.size += len(part)
        if self.too_large:
            self._first, self._more = b"", None
        elif not self._first:
            self._first = part
        elif self._more is None:
            self._more = bytearray(part)
        else:
            self._more += part

    async def body(self, room: Room) -> bytes:
        """All of the body. Raises `Problem` past 4 MiB, without room or when compressed; `ClientGone`."""
        headers = self.headers
        if headers.get(b"content-encoding", b"identity") != b"identity":
            raise Problem("encoding", "Content-Encoding is not supported.")
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared[:12]) > LARGEST_BODY:
            raise _too_large()
        size = LARGEST_BODY if b"transfer-encoding" in headers else int(declared)
        if size > SMALL_BODY:
            self._hold(room, size)
        if not self.complete and not self.too_large:
            await self.connection.rest(self)
        if self.too_large:
            raise _too_large()
        if not self.complete:
            raise ClientGone
        return self._first if self._more is None else self._first + self._more

    def _hold(self, room: Room, size: int) -> None:
        if not room.take(size):
            raise Problem(
                "rate_limited",
                "Too many large requests at once. Wait for some of them to be answered.",
                code="rate_limit_exceeded",
                retry_ms=CROWDED_MS,
            )
        self._room, self.held = room, size

    def release(self) -> None:
        """Give back the room that its body took."""
        if self._room is not None:
            self._room.give(self.held)
            self._room, self.held = None, 0

    async def respond(self, status: int, body: bytes, lines: bytes = b"") -> None:
        """A whole JSON reply, in one write. `lines`: more headers, each with its line's end."""
        kind = b""
        if status != 204:
            kind = b"content-type: application/json\r\ncontent-length: %d\r\n" % len(body)
        if self.method == "HEAD":
            body = b""
        self.connection.write(self, self._head(status, kind, lines) + body, last=True)

    async def respond_events(self, events: bytes, lines: bytes = b"") -> None:
        """Server-sent events that are all there, in one write."""
        end = b"" if self.version == "1.0" else b"0\r\n\r\n"
        self.connection.write(self, self._events_head(lines) + self._chunk(events) + end, last=True)

    async def begin_events(self, lines: bytes = b"") -> None:
        """Begin a reply whose events come one by one."""
        self.connection.write(self, self._events_head(lines), last=False)

    async def send_event(self, event: bytes) -> None:
        """One more event of it. Raises `ClientGone`."""
        if not self.connection.is_open:
            raise ClientGone
        self.connection.write(self, self._chunk(event), last=False)
        await self.connection.drain()

    async def end_events(self) -> None:
        """Its proper end."""
        self.connection.write(self, b"" if self.version == "1.0" else b"0\r\n\r\n", last=True)

    async def respond_and_drop(self, body: bytes, declared: int | None, lines: bytes = b"") -> None:
        """A reply whose connection breaks in the middle. `declared=None`: events."""
        if declared is None:
            begun = self._events_head(lines) + self._chunk(body)
        else:
            kind = b"content-type: application/json\r\ncontent-length: %d\r\n" % declared
            begun = self._head(200, kind, lines) + body
        self.connection.write(self, begun, last=False)
        self.connection.drop()

    def _events_head(self, lines: bytes) -> bytes:
        """HTTP/1.0 knows no chunks: there, the end of the connection ends the events."""
        return self._head(200, EVENTS if self.version == "1.0" else EVENTS + CHUNKED, lines)

    def _chunk(self, data: bytes) -> bytes:
        return data if self.version == "1.0" or not data else b"%x\r\n%b\r\n" % (len(data), data)

    def _head(self, status: int, kind: bytes, lines: bytes) -> bytes:
        end = b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        return b"%b%b%b%b%b" % (STATUS_LINE[status], kind, lines, self.date, end)


def new_id() -> str:
    """Names a request that belongs to no trial; as long as a trial's own."""
    return secrets.token_hex(11)


def _too_large() -> Problem:
    return Problem("too_large", f"The request body is larger than {LARGEST_BODY} bytes.")
