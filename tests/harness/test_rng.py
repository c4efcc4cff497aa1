"""Draws depend on meaning alone."""

import hmac
import json
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rng import SHARED, DrawKey, Draws

KEY = DrawKey("mode:wrong_order", "decide", "T-1", 0)


def draws(scenario: str = "s", secret: bytes = b"secret") -> Draws:
    return Draws(secret, ("bank", "1", scenario, 0, 0))


def test_the_same_meaning_is_the_same_draw() -> None:
    one, other = draws(), draws()
    other.uniform(KEY._replace(stream="latency"))  # a further draw shifts nothing
    assert one.uniform(KEY) == other.uniform(KEY)


def test_every_part_of_the_key_matters() -> None:
    variants = [
        KEY,
        KEY._replace(stream="text"),
        KEY._replace(decision="act"),
        KEY._replace(subject="T-2"),
        KEY._replace(attempt=1),
        KEY._replace(attempt=SHARED),
        KEY._replace(choice="x"),
    ]
    values = {draws().uniform(key) for key in variants}
    values |= {draws(scenario="t").uniform(KEY), draws(secret=b"other").uniform(KEY)}
    assert len(values) == len(variants) + 2


@given(st.text(max_size=20), st.text(max_size=20))
def test_parts_do_not_run_into_each_other(left: str, right: str) -> None:
    if left + right == "":
        return
    whole = draws().uniform(DrawKey("a", left + right, "", 0))
    split = draws().uniform(DrawKey("a", left, right, 0))
    assert (whole == split) == (right == "")


@given(st.text(max_size=30), st.integers(0, 10_000))
def test_a_draw_lies_inside_the_unit_interval(subject: str, attempt: int) -> None:
    assert 0 < draws().uniform(DrawKey("a", "b", subject, attempt)) < 1


def test_the_log_remembers_each_draw() -> None:
    mine = draws()
    u = mine.uniform(KEY)
    assert [(draw.key, draw.u) for draw in mine.log] == [(KEY, u)]


def test_correlated_draws_stay_uniform_and_correlate() -> None:
    rho, pairs = 0.7, []
    for number in range(3_000):
        here = draws(scenario=str(number))
        pairs.append(tuple(here.correlated(KEY._replace(attempt=n), rho=rho) for n in (0, 1)))
    first, second = zip(*pairs, strict=True)
    normal = statistics.NormalDist()
    found = statistics.correlation([normal.inv_cdf(u) for u in first], [normal.inv_cdf(u) for u in second])
    assert abs(found - rho) < 0.04  # 4 standard errors at n = 3,000
    for level in (0.1, 0.5, 0.9):
        share = sum(u < level for u in first) / len(first)
        assert abs(share - level) < 4 * (level * (1 - level) / len(first)) ** 0.5


PARTS = st.text(st.characters(exclude_categories=())) | st.integers()


@given(st.lists(PARTS, max_size=5), st.text(), st.integers())
def test_a_draw_is_the_keyed_hash_of_plain_json(scope: list[str | int], subject: str, attempt: int) -> None:
    key = KEY._replace(subject=subject, attempt=attempt)
    text = json.dumps([*scope, *key], separators=(",", ":"))
    digest = hmac.digest(b"secret", text.encode(), "sha256")
    u = (int.from_bytes(digest[:7], "big") + 0.5) / 2**56
    assert Draws(b"secret", tuple(scope)).uniform(key) == u


@pytest.mark.parametrize("length", [0, 1, 32, 64, 65, 200])
def test_a_secret_of_any_length_keys_as_hmac_does(length: int) -> None:
    secret = bytes(range(length))
    wanted = int.from_bytes(
        hmac.digest(secret, json.dumps([*KEY], separators=(",", ":")).encode(), "sha256")[:7]
    )
    assert Draws(secret, ()).uniform(KEY) == (wanted + 0.5) / 2**56
