"""How a client's program reports: one JSON line a case on stdout, the requests that it made last."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import os
import socket
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from unittest import mock

E = TypeVar("E", bound=BaseException)
SEEN: Counter[str] = Counter()
"""Requests that the gateway must have seen, by the name of the key they bore."""
LARGE, SMALL = "echo-large", "echo-small"
CITY = {"city": "Lyon", "unit": "celsius"}
TOOL_PROMPT = f"What is the weather?\ncall weather {json.dumps(CITY)}\nsay It is sunny in Lyon."
PERSON = {"name": "Ada Stone", "age": 36, "tags": ["vip", "lyon"]}
PERSON_PROMPT = f"Who is it?\nanswer {json.dumps(PERSON)}"
LONG = "The parcel left Lyon on Monday, reached Malmö on Thursday — and costs 12 €. " * 4


class NotServed(Exception):
    """The gateway does not offer this yet; counted neither as passed nor as failed."""


def key(name: str) -> str:
    """The API key whose trial bears a fault of that name, or `spent`, or `plain`."""
    found: dict[str, str] = json.loads(os.environ["TAKEHOME_KEYS"])
    return found[name]


def seen(name: str, requests: int) -> str:
    """Note how many requests with that key the gateway must have seen, on top of those before."""
    SEEN[name] += requests
    return f"{requests} requests"


def same(found: Any, wanted: Any) -> None:
    """Raises `AssertionError` that shows both."""
    if found != wanted:
        raise AssertionError(f"expected {wanted!r}, found {found!r}")


def raises(kind: type[E], act: Callable[[], Any]) -> E:
    """The error of exactly that kind or a narrower one. Raises `AssertionError` when there was none."""
    try:
        result = act()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, found {result!r}")


@contextmanager
def pauses() -> Iterator[list[float]]:
    """How long a client would have slept, in seconds; it does not."""
    found: list[float] = []
    with mock.patch("time.sleep", found.append):
        yield found


@contextmanager
def silent_server() -> Iterator[tuple[str, list[str]]]:
    """A server that takes requests and never answers: its address, and each head that came."""
    heads: list[str] = []
    kept: list[socket.socket] = []

    def take() -> None:
        with suppress(OSError):  # closed
            while True:
                kept.append(server.accept()[0])
                heads.append(kept[-1].recv(65_536).decode("latin-1").lower())

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heads
    for connection in kept:
        connection.close()


def run(program: dict[str, Any]) -> None:
    """Every function `case_*` of a program's globals, in order, and the exit code.

    A case returns a detail, if it likes. What a client logs goes to stderr.
    """
    logging.basicConfig(level=logging.ERROR)
    failed = False
    loop = asyncio.Runner()  # one for all: clients that keep connections keep them in a loop
    for name, case in list(program.items()):
        if not name.startswith("case_"):
            continue
        ok: bool | None = True
        begun = time.monotonic()
        try:
            result = loop.run(case()) if inspect.iscoroutinefunction(case) else case()
            detail = str(result or "")
        except NotServed as why:
            ok, detail = None, str(why)
        except BaseException as error:
            ok, failed = False, True
            detail = f"{type(error).__name__}: {error}"
            traceback.print_exc()
        seconds = round(time.monotonic() - begun, 2)
        _line({"case": name.removeprefix("case_"), "ok": ok, "detail": detail[:400], "seconds": seconds})
    loop.close()
    _line({"requests": dict(SEEN)})
    sys.exit(failed)


def _line(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()
