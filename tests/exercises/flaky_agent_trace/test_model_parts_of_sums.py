"""Fields told by their descriptions: parts of a sum, lists that may be empty, goods left open, verdicts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, OutputFormat, Request, Text

Json = Any
Open = Callable[..., Any]
DAMAGED, LATE, OPENED, WHOLE, OPEN = (
    "p-damaged-01", "p-delay-01", "p-opened-01", "p-sale-01", "p-regular-02",
)  # fmt: skip
PIECES = {
    "type": "object",
    "properties": {"sku": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["sku", "count"],
}


def filled(case: Any, **properties: Json) -> dict[str, Json]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    reply = case.say(
        case.prompt(), system="Settle the mail.", output=OutputFormat("sheet", schema, strict=True)
    )
    found: dict[str, Json] = json.loads(reply.text)
    return found


def number(described: str) -> Json:
    return {"type": "number", "description": described}


def flag(described: str) -> Json:
    return {"type": "boolean", "description": described}


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("postage", "the shipping fee if it goes back as well, else 0"),
        ("delivery_charge", "How much of the delivery cost is refunded."),
        ("shipping", "whatever of the shipping costs we pay back"),
        ("carriage", "Refund of the postage"),
        ("part_two", "the part of the shipping fee that is returned to the customer"),
    ],
)
def test_shipping_that_goes_back_is_not_the_fee(open_case: Open, name: str, described: str) -> None:
    case = open_case(DAMAGED)
    assert filled(case, total=number("what is paid"), **{name: number(described)})[name] == 0


def test_the_fee_stays_the_fee(open_case: Open) -> None:
    case = open_case(DAMAGED)
    found = filled(case, total=number("what is paid"), postage=number("the shipping fee of the order"))
    assert found["postage"] == 3.95


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("for_lateness", "what we pay for the delay, else 0"),
        ("extra", "compensation for a late parcel"),
        ("delay_money", "the sum for late delivery, 0 where there is none"),
    ],
)
@pytest.mark.parametrize(("id", "due"), [(LATE, 14.35), (DAMAGED, 0)])
def test_what_is_paid_for_a_delay_is_a_sum(
    open_case: Open, name: str, described: str, id: str, due: float
) -> None:
    assert filled(open_case(id), total=number("what is paid"), **{name: number(described)})[name] == due


@pytest.mark.parametrize("name", ["take_off", "deducted", "x"])
def test_what_comes_off_a_line(open_case: Open, name: str) -> None:
    told = {"type": "string", "description": "what is taken off this line, 0.00 if nothing"}
    fields: dict[str, Json] = {"sku": {"type": "string"}, "count": {"type": "integer"}, name: told}
    line = {"type": "object", "properties": fields}
    found = filled(open_case(OPENED), total=number("paid"), lines={"type": "array", "items": line})
    assert [entry[name] for entry in found["lines"]] == ["12.74"]


@pytest.mark.parametrize(
    "described",
    [
        "The goods they want money for. Every line for a whole order; empty for late parcels and goodwill.",
        "Affected articles, [] if the complaint is that it came late",
        "Goods that go back. Leave it empty when it is about a delay.",
    ],
)
def test_a_list_is_empty_for_what_it_is_said_to_be_empty_for(open_case: Open, described: str) -> None:
    goods = {"type": "array", "items": PIECES, "description": described}
    assert filled(open_case(LATE), goods=goods)["goods"] == []
    assert filled(open_case(DAMAGED), goods=goods)["goods"] == [{"sku": "KD-3307", "count": 2}]


@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("goods_open", "True if it stays unclear which articles of the order they mean."),
        ("q", "Whether or not the order is clear: does the mail leave open which of its items is meant?"),
        ("vague", "True if the mail fails to say which of several products it is about."),
        ("items_unspecified", "True if the order is clear or not, but you cannot tell which item."),
    ],
)
def test_goods_that_are_named_are_not_left_open(open_case: Open, name: str, described: str) -> None:
    assert filled(open_case(DAMAGED), **{name: flag(described)})[name] is False


def test_an_order_that_is_open_still_is(open_case: Open) -> None:
    told = flag("True if it is not clear which order is meant.")
    assert filled(open_case(OPEN), vague=told)["vague"] is True
    assert filled(open_case(DAMAGED), vague=told)["vague"] is False


@pytest.mark.parametrize(
    "described", ["how the sum is worked out, such as 3 x 5.00", "How the refund comes about, in figures"]
)
def test_how_a_sum_is_worked_out(open_case: Open, described: str) -> None:
    told = {"type": "string", "description": described}
    assert "2 x 14.30" in filled(open_case(DAMAGED), total=number("paid"), in_figures=told)["in_figures"]


DECISION = "<decision>\noutcome: {}\norder: HL-202913\namount: {}\nreason: {}\n</decision>"
AUDIT = "You audit what our program is about to do: the handbook, the order and the mail are below.\n\n"


@pytest.mark.parametrize(
    ("form", "yes", "no"),
    [
        ("Answer as <finding>AGREE or OBJECT</finding><why>what is wrong</why>", "AGREE", "OBJECT"),
        ("Answer:\n<verdict>AGREE|OBJECT</verdict>\n<objection>what is wrong</objection>", "AGREE", "OBJECT"),
        ('Answer as JSON: {"verdict": "UPHOLD" or "DISPUTE", "why": "..."}', "UPHOLD", "DISPUTE"),
    ],
)
def test_a_reviewer_agrees_or_objects(open_case: Open, form: str, yes: str, no: str) -> None:
    for decided, said in (("refunded", yes), ("denied", no)):
        case = open_case(DAMAGED)
        sum = "28.60 GBP" if decided == "refunded" else "none"
        text = case.say(
            f"{case.prompt()}\n\n{DECISION.format(decided, sum, 'D-1')}", system=AUDIT + form
        ).text
        assert said in text
        assert (no if said == yes else yes) not in text


OPTIONS = [
    """JSON with the keys ruling and total. ruling is one of pay (money is due), no (nothing is due), \
