"""Prompts of 100,000 tokens: how long each takes, and what others wait meanwhile."""

from __future__ import annotations

import http.client
import json
import random
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.gateway.load import KEY, MAIL, Work, check
from benchmarks.gateway.servers import Server, takehome
from benchmarks.gateway.swarm import Honest
from benchmarks.rows import Row, show

OTHER = KEY[::-1]
"""The key of those who wait."""
TOKENS = 100_000
TEXT = (
    "account payment order refund invoice customer letter number office street winter garden return "
    "parcel delivery question answer morning evening system contract manager price"
)
Json = Any


def long_text(seed: int) -> str:
    """About `TOKENS` tokens that no other seed has in this order."""
    words = random.Random(seed)
    return " ".join(words.choices(TEXT.split(), k=TOKENS))


def rows(runs: int) -> Iterator[Row]:
    """New prompts, the same ones a turn later, and honest clients beside the new ones."""
    with takehome(KEY, OTHER) as server:
        check(server, Work())
        ask(server, [MAIL])
        new: list[float] = []
        again: list[float] = []
        tokens = 0
        for run in range(runs + 2):
            text = f"{MAIL}\n{long_text(time.time_ns() + run)}"
            ms, tokens = ask(server, [text])
            new.append(ms)
            again.append(ask(server, [text, "And now?"])[0])
        alone = Honest(server.port, OTHER, server.model, 2)
        beside = beside_long(server)
        found = [
            Row("prompt_100k", "takehome", "tokens", tokens, "tokens", 1),
            Row("prompt_100k_new", "takehome", "ms", round(statistics.median(new), 1), "ms", len(new)),
            Row("prompt_100k_again", "takehome", "ms", round(statistics.median(again), 1), "ms", len(again)),
            *alone.rows("prompt_100k_others_alone"),
            *beside.rows("prompt_100k_others_beside"),
        ]
    show("prompts of 100,000 tokens", found)
    yield from found


def beside_long(server: Server) -> Honest:
    """Honest clients while two others send nothing but new long prompts."""
    ended = threading.Event()

    def send() -> None:
        while not ended.is_set():
            ask(server, [long_text(time.time_ns())])

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    try:
        return Honest(server.port, OTHER, server.model, 4)
    finally:
        ended.set()
        for sender in senders:
            sender.join()


def ask(server: Server, texts: list[str]) -> tuple[float, int]:
    """Milliseconds of one request, and the tokens of its prompt."""
    messages = [{"role": "user", "content": text} for text in texts]
    body = json.dumps({"model": server.model, "messages": messages}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    began = time.perf_counter()
    connection.request("POST", "/v1/chat/completions", body, {"authorization": f"Bearer {KEY}"})
    reply = connection.getresponse()
    data: Json = json.loads(reply.read())
    took = (time.perf_counter() - began) * 1e3
    connection.close()
    if reply.status != 200:
        raise RuntimeError(f"a long prompt was answered with {reply.status}: {str(data)[:200]}")
    return took, int(data["usage"]["prompt_tokens"])
