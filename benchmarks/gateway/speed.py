"""Small completions and streams: ours, bare Starlette and the peers, in turns."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial

from benchmarks.gateway import peers
from benchmarks.gateway.load import KEY, Load, Work, check, load
from benchmarks.gateway.servers import Server, Skipped, starlette, takehome
from benchmarks.rows import Row

SUBJECTS: dict[str, Callable[[], AbstractContextManager[Server]]] = {
    "takehome": partial(takehome, KEY),
    "takehome_alone": partial(takehome, KEY, alone=True),
    "starlette": starlette,
    "aimock": peers.aimock,
    "llm-mock-api": peers.llm_mock_api,
    "fakellm": peers.fakellm,
    "llmock": peers.llmock,
    "litellm": peers.litellm,
}
CASES: dict[str, tuple[Work, int]] = {
    "chat_c1": (Work(), 1),
    "chat_c8": (Work(), 8),
    "chat_c64": (Work(), 64),
    "stream_c1": (Work(stream=True), 1),
    "stream_c8": (Work(stream=True), 8),
    "stream_c64": (Work(stream=True), 64),
    "fresh_c64": (Work(fresh=True), 64),
}
METRICS: dict[str, tuple[str, Callable[[Load], float]]] = {
    "rps": ("requests/s", lambda run: run.count / run.seconds),
    "rps_cpu": ("requests/CPU-s", lambda run: run.count / run.server_cpu),
    "p50_ms": ("ms", lambda run: run.p50_ms),
    "p99_ms": ("ms", lambda run: run.p99_ms),
    "server_cpu": ("CPU-s/s", lambda run: run.server_cpu / run.seconds),
    "load_cpu": ("CPU-s/s", lambda run: run.load_cpu / run.seconds),
}


def rows(subjects: Sequence[str], cases: Sequence[str], runs: int, seconds: int) -> Iterator[Row]:
    """These cases of every subject that could be started; the median of the runs."""
    found: list[Row] = []
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for name in subjects:
            try:
                servers[name] = stack.enter_context(SUBJECTS[name]())
            except Skipped as reason:
                print(f"{name}: left out: {reason}", file=sys.stderr)
        for case in cases:
            work, connections = CASES[case]
            for name, ran in in_turns(servers, work, connections, runs, seconds).items():
                for metric, (unit, of) in METRICS.items():
                    value = statistics.median(of(run) for run in ran)
                    found.append(Row(case, name, metric, round(value, 3), unit, runs))
    show(found)
    yield from found


def in_turns(
    servers: dict[str, Server], work: Work, connections: int, runs: int, seconds: int
) -> dict[str, list[Load]]:
    """Runs by subject; the first round warms up and does not count."""
    found: dict[str, list[Load]] = {name: [] for name in servers}
    for turn in range(runs + 1):
        for name in list(found):
            try:
                if not turn:
                    check(servers[name], work)
                ran = load(servers[name], work, connections, seconds)
                servers[name].rest()
            except Skipped as reason:
                print(f"{name}: left out of {work}: {reason}", file=sys.stderr)
                del found[name]
            else:
                found[name] += [ran] if turn else []
    return found


def show(rows: Sequence[Row]) -> None:
    """Every subject as a share of bare Starlette, case by case."""
    for metric in ("rps", "rps_cpu", "p99_ms", "server_cpu", "load_cpu"):
        table = {(row.case, row.subject): row.value for row in rows if row.metric == metric}
        cases = list(dict.fromkeys(case for case, _ in table))
        print(f"\n{metric}, and as a share of bare Starlette's")
        print(f"{'':16}" + "".join(f"{case:>15}" for case in cases))
        for subject in dict.fromkeys(subject for _, subject in table):
            cells = []
            for case in cases:
                value, base = table.get((case, subject)), table.get((case, "starlette"))
                share = f" {value / base:6.2f}" if value and base and metric.startswith("rps") else ""
                cells.append(
                    f"{'-' if value is None else f'{value:.0f}{share}' if share else f'{value:.2f}':>15}"
                )
            print(f"{subject:16}" + "".join(cells))
