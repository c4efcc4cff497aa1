"""Honest clients of every sort: in pieces, in a hurry, old, or asking for the head only."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from harness.gateway import protocol
from harness.gateway.http import SMALL_BODY, Incoming
from harness.gateway.protocol import path_of
from harness.gateway.room import TRIAL_BYTES, Room
from harness.gateway.server import open_door

HEAD = b"POST /x?y=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
ROOM = Room(TRIAL_BYTES)
Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def handler(incoming: Incoming) -> None:
    """`/x` says its body, `/early` does not wait for it, `/events` streams, `/fail` fails."""
    if incoming.path == "/early":
        await incoming.respond(401, b"who?")
    elif incoming.path == "/fail":
        raise RuntimeError("on purpose")
    elif incoming.path == "/events":
        await incoming.begin_events()
        for number in range(3):
            await incoming.send_event(b"data: %d\n\n" % number)
        await incoming.end_events()
    elif incoming.path == "/once":
        await incoming.respond_events(b"data: 1\n\n")
    else:
        body = await incoming.body(ROOM)
        await asyncio.sleep(0.01)
        await incoming.respond(200, incoming.method.encode() + b" " + body, b"x-more: 1\r\n")


def against_server(client: Client) -> None:
    async def main() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await open_door(handler, listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        try:
            await asyncio.wait_for(client(reader, writer), 30)
        finally:
            writer.close()
            door.close()

    uvloop.run(main())


async def read_reply(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    return head, await reader.readexactly(int(lines[0].split(b":")[1]))


def test_byte_by_byte() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in HEAD + b"\r\nhello":
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        head, body = await read_reply(reader)
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"x-more: 1\r\n" in head
        assert b"date: " in head
        assert body == b"POST hello"

    against_server(client)


def test_a_connection_goes_on_after_a_large_request() -> None:
    """Its body came at once, so that nobody waited for the rest and read on."""
    body = b"x" * (SMALL_BODY + 1)
    asked = b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            writer.write(asked)
            _, answer = await asyncio.wait_for(read_reply(reader), 5)
            assert answer == b"POST " + body

    against_server(client)


def test_a_client_that_leaves_after_a_large_request_is_noticed() -> None:
    body = b"x" * (SMALL_BODY + 1)

    async def main() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await open_door(handler, listener)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        writer.write(b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        await read_reply(reader)
        writer.close()
        for _ in range(100):
            await asyncio.sleep(0.01)
            if not door.connections:
                break
        left = len(door.connections)
        door.close()
        assert left == 0

    uvloop.run(main())


def test_requests_sent_ahead_are_answered_in_order() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(HEAD + b"\r\n%05d" % number for number in range(20)))
        await asyncio.sleep(0.05)
        writer.write(b"".join(HEAD + b"\r\n%05d" % number for number in range(20, 30)))
        for number in range(30):
            assert (await read_reply(reader))[1] == b"POST %05d" % number

    against_server(client)


def test_too_many_requests_sent_ahead() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /x HTTP/1.1\r\n\r\n" * 1_000)
        assert (await reader.readline()).split()[1] == b"400"

    against_server(client)


def test_a_large_body_in_chunks() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(300):
            writer.write(b"1000\r\n" + b"z" * 4096 + b"\r\n")
        writer.write(b"0\r\n\r\n" + HEAD + b"\r\nafter")
        assert (await read_reply(reader))[1] == b"POST " + b"z" * 4096 * 300
        assert (await read_reply(reader))[1] == b"POST after"

    against_server(client)


def test_a_client_that_asks_whether_to_go_on() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Expect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"hello")
        assert (await read_reply(reader))[1] == b"POST hello"

    against_server(client)


def test_an_answer_before_the_body_leaves_the_connection_usable() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST /early HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n")
        assert (await read_reply(reader))[1] == b"who?"
        writer.write(b"z" * 1_000_000 + HEAD + b"\r\nhello")
        assert (await read_reply(reader))[1] == b"POST hello"

    against_server(client)


def test_events_one_by_one() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /events HTTP/1.1\r\n\r\n")
        assert b"transfer-encoding: chunked" in await reader.readuntil(b"\r\n\r\n")
        wanted = b"".join(b"9\r\ndata: %d\n\n\r\n" % number for number in range(3)) + b"0\r\n\r\n"
        assert await reader.readexactly(len(wanted)) == wanted

    against_server(client)


@pytest.mark.parametrize("path", [b"/events", b"/once"])
def test_an_old_client_gets_no_chunks(path: bytes) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET " + path + b" HTTP/1.0\r\n\r\n")
        head, _, events = (await reader.read()).partition(b"\r\n\r\n")
        assert b"chunked" not in head
        assert b"connection: close" in head
        assert events.startswith(b"data: ")
        assert events.endswith(b"\n\n")

    against_server(client)


def test_the_head_only() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HEAD /x HTTP/1.1\r\n\r\nGET /x HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert b"content-length: 5\r\n" in await reader.readuntil(b"\r\n\r\n")
        assert (await reader.read()).endswith(b"\r\n\r\nGET ")

    against_server(client)


def test_an_upgrade_is_not_taken_up() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /x HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert body == b"GET "

    against_server(client)


def test_a_handler_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /fail HTTP/1.1\r\n\r\n")
        reply = await reader.read()
        assert reply.startswith(b"HTTP/1.1 500 ")
        ids.update(re.findall(rb"request-id: (\S+)", reply))

    ids: set[bytes] = set()
    against_server(client)
    assert "on purpose" in caplog.text
    [id] = ids
    assert f"{id.decode()} was not answered" in caplog.text


def test_a_quiet_connection_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "IDLE_SECONDS", 0.2)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            writer.write(HEAD + b"\r\nhello")
            assert (await read_reply(reader))[1] == b"POST hello"
        assert await reader.read() == b""

    against_server(client)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (b"/v1/models", "/v1/models"),
        (b"/a%20b?q=%2f", "/a b"),
        (b"http://host:80/a#b", "/a"),
    ],
)
def test_the_path_of_a_target(url: bytes, path: str) -> None:
    assert path_of(url) == path
