"""Own dependencies: what `requirements.txt` asks for, locked with hashes of wheels.

The reviewer's machine fetches these very files and runs no code of theirs outside the sandbox. So
only wheels count, for the Pythons and machines that images are made for, and only plain names with
versions may stand in `requirements.txt`: no addresses, paths or options. What the image has already
is taken as it stands there and left out of the lock.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import SubmissionError, WorkspaceError
from harness.sandbox.folders import prefix
from harness.sandbox.images import published
from harness.sandbox.pip import NotToBeHad, pip
from harness.sandbox.target import MACHINES, PYTHONS, Target

FILE = "requirements.txt"
MOST = 100
"""Packages in a section of a lock."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[A-Za-z0-9,._ -]+\])?\s*([<>=!~].*)?(;.*)?")
_LOCKED = re.compile(
    r"([a-z0-9](?:[a-z0-9-]{0,80}[a-z0-9])?)==([A-Za-z0-9][A-Za-z0-9.!+_-]{0,60})"
    r"( --hash=sha256:[0-9a-f]{64})"
)
_BESIDE = "# beside the image's own: "
_HEAD = re.compile(r"# CPython (3\.\d{1,2}) on Linux (x86_64|aarch64)")


@dataclass(frozen=True, slots=True)
class Lock:
    """One section for each target that the requirements have wheels for."""

    sections: Mapping[Target, tuple[str, ...]]
    """`name==version --hash=sha256:…`, one wheel a line."""
    beside: tuple[str, ...] = ()
    """Names of the image's own packages that they need: a process sandbox may lack those."""

    def to_bytes(self) -> bytes:
        """As it stands in a submission."""
        rows = [f"{_BESIDE}{' '.join(self.beside)}"] if self.beside else []
        for target, lines in self.sections.items():
            rows += [f"# {target}", *lines]
        return ("\n".join(rows) + "\n").encode()


def asks(work: Path) -> bool:
    """Whether a work asks for packages of its own, sensibly or not."""
    path = work / FILE
    return path.is_file() and any(_lines(path))


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    """Number and text of each line that says something."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.split(" #")[0].strip()
        if line and not line.startswith("#"):
            yield number, line


def wanted(folder: Path) -> list[str]:
    """The lines of the work's `requirements.txt`. Raises `WorkspaceError` for what is not taken."""
    path = folder / FILE
    lines = []
    for number, line in _lines(path) if path.is_file() else ():
        if _NAME.fullmatch(line) is None or "@" in line or "://" in line or " -" in line:
            raise WorkspaceError(
                f"`{FILE}`, line {number}: `{line[:80]}` is not a name with a version",
                hint="options, addresses, paths and editable installs cannot be locked; name a release",
            )
        lines.append(line)
    return lines


def lock(folder: Path, python: str, *, keep: Path | None = None) -> Lock | None:
    """The locked requirements of a work, `None` when it has none of its own.

    `python` is the oldest that the exercise's sandbox may have, such as `3.11`. Asks the user's own
    package index, by pip. What was locked once is kept in the folder `keep`, so that practice and
    the submission have the same. Raises `WorkspaceError` when there is no set of wheels for every
    Python, `EnvironmentFailure` when pip or the index fails.
    """
    lines = wanted(folder)
    if not lines:
        return None
    pythons = [one for one in PYTHONS if int(one[2:]) >= int(python[2:])] or [python]
    named = "\n".join([*lines, *pythons, *(f"{name}=={v}" for name, v in published().items())])
    kept = None if keep is None else keep / f"{hashlib.sha256(named.encode()).hexdigest()[:32]}.lock"
    if kept is not None and kept.is_file():
        return read_lock(kept.read_bytes())
    targets = [Target(one, machine) for machine in MACHINES for one in pythons]
    with ThreadPoolExecutor(len(targets)) as pool:
        asked = {target: pool.submit(_section, lines, target, published()) for target in targets}
    sections, beside = {}, set[str]()
    for target, answer in asked.items():
        try:
            sections[target], needed = answer.result()
            beside |= needed
        except WorkspaceError:
            # The first machine must have wheels; the other is locked as well where it has them.
            if target.machine == MACHINES[0]:
                raise
    found = Lock(sections, tuple(sorted(beside)))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(found.to_bytes())
    return found


