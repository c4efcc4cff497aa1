"""Grades a panel's members as candidates are graded, twice, and keeps what was measured as vectors.

Below the folder of a run stand each member's submission and grades, and `vectors/` with what is finished:
a run that was stopped, at any place, goes on there.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graders import compositions, panel, vectors
from graders.anchors import AnchorCache
from graders.grade import Grade
from graders.grading import Measured, grade_measured, measured
from graders.replay import OnTrial, Plan, Runner, Task, intake, replay
from graders.rescoring import outdated
from graders.vault_files import Vault
from graders.vectors import Anchors, Graded, Table, Vector
from harness.exercise.registry import Exercise
from harness.sandbox.folders import prefix

_OURS = frozenset({"hidden_half"})
"""Findings that every member has since its files bear the canary."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Whose panel is graded, how often, and on which seeds: `epoch` and the one after it."""

    exercise: Exercise
    vault: Vault
    rounds: int
    epoch: int
    only: tuple[str, ...] = ()
    """Some of its members; empty for all."""

    @property
    def members(self) -> tuple[str, ...]:
        """Who is graded, in order."""
        return self.only or tuple(self.vault.members)


def grade_panel(
    what: Panel,
    runner: Runner,
    folder: Path,
    *,
    cache: AnchorCache | None = None,
    on_trial: OnTrial | None = None,
) -> Iterator[tuple[str, Vector, Anchors]]:
    """Grade members on two epochs, a member at a time; those that the folder holds finished run nothing.

    Raises `SpecError` before anything runs when a member cannot be made, `EnvironmentFailure` with what
    was finished kept below `folder`.
    """
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        for name in what.members:
            panel.materialise(what.vault, what.exercise, name, Path(temporary) / name)
    for name in what.members:
        made = made_from(what.exercise, what.vault, name)
        finished = _finished(what, runner, folder, name, made)
        if finished is None:
            vector, shared = _graded(what, runner, folder, name, made, cache=cache, on_trial=on_trial)
            vectors.keep(folder, vector, shared)
        else:
            vector, shared = finished
        yield name, vector, shared


def made_from(exercise: Exercise, vault: Vault, name: str) -> str:
    """Digest of the exercise, the assessment, the reference and of all that a member is made of."""
    total = hashlib.sha256(f"{exercise.digest}\n{vault.assessment.digest}\n".encode())
    base = vault.members[name].base
    for member in (name, *([base] if base else []), "reference"):
        composition = compositions.load(vault.panel).of(member)
        parts = sorted((vault.panel / member).rglob("*"))
        if composition is not None:
            total.update(composition.model_dump_json().encode())
            parts = [vault.panel / compositions.CHANGES / f"{change}.diff" for change in composition.changes]
        for path in parts:
            if path.is_file():
                total.update(path.relative_to(vault.panel).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _finished(
    what: Panel, runner: Runner, folder: Path, name: str, made: str
) -> tuple[Vector, Anchors] | None:
    """What a run before this one kept of a member, if it is what this one would come to."""
    shared, kept = vectors.load(folder, [name])
    vector = kept.get(name)
    if vector is None or vector.made_from != made or outdated(vector.versions, what.vault):
        return None
    if (vector.versions.simulator, vector.sandbox) != (runner.simulator, runner.sandbox_kind):
        return None
    if [(graded.epoch, graded.rounds) for graded in vector.gradings] != [
        (epoch, what.rounds) for epoch in (what.epoch, what.epoch + 1)
    ]:
        return None
    used = {graded.against for graded in vector.gradings}
    works = {name: table for name, table in shared.works.items() if name.partition("@")[2] in used}
    return vector, Anchors(canary=vector.canary, works=works)


def _graded(
    what: Panel,
    runner: Runner,
    folder: Path,
    name: str,
    made: str,
    *,
    cache: AnchorCache | None,
    on_trial: OnTrial | None,
) -> tuple[Vector, Anchors]:
    zip = _zip(what, runner, folder, name, made)
    gradings: list[Graded] = []
    shared: dict[str, Table] = {}
    for number, epoch in enumerate((what.epoch, what.epoch + 1), start=1):
        out = folder / name / f"epoch-{epoch}"
        taken = intake(zip, out)
        task = Task(taken, what.exercise, what.vault, Plan(what.rounds, epoch, alike=True))
        replay(task, runner, out, cache=cache, on_trial=_named(f"{name}, grading {number}", on_trial))
        seen = measured(out, taken, what.exercise, what.vault)
        grade = grade_measured(out, seen, taken, what.exercise, what.vault)
        graded, anchors = _kept(seen, grade)
        gradings.append(graded)
        shared |= anchors
    canary = what.vault.parameters.canary
    vector = Vector(
        canary=canary,
        member=name,
        made_from=made,
        sandbox=grade.sandbox.kind,
        versions=grade.versions,
        gradings=tuple(gradings),
    )
    return vector, Anchors(canary=canary, works=shared)


def _kept(seen: Measured, grade: Grade) -> tuple[Graded, dict[str, Table]]:
    """A grading as a vector has it, and the works that others share with it."""
    versions, done = grade.versions, seen.done
    ran = (versions.simulator, versions.assessment, versions.exercise, versions.starter, versions.reference)
    where = hashlib.sha256("\n".join((*ran, done.sandbox.kind)).encode()).hexdigest()[:8]
    against = f"{done.seed_epoch}-{done.rounds}-{where}"
    tables = {work: vectors.table(trials) for work, trials in seen.trials.items()}
    shared = {vectors.anchor(work, against): tables.pop(work) for work in vectors.SHARED if work in tables}
    names = {claim.id: (claim.base, claim.variant) for claim in done.claims}
    graded = Graded(
        epoch=done.seed_epoch,
        rounds=done.rounds,
        against=against,
        works=tables,
        claims=vectors.keep_claims(seen.works.claims, names),
        score=grade.score,
        said=grade.recommendation.value,
        p_same=grade.recommendation.p_same,
        findings=tuple(sorted({found.kind for found in grade.integrity} - _OURS)),
    )
    return graded, shared


def _zip(what: Panel, runner: Runner, folder: Path, name: str, made: str) -> Path:
    """The member's submission; packed anew, and its old grades dropped, when anything that ran has changed.

    A packed submission bears the time, so the same member gives other bytes: what made it is kept
    beside it instead.
    """
    home = folder / name
    zip, mark = home / "submission" / f"{name}.zip", home / "made-from"
    digest = f"{made}\n{runner.store_key('').model_dump_json()}"
    if zip.is_file() and mark.is_file() and mark.read_text() == digest:
        return zip
    shutil.rmtree(home, ignore_errors=True)
    packed = panel.submission(what.vault, what.exercise, name, home / "submission")
    mark.write_text(digest)
    return packed


def _named(name: str, on_trial: OnTrial | None) -> OnTrial | None:
    if on_trial is None:
        return None
    tell = on_trial
    return lambda work, done, total: tell(f"{name}: {work}", done, total)
