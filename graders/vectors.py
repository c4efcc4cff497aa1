"""Measurement vectors: what a panel's gradings measured, trial by trial, kept in the vault.

    vectors/anchors.json.gz        starter and reference, and the starter on the claims' seeds
    vectors/MEMBER.json.gz         one member's two gradings
    exemplars/MEMBER.trials.jsonl.gz   all that was recorded in a member's first grading, of a few

A vector is all that a score is computed from, so a change of rubric, measurements, statistics or
scoring can be tried on the whole panel within seconds, and the signal report needs no sandbox. What
was run stands in its versions: a vector of another simulator or work is old, and says so.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from graders.grade import Band, Score, Versions
from graders.measure.measurement import Finite
from graders.measure.trial import Trial
from graders.replayed import Replayed
from graders.score import Works
from harness.errors import EnvironmentFailure, SpecError
from harness.exercise.spec import Strict, explain
from harness.workspace.claims import Claim

FOLDER = "vectors"
EXEMPLARS = "exemplars"
ANCHORS = "anchors"
M = TypeVar("M", bound=Strict)
_TRIALS = TypeAdapter(list[Trial])
SHARED = ("starter", "reference", "claim-starter")
"""Works that all members are measured against."""


class Table(Strict):
    """Trials, a row each: columns are named once."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class KeptClaim(Strict):
    """A claim, with what a score needs to know of its patch."""

    claim: Claim
    base: str = ""
    variant: str = ""
    """Names of works; empty where it was not replayed."""
    lines: tuple[str, ...] = ()
    kept: float = 0.0
    why_not: str = ""
    whose: Literal["", "candidate", "grader"] = ""


class Graded(Strict):
    """One grading: its own trials, and what it came to when it was kept."""

    epoch: int
    rounds: int
    against: str
    """Which of the kept anchors it was measured against: those that ran in its place and time."""
    works: dict[str, Table]
    claims: tuple[KeptClaim, ...]
    score: Score
    said: Band
    p_same: Finite | None = None
    """How likely it said that a regrade says the same."""
    findings: tuple[str, ...]


class Vector(Strict):
    """A member's two gradings, on seeds of their own."""

    format: Literal[1] = 1
    canary: str
    member: str
    made_from: str
    """Digest of the exercise and the member's files."""
    sandbox: str
    versions: Versions
    gradings: tuple[Graded, ...]


class Anchors(Strict):
    """The works that members are measured against, by name and epoch."""

    format: Literal[1] = 1
    canary: str
    works: dict[str, Table] = {}


def anchor(name: str, against: str) -> str:
    """The name of a shared work in `Anchors.works`; `against` as in `Graded`."""
    return f"{name}@{against}"


def table(trials: Sequence[Trial]) -> Table:
    """Trials as rows of plain JSON values."""
    names = tuple(field.name for field in fields(Trial))
    plain = _TRIALS.dump_python(list(trials), mode="json")
    return Table(columns=names, rows=tuple(tuple(trial[name] for name in names) for trial in plain))


def trials(kept: Table) -> list[Trial]:
    """The trials again. Raises `SpecError` for a table that does not hold them."""
    try:
        return _TRIALS.validate_python([dict(zip(kept.columns, row, strict=True)) for row in kept.rows])
    except (ValidationError, ValueError) as error:
        said = explain(error) if isinstance(error, ValidationError) else str(error)
        raise SpecError(f"kept trials do not have the columns of trials: {said}") from None


def keep_claims(replayed: Sequence[Replayed], names: Mapping[str, tuple[str, str]]) -> tuple[KeptClaim, ...]:
    """Claims for a vector; `names`: claim id -> names of base and variant."""
    return tuple(
        KeptClaim(
            claim=each.claim,
            base=names.get(each.claim.id, ("", ""))[0],
            variant=names.get(each.claim.id, ("", ""))[1],
            lines=tuple(sorted(each.lines)),
            kept=each.kept,
            why_not=each.why_not,
            whose=each.whose,
        )
        for each in replayed
    )


def works_of(graded: Graded, shared: Anchors) -> Works:
    """What a grading's score is computed from. Raises `SpecError` for anchors that are missing."""
    known = {name: trials(kept) for name, kept in graded.works.items()}
    for name in SHARED:
        kept = shared.works.get(anchor(name, graded.against))
        if kept is not None:
            known[name] = trials(kept)

    def of(name: str) -> list[Trial]:
        if name not in known:
            raise SpecError(f"the kept vectors lack `{name}` of epoch {graded.epoch}")
        return known[name]

    return Works(
        of("submission"), of("starter"), of("reference"), [_replayed(each, of) for each in graded.claims]
    )


