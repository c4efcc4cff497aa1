"""Unified diffs from a candidate: judged, tried and applied in a copy, never in place.

Only text changes to the work's own files are taken: no links, no submodules, no binary patches, no
renames, and nothing that `members.check_name` would refuse as a member of a submission.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path, PurePosixPath

from harness.errors import SubmissionError, WorkspaceError
from harness.sandbox.folders import prefix
from harness.workspace import git, tree
from harness.workspace.members import Caps, check_name

MAX_BYTES = 256 * 1024
_HUNK = re.compile(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_REFUSED = {
    "GIT binary patch": "it holds a binary patch",
    "Binary files ": "it holds a binary patch",
    "rename from ": "it renames a file",
    "copy from ": "it copies a file",
    "new file mode 12": "it makes a link",
    "new file mode 16": "it makes a submodule",
    "old mode ": "it changes a file's mode",
}


def check(text: str) -> list[PurePosixPath]:
    """The files that a diff touches. Raises `WorkspaceError` for what is no plain text diff."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise WorkspaceError(f"the diff is longer than {MAX_BYTES} bytes")
    touched: set[PurePosixPath] = set()
    for line in _headers(text):
        for start, why in _REFUSED.items():
            if line.startswith(start):
                raise WorkspaceError(f"the diff is refused: {why}")
        if line.startswith("diff --git "):
            touched.add(_both(line[11:]))
        elif line.startswith(("--- ", "+++ ")):
            name = line[4:].split("\t")[0]
            if name != "/dev/null":
                touched.add(_path(name))
    if not touched:
        raise WorkspaceError("this is no unified diff", hint="`git diff` writes one")
    return sorted(touched, key=str)


def _headers(text: str) -> list[str]:
    """All lines outside hunks: by the counts in `@@ -a,b +c,d @@`, as git itself reads them."""
    lines = []
    old = new = 0
    for line in text.split("\n"):
        if old > 0 or new > 0:
            if line.startswith(("-", " ")) or not line:
                old -= 1
            if line.startswith(("+", " ")) or not line:
                new -= 1
            continue
        if line.startswith("@@ "):
            old, new = _counts(line)
            continue
        lines.append(line)
    return lines


def _counts(line: str) -> tuple[int, int]:
    found = _HUNK.match(line)
    if found is None:
        raise WorkspaceError(f"the diff has a bad hunk header: {line[:80]!a}")
    return int(found[1] or 1), int(found[2] or 1)


def _both(names: str) -> PurePosixPath:
    """The one file of a `diff --git a/X b/X` line."""
    half = len(names) // 2
    old, new = names[:half], names[half + 1 :]
    if old[2:] != new[2:]:
        raise WorkspaceError("the diff is refused: it names two files at once, or quotes a name")
    return _path(old)


def _path(name: str) -> PurePosixPath:
    if not name.startswith(("a/", "b/")):
        raise WorkspaceError(
            f"the diff names {name[:120]!a} without `a/` or `b/` before it",
            hint="write the diff with `git diff`, and give files plain names",
        )
    try:
        path = check_name(name[2:], Caps())
    except SubmissionError as error:
        raise WorkspaceError(f"the diff is refused: {error.message}") from None
    if not tree.is_work(path):
        raise WorkspaceError(
            f"the diff touches `{path}`, which is not part of the work", hint="leave that file out of it"
        )
    return path


def apply(text: str, folder: Path, *, reverse: bool = False) -> None:
    """Change the files of a folder, which must be a throw-away copy, as a diff says.

    Raises `WorkspaceError` when it does not apply; the folder may be half changed then no more than
    `git apply` leaves it, which is not at all.
    """
    check(text)
    arguments = ["apply", "--whitespace=nowarn", *(["--reverse"] if reverse else []), "-"]
    # A folder inside a repository would make git skip what lies outside its own subfolder.
    done = git.call(
        folder,
        *arguments,
        isolated=True,
        stdin=text.encode("utf-8", "surrogateescape"),
        env={"GIT_CEILING_DIRECTORIES": str(folder.resolve().parent)},
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().replace("error: ", "")
        raise WorkspaceError(f"the diff does not apply: {said or 'git gives no reason'}")
    tree.work_files(folder)


def applied(text: str, base: Path, into: Path, *, reverse: bool = False) -> None:
    """Write into a fresh folder the work of `base` as the diff changes it."""
    tree.copy(base, into)
    apply(text, into, reverse=reverse)


def applies(text: str, base: Path, *, reverse: bool = False) -> str:
    """Why the diff does not apply to the work in `base`; empty when it does."""
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        try:
            applied(text, base, Path(temporary) / "work", reverse=reverse)
        except WorkspaceError as error:
            return error.message
    return ""
