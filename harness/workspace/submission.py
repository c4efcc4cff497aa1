"""The submission: a zip, packed reproducibly and unpacked distrustfully.

    submission.json     what it is of, and digests
    journal.jsonl       the candidate's log
    claims.toml         the claims and
    claims/*.diff       their diffs: beside the work, so that a word in a claim changes no replay
    work/…              what is replayed

Everything in it is the candidate's own word. Digests that do not match are findings for a person to
read; only what cannot be read safely is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import Field, ValidationError

from harness.errors import EnvironmentFailure, SubmissionError, WorkspaceError
from harness.exercise.spec import MIX, Strict, explain
from harness.sandbox.folders import prefix
from harness.workspace import claims as claims_file
from harness.workspace import journal as journal_file
from harness.workspace import tree
from harness.workspace.claims import Claim
from harness.workspace.journal import Reading
from harness.workspace.members import Caps, Names, check_name, extract

META = "submission.json"
JOURNAL = "journal.jsonl"
LOCK = "requirements.lock"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_Sha = Field(pattern=r"^[0-9a-f]{64}$")
_Text = Field(max_length=200)


class Meta(Strict):
    """`submission.json`: what the candidate's harness says of the submission."""

    format: Literal[1] = 1
    exercise: str = _Text
    exercise_version: str = _Text
    exercise_digest: str = _Sha
    mix: str = Field(default="", pattern=MIX)
    """The mix that practice ran under: the kit's."""
    work: str = _Sha
    """Digest of the work, as `tree.digest` counts it."""
    workspace: str = Field(default="", max_length=64)
    """Random, drawn by `start`: the same in everything that comes from one workspace."""
    commit: str = _Text
    uncommitted: bool
    """Whether the work holds changes that were never committed."""
    journal: str = _Sha
    """SHA-256 of `journal.jsonl`."""
    journal_head: str = _Sha
    journal_events: int = Field(ge=0)
    harness: str = _Text
    """Version of takehome."""
    python: str = _Text
    requirements: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of `requirements.lock`."""
    provenance: Literal["self-attested", "witnessed"] = "self-attested"
    created: str = _Text
    """When the journal's last event was written."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An unpacked submission. Only `digest` is vouched for by us."""

    folder: Path
    """Holds the zip's layout."""
    digest: str
    """SHA-256 of the zip."""
    work_digest: str
    """Counted by us."""
    meta: Meta
    journal: Reading
    claims: tuple[Claim, ...]
    claims_problem: str
    """Why `claims.toml` could not be read; empty when it could."""
    findings: tuple[str, ...]
    """What the submission says of itself and is not so."""

    @property
    def work(self) -> Path:
        """The folder that is replayed."""
        return self.folder / "work"

    @property
    def lock(self) -> Path | None:
        """The locked requirements, where the work has own dependencies."""
        path = self.folder / LOCK
        return path if path.is_file() else None


def write(
    out: Path,
    *,
    meta: Meta,
    work: Path,
    files: Iterable[PurePosixPath],
    beside: Path,
    journal: bytes,
    lock: bytes | None = None,
    caps: Caps = Caps(),  # noqa: B008  (frozen)
) -> Path:
    """Write the zip: the same input gives the same bytes. Returns `out`.

    `beside` is the folder that holds `claims.toml` and `claims/`. Raises `SubmissionError` for
    whatever `unpack` would refuse, so that nobody learns of it too late.
    """
    entries: list[tuple[str, bytes, bool]] = [
        (META, (json.dumps(meta.model_dump(), indent=2, sort_keys=True) + "\n").encode(), False),
        (JOURNAL, journal, False),
    ]
    if lock is not None:
        entries.append((LOCK, lock, False))
    entries += [(name, (beside / name).read_bytes(), False) for name in claim_files(beside)]
    entries += [
        (f"work/{path}", (work / path).read_bytes(), tree.executable(work / path))
        for path in sorted(files, key=str)
    ]
    data = _zip(entries, caps)
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        trial = Path(temporary) / "trial.zip"
        trial.write_bytes(data)
        unpack(trial, Path(temporary) / "into", caps=caps)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_name(f".{out.name}.part")
        part.write_bytes(data)
        part.replace(out)
    except OSError as error:
        raise EnvironmentFailure(f"`{out}` could not be written: {error.strerror}") from error
    return out


