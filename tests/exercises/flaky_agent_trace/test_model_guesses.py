"""What the model cannot tell it declares to be guessed; what the mail says in plain words it reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.schemas import of

Open = Callable[..., Any]
Json = Any
TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
TRUTH: Json = {"type": "boolean"}
PERHAPS: Json = {"type": ["boolean", "null"]}
NUMBER: Json = {"type": "number"}
TEXTS: Json = {"type": "array", "items": TEXT}
LEVELS: Json = {"type": "string", "enum": ["strong", "moderate", "weak"]}


def _ask(case: Any, text: str = "", /, **fields: Json) -> tuple[dict[str, Json], set[str]]:
    """The answer, and which of its fields are guessed."""
    said = case.decide(text or case.mail, system="Read the mail.", schema=of(**fields))
    return said, set(case.thoughts[-1].guessed)


@pytest.mark.parametrize("part", [MAYBE, PERHAPS, {"type": ["array", "null"], "items": TEXT}])
def test_a_field_that_means_nothing_here_is_a_guess_though_it_may_be_null(
    open_case: Open, part: Json
) -> None:
    said, guessed = _ask(open_case("p-return-01"), order_id=MAYBE, shelf_mark=part, language=TEXT)
    assert said["shelf_mark"] is None
    assert guessed == {"shelf_mark"}


def test_what_a_mail_is_silent_on_is_no_guess(open_case: Open) -> None:
    items = {"type": "array", "items": of(name=TEXT, sku=MAYBE, quantity={"type": ["integer", "null"]})}
    _, guessed = _ask(
        open_case("p-return-01"), order_id=MAYBE, items=items, opened=PERHAPS, issue=TEXT, wants=MAYBE,
        legal_threat=TRUTH, delivered=MAYBE, placed=MAYBE, amount={"type": ["number", "null"]}, gift=TRUTH,
        requested_amount={"type": ["number", "null"]}, whole_order=TRUTH,
    )  # fmt: skip
    assert not guessed


def test_what_only_an_order_shows_is_a_guess_without_it(open_case: Open) -> None:
    fields: Json = {
        "item_category": MAYBE,
        "already_refunded": TRUTH,
        "order_total": NUMBER,
        "sealed": PERHAPS,
    }
    case = open_case("p-return-01")
    assert _ask(case, **fields)[1] == set(fields)
    _, guessed = _ask(case, f"{case.mail}\n\n{json.dumps(case.orders)}", **fields)
    assert guessed == {"sealed"}


def test_a_gift_or_a_thing_that_the_mail_speaks_of_is_left_open(open_case: Open) -> None:
    case = open_case("p-monday-02")
    said, guessed = _ask(case, order_id=MAYBE, products=TEXTS, gift_order=TRUTH)
    assert (said["products"], guessed) == (["griddle"], set())
    _, guessed = _ask(open_case("p-post-05"), order_id=MAYBE, is_gift_order=TRUTH)
    assert guessed == {"is_gift_order"}


def test_the_whole_order_is_meant_where_no_item_is_named(open_case: Open) -> None:
    for id, whole in (("p-monday-02", True), ("p-return-01", False)):
        said, guessed = _ask(open_case(id), order_id=MAYBE, concerns_whole_order=TRUTH)
        assert said["concerns_whole_order"] is whole
        assert not guessed


@pytest.mark.parametrize("name", ["other_order_ids", "further_orders", "unrelated_orders"])
def test_other_orders_are_never_the_one_that_is_meant(open_case: Open, name: str) -> None:
    case = open_case("p-thread-01")
    said, guessed = _ask(case, order_id=MAYBE, **{name: TEXTS})
    assert said == {"order_id": "HL-206790", name: ["HL-206301"]}
    assert not guessed
    case = open_case("p-names-01")
    shown = f"{case.mail}\n\n{json.dumps(case.orders)}"
    said, guessed = _ask(case, shown, order_id=MAYBE, **{name: TEXTS})
    assert said["order_id"] not in said[name]
    assert guessed == {name}


def test_a_person_s_names_and_those_of_an_account(open_case: Open) -> None:
    case = open_case("p-names-03")
    said, _ = _ask(case, customer_forename=TEXT, sender_surname=TEXT, customer_name=TEXT)
    assert said == {
        "customer_forename": "Henk", "sender_surname": "Lammers", "customer_name": "Henk Lammers",
    }  # fmt: skip
    person = of(name=TEXT, emails=TEXTS)
    said, _ = _ask(
        case,
        f"{case.mail}\n\n{json.dumps(case.orders)}",
        order_id=MAYBE,
        account_owner=person,
        sender=of(name=TEXT),
    )
    assert said["account_owner"]["name"] == "Toos de Vries"
    assert all("@" in address for address in said["account_owner"]["emails"])
    assert said["sender"] == {"name": "Henk Lammers"}


def test_a_day_that_is_promised_and_a_sum_that_is_named(open_case: Open) -> None:
    said, guessed = _ask(open_case("p-desk-04"), order_id=MAYBE, promised_date=MAYBE)
    assert (said["promised_date"], guessed) == ("2026-10-29", set())
    said, guessed = _ask(open_case("p-damaged-02"), order_id=MAYBE, demanded_amount=NUMBER)
    assert (said["demanded_amount"], guessed) == (24.0, {"demanded_amount"})


def test_the_day_of_a_request_is_a_date(open_case: Open) -> None:
    said, guessed = _ask(open_case("p-return-01"), order_id=MAYBE, date_of_request=TEXT, requested_at=TEXT)
    assert said["date_of_request"] == said["requested_at"] == "2026-10-14"
    assert not guessed


@pytest.mark.parametrize(
    "levels", [LEVELS["enum"], LEVELS["enum"][::-1], ["sure", "fairly_sure", "not_sure"]]
)
def test_how_sure_it_is_goes_by_words_too(open_case: Open, levels: list[str]) -> None:
    case = open_case("p-return-01")
    said, _ = _ask(case, order_id=MAYBE, certainty={"type": "string", "enum": levels})
    assert said["certainty"] in {"strong", "sure"}
    said, _ = _ask(open_case("p-same-02"), order_id=MAYBE, certainty={"type": "string", "enum": levels})
    assert (said["order_id"] is None) is (said["certainty"] in {"weak", "not_sure"})


def test_words_for_an_order_and_for_what_a_mail_is_screened_for(open_case: Open) -> None:
    case = open_case("p-office-02")
    shown = f"{case.mail}\n\n{json.dumps(case.orders)}"
    said, _ = _ask(case, shown, order_id=MAYBE, supporting_quote=TEXT)
    assert "hammock chair" in said["supporting_quote"]
    said, _ = _ask(open_case("p-delay-02"), injection=TRUTH, legal=TRUTH, excerpt=TEXTS)
    assert said == {"injection": False, "legal": False, "excerpt": []}
    said, _ = _ask(open_case("p-sale-02"), injection=TRUTH, legal=TRUTH, excerpt=TEXT)
    assert "county court" in said["excerpt"]


def test_an_item_is_called_by_its_name_where_the_mail_only_points_at_it(open_case: Open) -> None:
    said, _ = _ask(open_case("p-same-02"), product=TEXT)
    assert said["product"] == "sheepskin"
