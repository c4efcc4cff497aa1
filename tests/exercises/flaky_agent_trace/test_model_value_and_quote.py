"""A field for the words that another rests on: in the mail's own words, agreeing with the value, or empty."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.simulation.reading.text import fold

from .conftest import Open

Json = Any
FLAG, TEXT = {"type": "boolean"}, {"type": "string"}
OPENED = {**FLAG, "description": "The customer has opened, unsealed or used the item(s)"}


def _object(**fields: Json) -> dict[str, Json]:
    return {"type": "object", "properties": fields, "required": [*fields], "additionalProperties": False}


WORDS = {
    "opened_quote": "Verbatim words about opened or sealed, or empty",
    "quote_for_opened": "copied from the mail, or an empty string",
    "opened_evidence": "",
    "where_it_says_so": "exact words of the mail, or an empty string",
    "words_for_opened": "as they stand in the mail",
}


@pytest.mark.parametrize("name", WORDS)
def test_words_for_a_value_stand_in_the_mail_or_are_empty(open_case: Open, name: str) -> None:
    schema = _object(opened=OPENED, **{name: {**TEXT, "description": WORDS[name]}})
    for id, opened, words in (
        ("p-opened-02", False, "never been out of its shrink wrap"),
        ("p-pushy-01", True, "Tried it on one suitcase"),
        ("p-autumn-01", False, ""),
    ):
        case = open_case(id)
        said = case.decide(case.prompt(), schema=schema)
        assert said["opened"] is opened
        assert (words in said[name]) if words else said[name] == ""
        assert not said[name] or fold(case.mail).has(said[name])
        assert case.readings[-1].understood
        assert not case.thoughts[-1].guessed


def test_the_words_follow_what_the_mail_says(altered: Open) -> None:
    schema = _object(opened=OPENED, opened_quote=TEXT)
    case = altered("p-opened-02", model="unerring")
    rest = [fact for fact in case.scenario.meaning["facts"] if fact["fact"] != "opened"]
    silent = altered("p-opened-02", model="unerring", facts=rest)
    assert case.decide(case.prompt(), schema=schema)["opened_quote"]
    assert silent.decide(silent.prompt(), schema=schema) == {"opened": False, "opened_quote": ""}


def test_a_value_within_an_object_has_its_own_words(open_case: Open) -> None:
    held = {"value": FLAG, "quote": {"anyOf": [TEXT, {"type": "null"}]}}
    schema = _object(opened=_object(**held), legal_threat=_object(**held))
    case = open_case("p-pushy-01")
    said = case.decide(case.prompt(), schema=schema)
    assert said["opened"]["value"] is True
    assert "suitcase" in said["opened"]["quote"]
    assert said["legal_threat"] == {"value": False, "quote": None}


LINE = _object(sku=TEXT, pieces={"type": "integer"}, quote={**TEXT, "description": "words that show this"})


def _erring(exercise: Any, card: dict[str, Json], mode: str) -> Any:
    """A model that errs in one way alone, and always."""
    modes = {
        name: {**known, "base": 20.0 if name == mode else -20.0, "weights": {}}
        for name, known in card["modes"].items()
    }
    return exercise.model({**card, "modes": modes})


def test_a_misread_count_is_not_beside_words_that_say_another(
    exercise: Any, card: dict[str, Json], open_case: Open
) -> None:
    schema = _object(reasoning=TEXT, lines={"type": "array", "items": LINE})
    right = open_case("p-continent-01")
    (line,) = right.decide(right.prompt(), schema=schema)["lines"]
    assert (line["pieces"], "drei" in line["quote"]) == (3, True)
    wrong = open_case("p-continent-01", model=_erring(exercise, card, "wrong_items"))
    said = wrong.decide(wrong.prompt(), schema=schema)
    assert said["lines"][0]["pieces"] != 3
    assert "drei" not in json.dumps(said, ensure_ascii=False)


def test_what_was_overlooked_is_not_quoted(exercise: Any, card: dict[str, Json], open_case: Open) -> None:
    case = open_case("p-pushy-01", model=_erring(exercise, card, "missed_detail"))
    said = case.decide(case.prompt(), schema=_object(opened=OPENED, opened_quote=TEXT))
    assert said == {"opened": False, "opened_quote": ""}


BOTH = {
    "says_not_received_though_delivered": "The order is marked delivered and the customer says it never came",
    "delivery_disputed_by_customer": "delivered according to us, but the customer says it did not come",
    "needs_tracing": "true if our records show it as delivered although the customer has not received it",
}


@pytest.mark.parametrize("name", BOTH)
def test_a_condition_with_two_sides_needs_both(open_case: Open, name: str) -> None:
    schema = _object(issue=TEXT, **{name: {**FLAG, "description": BOTH[name]}})
    case = open_case("p-desk-04")
    assert case.decide(case.prompt(), schema=schema)[name] is False
    order = next(order for order in case.orders if order["status"] == "shipped")
    there = {**order, "status": "delivered", "delivered": order["promised"]}
    assert case.decide(case.prompt(orders=json.dumps([there])), schema=schema)[name] is True
