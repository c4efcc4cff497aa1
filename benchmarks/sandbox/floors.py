"""What nothing can be faster than, and what one would do without us."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from benchmarks.sandbox.works import environments, written


class Timed(NamedTuple):
    """One run of a program, in seconds."""

    wall: float
    cpu: float
    """The program's own."""


FORKER = """
    import json, os, sys, time
    import openai, urllib.request
    program, environments = sys.argv[1], json.load(sys.stdin)
    code = compile(open(program).read(), program, "exec")
    found = []
    for environment in environments:
        begun = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            os.environ.update(environment)
            status = 1
            try:
                exec(code, {"__name__": "__main__"})
                status = 0
            finally:
                os._exit(status)
        _, status, usage = os.wait4(pid, 0)
        assert status == 0, "a forked program failed"
        found.append((time.perf_counter() - begun, usage.ru_utime + usage.ru_stime))
    print(json.dumps(found))
    """


def fork(work: str, runs: int) -> list[Timed]:
    """A process that has the SDK imported forks one that runs the program: no walls, no record."""
    with written(work) as folder, environments(runs + 1) as found:
        program = str(folder / "main.py")
        ran = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(FORKER), program],
            input=json.dumps(found),
            capture_output=True,
            text=True,
            check=True,
        )
    return [Timed(*pair) for pair in json.loads(ran.stdout)][1:]


def execute(work: str, runs: int) -> list[Timed]:
    """`python main.py` with this interpreter: no walls, no record."""

    def begin(program: str, environment: dict[str, str]) -> list[str]:
        del environment
        return [sys.executable, program]

    return _each(work, runs, begin)


def docker_run(image: str, options: list[str]) -> Callable[[str, int], list[Timed]]:
    """`docker run --rm` for every trial. The agent needs the host's network to reach its gateway."""

    def run(work: str, runs: int) -> list[Timed]:
        def begin(program: str, environment: dict[str, str]) -> list[str]:
            told = [f"--env={name}={value}" for name, value in environment.items()]
            network = "--network=none" if work == "trivial" else "--network=host"
            mount = f"--volume={program}:/trial.py:ro"
            command = ["python", "/trial.py"]
            return ["docker", "run", "--rm", network, *options, *told, mount, image, *command]

        # What is waited for is the engine's client, whose CPU time is part of the overhead.
        return [Timed(timed.wall, own_cpu(work)) for timed in _each(work, runs, begin)]

    return run


@cache
def own_cpu(work: str) -> float:
    """CPU seconds that `python main.py` takes by itself, for whoever does not tell."""
    return statistics.median(timed.cpu for timed in execute(work, 5))


def _each(work: str, runs: int, begin: Callable[[str, dict[str, str]], list[str]]) -> list[Timed]:
    found = []
    with written(work) as folder, environments(runs + 1) as environments_:
        for environment in environments_:
            command = begin(str(folder / "main.py"), environment)
            begun = time.perf_counter()
            process = subprocess.Popen(
                command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            usage = _wait(process)
            wall = time.perf_counter() - begun
            found.append(Timed(wall, usage.ru_utime + usage.ru_stime))
    return found[1:]


def _wait(process: subprocess.Popen[bytes]) -> Any:
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"it ended with {process.returncode}: {said[-400:]!r}")
    return usage
