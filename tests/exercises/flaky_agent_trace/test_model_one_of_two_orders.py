"""Which of two orders a mail means, answered by the letter that the program has given each."""

from __future__ import annotations

import json

import pytest

from .conftest import Open

ASKED = (
    (
        "Order A:\n{one}\n\nOrder B:\n{other}\n\n"
        "Which order does the mail mean: A, B or can't tell? Answer with that alone."
    ),
    "A = {one}\n\nB = {other}\n\nIs the mail about order A or order B? Answer A, B or UNCLEAR.",
    "(A) {one}\n(B) {other}\n\nWhich of these two orders does the customer mean? Reply with one letter.",
)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("id", ["p-regular-01", "p-return-01", "p-monday-02"])
@pytest.mark.parametrize("swapped", [False, True])
def test_the_letter_is_that_of_the_order(open_case: Open, id: str, asked: str, swapped: bool) -> None:
    case = open_case(id)
    meant = case.decide(f"{case.prompt()}\n\nDecide.")["order_id"]
    shown = case.orders[::-1] if swapped else case.orders
    one, other = (json.dumps(order) for order in shown[:2])
    said = case.say(f"{case.mail}\n\n{asked.format(one=one, other=other)}").text
    assert said == "AB"[[order["id"] for order in shown].index(meant)]


@pytest.mark.parametrize(("asked", "word"), [(ASKED[0], "can't tell"), (ASKED[1], "UNCLEAR")])
def test_what_is_open_is_said_in_the_programs_word(open_case: Open, asked: str, word: str) -> None:
    case = open_case("p-knows-02")
    one, other = (json.dumps(order) for order in case.orders[:2])
    assert case.say(f"{case.mail}\n\n{asked.format(one=one, other=other)}").text == word
