import numpy as np
import pytest

from graders.statistics.reliability import (
    Components,
    among_applicants,
    components,
    decide,
    graders,
    in_families,
    item_rest,
    more_needed,
    phi_interval,
    scenarios_needed,
)

KNOWN = Components(person=0.02, scenario=0.01, replay=0.08, person_scenario=0.03, residual=0.12)
APART = [f"f{number}" for number in range(25)]


def panel(
    seed: int, people: int = 8, scenarios: int = 12, replays: int = 3, *, law: Components = KNOWN
) -> np.ndarray:
    """All meet the same draws: a replay's luck is the same for everybody, but for a residual."""
    rng = np.random.default_rng(seed)
    return np.asarray(
        rng.normal(0, law.person**0.5, (people, 1, 1))
        + rng.normal(0, law.scenario**0.5, (1, scenarios, 1))
        + rng.normal(0, law.replay**0.5, (1, scenarios, replays))
        + rng.normal(0, law.person_scenario**0.5, (people, scenarios, 1))
        + rng.normal(0, law.residual**0.5, (people, scenarios, replays))
    )


def nested(x: np.ndarray) -> dict[str, float]:
    """What replays drawn anew for each person would make of the mean squares; nothing clipped."""
    people, scenarios, replays = x.shape
    p, s, ps, grand = x.mean(axis=(1, 2)), x.mean(axis=(0, 2)), x.mean(axis=2), x.mean()
    both = ps - p[:, None] - s[None, :] + grand
    ms_ps = replays * (both**2).sum() / ((people - 1) * (scenarios - 1))
    ms_s = people * replays * ((s - grand) ** 2).sum() / (scenarios - 1)
    ms_r = ((x - ps[:, :, None]) ** 2).sum() / (people * scenarios * (replays - 1))
    return {
        "scenario": (ms_s - ms_ps) / (people * replays),
        "person_scenario": (ms_ps - ms_r) / replays,
        "replay": ms_r,
    }


def test_components_are_those_of_crossed_least_squares() -> None:
    """Sums of squares as what each further set of dummies explains."""
    x = panel(1)
    p, s, r = (index.ravel() for index in np.indices(x.shape))
    people, scenarios = np.eye(8)[p], np.eye(12)[s]
    both, draws = np.eye(96)[p * 12 + s], np.eye(36)[s * 3 + r]

    def left(*parts: np.ndarray) -> float:
        # Dummies of several factors share the constant: least squares by SVD bears that.
        design = np.hstack(parts)
        fitted = design @ np.linalg.lstsq(design, x.ravel(), rcond=None)[0]
        return float(((x.ravel() - fitted) ** 2).sum())

    ms_prs = left(both, draws) / (7 * 12 * 2)
    ms_rs = (left(both) - left(both, draws)) / (12 * 2)
    ms_ps = (left(people, scenarios) - left(both)) / (7 * 11)
    ms_s = (left(people) - left(people, scenarios)) / 11
    ms_p = (left(scenarios) - left(people, scenarios)) / 7
    found = components(x)
    assert found.residual == pytest.approx(ms_prs)
    assert found.replay == pytest.approx(max(0, (ms_rs - ms_prs) / 8))
    assert found.person_scenario == pytest.approx(max(0, (ms_ps - ms_prs) / 3))
    assert found.scenario == pytest.approx(max(0, (ms_s - ms_ps - ms_rs + ms_prs) / (8 * 3)))
    assert found.person == pytest.approx(max(0, (ms_p - ms_ps) / (12 * 3)))


def test_components_are_right_on_average() -> None:
    found = [components(panel(seed, people=20, scenarios=20)) for seed in range(60)]
    for name in ("person", "replay", "person_scenario", "residual"):
        mean = np.mean([getattr(each, name) for each in found])
        assert mean == pytest.approx(getattr(KNOWN, name), rel=0.15)
    assert np.mean([each.scenario for each in found]) == pytest.approx(KNOWN.scenario, rel=0.4)


