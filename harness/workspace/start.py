"""Making a workspace from an exercise."""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path

from harness.errors import WorkspaceError
from harness.exercise.registry import Exercise
from harness.workspace import git
from harness.workspace.claims import TEMPLATE
from harness.workspace.folder import STATE, State, Workspace, open_workspace, write_state
from harness.workspace.journal import utc_now

IGNORED = "__pycache__/\n*.pyc\n.venv/\n.env\n/submission.zip\n"
"""Kept in `.git/info/exclude`: a `.gitignore` of ours would make the fresh work differ from the starter."""

SHOWN_TAGS = ("language", "stratum")
"""Tags of a scenario that say nothing of a cause."""


def start(exercise: Exercise, name: str, into: Path) -> Workspace:
    """A git repository with the starter, the brief, the practice scenarios and empty claims.

    `name` is how the exercise was asked for. Raises `WorkspaceError` for a folder that holds
    anything, `EnvironmentFailure` without git.
    """
    root = into.resolve()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise WorkspaceError(f"`{into}` exists and is not empty", hint="name a new folder")
    git.call(Path.cwd(), "--version")
    new = not root.exists()
    try:
        _fill(exercise, name, root)
    except BaseException:
        for path in root.iterdir() if root.is_dir() else ():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        if new and root.is_dir():
            root.rmdir()
        raise
    return open_workspace(root)


def _shown(exercise: Exercise) -> str:
    """The practice scenarios as a candidate gets them: what comes in and a good end, not what goes wrong."""
    keys = exercise.spec.practice.shown
    lines = []
    for scenario in exercise.bank:
        whole = scenario.model_dump(mode="json")
        lines.append(
            {
                "id": scenario.id,
                "family": scenario.family,
                "tags": {name: scenario.tags[name] for name in SHOWN_TAGS if name in scenario.tags},
                "world": {key: item for key, item in whole["world"].items() if keys is None or key in keys},
                "expected": whole["expected"],
            }
        )
    return "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)


def _fill(exercise: Exercise, name: str, root: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(exercise.starter, root, ignore=ignore, dirs_exist_ok=True)
    brief = exercise.folder / "BRIEF.md"
    if brief.is_file():
        shutil.copyfile(brief, root / "BRIEF.md")
    practice = root / "practice"
    practice.mkdir(exist_ok=True)
    (practice / "scenarios.jsonl").write_text(_shown(exercise), encoding="utf-8")
    if not (root / "claims.toml").exists():
        (root / "claims.toml").write_text(TEMPLATE)
    for path in root.rglob("*"):
        # An installed exercise may be read-only; the candidate's copy must not be.
        path.chmod(path.stat().st_mode | 0o200)
    git.output(root, "init", "--quiet", "--template=")
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_text(IGNORED)
    (root / STATE).mkdir()
    (root / STATE / ".gitignore").write_text("*\n")
    commit = git.commit(root, f"Start {exercise.id} {exercise.spec.version}")
    began, id = utc_now(), secrets.token_hex(8)
    write_state(
        root,
        State(
            exercise=name if exercise.folder.resolve() != Path(name).resolve() else str(exercise.folder),
            version=exercise.spec.version,
            digest=exercise.digest,
            started=began,
            commit=commit,
            id=id,
        ),
    )
    open_workspace(root).journal.append(
        "start",
        {
            "exercise": exercise.id,
            "version": exercise.spec.version,
            "digest": exercise.digest,
            "commit": commit,
            "workspace": id,
            "timebox_minutes": exercise.spec.timebox_minutes,
        },
    )
