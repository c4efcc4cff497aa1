"""A trial as measurements see it: the judge's verdict and the meter's figures, nothing of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

from graders.statistics.units import Unit
from harness.exercise.parts import Judge, Verdict
from harness.exercise.scenario import Bank, Scenario
from harness.trial.guesses import not_understood
from harness.trial.record import OK, TrialKey, TrialRecord

DEPTH = 0.02
"""Past this share of calls that the simulated model did not understand, a trial is not measured."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial. `verdict` is `None` exactly where `why_not_measured` says why."""

    scenario: str
    family: str
    weight: float
    replay: int
    epoch: int
    verdict: Verdict | None
    usd: float
    tokens_in: int
    tokens_out: int
    calls: int
    not_understood: int
    seconds: float
    """Virtual time."""
    refused: int
    ended: str
    why_not_measured: str = ""
    whose: Literal["", "simulator", "grader", "environment"] = ""
    """Who is to blame for a trial that is not measured; never the candidate, whose failures count."""
    stratum: str = ""
    """The scenario's tag of that name."""
    tasks: int = 1
    """How many tasks it handed out."""
    requests: int = 0
    """All requests to models that arrived, refused and failed ones included."""


class Resample(tuple[Trial, ...]):
    """Trials of which only values are asked, not their intervals: what a jackknife leaves in.

    Measurements may be taken without intervals then; a value must be the same with and without.
    """

    __slots__ = ()


def read(records: Iterable[TrialRecord], bank: Bank, judge: Judge) -> list[Trial]:
    """The trials of these records, in their order.

    A judge that crashes or answers nonsense is the grader's failure: that trial is not measured.
    Raises `KeyError` for a scenario that the bank lacks.
    """
    scenarios = {scenario.id: scenario for scenario in bank}
    return [read_one(record, scenarios[record.scenario], judge) for record in records]


def not_run(key: TrialKey, scenario: Scenario) -> Trial:
    """A trial that our own machine kept from running: it counts for and against nobody."""
    return Trial(
        scenario=key.scenario,
        family=scenario.family,
        weight=scenario.weight,
        stratum=scenario.tags.get("stratum", ""),
        tasks=scenario.tasks,
        replay=key.replay,
        epoch=key.epoch,
        verdict=None,
        usd=0.0,
        tokens_in=0,
        tokens_out=0,
        calls=0,
        not_understood=0,
        seconds=0.0,
        refused=0,
        ended="not_run",
        why_not_measured="the environment failed twice",
        whose="environment",
    )


def read_one(record: TrialRecord, scenario: Scenario, judge: Judge) -> Trial:
    """The trial of one record; see `read`."""
    gateway = record.gateway
    asked = [call for call in gateway.calls if call.status == OK]
    lost = sum(call.status == OK for call in not_understood(record, scenario, judge))
    verdict, why = _verdict(scenario, record, judge)
    whose: Literal["", "simulator", "grader"] = "grader" if verdict is None else ""
    if asked and lost / len(asked) > DEPTH:
        verdict, whose = None, "simulator"
        why = f"the simulated model did not understand {lost} of {len(asked)} calls"
    return Trial(
        scenario=record.scenario,
        family=scenario.family,
        weight=scenario.weight,
        stratum=scenario.tags.get("stratum", ""),
        tasks=scenario.tasks,
        replay=record.replay,
        epoch=record.epoch,
        verdict=verdict,
        usd=gateway.charge.usd,
        tokens_in=gateway.charge.input,
        tokens_out=gateway.charge.output,
        calls=len(gateway.calls),
        not_understood=lost,
        seconds=gateway.virtual_seconds,
        refused=gateway.refused,
        ended=record.process.ended,
        why_not_measured=why,
        whose=whose,
        requests=gateway.requests,
    )


def _verdict(scenario: Scenario, record: TrialRecord, judge: Judge) -> tuple[Verdict | None, str]:
    if record.gateway.failure:
        return None, f"the gateway failed: {record.gateway.failure}"
    try:
        verdict = judge(scenario, record.gateway.end)
    except Exception as error:
        return None, f"the judge failed: {type(error).__name__}: {error}"
    if not all(isfinite(value) for value in verdict.metrics.values()):
        return None, "the judge gave a number that is not finite"
    return verdict, ""


def units(trials: Iterable[Trial], value: Callable[[Trial], float | None]) -> list[Unit]:
    """The value of each trial by scenario, replays in order; `None` leaves a trial out."""
    values: dict[str, list[tuple[int, int, float]]] = {}
    first: dict[str, Trial] = {}
    for trial in trials:
        found = value(trial)
        if found is not None:
            first.setdefault(trial.scenario, trial)
            values.setdefault(trial.scenario, []).append((trial.epoch, trial.replay, found))
    found_units = []
    for id, kept in values.items():
        kept.sort()
        found_units.append(
            Unit(
                id,
                first[id].family,
                tuple(value for *_, value in kept),
                first[id].weight,
                first[id].stratum,
                tuple((epoch, replay) for epoch, replay, _ in kept),
            )
        )
    return found_units


def part(trials: Sequence[Trial], keep: Callable[[Trial], bool]) -> Sequence[Trial]:
    """Some of the trials; of a resample a resample."""
    kept = [trial for trial in trials if keep(trial)]
    return Resample(kept) if isinstance(trials, Resample) else kept


def settled(trials: Sequence[Trial], *, well: bool) -> list[Trial]:
    """The trials with those that were not measured taken as ended well, or badly.

    What was not measured may hide successes or failures, and a candidate could provoke it where the
    work fails: so a recommendation must stand under both.
    """
    verdict = Verdict(success=well, harm=not well, label="not_measured")
    return [trial if trial.verdict else replace(trial, verdict=verdict) for trial in trials]
