"""Measurements that most exercises share. Each is a pure function of trials."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Literal

from graders.measure.measurement import Measurement, measured, not_measured
from graders.measure.trial import Resample, Trial, settled, units
from graders.statistics import paired
from graders.statistics.proportion import rate
from graders.statistics.repeats import all_of, chance_of_all
from graders.statistics.units import Interval, Unit, t_interval
from harness.exercise.parts import Part, Verdict

MISSING = 0.10
"""With a larger share of trials not measured, neither is what they would have told."""


def share(id: str, trials: Sequence[Trial], of: Callable[[Verdict], bool]) -> Measurement:
    """The share of trials that ended so, with its interval over families.

    Trials that were not measured are left out of the value, and widen the interval as if all of
    them had ended either way.
    """
    missing = sum(trial.verdict is None for trial in trials)
    if why := _too_few(trials, missing):
        return _bounded(id, why, trials, missing, of)
    if isinstance(trials, Resample):
        return _bare(id, "share", trials, lambda trial: _yes(trial, of))
    found = rate(units(trials, lambda trial: _yes(trial, of)))
    if missing:
        ends = [
            rate(units(settled(trials, well=well), lambda trial: _yes(trial, of))) for well in (True, False)
        ]
        found = Interval(
            found.value,
            min(found.low, *(end.low for end in ends)),
            max(found.high, *(end.high for end in ends)),
            found.n,
            found.clusters,
            found.by,
            found.se,
        )
    return measured(id, found, "share")


def _bounded(
    id: str, why: str, trials: Sequence[Trial], missing: int, of: Callable[[Verdict], bool]
) -> Measurement:
    """Not measured, with the bounds that hold however the missing trials had ended."""
    found = not_measured(id, "share", why, n=len(trials) - missing)
    if not trials:
        return found
    ends = [rate(units(settled(trials, well=well), lambda trial: _yes(trial, of))) for well in (True, False)]
    bounds = {"low": min(end.low for end in ends), "high": max(end.high for end in ends)}
    return found.model_copy(update=bounds)


def success_rate(trials: Sequence[Trial]) -> Measurement:
    """The share of trials that ended as they should."""
    return share("success_rate", trials, lambda verdict: verdict.success)


def harm_rate(trials: Sequence[Trial]) -> Measurement:
    """The share of trials in which something was done that should not have been."""
    return share("harm_rate", trials, lambda verdict: verdict.harm)


def metric_share(id: str, metric: str, trials: Sequence[Trial]) -> Measurement:
    """The share of trials whose verdict bears a metric above 0, such as `escalated`."""
    return share(id, trials, lambda verdict: verdict.metrics.get(metric, 0.0) > 0)


def share_of_tasks(
    id: str,
    trials: Sequence[Trial],
    of: Callable[[Part], bool],
    *,
    among: Callable[[Part], bool] | None = None,
) -> Measurement:
    """The share of the tasks of trials of many that ended so; its interval is over families.

    `among` leaves tasks out. All tasks of a trial that was not measured count as if they had ended
    one way, then the other, for the interval.
    """
    missing = sum(trial.verdict is None for trial in trials)
    why = _too_few(trials, missing)
    if isinstance(trials, Resample) and not why:
        return _bare_tasks(id, trials, of, among)

    def found(trials: Sequence[Trial]) -> list[Unit]:
        return [unit for unit in _of_tasks(trials, of, among) if unit.values]

    ends = [rate(found(settled(trials, well=well))) for well in (True, False)] if missing else []
    if why or not found(trials):
        return not_measured(id, "share", why or "there was no such task", n=len(trials) - missing)
    seen = rate(found(trials))
    low, high = min([seen.low, *(end.low for end in ends)]), max([seen.high, *(end.high for end in ends)])
    return measured(id, replace(seen, low=low, high=high), "share")


def _bare_tasks(
    id: str, trials: Sequence[Trial], of: Callable[[Part], bool], among: Callable[[Part], bool] | None
) -> Measurement:
    """The value of `share_of_tasks`, without an interval."""
    sums: dict[tuple[str, int], list[float]] = {}
    for trial in trials:
        if trial.verdict is None:
            continue
        for place in range(trial.tasks):
            part = _part(trial.verdict, place)
            if among is None or among(part):
                kept = sums.setdefault((trial.scenario, place), [0.0, 0.0, trial.weight])
                kept[0] += of(part)
                kept[1] += 1
    return _mean(id, "share", sums.values(), "there was no such task")


def _part(verdict: Verdict, place: int) -> Part:
    """How one task ended; a verdict on the whole is one on each."""
    if verdict.parts:
        return verdict.parts[place]
    return Part("", 0.0, verdict.success, verdict.harm, verdict.label, left=not verdict.success)


def _of_tasks(
    trials: Sequence[Trial], of: Callable[[Part], bool], among: Callable[[Part], bool] | None
) -> list[Unit]:
    """One unit a task: its values are the replays of its trial."""
    found = []
    for place in range(max((trial.tasks for trial in trials), default=0)):

        def value(trial: Trial, place: int = place) -> float | None:
            if trial.verdict is None or place >= trial.tasks:
                return None
            part = _part(trial.verdict, place)
            return float(of(part)) if among is None or among(part) else None

        found += [replace(unit, id=f"{unit.id}:{place}") for unit in units(trials, value)]
    return found


def usd_per_task(trials: Sequence[Trial]) -> Measurement:
    """US dollars that a task cost at the gateway, failed ones included."""
    return quantity("usd_per_task", "usd", trials, lambda trial: trial.usd / trial.tasks)


def seconds_per_task(trials: Sequence[Trial]) -> Measurement:
    """Virtual seconds that a trial took, by the gateway's clock."""
    return quantity("seconds_per_task", "seconds", trials, lambda trial: trial.seconds)


