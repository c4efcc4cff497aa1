import numpy as np
import pytest

from graders.statistics.reliability import (
    Components,
    among_applicants,
    components,
    decide,
    graders,
    item_rest,
    phi_interval,
    scenarios_needed,
)

KNOWN = Components(person=0.02, scenario=0.01, person_scenario=0.03, replay=0.12)


def panel(seed: int, people: int = 8, scenarios: int = 12, replays: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.asarray(
        rng.normal(0, 0.02**0.5, (people, 1, 1))
        + rng.normal(0, 0.01**0.5, (1, scenarios, 1))
        + rng.normal(0, 0.03**0.5, (people, scenarios, 1))
        + rng.normal(0, 0.12**0.5, (people, scenarios, replays))
    )


def test_components_are_those_of_nested_least_squares() -> None:
    """Sums of squares as what each further set of dummies explains."""
    x = panel(1)
    p, s, _ = (index.ravel() for index in np.indices(x.shape))
    people, scenarios = np.eye(8)[p], np.eye(12)[s]
    both = np.eye(96)[p * 12 + s]

    def left(*parts: np.ndarray) -> float:
        # Dummies of several factors share the constant: least squares by SVD bears that.
        design = np.hstack(parts)
        fitted = design @ np.linalg.lstsq(design, x.ravel(), rcond=None)[0]
        return float(((x.ravel() - fitted) ** 2).sum())

    ms_r = left(both) / (8 * 12 * 2)
    ms_ps = (left(people, scenarios) - left(both)) / (7 * 11)
    ms_s = (left(people) - left(people, scenarios)) / 11
    ms_p = (left(scenarios) - left(people, scenarios)) / 7
    found = components(x)
    assert found.replay == pytest.approx(ms_r)
    assert found.person_scenario == pytest.approx(max(0, (ms_ps - ms_r) / 3))
    assert found.scenario == pytest.approx(max(0, (ms_s - ms_ps) / (8 * 3)))
    assert found.person == pytest.approx(max(0, (ms_p - ms_ps) / (12 * 3)))


def test_components_are_right_on_average() -> None:
    found = [components(panel(seed, people=20, scenarios=20)) for seed in range(60)]
    for name in ("person", "scenario", "person_scenario", "replay"):
        mean = np.mean([getattr(each, name) for each in found])
        assert mean == pytest.approx(getattr(KNOWN, name), rel=0.15)


@pytest.mark.parametrize(
    ("scenarios", "replays", "rho"), [(20, 10, 0.905), (30, 5, 0.917), (10, 10**9, 0.87)]
)
def test_designs_of_the_measurement_plan(scenarios: int, replays: int, rho: float) -> None:
    assert decide(KNOWN, scenarios, replays).relative == pytest.approx(rho, abs=0.002)


def test_fourteen_scenarios_at_least_even_with_endless_replays() -> None:
    assert scenarios_needed(KNOWN, float("inf")) == 14
    needed = scenarios_needed(KNOWN, 5)
    assert needed is not None
    assert decide(KNOWN, needed, 5).relative >= 0.9 > decide(KNOWN, needed - 1, 5).relative
    assert scenarios_needed(Components(0, 1, 1, 1), 2) is None


def test_cuts_are_harder_than_ranking_and_graders_add_noise() -> None:
    alone = decide(KNOWN, 20, 2)
    assert alone.phi < alone.relative
    judged = graders(
        KNOWN, 20, 2, number=2, grader=0.01, person_grader=0.01, scenario_grader=0.01,
        person_scenario_grader=0.01, residual=0.01,
    )  # fmt: skip
    assert judged.relative < alone.relative
    assert judged.phi < alone.phi
    none = graders(
        KNOWN,
        20,
        2,
        number=2,
        grader=0,
        person_grader=0,
        scenario_grader=0,
        person_scenario_grader=0,
        residual=0,
    )
    assert none == alone


def test_the_interval_of_phi_holds_its_estimate() -> None:
    x = panel(3, people=15, scenarios=25)
    low, high = phi_interval(x, resamples=200)
    assert 0 <= low < high <= 1
    assert low <= decide(components(x), 25, 3).phi <= high


def test_a_wide_panel_flatters() -> None:
    assert among_applicants(0.95, 20, 20) == pytest.approx(0.95)
    assert among_applicants(0.95, 20, 10) == pytest.approx(0.80)
    assert among_applicants(0.5, 30, 5) == 0


def test_item_rest_finds_the_scenario_that_runs_against_the_others() -> None:
    ability = np.linspace(0, 1, 12)
    x = np.repeat(np.tile(ability[:, None], (1, 5))[:, :, None], 2, axis=2)
    x[:, 3] = 1 - x[:, 3]
    x[:, 4] = 0.5
    found = item_rest(x)
    assert found[0] == pytest.approx(1)
    assert found[3] == pytest.approx(-1)
    assert found[4] is None


def test_what_cannot_be_decomposed_is_refused() -> None:
    for bad in (np.zeros((1, 5, 5)), np.zeros((5, 5)), np.full((3, 3, 3), np.nan)):
        with pytest.raises(ValueError, match=r"needed|finite"):
            components(bad)
