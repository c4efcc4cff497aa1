import numpy as np
import pytest

from benchmarks.statistics.regrades import draw_bank, settled_at_an_end
from graders import rounds
from graders.rounds import LOOKS, Stand, bound, looks, next_look

CLEAR = Stand(value=90, sem_replay=3, bar=60, margin=15)
LIMIT = LOOKS[-1]


def settled(stand: Stand, count: int = 2, limit: int = LIMIT) -> bool:
    return rounds.settled(stand, count, limit)


def test_a_score_far_from_both_ends_of_the_band_is_settled() -> None:
    assert settled(CLEAR)
    assert settled(CLEAR._replace(value=20))
    assert settled(CLEAR._replace(value=60))
    assert not settled(CLEAR._replace(value=78))
    assert not settled(CLEAR._replace(value=44))
    assert not settled(CLEAR._replace(value=75 + bound(LIMIT) * 3 - 0.01))
    assert settled(CLEAR._replace(value=75 + bound(LIMIT) * 3 + 0.01))
    assert settled(CLEAR._replace(value=45 - bound(LIMIT) * 3 - 0.01))


def test_a_band_whose_ends_are_not_sure_settles_less() -> None:
    """The half-width has an error of its own, it shrinks as the score grows, and rounds make it narrower."""
    near = CLEAR._replace(value=75 + bound(LIMIT) * 3 + 0.01)
    assert settled(near)
    assert not settled(near._replace(margin_error=0.5))
    assert not settled(near._replace(margin_follows=-1.0))
    assert settled(near._replace(margin_follows=1.0))
    within = CLEAR._replace(value=75 - bound(LIMIT) * 3 - 0.01)
    assert settled(within)
    assert not settled(within._replace(luck=0.5))
    assert settled(within._replace(luck=0.5), LIMIT)
    assert settled(near._replace(luck=0.5))


def test_what_is_not_known_is_not_settled() -> None:
    assert not settled(CLEAR._replace(value=None))
    assert not settled(CLEAR._replace(sem_replay=None))
    assert not settled(CLEAR._replace(margin=None))
    assert not settled(CLEAR._replace(noisy_claims=True))
    assert not settled(CLEAR._replace(foretold=False))


def test_what_more_rounds_cannot_mend_ends_the_grade() -> None:
    assert settled(CLEAR._replace(value=78, unmeasured=True))


def test_looks_go_up_to_the_limit() -> None:
    assert [next_look(n, 8) for n in (0, 2, 4, 6, 8)] == [2, 4, 6, 8, None]
    assert next_look(2, 3) == 3
    assert next_look(3, 3) is None
    assert next_look(0, 1) == 1
    assert [next_look(n, 20) for n in (0, 8, 20)] == [2, 20, None]


def test_more_looks_ask_for_more() -> None:
    """Each look is a chance to err: a fifth needs a bound of five, a single one that of one."""
    assert looks(20) == (2, 4, 6, 8, 20)
    assert bound(0) == bound(2) == pytest.approx(1.960, abs=0.001)
    assert bound(4) == pytest.approx(2.178, abs=0.001)
    assert bound(8) == pytest.approx(2.361, abs=0.001)
    assert bound(10) == pytest.approx(2.413, abs=0.001)
    assert bound(20) > bound(10)
    stand = CLEAR._replace(value=75 + 2.4 * 3)
    assert settled(stand, 2, 8)
    assert not settled(stand, 2, 20)


RUNS = 10_000
"""Standard error .0022 at .05: a true .06 would be seen as one, and a true .055 hardly ever lies above it."""


@pytest.mark.slow
@pytest.mark.parametrize("limit", [8, 20])
@pytest.mark.parametrize("p", [0.6, 0.85])
def test_a_score_at_the_end_of_the_band_is_settled_in_one_of_twenty_grades(p: float, limit: int) -> None:
    """Type I error on one bank: its long-run rate lies exactly at an end, so that any word is luck."""
    rng = np.random.default_rng(round(100 * p))
    scenarios = 100
    own = rng.beta(p * 2, (1 - p) * 2, scenarios)
    passed = rng.random((RUNS, limit, scenarios), dtype=np.float32) < own
    bar, settled = 100 * own.mean() + 30, np.zeros(RUNS, dtype=bool)
    for count in looks(limit):
        seen = passed[:, :count]
        values = 100 * seen.mean(axis=(1, 2))
        errors = 100 * (seen.var(axis=1, ddof=1) / count).sum(axis=1) ** 0.5 / scenarios
        settled |= [
            rounds.settled(Stand(float(value), float(error), bar=float(bar), margin=30), count, limit)
            for value, error in zip(values, errors, strict=True)
        ]
    assert 0.04 < settled.mean() < 0.06


@pytest.mark.slow
@pytest.mark.parametrize("end", [1, -1])
@pytest.mark.parametrize("p", [0.6, 0.85])
def test_so_it_is_where_the_band_is_estimated_with_the_score(p: float, end: int) -> None:
    """As in a grade. With the band taken for known the upper end was settled in .17 at a rate of .85."""
    rng = np.random.default_rng(round(100 * p))
    found = [settled_at_an_end(rng, draw_bank(rng, p, 46, 3), 2_500, end) for _ in range(4)]
    assert np.mean(found) < 0.06
