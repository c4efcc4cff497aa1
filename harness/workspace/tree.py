"""Which files are the work: what practice runs, what `submit` packs, what a grade replays.

One rule for all three, so that nothing passes here and fails there: everything that git would track,
but not what we put beside the work (`practice/`, `traces/`, `BRIEF.md`), not the claims, and no
state of ours or of git. A program therefore never sees those names, in practice as in grading.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from harness.errors import WorkspaceError
from harness.workspace import git

BESIDE = frozenset(
    {".git", ".takehome", "practice", "traces", "BRIEF.md", "claims.toml", "claims", "__pycache__"}
)
"""Top-level names of a workspace that are not part of the work."""


def is_work(path: PurePosixPath) -> bool:
    """Whether a path, relative to the workspace, is part of the work."""
    return path.parts[0] not in BESIDE and "__pycache__" not in path.parts and path.suffix != ".pyc"


def work_files(folder: Path) -> list[PurePosixPath]:
    """The work's files in a plain folder (a starter, an unpacked submission), sorted.

    Raises `WorkspaceError` for a link or a device: a submission can hold neither.
    """
    found = [
        PurePosixPath(path.relative_to(folder).as_posix())
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    ]
    return checked(folder, found)


def workspace_files(root: Path) -> list[PurePosixPath]:
    """The work's files in a workspace: tracked or new, but not ignored by git, sorted."""
    names = git.output(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    found = {PurePosixPath(name) for name in names if name}
    return checked(root, (path for path in found if os.path.lexists(root / path)))


def checked(folder: Path, paths: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """The work's part of `paths`, sorted by name; refuses what is no regular file."""
    kept = sorted((path for path in paths if is_work(path)), key=str)
    for path in kept:
        if any("\ud800" <= char <= "\udfff" for char in str(path)):
            raise WorkspaceError(f"the name {str(path)!a} is not UTF-8", hint="rename the file")
        if not stat.S_ISREG((folder / path).lstat().st_mode):
            raise WorkspaceError(
                f"`{path}` is not a regular file",
                hint="links, nested repositories and devices cannot be submitted; put a copy in its place",
            )
    return kept


def executable(path: Path) -> bool:
    """Whether the owner may execute the file."""
    return bool(path.lstat().st_mode & stat.S_IXUSR)


def digest(folder: Path, files: Iterable[PurePosixPath] | None = None) -> str:
    """Hex SHA-256 of the work in a folder: names, execute bits and contents, nothing else."""
    total = hashlib.sha256()
    for path in work_files(folder) if files is None else files:
        content = _read(folder / path)
        mode = "x" if executable(folder / path) else "-"
        total.update(f"{path}\0{mode}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"`{path}` cannot be read: {error.strerror}") from None


def copy(folder: Path, into: Path, files: Iterable[PurePosixPath] | None = None) -> None:
    """Copy the work of a folder into another, which is made; nothing is linked or shared."""
    into.mkdir(parents=True, exist_ok=True)
    for path in work_files(folder) if files is None else files:
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_read(folder / path))
        target.chmod(0o755 if executable(folder / path) else 0o644)
