"""What a trial costs besides the program's own work: `make bench-sandbox`.

    python -m benchmarks.sandbox [--full] [--runs N] [--only WORD,WORD] [--sandbox docker|process]

All run on this machine in one go, the same two works: `trivial` is `pass`, `agent8` makes eight model
calls to the real gateway. A subject that cannot be run is left out with its reason. Rows: case,
subject, metric, value, unit, runs.

    ours    trivial_warm trivial_exec trivial_container agent8_warm agent8_exec, by one job;
            agent8_warm_j1 _j2 _j4 by several; start; loop (--full);
            growth_10 growth_N growth_scored: of a whole grade, its starter and reference included
    others  trivial and agent8: fork (SDK imported, no walls), exec (no walls), docker_run (a hardened
            container each), inspect_local, inspect_docker, harbor
    metrics wall_ms; cpu_ms, the program's own; overhead_ms = wall - cpu, of each trial, the median;
            trials_per_s; what the parts hold

For what a container hides, the program's CPU time is taken from `exec`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Iterator

from benchmarks.rows import Row, show, write
from benchmarks.sandbox import floors, growth, loop, ours, peers
from benchmarks.sandbox.floors import Timed
from harness.sandbox.choose import resolve
from harness.sandbox.engine import connect
from harness.sandbox.images import ensure_image
from harness.trial.session import SandboxChoice

OURS = "takehome"
JOBS = (1, 2, 4)
GROWN, GROWN_FULL = 100, 2_000
HARDENED = [
    *("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=512m"),
    *("--memory-swap=512m", "--pids-limit=80", "--tmpfs=/tmp:size=64m", "--user=10001:10001"),
]
Timing = Callable[[str, int], list[Timed]]


def main() -> int:
    """Measure what was asked for, print it, write `build/bench/sandbox.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=40, help="trials of each case")
    parser.add_argument("--full", action="store_true", help="grow to 2,000 trials; the candidate's loop")
    parser.add_argument("--grown", type=int, help="trials to grow to; 100 by default, 2,000 with --full")
    parser.add_argument("--only", default="ours,floors,peers,growth", help="groups, by commas")
    parser.add_argument("--sandbox", choices=("auto", "docker", "process"), default="auto")
    options = parser.parse_args()
    kind = resolve(options.sandbox)
    wanted = options.only.split(",")
    image = ensure_image(connect()).tag if kind == "docker" else ""
    rows: list[Row] = []
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, sandbox {kind}", file=sys.stderr)
    if "ours" in wanted:
        rows += our_rows(kind, options.runs)
    others: dict[str, Timing] = {}
    if "floors" in wanted:
        others |= {"fork": floors.fork, "exec": floors.execute}
        others |= {"docker_run": floors.docker_run(image, HARDENED)} if image else {}
    if "peers" in wanted:
        others |= {"inspect_local": peers.inspect("local", image)}
        others |= (
            {"inspect_docker": peers.inspect("docker", image), "harbor": peers.harbor(image)} if image else {}
        )
    for subject, timing in others.items():
        rows += other_rows(subject, timing, options.runs)
    if "growth" in wanted:
        rows += growth.growth(kind, "agent8", options.grown or (GROWN_FULL if options.full else GROWN))
    if options.full:
        for sandbox in dict.fromkeys((kind, "process")):
            rows += loop.rows(sandbox)
    report(rows)
    print(f"written to {write('sandbox', rows)}")
    return 0


def our_rows(kind: SandboxChoice, runs: int) -> Iterator[Row]:
    """Warm, executed, and a container for each; then several at once."""
    for work in ("trivial", "agent8"):
        with ours.running(work, kind) as runner:
            run = runner.run(runs + 3)
        yield from timed_rows(f"{work}_warm", OURS, run.timed()[2:])
        if work == "trivial":
            yield Row("start", OURS, "ready_s", round(run.ready, 2), "s", 1)
        with ours.running(work, kind, executed=True) as runner:
            run = runner.run(max(4, runs // 2))
        yield from timed_rows(f"{work}_exec", OURS, run.timed()[1:])
    with ours.running("trivial", kind, isolation="container") as runner:
        run = runner.run(max(4, runs // 8))
    yield from timed_rows("trivial_container", OURS, run.timed())
    for jobs in JOBS:
        count = 3 * jobs + 2 * runs
        with ours.running("agent8", kind, jobs=jobs) as runner:
            run = runner.run(count)
        yield Row(f"agent8_warm_j{jobs}", OURS, "trials_per_s", round(run.rate(jobs), 2), "trials/s", count)


def other_rows(subject: str, timing: Timing, runs: int) -> Iterator[Row]:
    """One of the others on both works."""
    for work in ("trivial", "agent8"):
        try:
            found = timing(work, runs if subject in {"fork", "exec"} else max(4, runs // 8))
        except peers.Skipped as reason:
            print(f"{subject}, {work}: left out: {reason}", file=sys.stderr)
            continue
        yield from timed_rows(work, subject, found)


def timed_rows(case: str, subject: str, found: list[Timed]) -> Iterator[Row]:
    """Medians of some runs, one after the other."""
    figures = {
        "wall_ms": [one.wall for one in found],
        "cpu_ms": [one.cpu for one in found],
        "overhead_ms": [one.wall - one.cpu for one in found],
    }
    for metric, values in figures.items():
        yield Row(case, subject, metric, round(1000 * statistics.median(values), 2), "ms", len(found))
    rate = len(found) / sum(one.wall for one in found)
    yield Row(case, subject, "trials_per_s", round(rate, 2), "trials/s", len(found))


def report(rows: list[Row]) -> None:
    """The figures, and how many times longer everybody else takes than a warm trial of ours."""
    timed = ("wall_ms", "cpu_ms", "overhead_ms", "trials_per_s")
    held = [row for row in rows if row.case.startswith("growth")]
    taken = [row for row in rows if row.metric not in timed and row not in held]
    show("Trials", [row for row in rows if row.metric in timed])
    show("What the parts hold", held)
    show("From nothing to the first trial; the candidate's loop", taken)
    walls = {(row.case, row.subject): row.value for row in rows if row.metric == "wall_ms"}
    for work in ("trivial", "agent8"):
        base = walls.get((f"{work}_warm", OURS))
        for (case, subject), wall in walls.items():
            if base and case.startswith(work) and (case, subject) != (f"{work}_warm", OURS):
                print(f"{case:18} {subject:15} {wall / base:7.2f} times as long as our warm trial")


if __name__ == "__main__":
    raise SystemExit(main())
