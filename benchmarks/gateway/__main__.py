"""The gateway beside bare Starlette and other mock LLM servers: `make bench-gateway`.

    python -m benchmarks.gateway [--only PART,PART] [--subjects NAME,NAME] [--cases CASE,CASE]
        [--runs N] [--full]

Every server runs in one process on one core and the load on another; all get the same requests over
kept connections, in turns, so that a noisy machine is as noisy to each. Per second of wall time is what
users see; per second of the server's own CPU is what a busy machine distorts least. A peer that does
not install or start is left out with its reason. Rows: case, subject, metric, value, unit, runs.

    speed     chat_c1 _c8 _c64, stream_c1 _c8 _c64: a small prompt; fresh_c64: no two prompts alike
              subjects takehome (as in a trial: simulated, metered, recorded), takehome_alone (as
              `takehome gateway` serves it), starlette (a constant answer, nothing counted), peers
              metrics  rps, rps_cpu, p50_ms, p99_ms, server_cpu and load_cpu (CPU seconds a second)
    prompts   prompt_100k_new, prompt_100k_again (a turn more): ms, and what others wait meanwhile
    memory    calls, and trials that open and close: bytes that each leaves behind (--full: 1,000,000)
    hostile   hostile_KIND: what honest clients see beside hostile ones of another trial

`rps` of `takehome` is to be ahead of every peer and at least half of `starlette`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.gateway import hostile, memory, prompts, speed
from benchmarks.rows import Row, write


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    subjects: tuple[str, ...]
    cases: tuple[str, ...]
    runs: int
    seconds: int
    full: bool


PARTS: dict[str, Callable[[Options], Iterator[Row]]] = {
    "speed": lambda options: speed.rows(options.subjects, options.cases, options.runs, options.seconds),
    "prompts": lambda options: prompts.rows(options.runs),
    "memory": lambda options: memory.rows(full=options.full),
    "hostile": lambda options: hostile.rows(options.seconds),
}


def main() -> int:
    """Measure what was asked for, print it, write `build/bench/gateway.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, by commas")
    parser.add_argument("--subjects", default=",".join(speed.SUBJECTS), help="of `speed`, by commas")
    parser.add_argument("--cases", default=",".join(speed.CASES), help="of `speed`, by commas")
    parser.add_argument("--runs", type=int, default=3, help="of each case; the median counts")
    parser.add_argument("--seconds", type=int, default=1, help="of one run")
    parser.add_argument("--full", action="store_true", help="memory over a million calls")
    given = parser.parse_args()
    subjects, cases = tuple(given.subjects.split(",")), tuple(given.cases.split(","))
    options = Options(subjects, cases, given.runs, given.seconds, given.full)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    rows: list[Row] = []
    for part in given.only.split(","):
        rows += PARTS[part](options)
        path = write("gateway", rows)  # what was measured stays, whatever happens to the rest
    print(f"written to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
