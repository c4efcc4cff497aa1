"""Own dependencies: what `requirements.txt` asks for, locked with hashes of wheels.

The reviewer's machine fetches these very files and runs no code of theirs outside the sandbox. So
only wheels count, for the sandbox's platforms, and only plain names with versions may stand in
`requirements.txt`: no addresses, paths or options.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from harness.errors import EnvironmentFailure, SubmissionError, WorkspaceError

FILE = "requirements.txt"
MACHINES = ("x86_64", "aarch64")
"""The first must have wheels; the others are locked as well where they have them."""
GLIBC = (36, 35, 31, 28, 27, 24, 17, 12, 5)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[A-Za-z0-9,._ -]+\])?\s*([<>=!~].*)?(;.*)?")

_LOCKED = re.compile(
    r"[a-z0-9]([a-z0-9._-]{0,80}[a-z0-9])?==[A-Za-z0-9][A-Za-z0-9.!+_-]{0,60}"
    r"( --hash=sha256:[0-9a-f]{64}){1,8}"
)


def wanted(folder: Path) -> list[str]:
    """The lines of the work's `requirements.txt`. Raises `WorkspaceError` for what is not taken."""
    path = folder / FILE
    if not path.is_file():
        return []
    lines = []
    for number, raw in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        line = raw.split(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        if _NAME.fullmatch(line) is None or "@" in line or "://" in line:
            raise WorkspaceError(
                f"`{FILE}`, line {number}: `{line[:80]}` is not a name with a version",
                hint="options, addresses, paths and editable installs cannot be locked; name a release",
            )
        lines.append(line)
    return lines


def lock(folder: Path, python: str) -> bytes | None:
    """The locked requirements of a work, `None` when it has none of its own.

    `python` is the sandbox's, such as `3.11`. Asks the user's own package index, by pip. Raises
    `WorkspaceError` when there is no set of wheels, `EnvironmentFailure` without pip.
    """
    lines = wanted(folder)
    if not lines:
        return None
    hashes: dict[tuple[str, str], set[str]] = {}
    for machine in MACHINES:
        try:
            found = _resolve(lines, python, machine)
        except WorkspaceError:
            if machine == MACHINES[0]:
                raise
            continue
        for item in found:
            archive = item["download_info"].get("archive_info", {})
            digest = archive.get("hashes", {}).get("sha256")
            if not digest:
                raise WorkspaceError(f"pip knows no SHA-256 for `{item['metadata']['name']}`")
            key = item["metadata"]["name"].lower(), item["metadata"]["version"]
            hashes.setdefault(key, set()).add(digest)
    rows = [f"# Locked for CPython {python} on Linux."]
    for (name, version), digests in sorted(hashes.items()):
        rows.append(" ".join([f"{name}=={version}", *(f"--hash=sha256:{one}" for one in sorted(digests))]))
    return ("\n".join(rows) + "\n").encode()


def read_lock(data: bytes) -> list[str]:
    """The lines of somebody else's `requirements.lock`, each `name==version` with hashes.

    Nothing else may reach pip: no option, no address. Raises `SubmissionError`.
    """
    lines = []
    for number, raw in enumerate(data.decode("utf-8", "replace").split("\n"), start=1):
        if not raw or raw.startswith("#"):
            continue
        if _LOCKED.fullmatch(raw) is None:
            raise SubmissionError(
                f"`requirements.lock`, line {number}, is no locked requirement: {raw[:80]!a}",
                hint="`takehome submit` writes it",
            )
        lines.append(raw)
    return lines


def _resolve(lines: list[str], python: str, machine: str) -> list[dict[str, Any]]:
    tags = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC] + [f"manylinux2014_{machine}"]
    with tempfile.TemporaryDirectory(prefix="takehome-") as temporary:
        source = Path(temporary) / FILE
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--dry-run", "--ignore-installed", "--report", "-", "--only-binary", ":all:",
            "--python-version", python, "--implementation", "cp",
            *(word for tag in tags for word in ("--platform", tag)),
            "--target", temporary, "--requirement", str(source),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if "No module named pip" in done.stderr:
        raise EnvironmentFailure(
            f"`{FILE}` cannot be locked without pip", hint="install pip into the environment of takehome"
        )
    if done.returncode != 0:
        raise WorkspaceError(
            f"`{FILE}` cannot be locked for Python {python} on Linux {machine}: {done.stderr.strip()[-600:]}",
            hint="only released wheels can be had in the sandbox; choose versions that have them",
        )
    found: list[dict[str, Any]] = json.loads(done.stdout)["install"]
    return found
