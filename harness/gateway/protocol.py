"""HTTP/1.1 for clients that may mean no good: httptools parses, this keeps the time and the caps.

* A request must be complete, head and body, within `REQUEST_SECONDS` of its first byte (or of
  connecting), its head under `LARGEST_HEAD` bytes and `MOST_HEADERS` fields.
* A client that does not read its reply for `READ_SECONDS` is dropped.
* No door takes more than `MOST_CONNECTIONS` connections at once.

A request that is there as a whole is answered at once where nothing makes it wait: it costs one write,
no task and no timer.
`docs/decisions/012-own-http-protocol.md` says why this is not uvicorn's.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote

import httptools

from harness.gateway import eager
from harness.gateway.http import SMALL_BODY, STATUS_LINE, ClientGone, Incoming, new_id

REQUEST_SECONDS = 20.0
READ_SECONDS = 30.0
IDLE_SECONDS = 300.0
"""Of a kept-alive connection; longer than any client's own, so that the client closes first."""
LARGEST_HEAD = 64 * 1024
MOST_HEADERS = 128
MOST_CONNECTIONS = 512
MOST_WAITING = 64
"""Requests that a client may send ahead on one connection."""
BAD_REQUEST = (
    STATUS_LINE[400]
    + b"content-type: text/plain\r\ncontent-length: 30\r\nconnection: close\r\n\r\n"
    + b"Invalid HTTP request received."
)
FAILED = (
    STATUS_LINE[500] + b"content-type: text/plain\r\ncontent-length: 21\r\nconnection: close\r\n"
    b"x-request-id: %b\r\nrequest-id: %b\r\n\r\n"
    b"Internal Server Error"
)

Handler = Callable[[Incoming], Coroutine[Any, Any, None]]
log = logging.getLogger("takehome.gateway")


class Visitors:
    """The connections of one door, and what all of them share."""

    def __init__(self, handler: Handler, name: str | None = None) -> None:
        self.handler = handler
        self.name = name
        """What requests find as `door`."""
        self.connections: set[GatewayProtocol] = set()
        self.date = b""
        self.refresh()

    def refresh(self) -> None:
        """Let replies bear the present second."""
        self.date = b"date: %b\r\n" % formatdate(time.time(), usegmt=True).encode()


