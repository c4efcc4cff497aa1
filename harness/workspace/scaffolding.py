"""Making a new exercise: a copy of a small one that ships with the harness, under another id."""

from __future__ import annotations

import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path

from harness.errors import UsageError, WorkspaceError
from harness.exercise.registry import Exercise, open_exercise

PLACEHOLDER = "example_id"


def scaffold(id: str, into: Path, *, toolkit: bool = False) -> Exercise:
    """Write the exercise into a folder that does not exist or is empty, and load it.

    `toolkit`: the one whose model is made with `harness.simulation`, as a real exercise's is; the other one's
    is a single class.
    Raises `UsageError` for an id that is none, `WorkspaceError` for a folder that holds anything.
    """
    if re.fullmatch(r"[a-z][a-z0-9_]{2,40}", id) is None:
        raise UsageError(
            f"`{id}` cannot be an exercise's id",
            hint="lower-case letters, digits and underscores, a letter first, 3 to 41 of them",
        )
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise WorkspaceError(f"`{into}` exists and is not empty", hint="name a new folder")
    name = "parcel_desk" if toolkit else "mail_queue"
    with as_file(files("harness.workspace.scaffolds") / name) as source:
        shutil.copytree(
            source, into, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"), dirs_exist_ok=True
        )
    spec = into / "exercise.toml"
    spec.write_text(spec.read_text(encoding="utf-8").replace(PLACEHOLDER, id), encoding="utf-8")
    return open_exercise(into)