def claim_files(folder: Path) -> list[str]:
    """`claims.toml` and the diffs that it names, as far as they exist."""
    path = folder / claims_file.FILE
    if not path.is_file():
        return []
    named = {claim.patch for claim in claims_file.load(folder)}
    return [claims_file.FILE, *sorted(name for name in named if (folder / name).is_file())]


def _zip(entries: Iterable[tuple[str, bytes, bool]], caps: Caps) -> bytes:
    buffer = io.BytesIO()
    names = Names()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content, executable in entries:
            path = check_name(name, caps)
            names.add(path)
            info = zipfile.ZipInfo(str(path), _EPOCH)
            # Stored where deflate would look like a bomb: a honest file of zeros must not be refused.
            info.compress_type = zipfile.ZIP_DEFLATED if len(content) <= caps.slack else zipfile.ZIP_STORED
            info.create_system = 3
            info.external_attr = (0o100755 if executable else 0o100644) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def unpack(path: Path, into: Path, *, caps: Caps = Caps()) -> Submission:  # noqa: B008  (frozen)
    """Unpack a submission into `into`, which must not exist or be empty.

    Raises `SubmissionError`; then nothing was written. It is unpacked into a temporary folder beside
    `into` that takes its place in one step.
    """
    if into.is_symlink() or (into.exists() and (not into.is_dir() or any(into.iterdir()))):
        raise SubmissionError(f"`{into}` exists and is not an empty folder", hint="name another folder")
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".unpack-", dir=into.parent))
        try:
            written = extract(path, temporary, caps)
            _check_layout(written)
            found = _read(temporary, path)
            temporary.chmod(0o755)
            temporary.replace(into)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise EnvironmentFailure(f"`{path}` could not be unpacked: {error.strerror}") from error
    return replace(found, folder=into)


def _check_layout(written: list[PurePosixPath]) -> None:
    for path in written:
        top = path.parts[0]
        if len(path.parts) == 1 and top in {META, JOURNAL, LOCK, claims_file.FILE}:
            continue
        if len(path.parts) == 2 and top == claims_file.FOLDER and path.suffix == ".diff":
            continue
        if len(path.parts) > 1 and top == "work":
            if not tree.is_work(PurePosixPath(*path.parts[1:])):
                raise SubmissionError(f"`{path}` is refused: that name is never part of the work")
            continue
        raise SubmissionError(f"{str(path)!a} has no place in a submission", hint="use `takehome submit`")
    for needed in (META, JOURNAL):
        if PurePosixPath(needed) not in written:
            raise SubmissionError(
                f"the submission holds no `{needed}`", hint="pack it with `takehome submit`"
            )
    if not any(path.parts[0] == "work" for path in written):
        raise SubmissionError("the submission holds no file under `work/`", hint="use `takehome submit`")


def _read(folder: Path, path: Path) -> Submission:
    meta = _read_meta(folder / META)
    raw = (folder / JOURNAL).read_bytes()
    reading = journal_file.verify(raw)
    work_digest = tree.digest(folder / "work")
    claims_problem = ""
    found: tuple[Claim, ...] = ()
    try:
        found = claims_file.load(folder)
    except WorkspaceError as error:
        claims_problem = error.message
    lock = folder / LOCK
    lock_digest = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else None
    findings = []
    if reading.broken is not None:
        findings.append(f"the journal does not hold at line {reading.broken.line}: {reading.broken.why}")
    elif reading.head != meta.journal_head or len(reading.events) != meta.journal_events:
        findings.append("the journal does not end where `submission.json` says")
    if hashlib.sha256(raw).hexdigest() != meta.journal:
        findings.append("the journal's digest is not the one in `submission.json`")
    if work_digest != meta.work:
        findings.append("the work's digest is not the one in `submission.json`")
    if lock_digest != meta.requirements:
        findings.append("the locked requirements' digest is not the one in `submission.json`")
    if claims_problem:
        findings.append(f"the claims cannot be read: {claims_problem}")
    if meta.provenance != "self-attested":
        findings.append(f"it says of itself that it is `{meta.provenance}`, which nothing here shows")
    return Submission(
        folder=folder,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        work_digest=work_digest,
        meta=meta,
        journal=reading,
        claims=found,
        claims_problem=claims_problem,
        findings=tuple(findings),
    )


def _read_meta(path: Path) -> Meta:
    if path.stat().st_size > 64 * 1024:
        raise SubmissionError(f"`{META}` is longer than 65536 bytes")
    try:
        return Meta.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise SubmissionError(
            f"`{META}` is not as it should be:\n{explain(error)}", hint="pack it with `takehome submit`"
        ) from None
