"""Where attacks are tried: one warm sandbox and one gateway, shared by all of them.

A program tells on its standard output what it tried and what it gained. That counts against it only:
a program that is silent about a try was not tried, and what can be seen from outside is looked at
from outside as well.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Self

from graders.attacks.attack import NotTried, Where
from harness.exercise.assessment import Assessment
from harness.exercise.registry import Exercise
from harness.exercise.spec import Limits
from harness.gateway.admin_api import GatewayRecord, OpenedTrial, OpenTrial
from harness.gateway.urls import trial_env
from harness.rng import Draws
from harness.sandbox.base import Job, Ran, Sandbox
from harness.sandbox.folders import prefix

LIMITS = Limits(wall_seconds=5, memory_mb=192, processes=32, disk_mb=16, output_bytes=100_000)
"""The same for all attacks: other limits would mean another container."""
FACTS = "arena.json"
Gateway = Any
"""`GatewayProcess`, or what stands for it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One program's run and what the gateway saw of it."""

    ran: Ran
    record: GatewayRecord
    token: str

    @property
    def text(self) -> str:
        """What it printed."""
        return self.ran.stdout.decode("utf-8", "backslashreplace")

    def lines(self, mark: str) -> list[str]:
        """The rest of each printed line that begins with `mark`."""
        return [line[len(mark) :].strip() for line in self.text.splitlines() if line.startswith(mark)]

    @property
    def tried(self) -> set[str]:
        """What it says that it tried."""
        return set(self.lines("TRIED "))


@dataclass
class Arena:
    """A sandbox of one kind, a gateway, and the exercise whose grader is attacked."""

    where: Where
    exercise: Exercise
    assessment: Assessment
    gateway: Gateway
    sandbox: Sandbox
    needles: tuple[str, ...] = ()
    """Texts of the hidden half: wherever a program prints one, it has reached it."""
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix=prefix("attack"))))
    runtime: str | None = None
    """Of the engine, when another than its default was asked for."""
    _shots: int = 0

    @property
    def tool(self) -> str:
        """A tool that the exercise's world has."""
        scenario = self.assessment.bank.scenarios[0]
        return self.exercise.world(scenario.public(), Draws(b"attack", (scenario.id,))).tools[0]

    def open(self, replay: int = 0, listener: str | None = None) -> OpenedTrial:
        """A trial of the first scenario."""
        scenario = self.assessment.bank.scenarios[0].public()
        opened: OpenedTrial = self.gateway.open(
            OpenTrial(scenario=scenario, replay=replay, epoch=0, listener=listener)
        )
        return opened

    @contextmanager
    def other(self) -> Iterator[OpenedTrial]:
        """A second trial that is open meanwhile. What it saw stands in `others` when it ends."""
        opened = self.open(replay=1, listener=f"attack-other-{self._shots}" if self.by_listener else None)
        try:
            yield opened
        finally:
            with suppress(Exception):
                self.gateway.close(opened.trial)

    @property
    def by_listener(self) -> bool:
        """Whether a trial is known by its socket."""
        return self.where == "docker"

    def shoot(
        self,
        name: str,
        *,
        program: str = "main.py",
        facts: Mapping[str, Any] | None = None,
        prepare: Callable[[Path], None] | None = None,
    ) -> Shot:
        """Run one of an attack's programs as a trial. Raises `EnvironmentFailure`."""
        self._shots += 1
        listener = f"attack-{self._shots}-{id(self):x}"
        opened = self.open(listener=listener if self.by_listener else None)
        told = {"tool": self.tool, "mark": mark(opened.token), **(facts or {})}
        work = self._work(name, told)
        if prepare is not None:
            prepare(work)
        try:
            base_url = self.sandbox.base_url(self.gateway.base_url)
            env = trial_env(base_url, opened.token, self.exercise.spec)
            ran = self.sandbox.run(Job(work, ("python", program), env, LIMITS, listener))
        finally:
            record = self.gateway.close(opened.trial)
        return Shot(ran, record, opened.token)

    def _work(self, name: str, told: Mapping[str, Any]) -> Path:
        work = self.folder / str(self._shots)
        self.put(name, work)
        (work / FACTS).write_text(json.dumps(told))
        return work

    def put(self, name: str, work: Path) -> None:
        """An attack's programs, into a folder that may hold a work already."""
        with as_file(files("graders.attacks").joinpath("works")) as works:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(works / name, work, ignore=ignored, dirs_exist_ok=True)
            shutil.copyfile(works / "probe.py", work / "probe.py")

    def gains(self, shot: Shot, *expected: str) -> list[str]:
        """What a shot says that it gained, or shows. Raises `NotTried` unless it tried all of `expected`."""
        missing = sorted({*expected} - shot.tried)
        found = shot.lines("GAINED: ")
        printed = shot.ran.stdout + shot.ran.stderr
        found += [
            "the hidden half stands in its output" for needle in self.needles if needle.encode() in printed
        ]
        if shot.record.failure is not None:
            found.append(f"the grader's own code failed: {shot.record.failure}")
        if missing and not found:
            last = shot.ran.stderr.decode("utf-8", "backslashreplace").strip().splitlines()[-1:]
            raise NotTried(
                f"the program did not try {', '.join(missing)} ({shot.ran.ended} {''.join(last)[:200]})"
            )
        return found

    def well(self) -> list[str]:
        """Whether an honest program still runs, and the gateway still answers it."""
        shot = self.shoot("honest")
        if "served" not in shot.tried or shot.ran.ended != "exited" or shot.ran.exit_code != 0:
            return [f"the next trial did not run well: {shot.ran.ended}, {shot.text[-200:]!r}"]
        return [] if self.gateway.health().get("ok") else ["the gateway is not well"]

    def close(self) -> None:
        """Remove the folder; sandbox and gateway are the caller's."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def mark(token: str) -> str:
    """Stands in the arguments of an attack's processes, so that they can be found from outside."""
    return f"takehome-attack-{''.join(c for c in token if c.isalnum())[-12:]}"


def alive(text: str) -> list[str]:
    """Processes of this machine with `text` in their arguments. Raises `NotTried` where none can be seen."""
    proc = Path("/proc")
    if not (proc / "self" / "cmdline").exists():
        raise NotTried("this system does not show processes under /proc")
    found = []
    for path in proc.glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if text.encode() in path.read_bytes():
                found.append(f"process {path.parent.name} is alive after its trial")
    return found
