"""Clients: honest ones that are timed, and hostile ones.

    python -m benchmarks.gateway.swarm KIND PORT KEY MODEL

A swarm prints a line when it is under way, stops when its stdin ends, and prints what it was answered.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import Any

from benchmarks.gateway.load import MAIL
from benchmarks.rows import Row

Json = Any
CONNECTIONS = 8
THINK = 0.005
"""Seconds between a reply and the next request, of honest and of hostile clients."""


class Honest:
    """Times eight honest clients for so many seconds."""

    def __init__(self, port: int, key: str, model: str, seconds: float) -> None:
        self.times: list[float] = []
        self.seconds = seconds
        asyncio.run(self._all(port, key, model))
        self.times.sort()

    async def _all(self, port: int, key: str, model: str) -> None:
        end = time.perf_counter() + self.seconds
        await asyncio.gather(*[self._one(port, key, model, end) for _ in range(CONNECTIONS)])

    async def _one(self, port: int, key: str, model: str, end: float) -> None:
        asked = chat(key, {"model": model, "messages": [{"role": "user", "content": MAIL}]})
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (began := time.perf_counter()) < end:
            writer.write(asked)
            status = await read_status(reader)
            if status != 200:
                raise RuntimeError(f"an honest client was answered with {status}")
            self.times.append(time.perf_counter() - began)
            await asyncio.sleep(THINK)
        writer.close()

    def rows(self, case: str) -> Iterator[Row]:
        """Requests a second, and how long they took."""
        last = len(self.times) - 1
        yield Row(case, "takehome", "rps", round(len(self.times) / self.seconds, 1), "requests/s", 1)
        for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99), ("worst_ms", 1.0)):
            yield Row(case, "takehome", name, round(self.times[int(last * share)] * 1e3, 2), "ms", 1)


def chat(key: str, body: Json, path: str = "/v1/chat/completions", more: str = "") -> bytes:
    """A whole request; `body` as bytes or JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n{more}"
    return f"{head}content-length: {len(data)}\r\n\r\n".encode() + data


async def read_status(reader: asyncio.StreamReader) -> int:
    """The status of a reply that has been read to its end. Raises `OSError`, `IncompleteReadError`."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
        elif line == b"transfer-encoding: chunked":
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
    return int(head.split()[1])


@dataclass(slots=True)
class Swarm:
    """Hostile clients of one kind."""

    port: int
    key: str
    model: str
    answered: Counter[str] = field(default_factory=Counter)

    def bodies(self, kind: str) -> list[bytes]:
        """What clients that flood send in turn."""
        ask = {"model": self.model, "messages": [{"role": "user", "content": MAIL}]}
        send = partial(chat, self.key)
        match kind:
            case "json":
                deep, digits = b'{"a": ' + b"[" * 100_000, b'{"a": ' + b"9" * 5_000 + b"}"
                tool = "/tools/find_account"
                return [
                    *(send(body, path) for body in (deep, digits) for path in ("/v1/messages", tool)),
                    *(send(body, tool) for body in (b'{"a": NaN}', b'{"a":1,"a":2}', b'{"a":"\\ud800"}')),
                ]
            case "limits":
                return [send({**ask, "n": 128, "stream": True})]
            case "refused":
                image = [{"type": "image_url", "image_url": {"url": "http://x/y.png"}}]
                return [
                    chat("sk-stolen-" + "0" * 40, ask),
                    send({**ask, "model": "../tiny-large"}),
                    send({**ask, "tools": [{"type": "web_search", "name": "x"}]}),
                    send({**ask, "messages": [{"role": "user", "content": image}]}),
                    send(
                        {"model": self.model, "input": MAIL, "previous_response_id": "resp_1"},
                        "/v1/responses",
                    ),
                    send(ask, "/v1/files"),
                    send(b"", more="content-encoding: gzip\r\n"),
                ]
            case _:
                spoof = (
                    "x-usage: 0\r\nx-cost-usd: -1\r\nx-stainless-retry-count: 0\r\nx-forwarded-for: ::1\r\n"
                )
                return [send(ask, more=spoof)]

    async def flood(self, kind: str) -> None:
        """Ask, read, think, ask again; over a new connection where the old one was closed."""
        for asked in cycle(self.bodies(kind)):
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                while True:
                    writer.write(asked)
                    self.answered[str(await read_status(reader))] += 1
                    await asyncio.sleep(THINK)
                    if len(asked) > 50_000 or kind in ("refused", "json"):
                        break
                writer.close()

    async def slow_head(self) -> None:
        """A head that never ends, a field at a time."""
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(b"POST /v1/chat/completions HTTP/1.1\r\n")
                self.answered["begun"] += 1
                while not writer.is_closing():
                    await asyncio.sleep(0.2 + random.random() / 5)
                    writer.write(b"a: b\r\n")
                    await writer.drain()

    async def slow_reader(self) -> None:
        """Asks for much, again and again ahead, and reads nothing."""
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": MAIL}],
            "n": 128,
            "stream": True,
        }
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1_024)
                writer.write(chat(self.key, body) * 40)
                self.answered["begun"] += 40
                await writer.wait_closed()

    async def long_prompt(self) -> None:
        """Some 100,000 tokens that were never sent before, each time."""
        words = " ".join(random.choices(MAIL.split(), k=95_000))
        while True:
            text = words[random.randrange(8_000) :]  # no stretch of it was counted before
            messages = [{"role": "user", "content": text}]
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(chat(self.key, {"model": self.model, "messages": messages}))
                self.answered[str(await read_status(reader))] += 1
                writer.close()

    async def smuggle(self) -> None:
        """What is no HTTP, or two things at once."""
        sent = [
            (
                b"POST / HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n"
                b"0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
            ),
            b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 500 + b"\r\n",
            b"\x16\x03\x01" * 100,
            b"GET /x HTTP/1.1\r\n\r\n" * 500,
        ]
        for data in cycle(sent):
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(data)
                self.answered[(await reader.readline()).split()[1].decode()] += 1
                writer.close()
            await asyncio.sleep(THINK)


Act = Callable[[Swarm], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How many of them there are, what one does, and how it may be answered."""

    count: int
    act: Act
    answers: frozenset[str]


def _flood(kind: str) -> Act:
    return lambda swarm: swarm.flood(kind)


KINDS: dict[str, Kind] = {
    "json": Kind(8, _flood("json"), frozenset({"400"})),
    "slow_heads": Kind(200, Swarm.slow_head, frozenset({"begun"})),
    "slow_readers": Kind(32, Swarm.slow_reader, frozenset({"begun"})),
    "smuggling": Kind(8, Swarm.smuggle, frozenset({"400"})),
    "limits": Kind(4, _flood("limits"), frozenset({"200"})),
    "refused": Kind(8, _flood("refused"), frozenset({"400", "401", "404", "415"})),
    "spoofed": Kind(8, _flood("spoofed"), frozenset({"200"})),
    "long_prompts": Kind(2, Swarm.long_prompt, frozenset({"200"})),
}


async def run(kind: str, swarm: Swarm) -> None:
    """Until stdin ends."""
    began, acting = time.perf_counter(), KINDS[kind]
    tasks = [asyncio.ensure_future(acting.act(swarm)) for _ in range(acting.count)]
    await asyncio.sleep(0.5)
    print("under way", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    failed = [r for r in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(r, Exception)]
    if failed:
        raise failed[0]
    rps = round(swarm.answered.total() / (time.perf_counter() - began), 1)
    print(json.dumps({**swarm.answered, "rps": rps}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], Swarm(int(sys.argv[2]), sys.argv[3], sys.argv[4])))
