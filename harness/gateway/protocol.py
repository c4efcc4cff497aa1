"""uvicorn's HTTP protocol with deadlines and caps for clients that mean no good.

* A request must be complete, head and body, within `REQUEST_SECONDS` of its first byte (or of
  connecting), its head under `LARGEST_HEAD` bytes and `MOST_HEADERS` fields.
* A client that does not read its reply for `READ_SECONDS` is dropped.
* No door takes more than `MOST_CONNECTIONS` connections at once.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from harness.gateway.http import CONNECTION, CYCLE

REQUEST_SECONDS = 20.0
READ_SECONDS = 30.0
IDLE_SECONDS = 300
"""Of a kept-alive connection; longer than any client's own, so that the client closes first."""
LARGEST_HEAD = 64 * 1024
MOST_HEADERS = 128
MOST_CONNECTIONS = 512


class GatewayProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._in_head = True
        self._partial = True
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Cap the connections of this door; a client that connects must speak."""
        if len(self.connections) >= MOST_CONNECTIONS:
            transport.abort()
            return
        super().connection_made(transport)
        self._set_deadline(REQUEST_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers with the connection."""
        self._clear_deadline()
        if self._reading is not None:
            self._reading.cancel()
        if self.transport is not None:
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser. Only a request that comes in pieces needs the clock."""
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._partial:
            if self._deadline is not None:
                self._clear_deadline()
        elif self._in_head and self._head_bytes > LARGEST_HEAD:
            self.abort()
        elif self._deadline is None:
            self._set_deadline(REQUEST_SECONDS)

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        super().on_message_begin()
        self.scope["extensions"] = {CONNECTION: self}  # type: ignore[dict-item]
        self._in_head = self._partial = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Raises `ValueError`, which the parser turns into a 400, past the cap."""
        if len(self.headers) >= MOST_HEADERS or len(name) + len(value) > LARGEST_HEAD:
            raise ValueError("too many headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()
        self.scope["extensions"][CYCLE] = self.cycle  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """The request is there; from now on it is the gateway's turn."""
        self._partial = False
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The client reads slower than we write."""
        super().pause_writing()
        self._reading = asyncio.get_running_loop().call_later(READ_SECONDS, self.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        super().resume_writing()

    @property
    def is_open(self) -> bool:
        """Whether either side may still send."""
        return self.parser is not None and not self.transport.is_closing()

    def finish(self, cycle: RequestResponseCycle, head: bytes, body: bytes) -> bool:
        """Write a whole reply in one go: what uvicorn's `send` does header by header, in two steps.

        `head` is ours from status line to last field. False when the usual way has to be taken.
        """
        if cycle.disconnected or cycle.response_started or self.flow.write_paused:
            return False
        dates = b"".join([b"%b: %b\r\n" % pair for pair in cycle.default_headers])
        end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        self.transport.write(b"%b%b%b%b" % (head, dates, end, body))
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def drop(self) -> None:
        """Close it as it is, once what was written has left."""
        if self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """Drop the connection without another word."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()

    def _set_deadline(self, seconds: float) -> None:
        self._clear_deadline()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.abort)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
