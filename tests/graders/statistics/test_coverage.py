"""Whether 95 % intervals hold the truth 95 times in 100, in banks like ours."""

from collections.abc import Iterator

import numpy as np
import pytest

from graders.statistics.paired import difference
from graders.statistics.proportion import rate, wilson
from graders.statistics.units import Unit

pytestmark = pytest.mark.slow
RUNS = 600


def bank(rng: np.random.Generator, p: float, *, families: int, size: int) -> list[Unit]:
    """Families whose success rates scatter about p with a correlation of .15, two replays each."""
    rho = 0.15
    a, b = p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho
    units = []
    for family in range(families):
        rates = rng.beta(a, b)
        for number in range(size):
            # Half of a family's variation is its scenarios' own.
            own = rng.beta(max(rates, 1e-6) * 4, max(1 - rates, 1e-6) * 4)
            values = tuple(float(x) for x in rng.random(2) < own)
            units.append(Unit(f"{family}.{number}", f"f{family}", values))
    return units


@pytest.mark.parametrize("p", [0.5, 0.8, 0.95])
@pytest.mark.parametrize(("families", "size"), [(30, 4), (12, 4)])
def test_a_rates_interval_holds_it(p: float, families: int, size: int) -> None:
    rng = np.random.default_rng(round(p * 100) + families)
    held = pooled = 0
    for _ in range(RUNS):
        units = bank(rng, p, families=families, size=size)
        found = rate(units)
        held += found.low <= p <= found.high
        low, high = wilson(sum(sum(u.values) for u in units), found.n)
        pooled += low <= p <= high
    assert held / RUNS >= 0.93
    assert pooled / RUNS < 0.90  # why pooled Wilson is not used


@pytest.mark.parametrize(
    ("up", "down"), [(0.25, 0.05), (0.10, 0.02), (0.05, 0.05), (0.03, 0.01), (0.04, 0.0)]
)
@pytest.mark.parametrize("families", [30, 44])
def test_a_differences_interval_holds_it(up: float, down: float, families: int) -> None:
    held = sum(low <= up - down <= high for low, high in moved(up, down, families))
    assert 0.93 <= held / RUNS <= 0.975  # .97, and half a standard error of 600 runs


def test_where_three_pairs_of_180_differ_the_interval_is_too_wide_rather_than_too_narrow() -> None:
    assert sum(low <= 0.02 <= high for low, high in moved(0.02, 0.0, 30)) / RUNS >= 0.93


def moved(up: float, down: float, families: int) -> Iterator[tuple[float, float]]:
    """Intervals of changes in banks whose families differ in how much they gain."""
    rng = np.random.default_rng(round(up * 1000 + down * 100) + families)
    for _ in range(RUNS):
        pairs = []
        for family in range(families):
            plus = up * np.exp(rng.normal(-0.08, 0.4))
            for number in range(3):
                draws = rng.random(2)
                values = tuple(float(u < plus) - float(plus <= u < plus + down) for u in draws)
                pairs.append(Unit(f"{family}.{number}", f"f{family}", values))
        found = difference(pairs)
        yield found.low, found.high


@pytest.mark.parametrize("alike", [0.3, 2, 50])
def test_a_fixed_banks_difference_holds_its_own(alike: float) -> None:
    """However much of a change lies in scenarios that change every time."""
    rng = np.random.default_rng(round(alike * 10))
    held = 0
    for _ in range(RUNS):
        chances = rng.beta(0.05 * alike, 0.95 * alike, 132)
        draws = (rng.random((132, 4)) < chances[:, None]).astype(float)
        found = difference([Unit(f"{n}", "f", tuple(row)) for n, row in enumerate(draws)], bank="fixed")
        held += found.low <= chances.mean() <= found.high
    assert 0.93 <= held / RUNS <= 0.975


@pytest.mark.parametrize("backflow", [0.0, 0.02, 0.05])
def test_a_detectable_difference_is_seen_four_times_in_five(backflow: float) -> None:
    rng = np.random.default_rng(round(backflow * 100) + 5)
    told = np.mean([difference(_pairs(rng, 0.0, backflow)).detectable for _ in range(60)])
    if not backflow:  # nothing differed: each family counts once, so less would do
        assert told == pytest.approx(0.217, abs=0.02)
        return
    seen = sum(difference(_pairs(rng, float(told), backflow)).distinguishable for _ in range(RUNS))
    assert 0.72 <= seen / RUNS <= 0.9


def _pairs(rng: np.random.Generator, up: float, both: float) -> list[Unit]:
    """30 families of three, two replays: up by so much more than what goes both ways."""
    u = rng.random((90, 2))
    moves = (u < up + both).astype(float) - (u > 1 - both)
    return [Unit(f"{n}", f"f{n // 3}", tuple(row)) for n, row in enumerate(moves)]
