"""Cards are read strictly; noise is keyed by meaning and shared as stated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, norm

from harness.errors import SpecError
from harness.exercise.parts import Turn
from harness.rng import Draws
from harness.simulation.card import Card, Shape, parse_card, sigmoid
from harness.simulation.noise import LATE, Noise, Reader, confusion, sampled

SHAPE = Shape(frozenset({"slip"}), frozenset({"length", "small"}), {"gain": 1.0})
GOOD: dict[str, Any] = {
    "provenance": "invented",
    "noise": {"rho": 0.6},
    "modes": {"slip": {"base": -2.0, "weights": {"length": 1.0}}},
}


def _turn(replay: int = 0, decision: str = "resolution", attempt: int = 0) -> Turn:
    return Turn(Draws(b"secret", ("bank", "1", "s", replay, 0)), decision, "T-1", attempt)


def test_odds_add_up() -> None:
    card = parse_card(GOOD, SHAPE)
    assert card.p("slip", {}) == pytest.approx(sigmoid(-2))
    assert card.p("slip", {"length": 1.5, "small": 1.0}) == pytest.approx(sigmoid(-0.5))
    assert card.used("slip", {"length": 1.5, "small": 1.0}) == {"length": 1.5}
    assert (card.share("slip"), card.quirks) == (0.6, {"gain": 1.0})


@given(st.floats(-30, 30), st.floats(-30, 30))
def test_no_mode_is_certain(base: float, weight: float) -> None:
    spec = {"base": max(-20, min(20, base)), "weights": {"length": max(-20, min(20, weight))}}
    card = parse_card({**GOOD, "modes": {"slip": spec}}, SHAPE)
    assert 0 <= card.p("slip", {"length": 3.0}) <= 0.97


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"modes": {"slip": {"base": 0}, "other": {"base": 0}}}, "other"),
        ({"modes": {}}, "slip"),
        ({"modes": {"slip": {"base": 0, "weights": {"politeness": 1}}}}, "politeness"),
        ({"modes": {"slip": {"base": float("nan")}}}, "base"),
        ({"modes": {"slip": {}}}, "base"),
        ({"quirks": {"charm": 1}}, "charm"),
        ({"noise": {"rho": 1.4}}, "rho"),
        ({"provenance": ""}, "provenance"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_card_that_says_something_else_is_refused(change: dict[str, Any], named: str) -> None:
    with pytest.raises(SpecError, match=named):
        parse_card({**GOOD, **change}, SHAPE)


def test_confusion_is_uniform_and_shared_by_rho_across_questions() -> None:
    first = [confusion(_turn(r), "slip", rho=0.6) for r in range(2000)]
    resample = [confusion(_turn(r, attempt=1), "slip", rho=0.6) for r in range(2000)]
    critic = [confusion(_turn(r, decision="review"), "slip", rho=0.6) for r in range(2000)]
    other = [confusion(_turn(r), "slip", "other choice", rho=0.6) for r in range(2000)]
    assert kstest(first, "uniform").pvalue > 0.001
    scores = norm.ppf(np.array([first, resample, critic, other]))
    correlated = np.corrcoef(scores)
    assert correlated[0, 1] == pytest.approx(0.6, abs=0.05)
    assert correlated[0, 2] == pytest.approx(0.6, abs=0.05)
    assert correlated[0, 3] == pytest.approx(0.0, abs=0.07)


def test_sizes_are_kin_and_not_copies() -> None:
    def scores(size: str, kinship: float = 0.5) -> Any:
        reader = Reader(size, kinship)
        return norm.ppf([confusion(_turn(r), "slip", rho=0.8, reader=reader) for r in range(2000)])

    large, small, copies = scores("large"), scores("small"), (scores("large", 1.0), scores("small", 1.0))
    assert kstest(norm.cdf(large), "uniform").pvalue > 0.001
    assert np.corrcoef(large, small)[0, 1] == pytest.approx(0.4, abs=0.05)
    assert np.array_equal(*copies)


def test_evidence_moves_p_and_never_u() -> None:
    card: Card = parse_card(GOOD, SHAPE)
    calm, loaded = Noise(card, _turn()), Noise(card, _turn())
    calm.fires("slip", {})
    loaded.fires("slip", {"length": 2.0})
    [one], [two] = calm.modes, loaded.modes
    assert one.u == two.u
    assert one.p < two.p
    assert two.features == {"length": 2.0}


def _repeats(temperature: float | None, *, attempt: int = 1, said: int = 0) -> float:
    """How often an attempt has the luck of the first."""
    turns = [sampled(_turn(n, attempt=attempt), temperature, said=said) for n in range(1000)]
    return sum(turn.attempt == 0 for turn in turns) / len(turns)


def test_at_temperature_0_an_answer_mostly_repeats_and_at_1_never() -> None:
    assert _repeats(0) == pytest.approx(1 - LATE, abs=0.03)
    assert _repeats(0.5) == pytest.approx((1 - LATE) / 2, abs=0.05)
    assert _repeats(1) == _repeats(None) == _repeats(2) == 0
    assert _repeats(0, attempt=3) == pytest.approx((1 - LATE) ** 3, abs=0.05)


def test_what_was_asked_after_an_answer_is_no_sample_of_it() -> None:
    assert _repeats(0, said=1) == 0
    turns = [sampled(_turn(n, attempt=2), 0, said=1) for n in range(1000)]
    assert sum(turn.attempt == 1 for turn in turns) / 1000 == pytest.approx(1 - LATE, abs=0.03)


def test_a_first_answer_owes_nothing_to_the_temperature() -> None:
    turn = _turn()
    assert sampled(turn, 0) == sampled(turn, 2) == turn
    assert not turn.draws.log
