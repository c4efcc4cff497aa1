"""A day of production has the mix that was asked for."""

from collections import Counter

import pytest

from graders.traffic import traffic
from harness.exercise.scenario import Bank, Scenario, make_bank


def bank(production: int, stress: int) -> Bank:
    strata = ["production"] * production + ["stress"] * stress
    return make_bank(
        Scenario(id=f"s{n}", family="f", tags={"stratum": stratum}, world={}, expected={})
        for n, stratum in enumerate(strata)
    )


@pytest.mark.parametrize(("production", "stress", "share"), [(3, 4, 0.8), (3, 0, 1.0), (0, 4, 0.0)])
def test_strata_have_their_share(production: int, stress: int, share: float) -> None:
    here = bank(production, stress)
    keys = traffic(here, 50, production=0.8, epoch=7)
    assert len(set(keys)) == 50
    assert {key.epoch for key in keys} == {7}
    ordinary = [key for key in keys if here[key.scenario].tags["stratum"] == "production"]
    assert len(ordinary) == 50 * share
    for part in (ordinary, [key for key in keys if key not in ordinary]):
        counts = Counter(key.scenario for key in part).values()
        assert not counts or max(counts) - min(counts) <= 1
