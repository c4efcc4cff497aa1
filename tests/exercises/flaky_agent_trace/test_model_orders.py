"""Which order is meant: where nothing settles it, where another is taken, and where two are imagined."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.answering.answers import Answers
from tests.exercises.flaky_agent_trace.test_model_causes import FACTS, extraction, readings, thing

Open = Callable[..., Any]
Json = Any
ASK_BACK = "If it is unclear which order the mail is about, never guess: we ask."


@pytest.mark.parametrize("id", ["p-knows-01", "p-knows-02", "p-regular-02"])
def test_an_open_order_is_guessed_less_where_there_is_room_for_doubt_and_where_it_is_said(
    open_case: Open, id: str
) -> None:
    case = open_case(id, "practice")
    orders = json.dumps(case.orders)

    def guessed(prompt: str, **room: Json) -> float:
        schema = thing(**FACTS["properties"], **room)
        text = f"{prompt}\n\n{case.mail}\n\n{orders}"
        return sum(belief.guessed for belief, _ in readings(case, text, 400, schema=schema)) / 400

    bare, room = guessed(""), guessed("", order_unclear={"type": "boolean"})
    told, both = guessed(ASK_BACK), guessed(ASK_BACK, order_unclear={"type": "boolean"})
    assert max(room, told) < 0.8 * bare
    assert both < 0.8 * min(room, told)
    assert both > 0.02, "nothing makes it sure"


def test_who_takes_the_wrong_order_names_what_is_in_that_one(open_case: Open) -> None:
    case = open_case("p-regular-01", "practice")
    of = {order["id"]: {item["sku"] for item in order["items"]} for order in case.orders}
    assert len(of) == 2
    right = next(fact["value"] for fact in case.scenario.meaning["facts"] if fact["fact"] == "order")
    taken = [
        (belief.order_id, {sku for ask in belief.facts.asks for sku, _ in ask.items})
        for belief, _ in readings(case, f"{case.mail}\n\n{json.dumps(case.orders)}", 900)
        if belief.order_id
    ]
    wrong = [(order, items) for order, items in taken if order != right]
    assert len(wrong) > 20
    assert all(items <= of[order] for order, items in wrong)
    assert any(items <= of[right] for order, items in taken if order == right)


def test_an_order_that_is_imagined_to_be_meant_too_has_a_number(open_case: Open) -> None:
    case = open_case("p-thread-01", "practice")
    schema = thing(**FACTS["properties"], orders_concerned={"type": "array", "items": {"type": "string"}})
    named = [
        Answers(case.model.read(extraction(case.mail, schema), case.view()).state, belief, noise)(
            "orders_concerned"
        )
        for belief, noise in readings(case, case.mail, 900, schema=schema)
        if belief.facts.orders_concerned > 1
    ]
    assert len(named) > 5
    assert all(len(set(orders)) == 2 for orders in named)
