"""The bar of a grade, on stderr: which work is run, how fast, how long still."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft
from rich.text import Text

from harness.cli.output import messages


class _Rate(ProgressColumn):
    """Finished per second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "–/s")


class GradeProgress:
    """Called with the name of a work, trials (or works) finished and how many there are in all."""

    def __init__(self) -> None:
        """Shows nothing before the block is entered."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate())
        self._bar = Progress(*columns, TextColumn("left"), TimeLeft(), console=messages(), transient=True)
        self._task = self._bar.add_task("trials", total=None)

    def __call__(self, name: str, done: int, total: int) -> None:
        self._bar.update(self._task, description=name, completed=done, total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
