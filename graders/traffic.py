"""Recorded production: mostly ordinary cases, some of each kind of trouble, each as of its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from itertools import cycle, islice

from harness.exercise.assessment import Assessment
from harness.exercise.registry import Exercise
from harness.exercise.scenario import AliasMove, Bank, Scenario, make_bank
from harness.exercise.spec import ModelSpec
from harness.rng import Draws
from harness.trial.record import TrialKey

PRODUCTION = "production"


def traffic(bank: Bank, trials: int, *, production: float, epoch: int) -> list[TrialKey]:
    """`trials` keys, the share `production` of them of scenarios tagged `stratum = "production"`.

    Each stratum goes round its scenarios, so that none comes twice more often than another; where
    one stratum is empty the other takes its share. Scenarios of many tasks are left out.
    """
    single = {
        scenario.id: scenario.tags.get("stratum", PRODUCTION) for scenario in bank if scenario.tasks == 1
    }
    ordinary = [id for id, stratum in single.items() if stratum == PRODUCTION]
    trouble = [id for id, stratum in single.items() if stratum != PRODUCTION]
    share = round(trials * production) if trouble and ordinary else (trials if ordinary else 0)
    chosen = [*islice(cycle(ordinary), share), *islice(cycle(trouble), trials - share)]
    seen: dict[str, int] = {}
    keys = []
    for scenario in chosen:
        keys.append(TrialKey(scenario, seen.get(scenario, 0), epoch))
        seen[scenario] = seen.get(scenario, 0) + 1
    return keys


def as_of_their_days(exercise: Exercise, assessment: Assessment) -> Assessment:
    """The assessment with every alias as on each scenario's day: the last snapshot released by then."""
    bank = make_bank(
        scenario.model_copy(
            update={
                "aliases": (
                    *_then(exercise.spec.models.values(), _day(exercise, scenario)),
                    *scenario.aliases,
                )
            }
        )
        for scenario in assessment.bank
    )
    return replace(assessment, bank=bank)


def _day(exercise: Exercise, scenario: Scenario) -> dt.date:
    task = exercise.world(scenario.public(), Draws(b"", ())).task() or {}
    return dt.datetime.fromisoformat(str(task["now"])).date()


def _then(models: Iterable[ModelSpec], day: dt.date) -> list[AliasMove]:
    """Where an alias stood for an earlier snapshot than today's."""
    moves = []
    for model in models:
        names = [snapshot.name for snapshot in model.snapshots]
        known = model.snapshots[: names.index(model.current or names[-1]) + 1] if names else ()
        past = [snapshot.name for snapshot in known if snapshot.released <= day]
        if past and past[-1] != known[-1].name:
            moves.append(AliasMove(model=model.name, snapshot=past[-1]))
    return moves
