"""From a workspace to a submission."""

from __future__ import annotations

import hashlib
import platform
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from harness.errors import SubmissionError, WorkspaceError
from harness.sandbox.folders import prefix
from harness.workspace import claims as claims_file
from harness.workspace import git, tree
from harness.workspace.folder import Workspace
from harness.workspace.members import Caps, Names, check_name
from harness.workspace.submission import LOCK, Meta, claim_files, write


@dataclass(frozen=True, slots=True)
class Packed:
    """What `submit` made."""

    path: Path
    digest: str
    """SHA-256 of the zip: what a grade names."""
    meta: Meta
    names: tuple[str, ...]
    """Members besides `submission.json` and the journal."""


def check(workspace: Workspace, *, allow_dirty: bool = False) -> list[str]:
    """Why the workspace cannot be submitted as it lies, one line each; empty when it can."""
    found = []
    changes = workspace.changes()
    if changes and not allow_dirty:
        found.append(
            f"{len(changes)} uncommitted change{'s' if len(changes) > 1 else ''}: "
            + ", ".join(f"`{change[3:]}`" for change in changes[:5])
            + (" …" if len(changes) > 5 else "")
        )
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        work = Path(temporary) / "work"
        try:
            workspace.copy_now(work)
            claims = claims_file.load(workspace.root)
        except WorkspaceError as error:
            return [*found, error.message]
        files = tree.work_files(work)
        if not files:
            found.append("the workspace holds no work")
        found += _unsendable(work, files)
        found += claims_file.problems(claims, workspace.root, starter=workspace.exercise.starter, work=work)
    return found


def _unsendable(work: Path, files: list[PurePosixPath]) -> list[str]:
    """Files that no submission may hold: the first by each rule, and sizes past the caps."""
    caps, names, found = Caps(), Names(), []
    try:
        for file in files:
            names.add(check_name(f"work/{file}", caps))
    except SubmissionError as error:
        found.append(error.message)
    sizes = {file: (work / file).stat().st_size for file in files}
    found += [f"`{file}` is larger than {caps.file:,} bytes" for file in files if sizes[file] > caps.file]
    if sum(sizes.values()) > caps.total or len(files) > caps.members - 50:
        found.append(f"the work is {len(files):,} files and {sum(sizes.values()):,} bytes, which is too much")
    return found


def refuse(workspace: Workspace, *, allow_dirty: bool = False) -> None:
    """Raises `WorkspaceError` with all of `check`'s lines, if there are any."""
    problems = check(workspace, allow_dirty=allow_dirty)
    if problems:
        raise WorkspaceError(
            "the work cannot be submitted as it lies:\n" + "\n".join(f"  {line}" for line in problems),
            hint="commit with `takehome keep` or `git commit` and mend the claims; "
            "`--allow-dirty` packs uncommitted changes as they are",
        )


def pack(
    workspace: Workspace,
    out: Path | None = None,
    *,
    allow_dirty: bool = False,
    lock: bytes | None = None,
) -> Packed:
    """Pack the work as it lies in the folder, with claims and journal.

    The bytes depend on the work, the claims and the journal only. Raises `WorkspaceError` when
    something keeps it from being graded, `SubmissionError` for a file that no submission may hold.
    """
    refuse(workspace, allow_dirty=allow_dirty)
    path = workspace.journal.path
    raw = path.read_bytes() if path.exists() else b""
    reading = workspace.journal.read()
    files = workspace.files()
    exercise = workspace.exercise
    meta = Meta(
        exercise=exercise.id,
        exercise_version=exercise.spec.version,
        exercise_digest=exercise.digest,
        mix=exercise.spec.practice.mix,
        work=tree.digest(workspace.root, files),
        workspace=workspace.state.id,
        commit=git.head(workspace.root),
        uncommitted=bool(workspace.changes()),
        journal=hashlib.sha256(raw).hexdigest(),
        journal_head=reading.head,
        journal_events=len(reading.events),
        harness=version("takehome"),
        python=platform.python_version(),
        requirements=hashlib.sha256(lock).hexdigest() if lock is not None else None,
        created=reading.events[-1].at if reading.events else workspace.state.started,
    )
    target = out or workspace.home / "submission.zip"
    write(target, meta=meta, work=workspace.root, files=files, beside=workspace.root, journal=raw, lock=lock)
    names = [*claim_files(workspace.root), *(f"work/{file}" for file in files)]
    return Packed(
        path=target,
        digest=hashlib.sha256(target.read_bytes()).hexdigest(),
        meta=meta,
        names=tuple([LOCK, *names] if lock is not None else names),
    )
