"""Git, as we call it: fixed arguments, no reliance on the user's configuration, no hooks."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from harness.errors import EnvironmentFailure, WorkspaceError

SETTINGS = (
    "-c", "user.name=candidate",
    "-c", "user.email=candidate@localhost",
    "-c", "commit.gpgsign=false",
    "-c", "core.autocrlf=false",
    "-c", "core.quotepath=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "init.defaultBranch=main",
    "-c", "color.ui=false",
    "-c", "diff.noprefix=false",
    "-c", "diff.mnemonicPrefix=false",
    "-c", "diff.external=",
    "-c", "core.fsmonitor=false",
)  # fmt: skip


def environment(*, isolated: bool = False) -> dict[str, str]:
    """The environment of a git call: no variable that points git elsewhere.

    `isolated`: for text that is not ours; the user's and the system's configuration are left out.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    if isolated:
        env |= {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
        }
    return env


def call(
    folder: Path,
    *arguments: str,
    isolated: bool = False,
    stdin: bytes | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, whatever its exit code. Raises `EnvironmentFailure` without git."""
    try:
        return subprocess.run(
            ["git", *SETTINGS, *arguments],
            cwd=folder,
            env=environment(isolated=isolated) | (env or {}),
            input=stdin if stdin is not None else b"",
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise EnvironmentFailure(
            "`git` was not found",
            hint="install git (Debian: `apt install git`, macOS: `xcode-select --install`), then try again",
        ) from None


def output(
    folder: Path, *arguments: str, stdin: bytes | None = None, env: dict[str, str] | None = None
) -> str:
    """What git prints. Raises `WorkspaceError` with its message when it refuses."""
    done = call(folder, *arguments, stdin=stdin, env=env)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
        raise WorkspaceError(f"`git {arguments[0]}` failed in `{folder}`: {said}")
    return done.stdout.decode("utf-8", "surrogateescape")


def head(root: Path) -> str:
    """The commit that is checked out. Raises `WorkspaceError` when there is none."""
    return output(root, "rev-parse", "--verify", "HEAD^{commit}").strip()


def changes(root: Path) -> list[str]:
    """Changed and new files since the last commit, as `git status` abbreviates them."""
    text = output(root, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    return [entry for entry in text.split("\0") if entry]


def commit(root: Path, message: str) -> str:
    """Commit everything that is not ignored, and return the new commit."""
    output(root, "add", "--all")
    output(root, "commit", "--quiet", "--no-verify", "--allow-empty", "--message", message)
    return head(root)


def checkout(root: Path, revision: str, into: Path) -> None:
    """Write the files of a commit into a fresh folder, past the index and the working tree."""
    into.mkdir(parents=True, exist_ok=True)
    index = into.parent / f".{into.name}.index"
    env = {"GIT_INDEX_FILE": str(index)}
    try:
        output(root, "read-tree", revision, env=env)
        output(root, f"--work-tree={into}", "checkout-index", "--all", "--force", env=env)
    finally:
        index.unlink(missing_ok=True)


def diff(root: Path, revision: str, paths: list[str], *, binary: bool = False) -> str:
    """The unified diff from a commit to the working tree of these paths, new files included.

    `binary`: with the contents of binary files, so that it can restore them.
    """
    index = root / ".takehome" / "diff.index"
    env = {"GIT_INDEX_FILE": str(index)}
    names = "\0".join(paths).encode("utf-8", "surrogateescape")
    options = [
        "--no-ext-diff",
        "--no-textconv",
        "--no-renames",
        "--no-color",
        *(["--binary"] if binary else []),
    ]
    try:
        output(root, "read-tree", revision, env=env)
        if paths:
            output(
                root,
                "--literal-pathspecs",
                "add",
                "--all",
                "--pathspec-from-file=-",
                "--pathspec-file-nul",
                stdin=names,
                env=env,
            )
        return output(root, "diff", "--cached", *options, revision, env=env)
    finally:
        index.unlink(missing_ok=True)


def names_at(root: Path, revision: str) -> list[str]:
    """The paths of all files of a commit."""
    text = output(root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", revision)
    return [name for name in text.split("\0") if name]
