"""A real `takehome grade` in a process of its own, to be disturbed, and what it leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker

from graders.replay import records
from harness.errors import UsageError
from harness.sandbox import leftovers
from harness.trial.record import TrialKey, read_trials

FIXTURES = Path(__file__).parents[1] / "fixtures"
PATIENCE = 240.0
VOLATILE = ("made", "at", "sandbox", "process")


def eventually(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it holds; a fault must strike at a known state, not after a guessed time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it never came to this: {what}"
        time.sleep(0.02)


@dataclass
class Done:
    """How one run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def grade(self) -> dict[str, Any]:
        """What `--json` printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass
class Grader:
    """One submission, one output folder, one place for temporary files."""

    zip: Path
    out: Path
    tmp: Path
    """The run's `TMPDIR`: it also marks the run's processes, whose arguments or environment name it."""
    cache: Path
    engine: str = ""
    """`DOCKER_HOST` of an engine of its own."""
    sandbox: str = "docker"
    variables: dict[str, str] = field(default_factory=dict)
    """Further ones of the command's environment."""
    pids: list[int] = field(default_factory=list)
    running: subprocess.Popen[str] | None = None

    def begin(self) -> subprocess.Popen[str]:
        """Start the command; one at a time."""
        command = [sys.executable, "-m", "harness.cli.main", "grade", str(self.zip), "--out", str(self.out)]
        command += ["--json", "--rounds", "1", "--jobs", "2", "--sandbox", self.sandbox]
        command += ["--vault", str(FIXTURES / "tiny_vault"), "--exercise", str(FIXTURES / "tiny")]
        if self.sandbox == "process":
            command.append("--trust-submission")
        env = {**os.environ, "TAKEHOME_CACHE": str(self.cache), "TMPDIR": str(self.tmp)}
        env.update(self.variables)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            # Tests that run in the background ignore it, and so would what they start.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.engine:
            env["DOCKER_HOST"] = self.engine
        self.running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
        )
        self.pids.append(self.running.pid)
        return self.running

    def end(self) -> Done:
        """Wait for the command."""
        assert self.running is not None
        out, err = self.running.communicate(timeout=PATIENCE)
        return Done(self.running.returncode, out, err)

    def again(self) -> Done:
        """The same command once more, to its end."""
        self.begin()
        return self.end()

    def until(self, trials: int, name: str = "submission") -> None:
        """Wait until so many trials are kept."""
        running = self.running
        assert running is not None

        def there() -> bool:
            assert running.poll() is None, f"the grade ended too early: {running.communicate()}"
            return len(self.kept(name)) >= trials

        eventually(there, f"{trials} kept trials")

    def kept(self, name: str = "submission") -> dict[TrialKey, dict[str, Any]]:
        """The trials on disk, without what differs from run to run."""
        path = records(self.out, name)
        with contextlib.suppress(UsageError, FileNotFoundError):
            return {record.key: record.canonical() for record in read_trials(path)}
        return {}

    def ended(self, name: str = "submission") -> set[str]:
        """How the kept trials' programs ended."""
        return {record.process.ended for record in read_trials(records(self.out, name))}

    def children(self, words: str) -> list[int]:
        """Pids of this run whose arguments hold `words`."""
        return [pid for pid, line in self.processes() if words in line]

    def processes(self) -> Iterator[tuple[int, str]]:
        """All of this run, by the mark of its folder for temporary files."""
        mark = str(self.tmp).encode()
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (path / "cmdline").read_bytes()
                if (mark in line or mark in (path / "environ").read_bytes()) and path.name != str(
                    os.getpid()
                ):
                    yield int(path.name), line.replace(b"\0", b" ").decode(errors="replace")

    def everything(self) -> list[int]:
        """All of this run, its containers' processes too, as this machine numbers them."""
        found = [pid for pid, _ in self.processes()]
        for container in self.containers():
            # Between two works the containers change.
            with contextlib.suppress(docker.errors.APIError):
                found += [int(row[1]) for row in container.top()["Processes"]]
        return found

    def doctor(self) -> str:
        """What `takehome doctor` says where this run's temporary files are."""
        command = [sys.executable, "-m", "harness.cli.main", "doctor", "--quick", "--json"]
        env = {**os.environ, "TMPDIR": str(self.tmp)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        return done.stdout

    def client(self) -> docker.DockerClient:
        """Of the engine that the run uses."""
        return docker.DockerClient(self.engine) if self.engine else docker.from_env()

    def containers(self) -> list[Any]:
        """Those that this run's processes made, running or not."""
        with contextlib.closing(self.client()) as client:
            mine = {str(pid) for pid in self.pids}
            return [
                found for found in leftovers.containers(client) if found.labels.get(leftovers.PID) in mine
            ]

    def volumes(self) -> set[str]:
        """All volumes of the engine."""
        with contextlib.closing(self.client()) as client:
            return {volume.name for volume in client.volumes.list()}

    def left(self) -> list[str]:
        """What is still there of it: processes, containers, temporary files and sockets."""
        if self.sandbox == "process":
            containers = []
        else:
            containers = [f"container {found.short_id} {found.status}" for found in self.containers()]
        return [
            *(f"process {pid}: {line}" for pid, line in self.processes()),
            *containers,
            *(f"file {path.name}" for path in self.tmp.iterdir()),
        ]


def comparable(grade: dict[str, Any]) -> dict[str, Any]:
    """A grade without what a clock or a machine wrote into it."""
    return {name: value for name, value in grade.items() if name not in VOLATILE}


def freeze(pids: list[int]) -> Callable[[], None]:
    """SIGSTOP to all; what is returned lets them go on."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)

    def thaw() -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    return thaw
