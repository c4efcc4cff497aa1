"""What a call leaves behind in the memory of a trial that records everything."""

from __future__ import annotations

import asyncio
import gc
import json
import tracemalloc
from pathlib import Path

import pytest

from harness.exercise.registry import find_exercise
from harness.exercise.spec import Budget
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.app import Gateway
from harness.gateway.http import Incoming
from harness.gateway.ledger import MOST_KNOWN
from harness.gateway.service import make_backend
from harness.gateway.tokens import MOST_COUNTED
from harness.gateway.trials import Trials

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"
KEY = "sk-growth-test"
MOST_BYTES = 1_500
"""A call: its draws and figures, a message of 90 characters, both digests."""


class Line:
    """A connection on which everything was received already."""

    is_open = True

    async def rest(self, incoming: Incoming) -> None:
        del incoming

    def write(self, incoming: Incoming, data: bytes, *, last: bool) -> None:
        del incoming
        assert last
        assert data.startswith(b"HTTP/1.1 200 ")

    async def drain(self) -> None: ...

    def drop(self) -> None: ...


async def ask(gateway: Gateway, number: int) -> None:
    mail = f"I am Ada Stone. Ticket {number}. My card was stolen last night, please stop all payments."
    body = json.dumps({"model": "tiny-large", "messages": [{"role": "user", "content": mail}]}).encode()
    headers = {b"authorization": b"Bearer " + KEY.encode(), b"content-length": b"%d" % len(body)}
    incoming = Incoming(Line(), "POST", "/v1/chat/completions", headers, 0.0)
    incoming.feed(body)
    incoming.complete = True
    await gateway.handle(incoming)


@pytest.mark.slow
def test_a_call_leaves_little_behind(tmp_path: Path) -> None:
    exercise = find_exercise(str(TINY))
    practice = exercise.practice
    config = GatewayConfig.of(exercise, practice, tmp_path, hold_ms=0)
    trials = Trials(exercise, make_backend(exercise, config), config)
    budget = Budget(requests=10**6, usd=1e6, tool_calls=1)
    scenario = practice.bank.scenarios[0].public()
    trials.open(OpenTrial(scenario=scenario, replay=0, epoch=0, budget=budget, token=KEY))
    gateway = Gateway(trials, 0.0)

    async def ask_all(numbers: range) -> None:
        for number in numbers:
            await ask(gateway, number)

    tracemalloc.start()
    try:
        begun = max(MOST_COUNTED, MOST_KNOWN) + 1  # by then every cache is full
        asyncio.run(ask_all(range(begun)))
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        calls = 3 * (MOST_KNOWN + 1)
        asyncio.run(ask_all(range(begun, begun + calls)))
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (after - before) / calls < MOST_BYTES
