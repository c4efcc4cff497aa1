"""Scores a panel's kept vectors anew: with today's rubric, measurements, statistics and scoring.

A score that changes is shown with its cause. What was run is not run again: a vector of another
simulator, card or work is *old*, and only a fresh grading tells what today's would come to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from graders.grade import Band, Score, Versions
from graders.score import Result, score
from graders.separation import PanelRow, Signal, Standing, figures
from graders.summary import MEASUREMENT, SCORING, STATISTICS, end_of
from graders.vault_files import Member, Vault, open_vault
from graders.vectors import Anchors, Vector, anchor, trials, works_of
from harness.errors import SpecError
from harness.exercise.registry import Exercise, open_exercise

COMPUTED = ("rubric", "measurement", "statistics", "scoring")
"""Versions of what a score is computed with; the others are of what was run."""
RUN = ("simulator", "card", "assessment", "starter", "reference")


class Change(NamedTuple):
    """A grading that comes to something else than when it was kept."""

    member: str
    epoch: int
    was: Score
    now: Score
    said: Band
    says: Band
    causes: tuple[str, ...]
    """Which versions differ; empty where none does, and that is an error of ours."""

    def text(self) -> str:
        """The change in a line."""
        was, now = (
            "no score" if score.value is None else f"{score.value:.2f}" for score in (self.was, self.now)
        )
        why = ", ".join(self.causes) or "no version differs, so one must be raised"
        return f"{self.member}, epoch {self.epoch}: {was} {self.said}, now {now} {self.says}; cause: {why}"


@dataclass(frozen=True, slots=True)
class Rescored:
    """A member's gradings under today's rules."""

    vector: Vector
    results: tuple[Result, ...]
    changes: tuple[Change, ...]
    today: Vector
    """The vector with what its gradings come to now."""


def current(vault: Vault) -> dict[str, str]:
    """Today's versions of what a score is computed with."""
    return {
        "rubric": vault.rubric.version,
        "measurement": f"{MEASUREMENT}/{vault.measure_version}",
        "statistics": STATISTICS,
        "scoring": SCORING,
    }


def rescore(vector: Vector, shared: Anchors, vault: Vault) -> Rescored:
    """Score both gradings again, and say what changed. Raises `SpecError` for anchors that are missing."""
    results, changes, gradings = [], [], []
    causes = tuple(name for name, now in current(vault).items() if getattr(vector.versions, name) != now)
    for graded in vector.gradings:
        result = score(works_of(graded, shared), vault.measure, vault.rubric, vault.parameters.bar)
        results.append(result)
        says = result.recommendation.value
        now = {"score": result.score, "said": says, "p_same": result.recommendation.p_same}
        gradings.append(graded.model_copy(update=now))
        if not _same(graded.score, result.score) or says != graded.said:
            changes.append(
                Change(vector.member, graded.epoch, graded.score, result.score, graded.said, says, causes)
            )
    versions = vector.versions.model_copy(update=current(vault))
    today = vector.model_copy(update={"gradings": tuple(gradings), "versions": versions})
    return Rescored(vector, tuple(results), tuple(changes), today)


def rescore_all(
    found: Iterable[Vector], shared: Anchors, exercise: Exercise, vault: Vault, *, jobs: int = 1
) -> Iterator[Rescored]:
    """`rescore` of each, in order, `jobs` at once."""
    if jobs == 1:
        yield from (rescore(vector, shared, vault) for vector in found)
        return
    here = partial(_rescore, exercise.folder, vault.folder, shared)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(here, found)


def _rescore(exercise: Path, vault: Path, shared: Anchors, vector: Vector) -> Rescored:
    """In a process of its own, where a vault has to be opened anew."""
    return rescore(vector, shared, _opened(exercise, vault))


@cache
def _opened(exercise: Path, vault: Path) -> Vault:
    return open_vault(vault.parent, open_exercise(exercise))


