"""A whole score: whether its interval holds what other banks show, and its error what regrades do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.rows import Row
from benchmarks.statistics.works import Bank, Work, make_bank, replay
from graders.measure import rates
from graders.measure.measurement import Measurement
from graders.measure.trial import Trial
from graders.rubric import ClaimRules, Item, Rubric, earn
from graders.score import Result, Works, score

STARTER, REFERENCE = Work(0.4, 0.25, 0.004), Work(3.2, 0.15, 0.003)
BAR = 60
RUBRIC = Rubric(
    canary="",
    version="study",
    item=(
        Item(id="success", label="", measurement="success_rate", points=65, min_gap=0.02, better="higher"),
        Item(id="harm", label="", measurement="harm_rate", points=35, min_gap=0.005, better="lower"),
    ),
    claims=ClaimRules(points=0),
)


def coverage(runs: int) -> list[Row]:
    """95 % intervals over banks; printed regrade error beside what regrades do; wrong recommendations.

    A score is normalised to a starter and a reference that ran on the same bank and draws. The truth
    is the same rubric at the works' long-run rates.
    """
    rows = []
    for families, size in ((30, 4), (15, 4)):
        for name, skill in (("weak", 0.9), ("at the bar", 1.75), ("strong", 3.0)):
            works = (Work(skill, 0.2, 0.003), STARTER, REFERENCE)
            rows += _case(
                f"{name}, {families} families of {size}, K 2", works, families, size, max(50, runs // 4)
            )
    return rows


def _case(case: str, works: Sequence[Work], families: int, size: int, runs: int) -> list[Row]:
    rng = np.random.default_rng([families, round(works[0].skill * 100)])
    truth = _truth(works)
    held = wrong = referred = same = 0
    printed, chance, moved = [], [], []
    for _ in range(runs):
        bank = make_bank(rng, len(works), families=families, size=size)
        one, other = (_graded(rng, bank, works) for _ in range(2))
        found, again = one.score, other.score
        assert found.value is not None
        assert again.value is not None
        assert found.low is not None
        assert found.high is not None
        assert found.sem_replay is not None
        held += found.low <= truth <= found.high
        said = one.recommendation.value
        referred += said == "refer"
        wrong += said == ("below" if truth > BAR else "above")
        same += said == other.recommendation.value
        chance.append(one.recommendation.p_same or 0.0)
        printed.append(found.sem_replay)
        moved.append(again.value - found.value)
    values = {
        "coverage": held / runs,
        "sem_replay": float(np.mean(np.square(printed)) ** 0.5),
        "regrades' sd": float(np.std(moved) / 2**0.5),
        "p_same": float(np.mean(chance)),
        "same": same / runs,
        "referred": referred / runs,
        "wrong": wrong / runs,
    }
    return [Row(case, "takehome", metric, value, "", runs) for metric, value in values.items()]


def _graded(rng: np.random.Generator, bank: Bank, works: Sequence[Work]) -> Result:
    ours, starter, reference = replay(rng, bank, works, replays=2)
    return score(Works(ours, starter, reference), _measure, RUBRIC, BAR)


def _truth(works: Sequence[Work]) -> float:
    """The rubric at the long-run rates: a bank of 4,000 families."""
    rng = np.random.default_rng(1)
    bank = make_bank(rng, len(works), families=4_000, size=4)
    found = []
    for trials in replay(rng, bank, works, replays=2):
        ends = [trial.verdict for trial in trials if trial.verdict is not None]
        found.append(
            {
                "success_rate": sum(end.success for end in ends) / len(ends),
                "harm_rate": sum(end.harm for end in ends) / len(ends),
            }
        )
    return sum(each.points or 0.0 for each in earn(RUBRIC, *found))


def _measure(trials: Sequence[Trial], baseline: Sequence[Trial]) -> list[Measurement]:
    del baseline
    return [rates.success_rate(trials), rates.harm_rate(trials)]