def calls_per_task(trials: Sequence[Trial]) -> Measurement:
    """Model requests of a trial, refused and failed ones included."""
    return quantity("calls_per_task", "calls", trials, lambda trial: float(max(trial.requests, trial.calls)))


def quantity(id: str, unit: str, trials: Sequence[Trial], value: Callable[[Trial], float]) -> Measurement:
    """The mean of what the gateway metered; every trial that ran has it, whatever its verdict."""
    bare = isinstance(trials, Resample)
    trials = [trial for trial in trials if trial.whose != "environment"]
    if not trials:
        return not_measured(id, unit, "no trial was run")
    if bare:
        return _bare(id, unit, trials, value)
    return measured(id, t_interval(units(trials, value)), unit)


def pass_all(k: int, trials: Sequence[Trial]) -> Measurement:
    """pass^k: how likely k runs of one scenario all end well."""
    id = f"pass^{k}"
    missing = sum(trial.verdict is None for trial in trials)
    if why := _too_few(trials, missing):
        return not_measured(id, "share", why)
    kept = [unit for unit in units(trials, _success) if len(unit.values) >= k]
    if len(kept) < (1 - MISSING) * len({trial.scenario for trial in trials}):
        return not_measured(id, "share", f"it needs {k} measured replays of each scenario")
    if isinstance(trials, Resample):
        sums = [
            (chance_of_all(k, unit.values) * len(unit.values), len(unit.values), unit.weight) for unit in kept
        ]
        return _mean(id, "share", sums, "no trial was measured")
    return measured(id, all_of(kept, k), "share")


def not_understood_share(trials: Sequence[Trial]) -> Measurement:
    """The share of model calls that the simulated model did not understand."""
    calls, lost = sum(trial.calls for trial in trials), sum(trial.not_understood for trial in trials)
    if not calls:
        return not_measured("not_understood_share", "share", "no model was called")
    return Measurement(id="not_understood_share", value=lost / calls, n=calls, unit="share")


def against(
    ours: Sequence[Trial],
    theirs: Sequence[Trial],
    value: Callable[[Trial], float | None],
    *,
    binary: bool = True,
    bank: Literal["sampled", "fixed"] = "sampled",
) -> paired.Difference | None:
    """The paired difference ours - theirs over the trials that both have; `None` without any.

    `binary=False` for quantities such as dollars; `bank` as `paired.difference` has it.
    """
    pairs = paired_units(ours, theirs, value)
    return paired.difference(pairs, binary=binary, bank=bank) if pairs else None


def paired_units(
    ours: Sequence[Trial], theirs: Sequence[Trial], value: Callable[[Trial], float | None]
) -> list[Unit]:
    """Ours - theirs by scenario over the trials that both have, replays in order; may be empty."""
    ours, theirs = ([t for t in each if t.whose != "environment"] for each in (ours, theirs))
    values = {(t.scenario, t.replay, t.epoch): found for t in theirs if (found := value(t)) is not None}
    both = [t for t in ours if (t.scenario, t.replay, t.epoch) in values and value(t) is not None]
    kept = {(t.scenario, t.replay, t.epoch) for t in both}
    other = [t for t in theirs if (t.scenario, t.replay, t.epoch) in kept]
    return paired.pair(units(both, value), units(other, value))


def _bare(id: str, unit: str, trials: Sequence[Trial], value: Callable[[Trial], float | None]) -> Measurement:
    """The weighted mean of scenario means, as `measured` has it, without an interval."""
    sums: dict[str, list[float]] = {}
    for trial in trials:
        found = value(trial)
        if found is not None:
            kept = sums.setdefault(trial.scenario, [0.0, 0.0, trial.weight])
            kept[0] += found
            kept[1] += 1
    return _mean(id, unit, sums.values(), "no trial was measured")


def _mean(id: str, unit: str, sums: Collection[Sequence[float]], why: str) -> Measurement:
    """The weighted mean of (sum, count, weight)s."""
    if not sums:
        return not_measured(id, unit, why)
    total = sum(weight for _, _, weight in sums)
    mean = sum(weight * sum_ / number for sum_, number, weight in sums) / total
    n = round(sum(number for _, number, _ in sums))
    return Measurement.model_construct(id=id, value=mean, n=n, unit=unit)


def _success(trial: Trial) -> float | None:
    return None if trial.verdict is None else float(trial.verdict.success)


def _yes(trial: Trial, of: Callable[[Verdict], bool]) -> float | None:
    return None if trial.verdict is None else float(of(trial.verdict))


def _too_few(trials: Sequence[Trial], missing: int) -> str:
    if not trials:
        return "no trial was run"
    if missing > MISSING * len(trials):
        whose = sorted({trial.whose for trial in trials if trial.verdict is None})
        return f"{' and '.join(whose)}: {missing} of {len(trials)} trials could not be measured"
    return ""
