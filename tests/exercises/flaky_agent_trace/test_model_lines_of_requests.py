"""Articles and requests in a form of one's own: their numbers, what each line costs, which are open."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.schemas import each, of

Json = Any
Open = Callable[..., Any]
TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
NUMBER: Json = {"type": "number"}
WHOLE: Json = {"type": "integer"}
TRUTH: Json = {"type": "boolean"}
KINDS = ("unwanted", "broken_or_not_as_ordered", "slow_delivery", "lost", "called_off", "courtesy", "other")


def _told(words: str, kind: Json = TEXT) -> Json:
    return {**kind, "description": words}


def _read(case: Any, orders: str = "", /, **fields: Json) -> dict[str, Json]:
    text = f"Orders:\n{orders or json.dumps(case.orders)}\n\nMail:\n{case.mail}"
    said = case.decide(text, system="Read the mail.", schema=of(**fields))
    assert isinstance(said, dict)
    return said


def _decided(case: Any, /, **fields: Json) -> dict[str, Json]:
    said = case.decide(case.prompt(), system="Decide the ticket by the handbook.", schema=of(**fields))
    assert isinstance(said, dict)
    return said


# The numbers of articles


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("article_sku", ""), ("product_code", ""), ("item_ref", ""), ("stock_number", ""),
        ("which_one", "SKU, copied from the order"), ("thing", "the article number as the record has it"),
        ("line", "sku of the line"),
    ],
)  # fmt: skip
def test_an_article_is_told_by_its_number(open_case: Open, name: str, described: str) -> None:
    entry = {name: _told(described), "pieces": WHOLE, "unpacked": _told("opened or used", TRUTH)}
    case = open_case("p-damaged-01")
    [line] = _read(case, lines=each(**entry))["lines"]
    item = next(i for order in case.orders for i in order["items"] if i["sku"] == line[name])
    assert line["pieces"] == 2
    assert item["quantity"] >= 2
    assert f"lines[].{name}" not in case.thoughts[-1].guessed


def test_another_number_in_the_records_is_another_answer(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    entry = {"article_code": TEXT, "pieces": WHOLE}
    [line] = _read(case, concerned=each(**entry))["concerned"]
    other = json.dumps(case.orders).replace(line["article_code"], "ZZ-9999")
    [changed] = _read(case, other, concerned=each(**entry))["concerned"]
    assert changed["article_code"] == "ZZ-9999"


@pytest.mark.parametrize("name", ["shelf_mark", "colour_code", "supplier_number"])
def test_what_no_record_has_is_no_article_number(open_case: Open, name: str) -> None:
    case = open_case("p-damaged-01")
    entry = {"sku": TEXT, "pieces": WHOLE, name: TEXT}
    [line] = _read(case, lines=each(**entry))["lines"]
    assert line["sku"]
    assert line[name] != line["sku"]


@pytest.mark.parametrize(
    "keys",
    [
        {"sku": "sku", "name": "article"}, {"name": "article", "sku": "sku"},
        {"sku": "id", "name": "product id"},
        {"sku": "article_number", "name": "article"}, {"sku": "item_id", "name": "article"},
    ],
)  # fmt: skip
def test_of_two_keys_for_an_article_the_one_in_words_is_its_name(
    open_case: Open, keys: dict[str, str]
) -> None:
    case = open_case("p-monday-01")
    shown = [
        {
            "order_id": order["id"], "status": order["status"], "delivered": order["delivered"],
            "lines": [
                {**{key: item[of] for of, key in keys.items()}, "pieces": item["quantity"],
                 "unit_price": item["unit_price"]}
                for item in order["items"]
            ],
        }
        for order in case.orders
    ]  # fmt: skip
    entry = {"sku": TEXT, "title": TEXT, "pieces": WHOLE}
    [line] = _read(case, json.dumps(shown), articles=each(**entry))["articles"]
    assert line == {"sku": "KG-4415", "title": "Tumbler set smoke grey (4 pcs)", "pieces": 2}


def test_each_line_has_its_own_price_and_what_comes_off(open_case: Open) -> None:
    entry = {
        "article_sku": TEXT, "pieces": WHOLE, "gross": _told("unit price times pieces", NUMBER),
        "deduction": _told("fee, and what went back for this article before; 0 if none", NUMBER),
    }  # fmt: skip
    fields = {"decision": {"type": "string", "enum": ["pay", "decline", "hand_over", "ask_customer"]}}
    case = open_case("p-earlier-01")
    said = _decided(case, **fields, payout=NUMBER, payout_lines=each(**entry))
    [line] = said["payout_lines"]
    assert (line["gross"], line["deduction"], said["payout"]) == (84.0, 18.0, 66.0)
    late = _decided(open_case("p-autumn-02"), **fields, payout=NUMBER, payout_lines=each(**entry))
    assert late["payout"] == 25.0
    assert [line["deduction"] for line in late["payout_lines"]] == [0]
    whole = _decided(open_case("p-scroll-02"), **fields, payout=NUMBER, payout_lines=each(**entry))
    assert sorted(line["gross"] for line in whole["payout_lines"]) == [21.1, 44.8]


# What is still open

ENTRY: dict[str, Json] = {
    "kind": {
        "type": "string", "enum": list(KINDS),
        "description": "unwanted: goods go back; broken_or_not_as_ordered: damaged, doesn't work or isn't "
        "what was bought; courtesy: a voucher for the annoyance",
    },
    "order_id": MAYBE,
}  # fmt: skip


@pytest.mark.parametrize(
    ("id", "kind"),
    [
        ("p-monday-01", "broken_or_not_as_ordered"),
        ("p-return-01", "unwanted"),
        ("p-delay-01", "slow_delivery"),
    ],
)
def test_an_option_is_what_it_is_said_to_mean_though_another_denies(
    open_case: Open, id: str, kind: str
) -> None:
    assert [one["kind"] for one in _read(open_case(id), wishes=each(**ENTRY))["wishes"]] == [kind]


@pytest.mark.parametrize(
    "described",
    [
        "what is open and wanted now; closed matters are left out", "without what has been settled",
        "only open ones", "never a matter that is resolved", "settled ones don't belong here, skip them", "",
    ],
)  # fmt: skip
def test_settled_requests_are_left_out_where_it_is_said_or_their_state_has_no_room(
    open_case: Open, described: str
) -> None:
    entry = {**ENTRY, "first_raised_on": _told("day of the first message about it")}
    for id, order, day in (
        ("p-thread-01", "HL-206790", "2026-10-14"), ("p-scroll-01", "HL-212090", "2026-11-04"),
        ("p-names-01", "HL-211490", "2026-11-03"),
    ):  # fmt: skip
        case = open_case(id)
        [one] = _read(case, requests=_told(described, each(**entry)))["requests"]
        assert (one["order_id"], one["first_raised_on"]) == (order, day)
        assert not case.thoughts[-1].guessed


@pytest.mark.parametrize(
    "described", ["every request of the thread, the settled ones too", "open or settled"]
)
def test_settled_requests_are_listed_where_they_are_wanted(open_case: Open, described: str) -> None:
    entry = {**ENTRY, "first_raised_on": MAYBE}
    said = _read(open_case("p-thread-01"), requests=_told(described, each(**entry)))["requests"]
    assert [one["order_id"] for one in said] == ["HL-206790", "HL-206301"]


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("orders_with_a_request", "on how many orders the customer wants something now"),
        ("affected_orders", ""), ("scope", "the number of orders that the sender asks something on"),
        ("n_orders_concerned", ""), ("orders", "how many orders the mail demands something for"),
    ],
)  # fmt: skip
def test_an_open_order_is_one_on_which_something_is_asked(open_case: Open, name: str, described: str) -> None:
    for id, count in (("p-regular-02", 1), ("p-return-01", 1), ("p-desk-02", 2), ("p-thread-02", 1)):
        case = open_case(id)
        said = case.decide(case.mail, system="Read the mail.", schema=of(**{name: _told(described, WHOLE)}))
        assert said[name] == count, id


def test_orders_that_are_only_mentioned_are_counted_as_such(open_case: Open) -> None:
    case = open_case("p-thread-01")
    mentioned = _told("how many orders are mentioned", WHOLE)
    assert case.decide(case.mail, system="Read.", schema=of(orders_mentioned=mentioned)) == {
        "orders_mentioned": 2
    }


# The numbers of lines


def _numbered(case: Any) -> str:
    """The orders as a program may lay them out, each line behind its number."""
    told = []
    for order in case.orders:
        told.append(f"### {order['id']}, {order['status']}, delivered {order['delivered']}")
        told += [
            f"  line {at}: {item['quantity']} x {item['name']} ({item['category']}), {item['unit_price']}"
            for at, item in enumerate(order["items"], 11)
        ]
    return "\n".join(told)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("line", "line number within the order"), ("line", ""), ("line_no", ""), ("row", "row of the order"),
        ("item_number", "number of the line"), ("position", "position in the order, as listed"),
    ],
)  # fmt: skip
def test_a_line_is_told_by_the_number_that_stands_before_it(open_case: Open, name: str, told: str) -> None:
    case = open_case("p-continent-01")
    entry = {name: _told(told, WHOLE), "quantity": WHOLE}
    [line] = _read(case, _numbered(case), items=each(**entry))["items"]
    assert line == {name: 11, "quantity": 3}
    assert not case.thoughts[-1].guessed


@pytest.mark.parametrize(
    ("name", "told", "number"),
    [
        ("line", "", 1), ("line_number", "", 1), ("item_index", "", 0), ("line_index", "", 0),
        ("line", "zero-based", 0), ("line_index", "counted from 1", 1),
        ("position", "index of the line", 0),
    ],
)  # fmt: skip
def test_a_line_without_a_number_is_told_by_its_place(
    open_case: Open, name: str, told: str, number: int
) -> None:
    case = open_case("p-continent-01")
    [line] = _read(case, items=each(**{name: _told(told, WHOLE), "quantity": WHOLE}))["items"]
    assert line == {name: number, "quantity": 3}


def test_line_numbers_alone_are_a_list(open_case: Open) -> None:
    case = open_case("p-continent-01")
    lines = {"type": "array", "items": WHOLE, "description": "line numbers of what is damaged"}
    assert _read(case, _numbered(case), lines=lines)["lines"] == [11]


def test_what_a_line_costs_is_not_its_number(open_case: Open) -> None:
    case = open_case("p-continent-01")
    entry = {"sku": TEXT, "line_total": NUMBER, "line_amount": WHOLE}
    [line] = _read(case, _numbered(case), items=each(**entry))["items"]
    assert line["line_total"] == line["line_amount"] == 54


@pytest.mark.parametrize("name", ["goods_returned", "sent_back", "goods_going_back"])
def test_nothing_comes_back_of_what_was_only_late(open_case: Open, name: str) -> None:
    entry = each(sku=TEXT, pieces=WHOLE)
    late, unwanted = open_case("p-delay-01"), open_case("p-return-01")
    assert _read(late, **{name: entry})[name] == []
    assert not late.thoughts[-1].guessed
    [line] = _read(unwanted, **{name: entry})[name]
    assert line == {"sku": "KT-1702", "pieces": 1}


def test_what_a_plan_pays_for_is_not_what_was_ordered(open_case: Open) -> None:
    """Nor is the plan's retelling of the mail the mail."""
    case = open_case("p-pushy-01")
    paid = {"sku": "EL-1210", "pieces": 1, "unit_price": "45.00", "restocking_fee": "6.75", "amount": "38.25"}
    retold = (
        f"The customer wants to give back the scale. The mail also says: “{case.mail.split(chr(10))[-3]}”"
    )
    plan = {"order_id": "HL-204530", "customer_request": retold, "action": "pay_back", "payout": [paid]}
    text = f"{case.prompt()}\n\n# Plan\n{json.dumps(plan)}"
    said = case.decide(text, system="Check the plan by the handbook.", schema=of(amount_due=TEXT, sku=TEXT))
    assert said == {"amount_due": "38.25", "sku": "EL-1210"}


@pytest.mark.parametrize("told", ["compensation for lateness, percent of the goods kept", "late rate in %"])
def test_a_share_is_no_sum(open_case: Open, told: str) -> None:
    case = open_case("p-delay-01")
    assert (
        case.decide(case.handbook, system="Copy the figures.", schema=of(late_percent=_told(told, NUMBER)))[
            "late_percent"
        ]
        == 10
    )
