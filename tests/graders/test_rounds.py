import numpy as np
import pytest

from graders.rounds import BOUND, LOOKS, Stand, next_look, settled

CLEAR = Stand(value=90, sem_replay=3, bar=60, margin=15)


def test_a_score_far_from_both_ends_of_the_band_is_settled() -> None:
    assert settled(CLEAR)
    assert settled(CLEAR._replace(value=20))
    assert settled(CLEAR._replace(value=60))
    assert not settled(CLEAR._replace(value=78))
    assert not settled(CLEAR._replace(value=44))
    assert not settled(CLEAR._replace(value=75 + BOUND * 3 - 0.01))


def test_what_is_not_known_is_not_settled() -> None:
    assert not settled(CLEAR._replace(value=None))
    assert not settled(CLEAR._replace(sem_replay=None))
    assert not settled(CLEAR._replace(margin=None))
    assert not settled(CLEAR._replace(noisy_claims=True))


def test_what_more_rounds_cannot_mend_ends_the_grade() -> None:
    assert settled(CLEAR._replace(value=78, unmeasured=True))


def test_looks_go_up_to_the_limit() -> None:
    assert [next_look(n, 8) for n in (0, 2, 4, 6, 8)] == [2, 4, 6, 8, None]
    assert next_look(2, 3) == 3
    assert next_look(3, 3) is None
    assert next_look(0, 1) == 1


@pytest.mark.slow
@pytest.mark.parametrize("p", [0.6, 0.85])
def test_a_score_at_the_end_of_the_band_is_settled_in_one_of_twenty_grades(p: float) -> None:
    """Type I error on one bank: its long-run rate lies exactly at an end, so that any word is luck."""
    rng = np.random.default_rng(round(100 * p))
    runs, scenarios = 3_000, 100
    own = rng.beta(p * 2, (1 - p) * 2, scenarios)
    passed = rng.random((runs, LOOKS[-1], scenarios)) < own
    wrong = 0
    for rounds in passed:
        for count in LOOKS:
            seen = rounds[:count]
            error = (seen.var(axis=0, ddof=1) / count).sum() ** 0.5 / scenarios
            stand = Stand(100 * seen.mean(), 100 * error, bar=100 * own.mean() + 30, margin=30)
            if settled(stand):
                wrong += 1
                break
    assert 0.035 < wrong / runs < 0.062
