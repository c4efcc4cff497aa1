"""Which dated snapshot a model's name stands for, in this trial and at this hour.

A name without a date is an alias: it moves from snapshot to snapshot, and who pins the dated name is not
moved along. What a trial's scenario says of its aliases (`aliases`) goes before what the exercise says.
A snapshot later than the one that the alias stands for has not been released yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from harness.exercise.parts import hour_of
from harness.exercise.scenario import within
from harness.exercise.spec import ExerciseSpec, ModelSpec, Snapshot
from harness.gateway.trial import Trial
from harness.gateway.wire.base import Problem


def released(model: ModelSpec, trial: Trial) -> tuple[Snapshot, ...]:
    """The snapshots that there are by now, oldest first; the alias stands for the last."""
    names = [snapshot.name for snapshot in model.snapshots]
    if not names:
        return ()
    stands_for = model.current or names[-1]
    if trial.scenario.aliases:
        hour = hour_of(trial.world)
        for move in trial.scenario.aliases:
            if move.model == model.name and within(move.hours, hour):
                stands_for = move.snapshot
    return model.snapshots[: names.index(stands_for) + 1]


def snapshot_of(model: ModelSpec, name: str, trial: Trial) -> str:
    """The snapshot that answers to `name`: the alias's present one, or the one that is named.

    The name itself for a model without snapshots. Raises `Problem` for one that is not released yet.
    """
    if not model.snapshots:
        return name
    known = released(model, trial)
    if name == model.name:
        return known[-1].name
    if all(snapshot.name != name for snapshot in known):
        raise Problem(
            "not_found",
            f"The model `{name[:200]}` does not exist or you do not have access to it.",
            code="model_not_found",
            param="model",
        )
    return name


def listed(spec: ExerciseSpec, trial: Trial) -> Iterator[tuple[str, Snapshot | None, ModelSpec]]:
    """Every name that requests may use now: each alias, then its snapshots."""
    for model in spec.models.values():
        known = released(model, trial)
        yield model.name, known[-1] if known else None, model
        for snapshot in known:
            yield snapshot.name, snapshot, model


@lru_cache(maxsize=256)
def fingerprint(snapshot: str) -> str:
    """OpenAI's `system_fingerprint`: another one where something else answers."""
    return f"fp_{hashlib.sha256(snapshot.encode()).hexdigest()[:10]}"
