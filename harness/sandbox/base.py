"""The seam between a trial and the place where a candidate's program runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from harness.exercise.spec import Limits

Ended = Literal["exited", "out_of_time", "out_of_memory", "too_much_output", "signalled", "not_started"]
"""How the program ended. `not_started`: the command itself could not be run (the candidate's
fault: no such file); whatever hinders the sandbox itself raises `EnvironmentFailure` instead."""

Kind = Literal["process", "docker"]


@dataclass(frozen=True, slots=True)
class Job:
    """One program to run, once, in a fresh writable copy of `files`."""

    files: Path
    """The submission's `work/` folder; copied, never written to."""
    command: tuple[str, ...]
    env: dict[str, str]
    """All of the program's environment that depends on the trial."""
    limits: Limits
    listener: str
    """The id under which the gateway accepts this trial's own listener, where the sandbox has one."""
    packages: Path | None = None
    """The unpacked packages of its own that the program may import (`harness.sandbox.packages`)."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What the host saw of one run. Shown to people, never scored."""

    ended: Ended
    exit_code: int | None
    signal: int | None
    wall_seconds: float
    cpu_seconds: float | None
    stdout: bytes
    stderr: bytes
    """Both capped; the last bytes are kept as well as the first."""
    how: str
    """`exec`, `fork` or `container`."""
    withheld_seconds: float = 0.0
    """Of the wall time: the machine kept the program from running, so this was not charged to it."""


class Sandbox(Protocol):
    """A place that runs one program at a time; parallelism means more of them."""

    kind: Kind
    description: str
    """For the grade: engine, image digest, runtime, isolation."""

    def base_url(self, gateway: str) -> str:
        """The gateway's URL as the program sees it, given the one that the host sees."""

    def run(self, job: Job) -> Ran:
        """Run it to its end, kill whatever it left behind, and wipe.

        Raises `EnvironmentFailure` when the sandbox, not the program, failed.
        """

    def close(self) -> None:
        """Leave nothing behind: no process, container, volume or folder. May be called twice."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
