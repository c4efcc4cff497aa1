"""Strata: each counts as the rubric says, however many scenarios the bank holds of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from statistics import fmean, pstdev

import pytest
from pydantic import ValidationError

from graders.measure import rates
from graders.measure.measurement import Measurement
from graders.measure.strata import weigh
from graders.measure.trial import Resample, Trial, part
from graders.rubric import Rubric
from graders.score import Works, score, total
from graders.statistics.units import Unit, spread, weighted_mean
from harness.exercise.parts import Part, Verdict

Make = Callable[..., list[Trial]]
SHARES = {"production": 0.6, "stress": 0.4}


def two_strata(make: Make, easy: float, hard: float, **options: float) -> list[Trial]:
    """90 production scenarios and 30 of stress, in families of their own."""
    production = make(easy, scenarios=90, families=30, **options)
    stress = make(hard, scenarios=30, families=15, bank=1, **options)
    return [
        *(replace(trial, stratum="production") for trial in production),
        *(
            replace(trial, stratum="stress", scenario=f"x{trial.scenario}", family=f"x{trial.family}")
            for trial in stress
        ),
    ]


def value(trials: Sequence[Trial]) -> float:
    found = rates.success_rate(trials).value
    assert found is not None
    return found


def test_a_rate_is_the_mean_of_its_strata_by_their_shares(make_trials: Make) -> None:
    trials = two_strata(make_trials, 0.9, 0.5)
    own = {name: value(part(trials, lambda t, name=name: t.stratum == name)) for name in SHARES}  # type: ignore[misc]
    assert value(weigh(trials, SHARES)) == pytest.approx(0.6 * own["production"] + 0.4 * own["stress"])
    assert value(weigh(trials, SHARES)) != pytest.approx(value(trials), abs=0.01)
    assert weigh(trials, {}) is trials
    assert isinstance(weigh(Resample(trials), SHARES), Resample)


def test_a_stratum_without_a_share_stays_as_it_is(make_trials: Make) -> None:
    trials = [*two_strata(make_trials, 0.9, 0.5), *(replace(t, stratum="weekend") for t in make_trials(0.2))]
    assert [t.weight for t in weigh(trials, SHARES) if t.stratum == "weekend"] == [1.0] * 120


def test_the_interval_covers_as_it_says_and_is_narrower_for_knowing_the_strata() -> None:
    rng, inside, widths, plain = Random(7), 0, [], []
    truth = 0.6 * 0.9 + 0.4 * 0.5
    for _ in range(400):
        units = []
        for stratum, p, families in (("production", 0.9, 30), ("stress", 0.5, 15)):
            for family in range(families):
                shift = rng.uniform(-0.1, 0.1)
                for scenario in range(3):
                    values = tuple(float(rng.random() < p + shift) for _ in range(2))
                    weight = SHARES[stratum] / (3 * families)
                    units.append(
                        Unit(f"{stratum}{family}.{scenario}", f"{stratum}{family}", values, weight, stratum)
                    )
        se = spread(units).variance ** 0.5
        widths.append(se)
        plain.append(spread([replace(unit, stratum="") for unit in units]).variance ** 0.5)
        inside += abs(weighted_mean(units) - truth) < 2.02 * se
    assert 0.92 <= inside / 400 <= 0.975
    assert fmean(widths) < 0.9 * fmean(plain)


def test_a_family_in_two_strata_or_alone_in_one_is_not_stratified() -> None:
    units = [Unit(f"{n}", f"f{n % 4}", (float(n % 3 == 0),), 1.0, "a" if n < 5 else "b") for n in range(9)]
    assert spread(units) == spread([replace(unit, stratum="") for unit in units])
    alone = [Unit(f"{n}", f"f{n}", (float(n % 2),), 1.0, "b" if n == 0 else "a") for n in range(5)]
    assert spread(alone) == spread([replace(unit, stratum="") for unit in alone])


def test_shares_of_a_rubric_add_up(rubric: Rubric) -> None:
    with pytest.raises(ValidationError, match="do not add up to 1"):
        Rubric.model_validate(rubric.model_dump() | {"strata": {"a": 0.6, "b": 0.5}})


def test_the_scores_error_is_what_weighted_scores_do_on_other_banks(
    make_trials: Make, measure: Callable[..., list[Measurement]], rubric: Rubric
) -> None:
    weighted = Rubric.model_validate(rubric.model_dump() | {"strata": SHARES})

    def works(bank: int) -> Works:
        def of(easy: float, hard: float, usd: float) -> list[Trial]:
            production = make_trials(easy, scenarios=90, families=30, bank=2 * bank, usd=usd)
            stress = make_trials(hard, scenarios=30, families=15, bank=2 * bank + 1, usd=usd)
            return [
                *(replace(trial, stratum="production") for trial in production),
                *(
                    replace(trial, stratum="stress", scenario=f"x{trial.scenario}", family=f"x{trial.family}")
                    for trial in stress
                ),
            ]

        return Works(of(0.85, 0.7, 0.011), of(0.7, 0.4, 0.01), of(0.95, 0.85, 0.012))

    values = [total(works(bank), measure, weighted).value for bank in range(40)]
    truth = pstdev([number for number in values if number is not None])
    errors = [score(works(bank), measure, weighted, 50).score.sem_general for bank in range(3)]
    assert len(values) == 40
    assert all(error is not None and 0.6 * truth < error < 2.0 * truth for error in errors)


def weekend(name: str, ends: str, replay: int = 0) -> Trial:
    """A trial of many tasks: `+` well, `-` badly, `!` harm, `<` left to people; before `|` nothing broke."""
    before, _, after = ends.rpartition("|")
    parts = tuple(
        Part(f"t{n}", float(n), end == "+", end == "!", "x", left=end == "<", struck=n >= len(before))
        for n, end in enumerate(before + after)
    )
    return Trial(
        scenario=name, family=name, weight=1.0, replay=replay, epoch=0,
        verdict=Verdict(success=False, harm=False, label="mixed", parts=parts),
        usd=0.14, tokens_in=0, tokens_out=0, calls=0, not_understood=0, seconds=1.0, refused=0,
        ended="exited", stratum="weekend", tasks=len(parts),
    )  # fmt: skip


def test_tasks_of_a_weekend_are_counted_one_by_one() -> None:
    trials = [
        weekend("a", "++|+-"),
        weekend("a", "++|++", 1),
        weekend("b", "+!|<<"),
        weekend("b", "++|+<", 1),
    ]
    harm = rates.share_of_tasks("h", trials, lambda task: task.harm)
    assert (harm.value, harm.n, harm.clusters, harm.by) == (1 / 16, 16, 2, "family")
    again = rates.share_of_tasks("r", trials, lambda task: task.success, among=lambda task: task.struck)
    assert (again.value, again.n) == (4 / 8, 8)
    assert rates.share_of_tasks("l", trials, lambda task: task.left).value == 3 / 16
    assert rates.share_of_tasks("l", Resample(trials), lambda task: task.left).value == 3 / 16
    assert rates.usd_per_task(trials).value == pytest.approx(0.035)


def test_a_weekend_that_was_not_measured_may_have_ended_either_way() -> None:
    ends = ("++|++", "++|+-", "++|--", "+-|+-", "++|++", "--|+-")
    trials = [weekend(f"w{n}", ends[n], replay) for n in range(6) for replay in range(2)]
    lost = [replace(trials[0], verdict=None, whose="simulator", why_not_measured="x"), *trials[1:]]
    whole, some = (
        rates.share_of_tasks("r", each, lambda task: task.success, among=lambda task: task.struck)
        for each in (trials, lost)
    )
    assert whole.value == 7 / 12
    assert whole.low is not None
    assert some.low is not None
    assert some.low < whole.low
    none = rates.share_of_tasks("r", [lost[0]], lambda task: task.success)
    assert none.value is None
    assert "simulator" in (none.why_not_measured or "")
