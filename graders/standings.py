"""Grades a panel's members as candidates are graded, twice, for the signal report."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from graders import compositions, panel
from graders.anchors import AnchorCache
from graders.grade import Grade, TrialEnd, read_verdicts
from graders.grading import grade_folder
from graders.replay import OnTrial, Plan, Runner, Task, intake, replay
from graders.separation import PanelRow, Signal, Standing, figures
from graders.vault_files import Member, Vault
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


def run_panel(
    what: Panel,
    runner: Runner,
    folder: Path,
    *,
    cache: AnchorCache | None = None,
    on_trial: OnTrial | None = None,
) -> Signal:
    """Grade every member on two epochs. Raises `EnvironmentFailure` with what was finished kept."""
    standings = [
        _standing(what, runner, folder, name, member, cache=cache, on_trial=on_trial)
        for name, member in what.vault.members.items()
    ]
    bar = what.vault.parameters.bar
    return Signal(
        exercise=what.exercise.id,
        assessment=what.vault.assessment.name,
        cut=bar,
        figures=tuple(figures(standings, bar)),
        panel=tuple(
            PanelRow(
                id=each.id,
                level=str(each.level),
                score=each.score,
                sem_replay=each.sem_replay,
                findings=each.findings,
            )
            for each in standings
        ),
    )


def _standing(
    what: Panel,
    runner: Runner,
    folder: Path,
    name: str,
    member: Member,
    *,
    cache: AnchorCache | None,
    on_trial: OnTrial | None,
) -> Standing:
    zip = _zip(what, folder, name)
    grades: list[Grade] = []
    ends: list[tuple[TrialEnd, ...]] = []
    for epoch in (what.epoch, what.epoch + 1):
        out = folder / name / f"epoch-{epoch}"
        taken = intake(zip, out)
        task = Task(taken, what.exercise, what.vault, Plan(what.rounds, epoch))
        tell = None if on_trial is None else _named(name, on_trial)
        replay(task, runner, out, cache=cache, on_trial=tell)
        grades.append(grade_folder(out, taken, what.exercise, what.vault))
        ends.append(read_verdicts(out).works["submission"])
    first, second = grades
    return Standing(
        id=name,
        level=member.level,
        role=member.role,
        expert=member.expert,
        pair=member.pair,
        score=first.score.value,
        sem_replay=first.score.sem_replay,
        sem_general=first.score.sem_general,
        said=first.recommendation.value,
        again=second.score.value,
        said_again=second.recommendation.value,
        ends=ends[0],
        ends_again=ends[1],
        findings=tuple(sorted({found.kind for found in first.integrity} - _OURS)),
    )


def _zip(what: Panel, folder: Path, name: str) -> Path:
    """The member's submission; packed anew, and its old grades dropped, when the member has changed.

    A packed submission bears the time, so the same member gives other bytes: what made it is kept
    beside it instead.
    """
    home = folder / name
    zip, mark = home / "submission" / f"{name}.zip", home / "made-from"
    made_from = _digest(what, name)
    if zip.is_file() and mark.is_file() and mark.read_text() == made_from:
        return zip
    shutil.rmtree(home, ignore_errors=True)
    packed = panel.submission(what.vault, what.exercise, name, home / "submission")
    mark.write_text(made_from)
    return packed


def _digest(what: Panel, name: str) -> str:
    total = hashlib.sha256(what.exercise.digest.encode())
    home = what.vault.panel
    composition = compositions.load(home).of(name)
    made_of = sorted((home / name).rglob("*"))
    if composition is not None:
        total.update(composition.model_dump_json().encode())
        made_of = [home / compositions.CHANGES / f"{change}.diff" for change in composition.changes]
    for path in made_of:
        if path.is_file():
            total.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _named(name: str, on_trial: OnTrial) -> OnTrial:
    return lambda work, done, total: on_trial(f"{name}: {work}", done, total)
