"""What calls and trials leave behind in the gateway's memory."""

from __future__ import annotations

import http.client
import json
import os
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.gateway.load import KEY, MAIL, Work, check, load
from benchmarks.gateway.serve import configure
from benchmarks.gateway.servers import PAGE, Server, takehome
from benchmarks.rows import Row, show
from harness.gateway.process import GatewayProcess

CALLS, CALLS_FULL = 60_000, 1_000_000
RECORDED = 20_000
"""Calls of one recorded trial; a real one makes some hundred at most."""
TRIALS, TRIALS_FULL = 300, 10_000
CALLS_A_TRIAL = 8
MIB = 1024 * 1024
Points = list[tuple[int, int]]
"""(how many so far, resident bytes)"""


def rows(*, full: bool) -> Iterator[Row]:
    """Bytes a call of a server that never closes and of a recorded trial, and bytes a trial."""
    calls = CALLS_FULL if full else CALLS
    with takehome(KEY, alone=True) as server:
        found = list(slope("memory_alone", "call", after_calls(server, calls)))
    with takehome(KEY) as server:
        found += slope("memory_recorded", "call", after_calls(server, RECORDED))
    found += slope("memory_trials", "trial", after_trials(TRIALS_FULL if full else TRIALS))
    show("memory: no two prompts alike", found)
    yield from found


def slope(case: str, unit: str, points: Points) -> Iterator[Row]:
    """Least squares over the second half, when all caches are full."""
    count, last = points[-1]
    half = [point for point in points if point[0] >= count / 2]
    mean_x = sum(x for x, _ in half) / len(half)
    mean_y = sum(y for _, y in half) / len(half)
    rise = sum((x - mean_x) * (y - mean_y) for x, y in half) / sum((x - mean_x) ** 2 for x, _ in half)
    row = partial(Row, case, "takehome")
    yield row(f"{unit}s", count, f"{unit}s", 1)
    yield row("rss_first_mib", round(points[0][1] / MIB, 1), "MiB", 1)
    yield row("rss_last_mib", round(last / MIB, 1), "MiB", 1)
    yield row(f"bytes_a_{unit}", round(rise, 1), f"bytes/{unit}", 1)


def after_calls(server: Server, calls: int) -> Points:
    """Resident bytes after each second of load until so many calls were made."""
    check(server, Work())
    load(server, Work(), 8, 1)
    made, points = 0, [(0, server.memory())]
    while made < calls or len(points) < 6:
        made += load(server, Work(fresh=True, stream=made % 2 == 1), 8, 1).count
        points.append((made, server.memory()))
    return points


def after_trials(trials: int) -> Points:
    """Resident bytes while trials of eight calls open and close one after the other."""
    with tempfile.TemporaryDirectory(prefix="th-") as folder:
        config, wanted = configure(Path(folder))
        with GatewayProcess(config) as gateway:
            port, points = int(gateway.base_url.rpartition(":")[2]), Points()
            for number in range(trials + 1):
                opened = gateway.open(wanted.model_copy(update={"replay": number}))
                _calls(port, opened.token, number)
                gateway.close(opened.trial)
                if number % max(1, trials // 40) == 0:
                    pages = Path(f"/proc/{gateway.pid}/statm").read_text().split()[1]
                    points.append((number, int(pages) * PAGE))
    return points


def _calls(port: int, token: str, trial: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(CALLS_A_TRIAL):
        text = f"{MAIL} Trial {trial} of process {os.getpid()}, call {number}."
        body = {"model": "tiny-large", "messages": [{"role": "user", "content": text}]}
        headers = {"authorization": f"Bearer {token}"}
        connection.request("POST", "/v1/chat/completions", json.dumps(body).encode(), headers)
        reply = connection.getresponse()
        reply.read()
        if reply.status != 200:
            raise RuntimeError(f"a call was answered with {reply.status}")
    connection.close()
