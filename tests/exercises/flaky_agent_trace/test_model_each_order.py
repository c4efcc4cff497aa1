"""What each order is to a mail, how many are meant, and what a model does that is told what others found."""

from __future__ import annotations

from typing import Any

import pytest

from exercises.flaky_agent_trace.reading.other_views import doubted, left_out, several_told

from .conftest import Open

Json = Any
TEXT = {"type": "string"}


def _object(**fields: Json) -> dict[str, Json]:
    return {"type": "object", "properties": fields, "required": [*fields], "additionalProperties": False}


ROLES = {
    "role": ["requested_now", "equally_possible", "mentioned_only", "unrelated"],
    "what_it_is_to_the_mail": ["meant", "may_be_meant", "background", "not_concerned"],
}
MEANT = {
    "p-return-01": {"HL-204173": 0, "HL-188420": 3},
    "p-same-02": {"HL-202300": 0, "HL-207900": 2},
    "p-desk-02": {"HL-212480": 0, "HL-211905": 0},
    "p-knows-02": {"HL-211950": 1, "HL-210030": 1},
}


@pytest.mark.parametrize("id", MEANT)
@pytest.mark.parametrize("name", ROLES)
def test_each_order_has_its_role(open_case: Open, name: str, id: str) -> None:
    entry = _object(order_id=TEXT, **{name: {**TEXT, "enum": ROLES[name]}})
    case = open_case(id)
    rows = case.decide(case.prompt(), schema=_object(orders={"type": "array", "items": entry}))["orders"]
    said = {row["order_id"]: ROLES[name].index(row[name]) for row in rows}
    assert said.items() >= MEANT[id].items()
    assert not case.thoughts[-1].guessed


@pytest.mark.parametrize("name", ["is_settled", "settled", "exactly_one_fits"])
def test_one_order_that_fits_is_settled(open_case: Open, name: str) -> None:
    schema = _object(chosen_order={"anyOf": [TEXT, {"type": "null"}]}, **{name: {"type": "boolean"}})
    for id, settled in (("p-return-01", True), ("p-knows-02", False)):
        case = open_case(id)
        said = case.decide(case.prompt(), schema=schema)
        assert (said["chosen_order"] is not None, said[name]) == (settled, settled)


@pytest.mark.parametrize(
    "asked",
    [
        "How many different orders does the customer want to return items from? A number only.",
        "On how many orders is something asked for? Just the number.",
    ],
)
def test_orders_are_counted(open_case: Open, asked: str) -> None:
    for id, number in (("p-desk-02", "2"), ("p-return-01", "1")):
        case = open_case(id)
        assert case.say(f"{asked}\n\n{case.mail}").text.strip(" .") == number


@pytest.mark.parametrize("order", ["HL-212480", "HL-211905"])
def test_each_of_two_orders_is_one_that_is_meant(open_case: Open, order: str) -> None:
    case = open_case("p-desk-02")
    asked = f"Does the customer want anything for order {order} in this mail? Answer yes or no."
    assert case.say(f"{case.prompt(handbook='')}\n\n{asked}").text.startswith("Yes")
    other = open_case("p-return-01")
    asked = "Does the customer want anything for order HL-188420 in this mail? Answer yes or no."
    assert other.say(f"{other.prompt(handbook='')}\n\n{asked}").text.startswith("No")


DOUBTS = [
    "Two readers disagree\nOne says HL-211950; the other says HL-210030, HL-211950. Read again.",
    "Note: another reader found two orders that fit equally well (HL-211950 and HL-210030).",
    "A colleague could not tell which order is meant.",
]
RULES = [
    "If two readers disagree about the order, list the candidates.",
    "If two orders fit equally well, say so; do not guess.",
    "A second reader will check what you say of the order.",
]


def test_a_rule_is_no_word_on_what_others_found() -> None:
    assert all(doubted([said]) for said in DOUBTS)
    assert not any(doubted([said]) for said in RULES)


@pytest.mark.parametrize("said", DOUBTS)
def test_who_hears_that_others_are_in_doubt_guesses_less(open_case: Open, said: str) -> None:
    schema = _object(order_id={"anyOf": [TEXT, {"type": "null"}]}, reason=TEXT)

    def guesses(hint: str) -> int:
        cases = [open_case("p-knows-02", model="practice", replay=replay) for replay in range(24)]
        return sum(
            bool(case.decide(f"{case.prompt()}\n\n{hint}", schema=schema)["order_id"]) for case in cases
        )

    assert guesses(said) < guesses("") / 2


def test_several_orders_that_are_told() -> None:
    told = "You listed one request, but the mail names two orders: HL-212480 and HL-211905."
    assert several_told([told]) == {"HL-212480", "HL-211905"}
    assert not several_told(["If the mail names HL-212480 and HL-211905, list both."])


def test_what_a_mail_leaves_out() -> None:
    assert left_out("The newer is in the hall, so let us not speak of that one. Hi.", "The newer")
    assert left_out("It is about the blue one. I do not mean the newer order here.", "the newer order")
    assert not left_out("The newer is in the hall. I like it.", "The newer")
