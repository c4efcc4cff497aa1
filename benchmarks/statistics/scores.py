"""A whole score: whether its interval holds what other banks show, and its error what regrades do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.rows import Row
from benchmarks.statistics import desk, works
from benchmarks.statistics.works import Work
from graders.measure import rates
from graders.measure.measurement import Measurement
from graders.measure.trial import Trial
from graders.replayed import Replayed
from graders.rubric import ClaimRules, Item, Rubric
from graders.score import Measure, Result, Works, score, total, weighed
from harness.workspace.claims import Claim

BAR = 60
PLAIN = Rubric(
    canary="",
    version="study",
    item=(
        Item(id="success", label="", measurement="success_rate", points=65, min_gap=0.02, better="higher"),
        Item(id="harm", label="", measurement="harm_rate", points=35, min_gap=0.005, better="lower"),
    ),
    claims=ClaimRules(points=0),
)
REGRADED = 4
"""One bank of so many is graded twice."""
CHANGED = 0.5
"""How far the claimed change goes from the starter's skill to the work's."""

Bank = Callable[[np.random.Generator], Callable[[], Works]]
"""Draws a bank; each call of what it returns grades the work on it, with fresh draws."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is graded, on which kind of bank, by which rubric."""

    name: str
    bank: Bank
    law: Bank
    """The same with so many families that chance is gone."""
    measure: Measure
    rubric: Rubric


def coverage(runs: int, among: Sequence[Case] | None = None) -> list[Row]:
    """95 % intervals over banks; printed regrade error beside what regrades do; wrong recommendations.

    A score is normalised to a starter and a reference that ran on the same bank and draws. The truth
    is the same rubric at the works' long-run rates.
    """
    rows = []
    for number, case in enumerate(cases() if among is None else among):
        rows += _case(case, max(min(runs, 50), runs // 4), number)
    return rows


def cases() -> list[Case]:
    """All that is graded."""
    return [*_plain(30, 15), *_desks(), *_plain(8)]


def _plain(*counts: int) -> list[Case]:
    """One kind of scenario, success and harm, in many and in few families."""
    starter, reference = Work(0.4, 0.25, 0.004), Work(3.2, 0.15, 0.003)

    def drawn(skill: float, families: int, size: int) -> Bank:
        def draw(rng: np.random.Generator) -> Callable[[], Works]:
            all_works = (Work(skill, 0.2, 0.003), starter, reference)
            bank = works.make_bank(rng, 3, families=families, size=size)

            def grade() -> Works:
                ours, base, best = works.replay(rng, bank, all_works, replays=2)
                return Works(ours, base, best)

            return grade

        return draw

    return [
        Case(
            f"{name}, {families} families of 4, K 2",
            drawn(skill, families, 4),
            drawn(skill, 4_000, 4),
            _measure,
            PLAIN,
        )
        for families in counts
        for name, skill in (("weak", 0.9), ("at the bar", 1.75), ("strong", 3.0))
    ]


def _desks() -> list[Case]:
    """A bank, works and a rubric like those of `flaky_agent_trace`, without and with a claim."""
    return [
        Case(
            f"{name}, 46 families and 6 weekends, K {replays}{', a claim' if claim else ''}",
            _desk(skill, replays, claim=claim),
            _desk(skill, replays, claim=claim, times=40),
            desk.measure,
            desk.RUBRIC,
        )
        for name, skill, replays, claim in (
            ("weak", 1.4, 2, False),
            ("at the bar", 2.6, 2, False),
            ("strong", 3.1, 2, False),
            ("at the bar", 2.6, 5, False),
            ("at the bar", 2.4, 2, True),
            ("at the bar", 2.4, 5, True),
        )
    ]


def _desk(skill: float, replays: int, *, claim: bool, times: int = 1) -> Bank:
    work, starter = Work(skill, 0.25, 0.0035), desk.STARTER
    changed = Work(starter.skill + CHANGED * (skill - starter.skill), 0.35, 0.003)
    all_works = (work, starter, desk.REFERENCE, changed)
    said = Claim(
        id="change", hypothesis="a change that helps", patch="claims/change.diff", metric="failure_rate",
        predicted=(-0.18, -0.08), n=240,
    )  # fmt: skip

    def draw(rng: np.random.Generator) -> Callable[[], Works]:
        bank = desk.make_desk(rng, len(all_works), times=times)
        epochs = iter(range(0, 1_000, 2))

        def grade() -> Works:
            epoch = next(epochs)
            ours, base, best, _ = desk.replay(rng, bank, all_works, replays=replays, epoch=epoch)
            if not claim:
                return Works(ours, base, best)
            own, starting, _, variant = desk.replay(
                rng, bank, all_works, replays=2 * replays, epoch=epoch + 1, weekends=False
            )
            replayed = Replayed(said, starting, variant, starting, frozenset({"+a"}), 1.0, work=own)
            return Works(ours, base, best, [replayed])

        return grade

    return draw


def _case(case: Case, runs: int, seed: int) -> list[Row]:
    truth = truth_of(case)
    rng = np.random.default_rng([17, seed])
    held = wrong = referred = above = lost = 0
    printed, chance, same, moved, width = [], [], [], [], []
    for number in range(runs):
        grade = case.bank(rng)
        one = _graded(case, grade())
        found = one.score
        if None in {found.value, found.low, found.high, found.sem_replay}:
            lost += 1  # an anchor that this bank does not tell apart: no score, and a person decides
            continue
        assert found.value is not None
        assert found.low is not None
        assert found.high is not None
        assert found.sem_replay is not None
        held += found.low <= truth <= found.high
        above += found.low > truth
        width.append(found.high - found.low)
        said = one.recommendation.value
        referred += said == "refer"
        wrong += said == ("below" if truth > BAR else "above")
        if number % REGRADED:
            continue
        other = _graded(case, grade())
        if other.score.value is None:
            continue
        same.append(said == other.recommendation.value)
        chance.append(one.recommendation.p_same or 0.0)
        printed.append(found.sem_replay)
        moved.append(other.score.value - found.value)
    unmeasured, runs = lost / runs, max(1, runs - lost)
    values = {
        "truth": truth,
        "unmeasured": unmeasured,
        "coverage": held / runs,
        "too high": above / runs,
        "width": float(np.mean(width)),
        "sem_replay": float(np.mean(np.square(printed)) ** 0.5),
        "regrades' sd": float(np.std(moved) / 2**0.5),
        "p_same": float(np.mean(chance)),
        "same": float(np.mean(same)),
        "referred": referred / runs,
        "wrong": wrong / runs,
    }
    return [Row(case.name, "takehome", metric, value, "", runs) for metric, value in values.items()]


def _graded(case: Case, works: Works) -> Result:
    return score(works, case.measure, case.rubric, BAR)


def truth_of(case: Case) -> float:
    """The rubric at the long-run rates: a bank of thousands of families."""
    found = weighed(case.law(np.random.default_rng(1))(), case.rubric)
    value = total(found, case.measure, case.rubric).value
    assert value is not None
    return value


def _measure(trials: Sequence[Trial], baseline: Sequence[Trial]) -> list[Measurement]:
    del baseline
    return [rates.success_rate(trials), rates.harm_rate(trials)]
