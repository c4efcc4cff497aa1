"""Which order a form means, which besides it, and the words that it keeps for what is open or was paid."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Open


def _form(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields)}


TEXTS = {"type": "array", "items": {"type": "string"}}
CLAIMED = (
    ("other_orders", "further orders for which the customer asks us to act now"),
    ("additional_orders", "Numbers of orders besides the main one that are claimed on. Mostly empty."),
    ("further_order_numbers", "more orders on which something is requested in this mail"),
    ("other_orders_with_requests", ""),
)
SPOKEN = (
    ("other_orders", "other orders that the mail mentions"),
    ("other_orders", "orders that are spoken of but on which nothing is asked"),
    ("other_orders", "settled matters that the customer does not want anything for"),
)


@pytest.mark.parametrize(("name", "said"), CLAIMED)
def test_orders_that_are_asked_about_besides(open_case: Open, name: str, said: str) -> None:
    form = _form(order_in_question={"type": "string"}, **{name: {**TEXTS, "description": said}})
    case = open_case("p-desk-02")
    both = case.decide(case.prompt(handbook=""), schema=form)
    assert {both["order_in_question"], *both[name]} == {"HL-212480", "HL-211905"}
    assert len(both[name]) == 1
    case = open_case("p-scroll-01")
    assert case.decide(case.prompt(handbook=""), schema=form)[name] == []


@pytest.mark.parametrize(("name", "said"), SPOKEN)
def test_orders_that_are_only_spoken_of(open_case: Open, name: str, said: str) -> None:
    case = open_case("p-scroll-01")
    form = _form(order_id={"type": "string"}, **{name: {**TEXTS, "description": said}})
    assert case.decide(case.prompt(handbook=""), schema=form)[name] == ["HL-211860"]


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("The number of the purchase, or UNDECIDED", "UNDECIDED"),
        ("number of the order, else unclear", "unclear"),
        ("HL-number or ambiguous if two fit", "ambiguous"),
    ],
)
@pytest.mark.parametrize("name", ["purchase_in_question", "order_meant", "order_id"])
def test_the_word_for_an_order_that_cannot_be_told(open_case: Open, name: str, said: str, word: str) -> None:
    form = _form(**{name: {"type": "string", "description": said}}, issue={"type": "string"})
    case = open_case("p-knows-01")
    assert case.decide(case.prompt(handbook=""), schema=form)[name] == word
    case = open_case("p-damaged-01")
    assert case.decide(case.prompt(handbook=""), schema=form)[name] == "HL-202913"


def test_the_prompt_may_keep_that_word(open_case: Open) -> None:
    case = open_case("p-knows-01")
    form = _form(order_id={"type": "string"}, issue={"type": "string"})
    told = "Read the mail. If two orders fit it equally well, write TIED and do not guess."
    assert case.decide(case.prompt(handbook=""), system=told, schema=form)["order_id"] == "TIED"


def test_a_word_that_says_when_it_is_null_is_none(open_case: Open) -> None:
    case = open_case("p-knows-01")
    said = {"type": ["string", "null"], "description": "the order's number; null if none fits or unclear"}
    assert case.decide(case.prompt(handbook=""), schema=_form(order_id=said))["order_id"] is None


AGAIN = (
    "chases money that we announced but that never came",
    "a refund made earlier has not reached them, asks again",
    "where is their refund",
)


@pytest.mark.parametrize("said", AGAIN)
def test_a_refund_that_is_said_not_to_have_come(open_case: Open, said: str) -> None:
    gloss = (
        f"gone_astray: {said}; no_parcel: the parcel has not arrived; faulty: it is broken; rest: all else"
    )
    kinds = ["gone_astray", "no_parcel", "faulty", "rest"]
    form = _form(order_id={"type": "string"}, kind={"type": "string", "enum": kinds, "description": gloss})
    for id, kind in (
        ("p-earlier-02", "gone_astray"),
        ("p-regular-02", "no_parcel"),
        ("p-damaged-01", "faulty"),
    ):
        case = open_case(id)
        assert case.decide(case.prompt(handbook=""), schema=form)["kind"] == kind


def test_an_order_is_stopped_before_it_comes(open_case: Open) -> None:
    kinds = ["revoke_purchase_before_dispatch", "stop_order_before_delivery", "parcel_lost", "anything_else"]
    for drop in (0, 1):
        offered = [kind for number, kind in enumerate(kinds) if number != drop]
        case = open_case("p-post-04")
        form = _form(problem={"type": "string", "enum": offered}, order_id={"type": "string"})
        assert case.decide(case.prompt(handbook=""), schema=form)["problem"] == kinds[1 - drop]
        case = open_case("p-regular-02")
        assert case.decide(case.prompt(handbook=""), schema=form)["problem"] == "parcel_lost"