class GatewayProtocol(asyncio.Protocol):
    """One connection. Requests are answered one after the other, in the order they came."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        # bytes behind a request that closes the connection spoil no answer to it; nothing reads them
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._url = b""
        self._fields = 0
        self._headers: dict[bytes, bytes] = {}
        self._read: Incoming | None = None
        """The request whose body is being read."""
        self._served: Incoming | None = None
        """The request that is being answered."""
        self._queue: deque[Incoming] = deque()
        """Requests that came before the one ahead of them was answered."""
        self._awaited: asyncio.Future[None] | None = None
        """Resolved once the body of `_served` has come to an end of some sort."""
        self._writable: asyncio.Future[None] | None = None
        """Resolved once the client reads again; `None`: it does."""
        self._paused = False
        """Whether reading rests: for a reply, or for room."""
        self._in_head = True
        self._partial = True
        self._head_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._quiet_since = 0.0

    # the transport's side

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Cap the connections of this door; a client that connects must speak."""
        if len(self._visitors.connections) >= MOST_CONNECTIONS:
            transport.abort()
            return
        self._visitors.connections.add(self)
        self.transport = transport
        self._deadline = self._loop.call_later(REQUEST_SECONDS, self.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers with the connection; wake whoever waits for the client."""
        del exc
        self._visitors.connections.discard(self)
        self.transport = None
        self._queue.clear()
        for timer in (self._deadline, self._reading, self._idle):
            if timer is not None:
                timer.cancel()
        for waiter in (self._awaited, self._writable):
            if waiter is not None and not waiter.done():
                waiter.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Feed the parser. Only a request that comes in pieces needs the clock."""
        if self._in_head:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._read is not None:  # answered as if nothing else had been asked for
                self._read.keep_alive = False
        except httptools.HttpParserError:
            self._refuse()
            return
        self._serve_next()
        if not self._partial:
            if self._deadline is not None:
                self._clear_deadline()
        elif self._in_head and self._head_bytes > LARGEST_HEAD:
            self.abort()
        elif self._deadline is None:
            self._deadline = self._loop.call_later(REQUEST_SECONDS, self.abort)

    def pause_writing(self) -> None:
        """The client reads slower than we write."""
        self._writable = self._loop.create_future()
        self._reading = self._loop.call_later(READ_SECONDS, self.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None
        self._serve_next()

    # the parser's side; whatever is raised here becomes a 400

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        self._url, self._fields, self._headers = b"", 0, {}
        self._in_head = self._partial = True

    def on_url(self, url: bytes) -> None:
        """A piece of it."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Raises `ValueError` past the cap."""
        self._fields += 1
        if self._fields > MOST_HEADERS or len(name) + len(value) > LARGEST_HEAD:
            raise ValueError("too many headers")
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """The head is there: the request gets its place in the queue. Raises `ValueError` past the cap."""
        if len(self._queue) >= MOST_WAITING:
            raise ValueError("too many requests sent ahead")
        self._in_head, self._head_bytes = False, 0
        parser = self._parser
        incoming = Incoming(
            self, parser.get_method().decode("ascii"), path_of(self._url), self._headers, self._loop.time()
        )
        incoming.door = self._visitors.name
        incoming.version = parser.get_http_version()
        incoming.keep_alive = incoming.version != "1.0" and parser.should_keep_alive()
        self._read = incoming
        self._queue.append(incoming)
        if self._served is not None:
            self._pause()

    def on_body(self, part: bytes) -> None:
        """A piece of the body."""
        incoming = self._read
        assert incoming is not None
        incoming.feed(part)
        if self._awaited is not None and incoming is self._served:
            if incoming.too_large:
                self._wake()
        elif incoming.size > SMALL_BODY and not incoming.answered:
            self._pause()

    def on_message_complete(self) -> None:
        """The request is there; from now on it is the gateway's turn."""
        self._partial = False
        if self._read is not None:
            self._read.complete = True
            if self._read is self._served:
                self._wake()

    # the request's side

    @property
    def is_open(self) -> bool:
        """Whether either side may still send."""
        return self.transport is not None and not self.transport.is_closing()

    async def rest(self, incoming: Incoming) -> None:
        """Returns once the request's body is there, is too large, or never comes."""
        if self.transport is None:
            return
        if incoming.headers.get(b"expect", b"").lower() == b"100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._awaited = self._loop.create_future()
        if not self._queue:
            self._resume()
        try:
            await self._awaited
        finally:
            self._awaited = None

    def write(self, incoming: Incoming, data: bytes, *, last: bool) -> None:
        """Send a piece of the reply; `last`: the connection is free for the next request."""
        incoming.answered = True
        transport = self.transport
        if transport is None or transport.is_closing():
            return
        transport.write(data)
        if last:
            self._next(incoming, transport)

    async def drain(self) -> None:
        """Returns once the client has read enough to be sent more, or is gone."""
        if self._writable is not None:
            await self._writable

    def drop(self) -> None:
        """Close it as it is, once what was written has left."""
        if self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """Drop the connection without another word."""
        if self.transport is not None:
            self.transport.abort()

    def _serve_next(self) -> None:
        """The request ahead of all others, once the replies before it are on their way to the client."""
        if self._served is not None or not self._queue or self._writable is not None:
            return
        incoming = self._queue.popleft()
        incoming.date = self._visitors.date
        self._served = incoming
        self._task = eager.run(self._handle(incoming))

    async def _handle(self, incoming: Incoming) -> None:
        """Let the gateway answer; what it leaves unanswered ends the connection."""
        try:
            await self._visitors.handler(incoming)
        except ClientGone:
            self.abort()
        except Exception:
            id = f"req_{new_id()}"
            log.exception("%s was not answered: %s %s", id, incoming.method, incoming.path[:200])
            if not incoming.answered and self.transport is not None and self.is_open:
                self.transport.write(FAILED % (id.encode(), id.encode()))
            self.drop()
        finally:
            if incoming.held:
                incoming.release()

    def _next(self, incoming: Incoming, transport: asyncio.Transport) -> None:
        """The reply is complete: close, or go on with what came meanwhile."""
        if not incoming.keep_alive:
            transport.close()
            return
        self._served = None
        self._resume()
        if self._queue:
            self._loop.call_soon(self._serve_next)  # other connections get their turn first
            return
        self._quiet_since = self._loop.time()
        if self._idle is None:
            self._idle = self._loop.call_later(IDLE_SECONDS, self._check_idle)

    def _pause(self) -> None:
        """Read no further, and so let the client wait."""
        if not self._paused and self.transport is not None:
            self._paused = True
            self.transport.pause_reading()

    def _resume(self) -> None:
        """Read on, where reading rests: also to see that the client is gone."""
        if self._paused and self.transport is not None:
            self._paused = False
            self.transport.resume_reading()

    def _check_idle(self) -> None:
        """One timer for the whole of a connection's life: it looks how long it has been quiet."""
        left = self._quiet_since + IDLE_SECONDS - self._loop.time()
        if self._served is None and left <= 0:
            self.drop()
        else:
            self._idle = self._loop.call_later(max(left, 1.0), self._check_idle)

    def _wake(self) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    def _refuse(self) -> None:
        """What is no HTTP is told so, unless a reply is under way."""
        if self.transport is None:
            return
        if self._served is None:
            self.transport.write(BAD_REQUEST)
            self.transport.close()
        else:
            self.transport.abort()

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def path_of(url: bytes) -> str:
    """The path of a request's target, unquoted, without the query. Raises `ValueError`."""
    if b"?" not in url and b"%" not in url and b"#" not in url and url[:1] == b"/":
        return url.decode("ascii")
    return unquote(httptools.parse_url(url).path.decode("ascii"))
