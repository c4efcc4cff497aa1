from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from graders.measure import rates
from graders.measure.measurement import Measurement
from graders.measure.trial import Resample, Trial, read, settled
from graders.statistics.units import weighted_mean
from graders.vault_files import Vault
from harness.exercise.parts import Verdict
from harness.exercise.registry import Exercise
from harness.trial.record import TrialKey, TrialRecord

Make = Callable[..., list[Trial]]


def lose(trials: Sequence[Trial], count: int) -> list[Trial]:
    return [
        replace(t, verdict=None, whose="simulator", why_not_measured="x") if n < count else t
        for n, t in enumerate(trials)
    ]


def test_rates_of_known_trials(make_trials: Make) -> None:
    trials = make_trials(0.8, spread=0)
    found = rates.success_rate(trials)
    won = sum(t.verdict.success for t in trials if t.verdict)
    assert found.value == pytest.approx(won / len(trials))
    assert (found.n, found.clusters, found.by) == (120, 20, "family")
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    harm = rates.harm_rate(trials)
    assert harm.value is not None
    assert harm.value <= 1 - found.value
    assert rates.usd_per_task(trials).value == pytest.approx(0.01, rel=0.05)


@given(st.integers(0, 12))
def test_what_was_not_measured_widens_the_interval(make_trials: Make, count: int) -> None:
    trials = make_trials(0.8)
    whole, part = rates.success_rate(trials), rates.success_rate(lose(trials, count))
    truth = whole.value
    assert truth is not None
    assert part.low is not None
    assert part.high is not None
    assert part.low <= truth <= part.high
    if count:
        for well in (True, False):
            end = rates.success_rate(settled(lose(trials, count), well=well))
            assert end.low is not None
            assert end.high is not None
            assert part.low <= end.low
            assert end.high <= part.high


def test_too_much_missing_is_not_measured(make_trials: Make) -> None:
    found = rates.success_rate(lose(make_trials(0.8), 13))
    assert found.value is None
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.7 < found.high
    assert "simulator: 13 of 120" in (found.why_not_measured or "")
    assert rates.success_rate([]).value is None


def test_money_is_metered_whatever_the_verdict(make_trials: Make) -> None:
    trials = make_trials(0.8)
    assert rates.usd_per_task(lose(trials, 60)).value == rates.usd_per_task(trials).value


def test_every_run_of_a_scenario_must_end_well(make_trials: Make) -> None:
    found = rates.pass_all(2, make_trials(0.8))
    once = rates.success_rate(make_trials(0.8))
    assert found.value is not None
    assert once.value is not None
    assert found.value < once.value
    assert rates.pass_all(3, make_trials(0.8)).value is None


def test_a_share_of_verdicts_metrics(make_trials: Make) -> None:
    trials = make_trials(0.8)
    marked = [
        replace(
            t, verdict=Verdict(success=True, harm=False, label="ok", metrics={"escalated": float(n % 4 == 0)})
        )
        for n, t in enumerate(trials)
    ]
    assert rates.metric_share("escalated_share", "escalated", marked).value == pytest.approx(0.25)


def test_differences_pair_only_what_both_have(make_trials: Make) -> None:
    def won(trial: Trial) -> float | None:
        return None if trial.verdict is None else float(trial.verdict.success)

    ours, theirs = make_trials(0.9), make_trials(0.6)
    whole = rates.against(ours, theirs, won)
    part = rates.against(lose(ours, 5), theirs[:-1], won)
    assert whole is not None
    assert part is not None
    assert (whole.pairs, part.pairs) == (120, 114)
    assert whole.distinguishable
    assert rates.against([], theirs, won) is None


def test_not_understood_past_two_percent_is_not_measured(
    tiny: Exercise, vault: Vault, make_runner: Callable[..., Any]
) -> None:
    record: TrialRecord = make_runner().trial(TrialKey(vault.assessment.bank.scenarios[0].id, 0, 0), 0.9)
    call = record.gateway.calls[0]

    def of(understood: int, lost: int, status: int = 200) -> Trial:
        calls = [call] * understood + [call.model_copy(update={"understood": False, "status": status})] * lost
        changed = record.model_copy(
            update={"gateway": record.gateway.model_copy(update={"calls": tuple(calls)})}
        )
        return read([changed], vault.assessment.bank, tiny.judge)[0]

    assert of(49, 1).verdict is not None
    lost = of(9, 1)
    assert lost.verdict is None
    assert lost.whose == "simulator"
    assert "1 of 10" in lost.why_not_measured
    assert of(9, 1, status=529).verdict is not None
    assert of(0, 0).verdict is not None


def test_a_judges_nonsense_is_the_graders(
    tiny: Exercise, vault: Vault, make_runner: Callable[..., Any]
) -> None:
    record: TrialRecord = make_runner().trial(TrialKey(vault.assessment.bank.scenarios[0].id, 0, 0), 0.9)

    def endless(scenario: object, end: object) -> Verdict:
        return Verdict(success=True, harm=False, label="ok", metrics={"x": float("inf")})

    trial = read([record], vault.assessment.bank, endless)[0]
    assert trial.verdict is None
    assert trial.whose == "grader"
    with pytest.raises(KeyError):
        read([record.model_copy(update={"scenario": "elsewhere"})], vault.assessment.bank, tiny.judge)


def test_weights_count(make_trials: Make) -> None:
    from graders.measure.trial import units

    trials = [replace(t, weight=5.0 if t.scenario == "s0" else 1.0) for t in make_trials(0.8)]
    kept = units(trials, lambda t: float(t.scenario == "s0"))
    assert weighted_mean(kept) == pytest.approx(5 / 64)


@pytest.mark.parametrize(
    "fields",
    [
        {"value": None},
        {"value": 1.0, "why_not_measured": "x"},
        {"value": float("nan")},
        {"value": float("inf")},
    ],
)
def test_a_measurement_is_a_finite_value_or_a_reason(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Measurement(id="x", n=1, unit="share", **fields)


def test_requests_count_whether_answered_or_not(make_trials: Make) -> None:
    trials = [replace(trial, requests=7) for trial in make_trials(0.8)]
    assert rates.calls_per_task(trials).value == pytest.approx(7)


def test_what_our_machine_kept_from_running_costs_nothing_and_saves_nothing(make_trials: Make) -> None:
    trials = make_trials(0.8, usd=0.01)
    lost = [
        replace(trial, verdict=None, whose="environment", usd=0.0) if not number % 3 else trial
        for number, trial in enumerate(trials)
    ]
    kept = [trial for trial in lost if trial.verdict is not None]
    assert rates.usd_per_task(lost).value == rates.usd_per_task(kept).value


@pytest.mark.parametrize("bank", range(4))
@pytest.mark.parametrize("lost", [0, 1])
def test_a_resample_gives_the_same_values_without_intervals(make_trials: Make, bank: int, lost: int) -> None:
    made = make_trials(0.2 + 0.2 * bank, bank=bank, scenarios=12)
    weights = dict(zip(sorted({trial.scenario for trial in made}), (1.0, 2.0, 0.5) * 4, strict=True))
    weighed = [replace(trial, weight=weights[trial.scenario]) for trial in made]
    trials = lose(weighed[: len(made) - bank], lost)
    for measure in (rates.success_rate, rates.harm_rate, rates.usd_per_task, rates.calls_per_task):
        whole, bare = measure(trials), measure(Resample(trials))
        assert bare.value == pytest.approx(whole.value)
        assert bare.n == whole.n
