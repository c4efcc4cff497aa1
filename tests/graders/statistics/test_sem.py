import numpy as np
import pytest

from graders.statistics import sem
from graders.statistics.units import Unit, spread, weighted_mean


def bank(seed: int, *, scenarios: int = 60, replays: int = 3) -> list[Unit]:
    rng = np.random.default_rng(seed)
    return [
        Unit(f"s{n}", f"f{n % 15}", tuple(float(x) for x in rng.normal(rng.normal(0, 1), 1, replays)))
        for n in range(scenarios)
    ]


def test_general_is_the_cluster_robust_error_for_a_mean_of_equal_families() -> None:
    units = bank(1)
    families = dict.fromkeys(unit.family for unit in units)
    found = sem.general(families, lambda f: weighted_mean([u for u in units if u.family != f]))
    assert found == pytest.approx(spread(units).variance ** 0.5)


def test_replay_is_the_within_scenario_error_for_a_mean() -> None:
    units = bank(2)

    def without(scenario: str, number: int) -> float:
        return weighted_mean(
            [
                Unit(
                    u.id,
                    u.family,
                    tuple(v for i, v in enumerate(u.values) if (u.id, i) != (scenario, number)),
                )
                for u in units
            ]
        )

    found = sem.replay({unit.id: range(3) for unit in units}, without)
    within = sum(np.var(unit.values, ddof=1) / 3 for unit in units)
    assert found == pytest.approx((within / len(units) ** 2) ** 0.5)


def test_replay_borrows_for_scenarios_with_a_single_replay() -> None:
    units = [Unit(f"s{n}", "f", (0.0, 2.0) if n < 50 else (1.0,)) for n in range(100)]

    def without(scenario: str, number: int) -> float:
        kept = [
            Unit(u.id, u.family, tuple(v for i, v in enumerate(u.values) if (u.id, i) != (scenario, number)))
            for u in units
        ]
        return weighted_mean(kept)

    found = sem.replay({unit.id: range(len(unit.values)) for unit in units}, without)
    assert found == pytest.approx(((50 * 1.0 + 50 * 2.0) / 100**2) ** 0.5)


def test_too_little_is_infinite_and_never_zero() -> None:
    assert sem.general({"only": 1}, lambda _: 1.0) == float("inf")
    assert sem.replay({"s": [0]}, lambda _, __: 1.0) == float("inf")


def test_the_error_of_an_error_is_a_chi_squares_where_all_is_luck() -> None:
    rng = np.random.default_rng(3)
    families = 20
    errors = rng.normal(0, 1, (4_000, families)).std(axis=1, ddof=1) / families**0.5
    assert sem.of_general(float(errors.mean()), float(errors.mean()), families) == pytest.approx(
        errors.std(), rel=0.05
    )
    assert sem.of_general(5.0, 0.0, families) == 0
    assert sem.of_general(5.0, 5.0, 1) == float("inf")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_the_error_of_an_error_knows_what_stays_from_regrade_to_regrade(share: float) -> None:
    """Families keep their places, luck is drawn anew; luck that is larger in low families couples the two."""
    rng = np.random.default_rng(round(10 * share))
    families, spreads, printed, together, guessed = 25, [], [], [], []
    for _ in range(60):
        stays = rng.normal(0, (1 - share) ** 0.5, families)
        scale = share**0.5 * np.exp(-0.3 * stays)
        y = stays + rng.normal(0, 1, (400, families)) * scale
        value, errors = y.mean(axis=1), y.std(axis=1, ddof=1) / families**0.5
        luck = dict(enumerate(scale**2 / families**2))
        again = sum(luck.values()) ** 0.5
        spreads.append(errors.std())
        printed.append(np.mean([sem.of_general(each, again, families) for each in errors]))
        together.append(np.cov(value, errors)[0, 1])
        left = [(families * value[n] - y[n]) / (families - 1) for n in range(400)]
        guessed.append(np.mean([sem.follows(dict(enumerate(left[n])), luck, errors[n]) for n in range(400)]))
    assert np.mean(printed) == pytest.approx(np.mean(spreads), rel=0.25)
    assert np.mean(guessed) == pytest.approx(np.mean(together), rel=0.15)
    assert np.mean(guessed) < 0
