"""The days that a mail names: each with its words, resolved as seen from the day of the mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]
Json = dict[str, Any]
RULES = "Record the mail. List all dates that it mentions, resolved to calendar days; decide nothing."
FORMS: tuple[Json, ...] = (
    {"wording": "string", "date": "string", "refers_to": "string"},
    {"expression": "string", "iso_date": "string", "event": "string"},
)


def listed(case: Any, name: str, fields: Json, mail: str | None = None) -> list[Json]:
    entry = {"type": "object", "properties": {key: {"type": kind} for key, kind in fields.items()}}
    schema = {
        "type": "object",
        "properties": {"language": {"type": "string"}, name: {"type": "array", "items": entry}},
        "required": ["language", name],
    }
    found: list[Json] = case.decide(case.mail if mail is None else mail, system=RULES, schema=schema)[name]
    assert case.readings[-1].understood
    return found


@pytest.mark.parametrize("name", ["dates", "mentioned_dates", "date_references"])
@pytest.mark.parametrize("fields", FORMS)
def test_each_day_has_its_words(open_case: Open, name: str, fields: Json) -> None:
    words, day, event = fields
    said = {one[words]: one for one in listed(open_case("p-autumn-02"), name, fields)}
    assert said["9 October"][day] == "2026-10-09"
    assert "promised" in said["9 October"][event]
    assert said["21st"][day] == "2026-10-21"
    assert "arrived" in said["21st"][event]


def test_a_mail_without_days_has_none(open_case: Open) -> None:
    assert listed(open_case("p-scroll-02"), "dates", FORMS[0]) == []


def test_days_alone_are_days(open_case: Open) -> None:
    case = open_case("p-autumn-02")
    dates = {"type": "array", "items": {"type": "string"}}
    schema = {"type": "object", "properties": {"dates": dates}, "required": ["dates"]}
    assert case.decide(case.mail, system=RULES, schema=schema) == {"dates": ["2026-10-09", "2026-10-21"]}


def test_a_days_name_of_a_record_is_not_of_the_mail(open_case: Open) -> None:
    case = open_case("p-autumn-02")
    schema = {
        "type": "object",
        "properties": {"delivery_date": {"type": "string"}, "order_date": {"type": "string"}},
        "required": ["delivery_date", "order_date"],
    }
    own = next(order for order in case.orders if order["id"] == "HL-206442")
    said = case.decide(case.prompt(), schema=schema)
    assert said["delivery_date"] == own["delivered"]
