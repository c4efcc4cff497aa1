"""Fields of one answer agree with each other and with the mail, and no day is made up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.conftest import Open

Json = Any


def schema(**properties: dict[str, Json]) -> dict[str, Json]:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


DAY = {"type": "string", "format": "date"}
FLAG = {"type": "boolean"}


@pytest.mark.parametrize(
    ("id", "kind", "kept"),
    [
        ("p-opened-01", "send_back", False),
        ("p-damaged-01", "faulty_refund", None),
        ("p-delay-01", "delay_pay", True),
    ],
)
def test_options_of_a_wish_may_be_kinds_of_cases(
    open_case: Open, id: str, kind: str, kept: bool | None
) -> None:
    options = ["send_back", "cancel_order", "faulty_refund", "delay_pay", "something_else"]
    asked = schema(wanted={"type": "string", "enum": ["return", *options[1:]]}, keeps_goods=FLAG)
    said = open_case(id).decide(open_case(id).mail, system="Read the mail.", schema=asked)
    assert said["wanted"] == {"send_back": "return"}.get(kind, kind)
    assert kept is None or said["keeps_goods"] is kept


def test_a_wish_among_remedies_is_still_a_remedy(open_case: Open) -> None:
    case = open_case("p-opened-01")
    asked = schema(wants={"type": "string", "enum": ["refund", "replacement", "store_credit", "other"]})
    assert case.decide(case.mail, system="Read the mail.", schema=asked)["wants"] == "refund"


@pytest.mark.parametrize(
    ("id", "days"),
    [
        ("p-autumn-02", ("2026-10-09", "2026-10-21", 12)),
        ("p-post-02", ("2026-10-09", "2026-10-15", 6)),
    ],
)
def test_days_that_the_mail_names(open_case: Open, id: str, days: tuple[str, str, int]) -> None:
    case = open_case(id)
    asked = schema(promised_for=DAY, arrival_date=DAY, days_late={"type": "integer"})
    said = case.decide(case.mail, system="Which days does the customer name?", schema=asked)
    assert tuple(said.values()) == days


def test_a_day_that_nothing_tells_is_none(open_case: Open) -> None:
    case = open_case("p-return-01")
    asked = schema(warehouse_scan_on=DAY, arrival_date=DAY)
    case.decide(case.mail, system="Which days does the customer name?", schema=asked)
    said = case.served, case.thoughts[-1].reply.text
    assert "1970" not in str(said)
    assert not case.readings[-1].understood


@pytest.mark.parametrize(("id", "threat"), [("p-sale-02", True), ("p-return-01", False)])
def test_legal_steps_in_any_of_these_words(open_case: Open, id: str, threat: bool) -> None:
    case = open_case(id)
    names = ("has_filed_lawsuit", "threatens_or_takes_legal_steps", "goes_to_court", "court_action_announced")
    said = case.decide(case.mail, system="Set the flags.", schema=schema(**dict.fromkeys(names, FLAG)))
    assert said == dict.fromkeys(names, threat)


def test_the_currency_of_a_payout_in_short(open_case: Open) -> None:
    case = open_case("p-return-01")
    pay = schema(value={"type": "number"}, ccy={"type": "string"})
    said = case.decide(case.prompt(), schema=schema(outcome={"type": "string"}, pay=pay))
    assert said["pay"]["ccy"] == case.orders[0]["currency"]


def test_a_batch_has_an_entry_for_each_mail_or_is_not_understood(open_case: Open) -> None:
    case = open_case("p-desk-02")
    other = "From: Ines Bauer <ines.bauer@example.com>\nSubject: lamp\n\nWhere is my lamp? HL-299999"
    entry = schema(ticket={"type": "string"}, lane={"type": "string", "enum": ["AUTO", "HUMAN"]})
    asked = schema(verdicts={"type": "array", "items": entry})
    case.decide(f"### A\n{case.mail}\n\n### B\n{other}", system="Sort each mail into a lane.", schema=asked)
    assert not case.readings[-1].understood
    assert not case.thoughts[-1].guessed
    assert json.loads(case.thoughts[-1].reply.text)["verdicts"]