def _replayed(each: KeptClaim, of: Any) -> Replayed:
    if each.why_not:
        return Replayed(each.claim, why_not=each.why_not, whose=each.whose)
    return Replayed(
        each.claim,
        of(each.base),
        of(each.variant),
        of("claim-starter"),
        frozenset(each.lines),
        each.kept,
        work=of("claim-work"),
    )


def write(folder: Path, name: str, model: Vector | Anchors) -> Path:
    """Write a vector. The same vector gives the same bytes; the canary stands readable in the header.

    Raises `EnvironmentFailure`.
    """
    path = folder / FOLDER / f"{name}.json.gz"
    try:
        _pack(path, model.model_dump_json().encode(), model.canary)
    except OSError as error:
        raise EnvironmentFailure(f"`{path}` could not be written: {error.strerror}") from error
    return path


def _pack(path: Path, data: bytes, canary: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with (
        part.open("wb") as file,
        gzip.GzipFile(canary, "wb", compresslevel=9, fileobj=file, mtime=0) as packed,
    ):
        packed.write(data)
    part.replace(path)


def keep(folder: Path, vector: Vector, shared: Anchors) -> None:
    """Write a member's vector and what it was measured against: that first, so that no kill leaves it out.

    Raises `SpecError`, `EnvironmentFailure`.
    """
    before, _ = load(folder, ())
    if any(before.works.get(name) != table for name, table in shared.works.items()):
        write(folder, ANCHORS, Anchors(canary=vector.canary, works=before.works | shared.works))
    write(folder, vector.member, vector)


def keep_exemplar(folder: Path, run: Path, vector: Vector) -> Path:
    """Keep all that was recorded of a member's own trials in its first grading; `run`: where it was graded.

    One gzip member, two fifths smaller than a store's one a trial. Raises `EnvironmentFailure`.
    """
    first = vector.gradings[0]
    store = run / vector.member / f"epoch-{first.epoch}" / "records" / "submission.trials.jsonl.gz"
    path = folder / EXEMPLARS / f"{vector.member}.trials.jsonl.gz"
    try:
        _pack(path, gzip.decompress(store.read_bytes()), vector.canary)
    except (OSError, EOFError) as error:
        raise EnvironmentFailure(f"`{path}` could not be written from `{store}`: {error}") from error
    return path


def unpack_exemplar(path: Path, into: Path) -> Path:
    """An exemplar as a store of trials again, a gzip member a trial; returns `into`."""
    with into.open("wb") as file:
        lines: list[bytes] = []
        for line in gzip.decompress(path.read_bytes()).splitlines(keepends=True):
            lines.append(line)
            if line.startswith((b'{"store"', b'{"trial"')):
                file.write(gzip.compress(b"".join(lines), mtime=0))
                lines = []
    return into


def prune(folder: Path) -> None:
    """Drop the anchors that no kept vector was measured against. Raises as `keep` does."""
    names = {path.name.removesuffix(".json.gz") for path in (folder / FOLDER).glob("*.json.gz")} - {ANCHORS}
    shared, kept = load(folder, sorted(names))
    used = {graded.against for vector in kept.values() for graded in vector.gradings}
    works = {name: table for name, table in sorted(shared.works.items()) if name.partition("@")[2] in used}
    if works != shared.works:
        write(folder, ANCHORS, shared.model_copy(update={"works": works}))


def load(folder: Path, members: Iterable[str]) -> tuple[Anchors, dict[str, Vector]]:
    """The anchors and the members' vectors, those that are kept. Raises `SpecError`."""
    home = folder / FOLDER
    if not (home / f"{ANCHORS}.json.gz").is_file():
        return Anchors(canary="", works={}), {}
    paths = {name: home / f"{name}.json.gz" for name in members}
    return _read(home / f"{ANCHORS}.json.gz", Anchors), {
        name: _read(path, Vector) for name, path in paths.items() if path.is_file()
    }


def _read(path: Path, model: type[M]) -> M:
    try:
        return model.model_validate_json(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValidationError) as error:
        said = explain(error) if isinstance(error, ValidationError) else str(error)
        raise SpecError(f"`{path}` does not hold a vector: {said}") from None
