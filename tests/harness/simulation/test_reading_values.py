"""Money, dates and words in any dress; data inside text."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.simulation.reading.blobs import blobs, outside, pairs
from harness.simulation.reading.text import LONGEST, coverage, fold
from harness.simulation.reading.values import Money, canonical, dates, moneys, number


@pytest.mark.parametrize(
    ("text", "cents", "currency"),
    [
        ("1.234,56 €", 123456, "EUR"),
        ("€ 1,234.56", 123456, "EUR"),
        ("$49.90", 4990, "USD"),
        ("EUR 12", 1200, "EUR"),
        ("45,80 PLN", 4580, "PLN"),
        ("1 299,00 EUR", 129900, "EUR"),
        ("£7.5", 750, "GBP"),
    ],
)
def test_money_in_any_locale(text: str, cents: int, currency: str) -> None:
    assert moneys(f"we paid {text} back")[0].value == Money(cents, currency)


@given(st.integers(min_value=0, max_value=10_000_000))
def test_every_amount_survives_both_ways_of_writing(cents: int) -> None:
    english = f"{cents / 100:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert moneys(f"{english} EUR")[0].value.cents == cents
    assert moneys(f"{german} EUR")[0].value.cents == cents
    assert number(german) == pytest.approx(cents / 100)


@pytest.mark.parametrize(
    "text",
    ["2026-05-03", "2026-05-03T10:00:00Z", "3.5.2026", "03.05.2026", "3. Mai 2026", "3 mai 2026",
     "May 3rd, 2026",  "3 de mayo de 2026", "3 mei 2026", "3 maja 2026", "05/03/2026", "3 May 2026"],
)  # fmt: skip
def test_one_day_in_many_words(text: str) -> None:
    assert dates(f"delivered {text}.")[0].value == dt.date(2026, 5, 3)


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 12, 31)))
def test_every_date_survives(day: dt.date) -> None:
    for text in (day.isoformat(), f"{day.day}.{day.month}.{day.year}", f"{day:%B} {day.day}, {day.year}"):
        assert dates(text)[0].value == day


def test_what_is_no_value_is_none() -> None:
    assert canonical("soon", "date") is None
    assert canonical("31.02.2026", "date") is None
    assert canonical("a lot", "money") is None
    assert canonical("perhaps", "flag") is None
    assert canonical([1], "number") is None
    assert canonical(float("inf"), "number") is None


@given(st.text(max_size=300))
def test_nothing_that_is_written_breaks_the_readers(text: str) -> None:
    fold(text)
    moneys(text)
    dates(text)
    pairs(text)
    assert all(text[blob.start : blob.end] == blob.raw for blob in blobs(text))
    assert len(outside(text)) == len(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet="abcdefg ", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(alphabet="abcdefg", min_size=1, max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(alphabet="abcdefg", min_size=1, max_size=6), _JSON, min_size=1, max_size=4))
def test_data_inside_text_is_found_as_json_and_as_python(value: dict[str, object]) -> None:
    for written in (json.dumps(value), json.dumps(value, indent=2), repr(value)):
        [blob] = blobs(f"before {written} after")
        assert blob.value == value
        assert outside(f"before {written} after").split() == ["before", "after"]


def test_json_inside_json_is_opened() -> None:
    [blob] = blobs(json.dumps({"result": json.dumps({"order": {"id": 7}})}))
    assert blob.value == {"result": {"order": {"id": 7}}}


def test_templates_with_an_ellipsis_are_no_data() -> None:
    assert blobs("answer {'tool': 'name', 'args': {...}}") == ()


def test_pairs_in_every_layout() -> None:
    text = "order_id: A-1\n**Total:** 1.234,56 €, paid\n<status>sent</status>\n"
    text += "| name | value |\n|---|---|\n| fee | 4,90 |"
    found = {pair.key: pair.value for pair in pairs(text)}
    assert found["order_id"] == "A-1"
    assert found["Total"] == "1.234,56 €"
    assert found["status"] == "sent"
    assert found["fee"] == "4,90"


def test_folding_sees_through_escapes_accents_and_case() -> None:
    plain = fold("Die Maße stimmen nicht: für Größe M")
    assert fold(json.dumps("DIE MASSE STIMMEN NICHT:\nfür Größe M")).has("maße stimmen nicht für größe m")
    assert plain.has("größe m")
    assert fold("Gr&ouml;&szlig;e\u200b M").has("größe m")
    assert fold("返品したい").has("返品")


def test_coverage_knows_a_rule_said_otherwise_and_misses_another() -> None:
    rule = "Refunds are allowed within 30 days of delivery"
    assert coverage(rule, fold("We allow a refund for 30 days after delivery.")) > 0.7
    assert coverage(rule, fold("Gift orders go to the desk. Our office opens at nine.")) < 0.3
    assert coverage(rule, fold("Delivery by our couriers.\n" + "filler " * 200 + "30 refunds")) < 0.7


def test_huge_texts_are_read_at_both_ends() -> None:
    text = f"first words {'x ' * LONGEST} last words"
    assert fold(text).has("first words")
    assert fold(text).has("last words")
