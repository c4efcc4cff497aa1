"""The workspace: the candidate's folder, a git repository with our state under `.takehome/`."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from pydantic import Field, ValidationError

from harness.errors import WorkspaceError
from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.spec import Strict
from harness.workspace import git, tree
from harness.workspace.journal import Journal

STATE = ".takehome"


class State(Strict):
    """`.takehome/workspace.json`, written once by `start`."""

    format: int = Field(default=1, ge=1, le=1)
    exercise: str
    """An id, or the path of the exercise's folder."""
    version: str
    digest: str
    """Of the exercise, when the work began."""
    started: str
    commit: str
    """The commit that holds the untouched starter."""
    id: str = ""
    """Random; two candidates' submissions that share it come from one workspace."""


@dataclass(frozen=True)
class Workspace:
    """A workspace on disk."""

    root: Path
    state: State

    @cached_property
    def exercise(self) -> Exercise:
        """The exercise, as it is installed now."""
        return find_exercise(self.state.exercise)

    @property
    def journal(self) -> Journal:
        """The log of the work."""
        return Journal(self.home / "journal.jsonl")

    @property
    def home(self) -> Path:
        """Our own folder inside; git does not see it."""
        return self.root / STATE

    def files(self) -> list[PurePosixPath]:
        """The work's files as they lie in the folder now."""
        return tree.workspace_files(self.root)

    def digest(self) -> str:
        """The digest of the work as it lies in the folder now."""
        return tree.digest(self.root, self.files())

    def changes(self) -> list[str]:
        """What differs from the last commit; empty when all is committed."""
        return git.changes(self.root)

    def copy_now(self, into: Path) -> str:
        """Copy the work as it lies here now; returns the copy's digest."""
        tree.copy(self.root, into, self.files())
        return tree.digest(into)

    def copy_commit(self, revision: str, into: Path) -> str:
        """Copy the work of a commit; returns the copy's digest."""
        whole = into.with_name(f"{into.name}.whole")
        git.checkout(self.root, revision, whole)
        tree.copy(whole, into)
        return tree.digest(into)


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's trials: two runs at once would write into each other's stores.

    Raises `WorkspaceError` when another command holds them.
    """
    with (workspace.home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WorkspaceError(
                "another `takehome run` or `takehome try` is at work in this workspace",
                hint="wait for it, or stop it with Ctrl-C: what is finished is kept",
            ) from None
        yield


def find_workspace(start: Path | None = None) -> Workspace:
    """The workspace that a folder lies in, by default the current one. Raises `WorkspaceError`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / STATE / "workspace.json").is_file():
            return open_workspace(folder)
    raise WorkspaceError(
        f"`{here}` is not inside a workspace",
        hint="go to the folder that `takehome start ID DIR` made",
    )


def open_workspace(root: Path) -> Workspace:
    """The workspace in a folder. Raises `WorkspaceError`."""
    path = root / STATE / "workspace.json"
    try:
        state = State.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise WorkspaceError(
            f"`{path}` is missing or damaged",
            hint="copy your files into a fresh workspace made by `takehome start`",
        ) from None
    return Workspace(root.resolve(), state)


def write_state(root: Path, state: State) -> None:
    """Write `.takehome/workspace.json`, and hide the folder from git."""
    home = root / STATE
    home.mkdir(exist_ok=True)
    (home / ".gitignore").write_text("*\n")
    (home / "workspace.json").write_text(json.dumps(state.model_dump(), indent=2) + "\n")
