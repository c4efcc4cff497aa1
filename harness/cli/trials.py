"""What the commands that run trials share: a session, and its progress on stderr."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.progress import ProgressColumn as Column
from rich.text import Text

from harness.cli.output import messages
from harness.errors import UsageError
from harness.exercise.registry import Exercise
from harness.trial.record import TrialRecord

if TYPE_CHECKING:
    from harness.trial.models import Models
    from harness.trial.session import SandboxChoice, Session

SANDBOXES: tuple[SandboxChoice, ...] = ("auto", "docker", "process")


def practice_session(
    exercise: Exercise,
    sandbox: str,
    jobs: int | None,
    models: Models | None = None,
    runtime: str | None = None,
) -> Session:
    """A session under the public assessment. Raises `UsageError` for an unknown sandbox."""
    from harness.cli.runtime import told
    from harness.trial.models import SIMULATED
    from harness.trial.session import Session

    for known in SANDBOXES:
        if known == sandbox:
            return Session(
                exercise,
                exercise.practice,
                sandbox=known,
                jobs=jobs or default_jobs(),
                models=models or SIMULATED,
                runtime=told(runtime),
            )
    raise UsageError(f"there is no sandbox `{sandbox}`", hint="one of " + ", ".join(SANDBOXES))


def default_jobs() -> int:
    """One trial a core, and two at least: a trial also waits."""
    return max(2, os.cpu_count() or 2)


class _Rate(Column):
    """Finished trials per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "–/s")


class TrialProgress:
    """A bar with rate and time left; `note` is called with every finished trial."""

    def __init__(self, total: int, what: str = "trials") -> None:
        """Shows nothing before the block is entered."""
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=messages(),
            transient=True,
        )
        self._task = self._bar.add_task(what, total=total)

    def note(self, record: TrialRecord, finished: int, total: int) -> None:
        """For `Session.run`: another trial is finished."""
        del record, finished, total
        self._bar.advance(self._task)

    def reached(self, count: int) -> None:
        """So many are finished, whether run now or taken from a store."""
        self._bar.update(self._task, completed=count)

    def say(self, text: str) -> None:
        """A line above the bar."""
        self._bar.console.print(text, highlight=False, markup=False)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