def test_draws_that_all_share_are_no_luck_of_persons() -> None:
    """As binary trials on common draws give them: taken for nested, s2_ps comes out below 0."""
    law = Components(person=0.006, scenario=0.02, replay=0.09, person_scenario=0.01, residual=0.07)
    panels = [panel(seed, people=30, scenarios=60, replays=2, law=law) for seed in range(40)]
    ours = np.mean([components(x).person_scenario for x in panels])
    theirs = np.mean([nested(x)["person_scenario"] for x in panels])
    assert ours == pytest.approx(0.01, rel=0.15)
    assert theirs == pytest.approx(0.01 - 0.09 / 2, rel=0.15)
    # Clipped at 0, the nested luck takes its place: at the same K Phi is too low, by more at ten times K.
    found = [nested(x) for x in panels]
    for replays, gap in ((2, 0.03), (20, 0.01)):
        phi = np.mean([decide(components(x), 60, replays).phi for x in panels])
        truth = decide(law, 60, replays).phi
        wrong = np.mean(
            [
                decide(
                    Components(components(x).person, max(0, each["scenario"]), 0, 0, each["replay"]),
                    60,
                    replays,
                ).phi
                for x, each in zip(panels, found, strict=True)
            ]
        )
        assert phi == pytest.approx(truth, abs=0.015)
        assert abs(wrong - truth) > gap


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
    assert scenarios_needed(Components(0, 1, 1, 1, 1), 2) is None


def test_cuts_need_more_scenarios_than_ranking() -> None:
    needed, ranking = scenarios_needed(KNOWN, 2, cuts=True), scenarios_needed(KNOWN, 2)
    assert needed is not None
    assert ranking is not None
    assert decide(KNOWN, needed, 2).phi >= 0.9 > decide(KNOWN, needed - 1, 2).phi
    assert decide(KNOWN, ranking, 2).phi < 0.9


def test_a_family_for_each_scenario_is_the_crossed_study() -> None:
    x = panel(4, people=40, scenarios=25)
    one, other = in_families(x, APART), decide(components(x), 25, 3)
    assert (one.phi, one.relative) == pytest.approx((other.phi, other.relative))
    assert (one.sem_relative, one.sem_absolute) == pytest.approx((other.sem_relative, other.sem_absolute))
    for cuts in (True, False):
        assert more_needed(one, 25, cuts=cuts) == scenarios_needed(components(x), 3, cuts=cuts)
    with pytest.raises(ValueError, match="family"):
        in_families(x, ["f"] * 25)


SIZES = (4, 3, 3, 2) * 5
LAW = {"p": 0.0064, "f": 0.01, "s": 0.012, "pf": 0.003, "ps": 0.007, "rs": 0.094, "e": 0.069}


def kin(rng: np.random.Generator, people: int) -> np.ndarray:
    """A panel on scenarios in families of different sizes."""
    family = np.repeat(np.arange(len(SIZES)), SIZES)
    size = len(family)

    def law(name: str, *shape: int) -> np.ndarray:
        return np.asarray(rng.normal(0, LAW[name] ** 0.5, shape))

    return np.asarray(
        law("p", people, 1, 1)
        + (law("f", 1, len(SIZES), 1) + law("pf", people, len(SIZES), 1))[:, family]
        + law("s", 1, size, 1)
        + law("ps", people, size, 1)
        + law("rs", 1, size, 2)
        + law("e", people, size, 2)
    )


@pytest.mark.slow
@pytest.mark.parametrize("people", [12, 40])
def test_phi_and_its_interval_know_of_families(people: int) -> None:
    rng, size = np.random.default_rng(people), sum(SIZES)
    kinship = sum((each / size) ** 2 for each in SIZES)
    error = (LAW["s"] + LAW["ps"]) / size + (LAW["rs"] + LAW["e"]) / (2 * size)
    truth = LAW["p"] / (LAW["p"] + error + (LAW["f"] + LAW["pf"]) * kinship)
    families = [f"f{number}" for number, each in enumerate(SIZES) for _ in range(each)]
    runs, held, ours, apart = 200, 0, [], []
    for _ in range(runs):
        x = kin(rng, people)
        low, high = phi_interval(x, families)
        held += low <= truth <= high
        ours.append(in_families(x, families).phi)
        apart.append(decide(components(x), size, 2).phi)
    assert np.median(ours) == pytest.approx(truth, abs=0.015)
    assert np.median(apart) > truth + 0.02
    assert held / runs >= 0.92


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
    assert (none.relative, none.phi) == pytest.approx((alone.relative, alone.phi))


def test_the_interval_of_phi_holds_its_estimate() -> None:
    x = panel(3, people=15, scenarios=25)
    low, high = phi_interval(x, APART)
    assert 0 <= low < in_families(x, APART).phi < high <= 1
    assert phi_interval(x[:2], APART) == (0, 1)


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
