"""Grades a panel's members as candidates are graded, twice, and keeps what was measured as vectors."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graders import compositions, panel, vectors
from graders.anchors import AnchorCache
from graders.grading import grade_folder, measured
from graders.replay import OnTrial, Plan, Runner, Task, intake, replay
from graders.vault_files import Vault
from graders.vectors import Anchors, Graded, Vector
from harness.exercise.registry import Exercise

_OURS = frozenset({"hidden_half"})
"""Findings that every member has since its files bear the canary."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Whose panel is graded, how often, and on which seeds: `epoch` and the one after it."""

    exercise: Exercise
    vault: Vault
    rounds: int
    epoch: int


def grade_panel(
    what: Panel,
    runner: Runner,
    folder: Path,
    *,
    cache: AnchorCache | None = None,
    on_trial: OnTrial | None = None,
) -> Iterator[tuple[str, Vector, Anchors]]:
    """Grade every member on two epochs, a member at a time.

    Raises `EnvironmentFailure` with what was finished kept below `folder`.
    """
    for name in what.vault.members:
        yield name, *_graded(what, runner, folder, name, cache=cache, on_trial=on_trial)


def made_from(exercise: Exercise, vault: Vault, name: str) -> str:
    """Digest of the exercise and of all that a member is made of."""
    total = hashlib.sha256(exercise.digest.encode())
    composition = compositions.load(vault.panel).of(name)
    parts = sorted((vault.panel / name).rglob("*"))
    if composition is not None:
        total.update(composition.model_dump_json().encode())
        parts = [vault.panel / compositions.CHANGES / f"{change}.diff" for change in composition.changes]
    for path in parts:
        if path.is_file():
            total.update(path.relative_to(vault.panel).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _graded(
    what: Panel,
    runner: Runner,
    folder: Path,
    name: str,
    *,
    cache: AnchorCache | None,
    on_trial: OnTrial | None,
) -> tuple[Vector, Anchors]:
    zip = _zip(what, folder, name)
    gradings: list[Graded] = []
    shared: dict[str, vectors.Table] = {}
    for epoch in (what.epoch, what.epoch + 1):
        out = folder / name / f"epoch-{epoch}"
        taken = intake(zip, out)
        task = Task(taken, what.exercise, what.vault, Plan(what.rounds, epoch))
        replay(task, runner, out, cache=cache, on_trial=_named(name, on_trial))
        grade = grade_folder(out, taken, what.exercise, what.vault)
        seen = measured(out, taken, what.exercise, what.vault)
        tables = {work: vectors.table(trials) for work, trials in seen.trials.items()}
        shared |= {vectors.anchor(work, epoch): tables.pop(work) for work in vectors.SHARED if work in tables}
        names = {claim.id: (claim.base, claim.variant) for claim in seen.done.claims}
        gradings.append(
            Graded(
                epoch=epoch,
                rounds=what.rounds,
                works=tables,
                claims=vectors.keep_claims(seen.works.claims, names),
                score=grade.score,
                said=grade.recommendation.value,
                findings=tuple(sorted({found.kind for found in grade.integrity} - _OURS)),
            )
        )
    canary = what.vault.parameters.canary
    vector = Vector(
        canary=canary,
        member=name,
        made_from=made_from(what.exercise, what.vault, name),
        sandbox=grade.sandbox.kind,
        versions=grade.versions,
        gradings=tuple(gradings),
    )
    return vector, Anchors(canary=canary, works=shared)


def _zip(what: Panel, folder: Path, name: str) -> Path:
    """The member's submission; packed anew, and its old grades dropped, when the member has changed.

    A packed submission bears the time, so the same member gives other bytes: what made it is kept
    beside it instead.
    """
    home = folder / name
    zip, mark = home / "submission" / f"{name}.zip", home / "made-from"
    digest = made_from(what.exercise, what.vault, name)
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
