"""Where the work stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from harness.errors import TakehomeError, WorkspaceError
from harness.trial.record import read_trials
from harness.workspace import claims as claims_file
from harness.workspace import packing, practice
from harness.workspace.folder import Workspace
from harness.workspace.journal import Event


@dataclass(frozen=True, slots=True)
class Status:
    """What `takehome status` shows."""

    exercise: str
    version: str
    moved: bool
    """The installed exercise is not the one that the work began with."""
    started: str
    minutes: float
    timebox: int
    tries: int
    kept: int
    drops: int
    journal: str
    """Empty when its chain holds, else where it breaks."""
    changes: tuple[str, ...]
    claims: int
    problems: tuple[str, ...]
    """What keeps the work from being submitted."""
    run: dict[str, Any] | None
    """The figures of the newest trials of the work as it lies here, `None` without any."""
    last: Event | None
    """The newest `run` event, of whatever work."""
    files: int
    bytes: int

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "exercise": self.exercise,
            "version": self.version,
            "exercise_changed": self.moved,
            "started": self.started,
            "minutes": self.minutes,
            "timebox_minutes": self.timebox,
            "tries": self.tries,
            "kept": self.kept,
            "drops": self.drops,
            "journal": self.journal or "holds",
            "uncommitted": list(self.changes),
            "claims": self.claims,
            "problems": list(self.problems),
            "run": self.run,
            "last_run": self.last.data if self.last else None,
            "submission": {"files": self.files, "bytes": self.bytes},
        }


def look(workspace: Workspace, *, now: datetime | None = None) -> Status:
    """Read it all; changes nothing."""
    reading = workspace.journal.read()
    kinds = [event.type for event in reading.events]
    runs = [event for event in reading.events if event.type == "run"]
    exercise = workspace.exercise
    changes = tuple(workspace.changes())
    problems = packing.check(workspace)
    try:
        claims = len(claims_file.load(workspace.root))
        files = workspace.files()
        figures = _figures(workspace)
    except WorkspaceError:
        claims, files, figures = 0, [], None
    return Status(
        exercise=exercise.id,
        version=exercise.spec.version,
        moved=exercise.digest != workspace.state.digest,
        started=workspace.state.started,
        minutes=round(_minutes(workspace.state.started, now or datetime.now(UTC)), 1),
        timebox=exercise.spec.timebox_minutes,
        tries=kinds.count("try"),
        kept=kinds.count("keep"),
        drops=kinds.count("drop"),
        journal=f"line {reading.broken.line}: {reading.broken.why}" if reading.broken else "",
        changes=changes,
        claims=claims,
        problems=tuple(problems),
        run=figures,
        last=runs[-1] if runs else None,
        files=len(files),
        bytes=sum((workspace.root / path).stat().st_size for path in files),
    )


def _figures(workspace: Workspace) -> dict[str, Any] | None:
    path = practice.newest_store(workspace, workspace.digest())
    if path is None:
        return None
    try:
        judged = practice.judge(workspace.exercise, list(read_trials(path)))
    except (TakehomeError, KeyError):
        return None
    return practice.row("all", judged).as_json() if judged else None


def _minutes(started: str, now: datetime) -> float:
    try:
        return (now - datetime.fromisoformat(started)).total_seconds() / 60
    except ValueError:
        return 0.0
