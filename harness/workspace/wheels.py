"""From a lock to a folder of unpacked packages: fetched by hash, judged, never built, never run.

Wheels are a stranger's bytes, as a submission is, and are read with the same distrust. What is wrong
with one is the fault of whoever asked for it (`SubmissionError`); an index that does not answer is the
environment's.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath
from typing import Protocol

from harness.errors import EnvironmentFailure, SubmissionError
from harness.sandbox.images import published_lines
from harness.sandbox.packages import digest, folder_of, refusal, reserved
from harness.sandbox.pip import WHEEL_BYTES, NotToBeHad, pip
from harness.sandbox.target import Target
from harness.workspace import dependencies
from harness.workspace.dependencies import Lock
from harness.workspace.members import Caps, Names, extract

CAPS = Caps(archive=WHEEL_BYTES, total=1 << 30, file=256 << 20, members=30_000, depth=24, path=400)
"""Of all wheels of a set together, where `total` is concerned; of each wheel otherwise."""
_KEPT = frozenset({"purelib", "platlib"})
"""Folders of a wheel's `.data` that are imported from; programs, headers and data files are left out."""


class Place(Protocol):
    """Where a work is to run: `harness.trial.session.Session`, or a fake."""

    @property
    def sandbox_kind(self) -> str:
        """`docker` or `process`."""

    @property
    def target(self) -> Target:
        """What wheels must fit there."""


def for_practice(work: Path, place: Place, *, python: str, keep: Path) -> str:
    """Lock and unpack what a work on the candidate's machine asks for; the set's digest, or nothing.

    `keep`: see `dependencies.lock`. Raises `WorkspaceError`, `SubmissionError` for what cannot be had,
    `EnvironmentFailure` for an index that does not answer.
    """
    lock = dependencies.lock(work, python, keep=keep)
    if lock is None:
        return ""
    lines = lock.sections.get(place.target)
    if lines is None:
        lines = dependencies.native(work, place.target, lock)
    return unpack_set(lines, place.target, trusted=_missing(lock, place))


def for_grading(work: Path, data: bytes | None, place: Place) -> tuple[str, tuple[str, ...]]:
    """Unpack what a submission's lock names, for a work of it; the set's digest, and `name==version`s.

    Raises `SubmissionError` for what is the candidate's, `EnvironmentFailure` for the rest.
    """
    if not dependencies.asks(work):
        return "", ()
    if data is None:
        raise SubmissionError(
            f"the work has a `{dependencies.FILE}`, and the submission no lock of it",
            hint="pack it with `takehome submit`, which locks it",
        )
    lock = dependencies.read_lock(data)
    lines = _section(lock, place.target)
    names = tuple(line.partition(" ")[0] for line in lines)
    return unpack_set(lines, place.target, trusted=_missing(lock, place)), names


def _section(lock: Lock, target: Target) -> tuple[str, ...]:
    lines = lock.sections.get(target)
    if lines is None:
        known = "; ".join(map(str, lock.sections)) or "nothing"
        raise EnvironmentFailure(
            f"the submission's packages are locked for {known}, and this sandbox has {target}",
            hint="grade in an image that one of them fits",
        )
    return lines


def _missing(lock: Lock, place: Place) -> list[str]:
    """What own packages need and the image has, but the machine of a process sandbox has not."""
    if place.sandbox_kind == "docker":
        return []
    here = {one.metadata["Name"].lower().replace("_", "-") for one in distributions()}
    lines = published_lines()
    return [lines[name] for name in lock.beside if name not in here]


def unpack_set(lines: Sequence[str], target: Target, *, trusted: Sequence[str] = ()) -> str:
    """Fetch and unpack locked wheels, unless the cache has them; the set's digest, empty for none.

    `trusted` are lines of the image's own list, which may bring the image's modules.
    """
    if not lines:
        return ""
    named = digest(target, [*lines, *trusted])
    folder = folder_of(named)
    if folder.is_dir():
        return named
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpack-") as temporary:
            site = Path(temporary) / "site"
            site.mkdir()
            unpack(_download([*lines, *trusted], target, Path(temporary)), site, trusted=_hashes(trusted))
            with contextlib.suppress(FileExistsError):
                site.rename(folder)
    except OSError as error:
        if not folder.is_dir():
            raise EnvironmentFailure(f"`{folder}` could not be written: {error.strerror}") from error
    return named


def _hashes(lines: Iterable[str]) -> frozenset[str]:
    return frozenset(word.removeprefix("--hash=sha256:") for line in lines for word in line.split()[1:])


def _download(lines: list[str], target: Target, temporary: Path) -> dict[Path, str]:
    """The wheels and their SHA-256, checked once more against the lock's."""
    wanted, into = temporary / dependencies.FILE, temporary / "wheels"
    wanted.write_text("\n".join(lines) + "\n")
    options = ["--no-deps", "--require-hashes", "--dest", str(into), "--requirement", str(wanted)]
    try:
        pip(["download", *options], target)
    except NotToBeHad as error:
        raise SubmissionError(
            f"a locked package cannot be had for {target}: {error}",
            hint="lock again with `takehome submit`; the index must hold the very wheels that were locked",
        ) from None
    found = {}
    for wheel in sorted(into.iterdir()):
        with wheel.open("rb") as file:
            found[wheel] = hashlib.file_digest(file, "sha256").hexdigest()
        if wheel.suffix != ".whl" or found[wheel] not in _hashes(lines):
            raise SubmissionError(f"`{wheel.name}` is not the wheel that was locked")
    return found


def unpack(wheels: Mapping[Path, str], into: Path, *, trusted: frozenset[str] = frozenset()) -> None:
    """Put what wheels hold into one folder, every name judged. Raises `SubmissionError`.

    `wheels`: their SHA-256 by path. Nothing of them is run.
    """
    names, room = Names(), CAPS.total
    for wheel, sha256 in wheels.items():
        taken = frozenset() if sha256 in trusted else reserved()
        try:
            room -= _unpack_one(wheel, into, names, taken, room)
        except SubmissionError as error:
            raise SubmissionError(
                f"the wheel `{wheel.name}` is refused: {error.message.replace(str(wheel), wheel.name)}",
                hint="do without this package, or take another release of it",
            ) from None
    for folder in (into, *(path for path in into.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def _unpack_one(wheel: Path, into: Path, names: Names, taken: frozenset[str], room: int) -> int:
    """Unpack one wheel, of `room` bytes at most; how many it was."""
    size = 0
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".wheel-") as folder:
        for path in extract(wheel, Path(folder), replace(CAPS, total=room)):
            file = Path(folder) / path
            size += file.stat().st_size
            place = _place(path)
            if place is None:
                continue
            why = refusal(place, taken) if taken else ""
            if why:
                raise SubmissionError(f"`{path}`: {why}")
            names.add(place)
            target = into / place
            target.parent.mkdir(parents=True, exist_ok=True)
            file.chmod(0o644)
            file.rename(target)
    return size


def _place(path: PurePosixPath) -> PurePosixPath | None:
    """Where a wheel's member belongs; `None` for what is not imported."""
    if not path.parts[0].casefold().endswith(".data"):
        return path
    if len(path.parts) > 2 and path.parts[1] in _KEPT:
        return PurePosixPath(*path.parts[2:])
    return None