desk (people decide) or ask (we have to ask the customer).""",
    """A JSON object: `ruling` is one of pay (money is due), no (nothing is), desk (people), \
ask (a question); `total` the sum.""",
    """JSON keys: ruling, total. ruling: one of
- pay: money is due
- no: nothing is due
- desk: people
- ask: a question to the customer""",
]


@pytest.mark.parametrize("form", OPTIONS)
@pytest.mark.parametrize(("id", "due"), [(DAMAGED, "pay"), ("p-return-02", "no"), ("p-desk-01", "desk")])
def test_only_an_option_that_is_offered_is_given(open_case: Open, form: str, id: str, due: str) -> None:
    case = open_case(id)
    said = case.say(f"{case.prompt()}\n\nReply with {form}", system="You settle mails.").text
    assert json.loads(said)["ruling"] == due


def test_a_type_is_no_option(open_case: Open) -> None:
    case = open_case(DAMAGED)
    form = "interface Answer { verdict: 'pay' | 'no' | 'ask'; order: string | null; total: string }"
    said = case.say(f"{case.prompt()}\n\nReturn JSON:\n{form}", system="You settle mails.").text
    assert json.loads(said)["order"] == "HL-202913"


def test_a_check_of_the_answers_own_parts_says_no_sum(open_case: Open) -> None:
    case = open_case(DAMAGED)
    schema = {
        "type": "object",
        "properties": {"action": {"type": "string", "enum": ["refund", "deny"]}, "total": {"type": "number"}},
    }
    said = '{"action": "refund", "total": 28.6}'
    asked = (
        Message("user", (Text(case.prompt()),)),
        Message("assistant", (Text(said),)),
        Message("user", (Text("Your lines add up to 32.55, but `total` says 28.60. Which is right?"),)),
    )
    reply = case.ask(Request("m", asked, output=OutputFormat("a", schema, strict=True)))
    assert json.loads(reply.text)["total"] == 28.6
