"""What honest clients see of one trial while another trial's clients mean no good.

The kinds follow the attack suite: hostile JSON, slow heads and slow readers, huge limits, stolen keys,
other models, hosted tools, foreign ids, spoofed headers, long prompts. Honest clients keep eight
connections and think 5 ms between requests, so a server that stands still shows in their p99.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.gateway.load import KEY, Work
from benchmarks.gateway.load import check as check_answer
from benchmarks.gateway.servers import pinned, takehome
from benchmarks.gateway.swarm import KINDS, Honest
from benchmarks.rows import Row, show

OTHER = KEY[::-1]
"""The key of the hostile ones."""


def rows(seconds: int) -> Iterator[Row]:
    """Honest clients alone, and beside each kind. Raises `RuntimeError` if one got what it must not."""
    found: list[Row] = []
    with takehome(KEY, OTHER) as server:
        check_answer(server, Work())
        Honest(server.port, KEY, server.model, 1)
        found += Honest(server.port, KEY, server.model, seconds + 1).rows("hostile_none")
        for kind in KINDS:
            command = [sys.executable, "-m", "benchmarks.gateway.swarm", kind, str(server.port), OTHER]
            with subprocess.Popen(
                [*pinned(1), *command, server.model], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as swarm:
                assert swarm.stdin is not None
                assert swarm.stdout is not None
                swarm.stdout.readline()  # it is under way
                seen = Honest(server.port, KEY, server.model, seconds + 1)
                swarm.stdin.close()
                told: dict[str, int] = json.loads(swarm.stdout.read() or "{}")
            found += seen.rows(f"hostile_{kind}")
            found.append(Row(f"hostile_{kind}", "takehome", "hostile_rps", told.pop("rps"), "requests/s", 1))
            check(kind, told)
        found.append(Row("hostile_none", "takehome", "rss_mib", round(server.memory() / 2**20, 1), "MiB", 1))
    show("honest clients beside hostile ones", found)
    yield from found


def check(kind: str, statuses: dict[str, int]) -> None:
    """Raises `RuntimeError` when a request was answered that had to be refused, or the other way round."""
    wanted = KINDS[kind].answers
    wrong = {status: count for status, count in statuses.items() if status not in wanted}
    if wrong:
        raise RuntimeError(f"{kind}: expected {sorted(wanted)}, got {statuses}")
