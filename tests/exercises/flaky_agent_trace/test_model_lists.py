"""Fields that are known by what they hold: lists by their entries, threads, quotes, yes and no."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat

Open = Callable[..., Any]
TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "number"}, {"type": "boolean"}


def _object(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _list(**fields: Any) -> dict[str, Any]:
    return {"type": "array", "items": _object(**fields)}


def _asked(case: Any, text: str, **fields: Any) -> dict[str, Any]:
    reply = case.say(text, output=OutputFormat("answer", _object(**fields), strict=True))
    return dict(json.loads(reply.text))


@pytest.mark.parametrize("name", ["scores", "beliefs", "probabilities"])
@pytest.mark.parametrize(
    ("key", "share"), [("order_id", "probability"), ("order", "weight"), ("id", "score")]
)
def test_a_number_for_each_order_is_a_list_of_orders(
    open_case: Open, name: str, key: str, share: str
) -> None:
    case = open_case("p-same-02")
    found = _asked(case, case.prompt(), **{name: _list(**{key: TEXT, share: NUMBER})})[name]
    assert {entry[key] for entry in found} == {order["id"] for order in case.orders}


def test_a_sum_for_each_order_is_none(open_case: Open) -> None:
    case = open_case("p-same-02")
    assert _asked(case, case.prompt(), payouts=_list(order_id=TEXT, amount=NUMBER))["payouts"] == []


@pytest.mark.parametrize(
    ("name", "who", "said"), [("messages", "sender", "text"), ("events", "author", "what")]
)
def test_the_messages_of_a_thread_are_listed(open_case: Open, name: str, who: str, said: str) -> None:
    case = open_case("p-scroll-01")
    found = _asked(case, case.mail, **{name: _list(**{who: TEXT, "date": TEXT, said: TEXT})})[name]
    assert [entry[who] for entry in found] == ["Aled Rowe", "Harbour Lane Support", "Aled Rowe"]
    assert [entry["date"] for entry in found] == ["2026-11-11", "2026-11-09", "2026-11-04"]
    assert found[0][said].startswith("Rail's up")
    assert ">" not in found[1][said]


def test_a_mail_that_quotes_nothing_is_one_message(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    assert len(_asked(case, case.mail, messages=_list(sender=TEXT, text=TEXT))["messages"]) == 1


def test_the_newest_message_is_copied_without_what_it_quotes(open_case: Open) -> None:
    case = open_case("p-scroll-02")
    said = case.say(f"{case.mail}\n\nReturn only the newest message of this thread, verbatim.").text
    assert said.startswith("Bonjour Mireille")
    assert said.endswith("Tanguy")


@pytest.mark.parametrize(("name", "said"), [("evidence", "quote"), ("quotes", "text")])
def test_a_quotation_of_the_mail_names_it_as_its_source(open_case: Open, name: str, said: str) -> None:
    case = open_case("p-damaged-01")
    source = {"type": "string", "enum": ["mail", "order", "handbook"]}
    found = _asked(case, case.prompt(), **{name: _list(**{said: TEXT, "source": source})})[name]
    assert found
    assert all(entry["source"] == "mail" and entry[said] in case.mail for entry in found)


@pytest.mark.parametrize(
    ("name", "so"),
    [
        ("insists_on_replacement_or_credit", True),
        ("wants_refund_or_replacement", False),
        ("insists_on_replacement", False),
    ],
)
def test_a_yes_or_no_may_name_several_values(open_case: Open, name: str, so: bool) -> None:
    case = open_case("p-desk-03")
    assert _asked(case, case.mail, **{name: FLAG})[name] is so


@pytest.mark.parametrize(
    ("asked", "key", "so"),
    [
        ("p-desk-03", "needs_human", True),
        ("p-opened-01", "needs_human", False),
        ("p-desk-03", "escalate", True),
    ],
)
def test_a_bare_key_may_be_a_yes_or_no(open_case: Open, asked: str, key: str, so: bool) -> None:
    case = open_case(asked)
    said = case.say(f"{case.prompt()}\n\nReturn JSON with the keys action, order_id, {key}.").text
    assert json.loads(said)[key] is so


@pytest.mark.parametrize(
    "lead", ["Extract the numbers from this policy.\n\n", "Convert this handbook into JSON.\n\n", ""]
)
def test_a_handbook_is_no_decision_to_be_put_into_fields(open_case: Open, lead: str) -> None:
    case = open_case("p-desk-04")
    found = _asked(case, lead + case.handbook, return_window_days=NUMBER, restocking_fee_percent=NUMBER)
    assert found == {"return_window_days": 30, "restocking_fee_percent": 15}


def test_what_the_customer_asks_and_means_has_many_names(open_case: Open) -> None:
    case = open_case("p-opened-01")
    found = _asked(
        case, case.prompt(), summary_en=TEXT, customer_request=TEXT, item_description=TEXT, customer=TEXT
    )
    assert "wants to give back the Shower speaker" in found["customer_request"]
    assert "HL-203901" in found["summary_en"]
    assert found["item_description"] == "Shower speaker"
    assert found["customer"] not in found["customer_request"]
