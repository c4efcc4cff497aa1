"""The difference between the work in the folder and a commit, and going back to it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from harness.errors import WorkspaceError
from harness.workspace import git, tree
from harness.workspace.folder import Workspace
from harness.workspace.tried import last_try


def diff(workspace: Workspace, commit: str, *, binary: bool = False) -> str:
    """The work now against a commit, as `git diff` writes it."""
    names = {str(path) for path in workspace.files()} | set(_work_at(workspace, commit))
    return git.diff(workspace.root, commit, sorted(names), binary=binary)


def _work_at(workspace: Workspace, commit: str) -> list[str]:
    return [name for name in git.names_at(workspace.root, commit) if tree.is_work(PurePosixPath(name))]


def lines(text: str) -> dict[str, int]:
    """How many lines a diff adds and removes."""
    rows = text.split("\n")
    return {
        "added": sum(row.startswith("+") and not row.startswith("+++ ") for row in rows),
        "removed": sum(row.startswith("-") and not row.startswith("--- ") for row in rows),
    }


def drop(workspace: Workspace) -> dict[str, Any]:
    """Restore the kept work; the dropped diff is saved under `.takehome/dropped/` first.

    What lies beside the work (claims, brief, practice) stays as it is. Raises `WorkspaceError`
    when nothing was changed.
    """
    root = workspace.root
    text = diff(workspace, "HEAD", binary=True)
    if not text:
        raise WorkspaceError("there is nothing to drop: the work is what was kept last")
    saved = _save(workspace, text)
    kept = _work_at(workspace, "HEAD")
    for path in workspace.files():
        if str(path) not in kept:
            (root / path).unlink()
            _prune(root, path)
    if kept:
        names = "\0".join(kept).encode("utf-8", "surrogateescape")
        options = ("--pathspec-from-file=-", "--pathspec-file-nul")
        git.output(root, "--literal-pathspecs", "checkout", "HEAD", *options, stdin=names)
    git.output(root, "reset", "--quiet")
    last = last_try(workspace)
    data = {
        "saved": saved.relative_to(root).as_posix(),
        "lines": lines(text),
        "try": last[0].number if last and last[0].baseline_commit == git.head(root) else None,
    }
    workspace.journal.append("drop", data)
    return data


def _save(workspace: Workspace, text: str) -> Path:
    folder = workspace.home / "dropped"
    folder.mkdir(exist_ok=True)
    number = 1 + max((int(path.stem) for path in folder.glob("*.diff")), default=0)
    path = folder / f"{number:03}.diff"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def _prune(root: Path, path: PurePosixPath) -> None:
    for parent in path.parents[:-1]:
        if any((root / parent).iterdir()):
            return
        (root / parent).rmdir()