def moved(was: Vector, now: Vector) -> list[Change]:
    """What a new measurement of a member says otherwise than the kept one, with all that differs.

    The first grading of each: they ran on other seeds, so a score within their errors is no change.
    """
    before, after = was.gradings[0], now.gradings[0]
    if was.made_from == now.made_from and before.epoch == after.epoch and _same(before.score, after.score):
        return []
    names = [*COMPUTED, *RUN]
    causes = [name for name in names if getattr(was.versions, name) != getattr(now.versions, name)]
    if was.made_from != now.made_from and not set(causes) & set(RUN):
        causes.append("work")
    if before.epoch != after.epoch:
        causes.append("seeds")
    return [
        Change(now.member, after.epoch, before.score, after.score, before.said, after.said, tuple(causes))
    ]


def old(vector: Vector, vault: Vault, simulator: str) -> tuple[str, ...]:
    """What was run otherwise than it would be today, by name of its version."""
    now = {"simulator": simulator, "card": vault.card_digest, "assessment": vault.assessment.digest}
    return tuple(name for name, version in now.items() if getattr(vector.versions, name) != version)


def standing(member: Member, vector: Vector, shared: Anchors) -> Standing:
    """A member as its two gradings saw it. Raises `SpecError` for a vector without two."""
    if len(vector.gradings) != 2:
        raise SpecError(f"the vector of `{vector.member}` holds {len(vector.gradings)} gradings, not two")
    first, second = vector.gradings
    return Standing(
        id=vector.member,
        level=member.level,
        role=member.role,
        expert=member.expert,
        pair=member.pair,
        score=first.score.value,
        sem_replay=first.score.sem_replay,
        sem_general=first.score.sem_general,
        said=first.said,
        p_same=first.p_same,
        again=second.score.value,
        sem_again=second.score.sem_replay,
        said_again=second.said,
        ends=[end_of(trial) for trial in trials(first.works["submission"])],
        ends_again=[end_of(trial) for trial in trials(second.works["submission"])],
        findings=first.findings,
        changes=member.fixes,
        reruns=_reruns(member, vector, shared),
    )


def _reruns(member: Member, vector: Vector, shared: Anchors) -> tuple[bool, ...]:
    """For trials of starter and reference, which ran as an anchor and as a submission: whether all that
    is measured of both is the same.
    """
    if member.role not in {"starter", "reference"}:
        return ()
    same: list[bool] = []
    for graded in vector.gradings:
        kept = shared.works.get(anchor(member.role, graded.against))
        anchored = {(t.scenario, t.replay): t for t in trials(kept)} if kept is not None else {}
        same += [
            trial == anchored[trial.scenario, trial.replay]
            for trial in trials(graded.works["submission"])
            if (trial.scenario, trial.replay) in anchored
        ]
    return tuple(same)


def signal_of(
    exercise: Exercise, vault: Vault, standings: list[Standing], remarks: tuple[str, ...]
) -> Signal:
    """The signal report of these standings."""
    bar = vault.parameters.bar
    return Signal(
        exercise=exercise.id,
        assessment=vault.assessment.name,
        cut=bar,
        figures=tuple(figures(standings, bar)),
        panel=tuple(
            PanelRow(
                id=each.id,
                level=str(each.level),
                role=each.role,
                score=each.score,
                sem_replay=each.sem_replay,
                again=each.again,
                findings=each.findings,
            )
            for each in standings
        ),
        remarks=remarks,
    )


def outdated(versions: Versions, vault: Vault) -> bool:
    """Whether a kept score was computed otherwise than today."""
    return any(getattr(versions, name) != now for name, now in current(vault).items())


def _same(was: Score, now: Score) -> bool:
    pairs = [(was.value, now.value), (was.sem_replay, now.sem_replay), (was.sem_general, now.sem_general)]
    return all(
        one == other if one is None or other is None else abs(one - other) <= 1e-6 for one, other in pairs
    )
