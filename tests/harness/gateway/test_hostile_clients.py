"""Clients that mean no good, against the protocol with short deadlines and small caps."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from harness.gateway import http, protocol
from harness.gateway.http import Incoming
from harness.gateway.protocol import Handler
from harness.gateway.room import TRIAL_BYTES, Room
from harness.gateway.server import Door, open_door
from harness.gateway.wire.base import Problem


async def handler(incoming: Incoming) -> None:
    """Says how many bytes came, or why they did not; `/big` answers with far too much."""
    try:
        body = await incoming.body(ROOM)
    except Problem as problem:
        await incoming.respond(400, problem.kind.encode())
        return
    if incoming.path == "/big":
        await incoming.respond(200, b"x" * 50_000_000)
        return
    await incoming.respond(200, b"%d" % len(body))


ROOM = Room(TRIAL_BYTES)
Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Door], Awaitable[None]]


def against_server(client: Client, handler: Handler = handler) -> None:
    async def main() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await open_door(handler, listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        try:
            await asyncio.wait_for(client(reader, writer, door), 30)
        finally:
            writer.close()
            door.close()

    uvloop.run(main())


async def status(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    return int(head.split()[1]), await reader.readexactly(length)


async def closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to hold")


def test_an_honest_client_keeps_its_connection() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, door: Door) -> None:
        for number in range(3):
            writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % number + b"a" * number)
            assert await status(reader) == (200, b"%d" % number)
        assert len(door.connections) == 1

    against_server(client)


@pytest.mark.parametrize("start", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nx: y\r\n"])
def test_a_head_that_does_not_end(monkeypatch: pytest.MonkeyPatch, start: bytes) -> None:
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.2)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _door: Door) -> None:
        writer.write(start)
        assert await closed(reader)

    against_server(client)


def test_a_head_that_trickles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.3)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _door: Door) -> None:
        writer.write(b"POST / HTTP/1.1\r\n")
        gone = asyncio.ensure_future(closed(reader))
        for _ in range(100):
            writer.write(b"a: b\r\n")
            await asyncio.sleep(0.05)
            if gone.done():
                break
        assert gone.done()

    against_server(client)


def test_a_body_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.2)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _door: Door) -> None:
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc")
        assert await closed(reader)

    against_server(client)


def test_a_reply_that_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "READ_SECONDS", 0.2)

    async def client(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, door: Door) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n")
        await asyncio.sleep(0.1)
        for _ in range(500):
            await asyncio.sleep(0.02)
            if not door.connections:
                break
        assert not door.connections

    against_server(client)


def test_requests_sent_ahead_by_one_that_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The replies to come are not made before the ones that wait have left."""
    monkeypatch.setattr(protocol, "READ_SECONDS", 0.3)
    answered = []

    async def counting(incoming: Incoming) -> None:
        answered.append(incoming)
        await incoming.respond(200, b"x" * 20_000_000)

    async def client(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, door: Door) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n" * 50)
        for _ in range(500):
            await asyncio.sleep(0.02)
            if answered and not door.connections:
                break
        assert len(answered) == 1
        assert not door.connections

    against_server(client, counting)


def test_endless_headers() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _door: Door) -> None:
        writer.write(b"POST / HTTP/1.1\r\nx: " + b"y" * 1_000_000)
        assert await closed(reader)

    against_server(client)


def test_too_many_headers() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _door: Door) -> None:
        writer.write(b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n")
        assert (await reader.readline()).split()[1] == b"400"
        assert (await reader.read()).endswith(b"received.")

    against_server(client)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (b"content-encoding: gzip\r\ncontent-length: 2", b"encoding"),
        (b"content-length: 99999999999", b"too_large"),
    ],
)
def test_bodies_that_are_refused_by_their_head(headers: bytes, why: bytes) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _door: Door) -> None:
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\n" + headers + b"\r\n\r\n{}")
        assert await status(reader) == (400, why)

    against_server(client)


def test_a_chunked_body_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_BODY", 10_000)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _door: Door) -> None:
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(20):
            writer.write(b"400\r\n" + b"z" * 1024 + b"\r\n")
        assert await status(reader) == (400, b"too_large")

    against_server(client)


def test_a_smuggled_request() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _door: Door) -> None:
        writer.write(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n"
            b"0\r\n\r\nGET /big HTTP/1.1\r\nhost: x\r\n\r\n"
        )
        assert (await reader.readline()).split()[1] == b"400"
        assert len(await reader.read()) < 1_000

    against_server(client)


def test_too_many_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 4)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, door: Door) -> None:
        address = writer.get_extra_info("peername")[:2]
        others = [await asyncio.open_connection(*address) for _ in range(6)]
        await asyncio.sleep(0.1)
        assert len(door.connections) == 4
        assert await closed(others[-1][0])
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
        assert await status(reader) == (200, b"0")
        for _, other in others:
            other.close()

    against_server(client)


def test_large_requests_share_a_trials_room() -> None:
    """As many as fit wait for their bytes; one more is told to come again, and fits once they are gone."""
    large = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % http.LARGEST_BODY
    room = TRIAL_BYTES // http.LARGEST_BODY

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, door: Door) -> None:
        del reader
        address = writer.get_extra_info("peername")[:2]
        waiting = []
        for _ in range(room):
            _, other = await asyncio.open_connection(*address)
            other.write(large + b"a" * http.SMALL_BODY)
            waiting.append(other)
        await until(lambda: not ROOM.left)

        async def ask() -> tuple[int, bytes]:
            mine, own = await asyncio.open_connection(*address)
            own.write(large + b"a" * http.LARGEST_BODY)
            try:
                return await status(mine)
            finally:
                own.close()

        assert await ask() == (400, b"rate_limited")
        small, own = await asyncio.open_connection(*address)
        own.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc")
        assert await status(small) == (200, b"3")
        own.close()
        for other in waiting:
            other.close()
        await until(lambda: len(door.connections) == 1)
        assert await ask() == (200, b"%d" % http.LARGEST_BODY)
        assert ROOM.left == TRIAL_BYTES

    against_server(client)


def test_all_trials_share_the_gateways_room() -> None:
    everyone = Room(10)
    one, other = Room(8, everyone), Room(8, everyone)
    assert one.take(8)
    assert not one.take(1)
    assert not other.take(3)
    assert other.take(2)
    one.give(8)
    assert (one.left, other.left, everyone.left) == (8, 6, 8)
    assert other.take(6)
