"""How many changes were tried on the same trials: what is chosen on some luck owes a part to that luck."""

from __future__ import annotations

from typing import NamedTuple

from harness.errors import UsageError
from harness.exercise.registry import Exercise
from harness.trial.record import TrialKey
from harness.workspace import practice
from harness.workspace.folder import Workspace
from harness.workspace.tried import Tried, known_tries

WORN = 3
"""So many changes tried on the same trials are a choice among them."""


class Worn(NamedTuple):
    """Trials that were used to choose by."""

    changes: int
    """How many were tried on them, the newest among them; the same one again is one."""
    fresh: int
    """The first number of a trial that no experiment has used."""


def worn(workspace: Workspace, latest: Tried) -> Worn | None:
    """Whether an experiment's trials were used for too many; `None` where they were not."""
    exercise = workspace.exercise
    all_of_them = known_tries(workspace)
    used = _trials(exercise, latest)
    found = {latest.change} | {one.change for one in all_of_them if used & _trials(exercise, one)}
    if len(found) < WORN:
        return None
    return Worn(len(found), max(one.first + one.trials for one in (latest, *all_of_them)))


def _trials(exercise: Exercise, tried: Tried) -> set[TrialKey]:
    try:
        return set(practice.keys(exercise, tried.trials, tried.only, first=tried.first))
    except UsageError:  # of a scenario that the exercise no longer has
        return set()