def native(folder: Path, target: Target, like: Lock) -> tuple[str, ...]:
    """A section for a candidate's machine that no image is made for, in the same versions as `like`.

    Raises what `lock` raises.
    """
    first = next(iter(like.sections.values()))
    pins = dict(line.partition(" ")[0].split("==") for line in first)
    return _section(wanted(folder), target, {**pins, **published()})[0]


def _section(
    lines: list[str], target: Target, pins: Mapping[str, str]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The wheels of a target, and the names of what is needed and the image has.

    `pins` hold for whatever is needed.
    """
    rows, beside = [], set()
    for item in _resolve(lines, target, pins):
        name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
        version = item["metadata"]["version"]
        digest = _sha256(item["download_info"].get("archive_info", {}))
        if not digest:
            raise WorkspaceError(f"pip knows no SHA-256 for `{name}`")
        if name in published():
            beside.add(name)
        else:
            rows.append(f"{name}=={version} --hash=sha256:{digest}")
    if len(rows) > MOST:
        raise WorkspaceError(f"`{FILE}` brings {len(rows)} packages; {MOST} at most are taken")
    return tuple(sorted(rows)), frozenset(beside)


def _sha256(archive: Mapping[str, Any]) -> str:
    """A wheel's SHA-256 as pip's report has it; before pip 23.1 there was only `hash`. Empty without one."""
    kind, _, digest = str(archive.get("hash", "")).partition("=")
    found: str = archive.get("hashes", {}).get("sha256", digest if kind == "sha256" else "")
    return found


def _resolve(lines: list[str], target: Target, pins: Mapping[str, str]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        source, constraints = Path(temporary) / FILE, Path(temporary) / "constraints.txt"
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        constraints.write_text("".join(f"{name}=={version}\n" for name, version in pins.items()))
        report = Path(temporary) / "report.json"
        options = ["--dry-run", "--ignore-installed", "--no-user"]
        options += ["--report", str(report), "--target", temporary]
        files = ["--constraint", str(constraints), "--requirement", str(source)]
        try:
            pip(["install", *options, *files], target)
        except NotToBeHad as error:
            raise WorkspaceError(
                f"`{FILE}` cannot be had for {target}: {error}",
                hint="only released wheels can be had in the sandbox, beside the packages that the image has "
                "(`takehome doctor` lists them); choose versions that fit",
            ) from None
        found: list[dict[str, Any]] = json.loads(report.read_bytes())["install"]
    return found


def read_lock(data: bytes) -> Lock:
    """Somebody else's `requirements.lock`: sections of `name==version` with a hash.

    Nothing else may reach pip: no option, no address. Raises `SubmissionError`.
    """
    sections: dict[Target, tuple[str, ...]] = {}
    names: set[str] = set()
    target: Target | None = None
    beside: tuple[str, ...] = ()
    for number, raw in enumerate(data.decode("utf-8", "replace").split("\n"), start=1):
        if number == 1 and raw.startswith(_BESIDE):
            beside = tuple(name for name in raw.removeprefix(_BESIDE).split() if name in published())
            continue
        if not raw:
            continue
        head = _HEAD.fullmatch(raw)
        if head is not None and Target(head[1], head[2]) not in sections:
            target = Target(head[1], head[2])
            sections[target] = ()
            names = set()
            continue
        found = _LOCKED.fullmatch(raw)
        if found is None or target is None or found[1] in names or len(names) >= MOST:
            raise SubmissionError(
                f"`requirements.lock`, line {number}, is no locked requirement: {raw[:80]!a}",
                hint="`takehome submit` writes it",
            )
        names.add(found[1])
        sections[target] = (*sections[target], raw)
    return Lock(sections, beside)
