"""Answers by their structure: a tool that takes them by any name, how many there are of something, whether
something is there, what the parts of a flag say, chances over values, places in lists.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.deciding.calls import filler
from harness.exchange import Message, OutputFormat, Request, Text, ToolSpec
from tests.exercises.flaky_agent_trace.schemas import each, of

Json = Any
Open = Callable[..., Any]
TEXT, NUMBER, WHOLE, TRUTH = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "boolean"}
MAYBE = {"type": ["string", "null"]}
SORTED: Json = {"type": "string", "enum": ["damage", "late", "return", "other"]}


def _ask(case: Any, text: str = "", /, **fields: Json) -> dict[str, Json]:
    value = case.decide(text or case.mail, system="Read the mail.", schema=of(order_id=MAYBE, **fields))
    assert isinstance(value, dict)
    return value


def _one(case: Any, name: str, part: Json, text: str = "") -> Json:
    said = _ask(case, text, **{name: part})[name]
    assert case.readings[-1].understood, case.readings[-1].why_not
    return said


def _called(case: Any, name: str, schema: Json, choice: str, description: str = "") -> Json:
    tool = ToolSpec(name, description, schema)
    [part] = case.say(case.prompt(), tools=(tool,), tool_choice=choice).parts
    assert part.name == name
    return json.loads(part.arguments)


@pytest.mark.parametrize(
    "name",
    [
        "decide", "emit", "triage", "assign_responsible", "split_requests", "estimate_confidence",
        "record_assessment", "submit_triage", "save_analysis", "classify_ticket", "report_findings",
        "TicketTriage", "ExtractionResult", "print_json", "structured_output", "set_fields", "log_case",
        "classify_email", "analyze_email", "parse_message", "check_policy", "create_ticket",
        "get_order_facts",
    ],
)  # fmt: skip
def test_a_tool_that_has_to_be_called_takes_the_answer_whatever_its_name(open_case: Open, name: str) -> None:
    schema = of(problem=SORTED, quick=TRUTH | {"description": "?"}, products={"type": "array", "items": TEXT})
    del schema["properties"]["quick"]
    schema["required"].remove("quick")
    schema["properties"]["wants_store_credit"] = TRUTH
    schema["required"].append("wants_store_credit")
    for choice in (name, "required"):
        case = open_case("p-desk-03")
        said = _called(case, name, schema, choice)
        assert case.readings[-1].understood
        assert said == {"problem": "return", "products": ["HB-2090"], "wants_store_credit": True}


def test_a_tool_of_which_nothing_is_known_is_not_called_with_made_up_values(open_case: Open) -> None:
    for schema in (of(star_sign=TEXT), of(problem=SORTED, is_left_handed=TRUTH)):
        case = open_case("p-desk-03")
        _called(case, "emit", schema, "emit")
        assert not case.readings[-1].understood


def test_the_only_tool_takes_the_answer_if_it_may_be_left_alone_too_and_does_nothing(open_case: Open) -> None:
    schema = of(problem=SORTED, exact=TRUTH)
    case = open_case("p-desk-03")
    assert _called(case, "triage", schema, "auto") == {"problem": "return", "exact": True}
    assert case.readings[-1].understood
    for name in ("send_sms", "fetch_forecast"):
        case = open_case("p-desk-03")
        case.say(case.prompt(), tools=(ToolSpec(name, "", schema),))
        assert not case.readings[-1].understood


def test_a_tool_beside_others_that_are_known_is_still_what_it_does(open_case: Open) -> None:
    case = open_case("p-desk-03")
    look = ToolSpec("get_order", "", {"type": "object", "properties": {"order_id": TEXT}})
    mine = ToolSpec("emit", "", of(problem=SORTED))
    part = case.say(case.mail, tools=(look, mine), tool_choice="required").parts[-1]
    assert part.name == "get_order"


def test_a_letter_s_arguments_may_be_null(open_case: Open) -> None:
    case = open_case("p-earlier-03")
    told = "Nothing was refunded. escalate(order_id=HL-207060) succeeded."
    schema = of(order_id=MAYBE, amount={"type": ["number", "null"]}, outcome=TEXT, body=TEXT)
    [part] = case.say(
        f"{case.mail}\n\n{told}", tools=(ToolSpec("write_reply", "", schema),), tool_choice="write_reply"
    ).parts
    said = json.loads(part.arguments)
    assert said["order_id"] == "HL-207060"
    assert said["body"]
    assert said["amount"] is None


@pytest.mark.parametrize(
    ("names", "scroll", "desk"),
    [
        (
            "number_of_requests n_requests requestCount request_count how_many_requests num_open_requests",
            1, 1,
        ),
        ("number_of_open_requests open_request_count requests_open total_requests", 1, 1),
        ("number_of_orders order_count n_orders_mentioned orders_mentioned_count numOrders", 2, 1),
        ("total_orders number_of_distinct_orders", 2, 1),
        ("affected_order_count orders_affected_count num_requested_orders", 1, 1),
        ("message_count n_messages number_of_messages_in_thread thread_length mails_in_thread", 3, 1),
        ("settled_order_count number_of_settled_orders n_closed_orders", 1, 0),
    ],
)  # fmt: skip
def test_how_many_there_are_is_told_of_whatever_has_a_list(
    open_case: Open, names: str, scroll: int, desk: int
) -> None:
    for name in names.split():
        assert _one(open_case("p-scroll-01"), name, WHOLE) == scroll, name
        assert _one(open_case("p-desk-04"), name, WHOLE) == desk, name
    for name in ("letter_count", "attachment_count", "number_of_children", "item_number", "policy_section"):
        case = open_case("p-scroll-01")
        _ask(case, **{name: WHOLE})
        assert not case.readings[-1].understood


def test_a_count_goes_with_the_state_that_its_name_gives(open_case: Open) -> None:
    entries = each(issue=TEXT, state={"type": "string", "enum": ["open", "settled"]})
    said = _ask(
        open_case("p-scroll-01"), requests=entries, number_of_open_requests=WHOLE, settled_count=WHOLE,
        others=each(order_id=TEXT, score=NUMBER),
    )  # fmt: skip
    states = [entry["state"] for entry in said["requests"]]
    assert said["number_of_open_requests"] == states.count("open") == 1
    assert said["settled_count"] == states.count("settled") == 1


@pytest.mark.parametrize(
    ("name", "scroll", "desk"),
    [
        ("multiple_messages", True, False), ("multiple_requests", False, False),
        ("has_several_items", False, True), ("single_item", True, False),
        ("more_than_one_request", False, False), ("has_open_requests", True, True),
        ("is_single_request", True, True),
    ],
)  # fmt: skip
def test_whether_there_are_several(open_case: Open, name: str, scroll: bool, desk: bool) -> None:
    for id, expected in (("p-scroll-01", scroll), ("p-desk-04", desk)):
        case = open_case(id)
        assert _one(case, name, TRUTH, case.prompt()) is expected


@pytest.mark.parametrize(
    ("name", "turned"),
    [
        ("has_order_number", False), ("order_id_present", False), ("hasOrderId", False),
        ("order_number_given", False), ("mentions_order_number", False), ("order_number_in_mail", False),
        ("contains_order_id", False), ("customer_gave_order_number", False), ("order_id_provided", False),
        ("has_order_reference", False), ("includes_order_number", False), ("order_number_stated", False),
        ("no_order_number", True), ("order_number_missing", True), ("lacks_order_id", True),
        ("without_order_number", True), ("missing_order_number", True),
    ],
)  # fmt: skip
def test_whether_the_mail_gives_an_order_s_number(open_case: Open, name: str, turned: bool) -> None:
    """It is the mail that has it or not, whatever order can be found in what stands beside it."""
    case = open_case("p-return-01")
    assert _one(case, name, TRUTH) is not turned
    without = case.mail.replace("HL-204173", "my order")
    orders = f"{without}\n\nOrders:\n{json.dumps(case.orders)}"
    for text in (without, orders):
        assert _one(open_case("p-return-01"), name, TRUTH, text) is turned


def test_whether_other_things_are_there_is_told_of_what_is_read(open_case: Open) -> None:
    case = open_case("p-desk-04")
    dateless = case.mail.replace("was due last Thursday and", "is late")
    for name in ("promised_date_known", "has_sku"):
        assert _one(open_case("p-desk-04"), name, TRUTH, dateless) is False
    assert _one(open_case("p-desk-04"), "promised_date_known", TRUTH) is True
    assert _one(case, "promised_date_known", TRUTH, case.prompt()) is True
    assert _one(case, "has_sku", TRUTH, case.mail.replace("tins", "tins (KB-4110)")) is True
    for name in ("has_star_sign", "reasoning_present", "has_shoe_size"):
        _ask(case, **{name: TRUTH})
        assert not case.readings[-1].understood


def test_a_value_stands_beside_whether_it_is_there(open_case: Open) -> None:
    case = open_case("p-return-01")
    part = of(given=TRUTH, value=MAYBE)
    assert _one(case, "order_number", part) == {"given": True, "value": "HL-204173"}
    without = case.mail.replace("HL-204173", "my order")
    assert _one(open_case("p-return-01"), "order_number", part, without)["given"] is False


def test_a_letter_s_own_contents_are_not_the_mail_s(open_case: Open) -> None:
    case = open_case("p-return-01")
    _ask(case, subject=TEXT, body=TEXT, mentions_amount=TRUTH)
    assert not case.readings[-1].understood


FLAG = of(hit=TRUTH, evidence=MAYBE)


@pytest.mark.parametrize("leaf", ["hit", "flag", "triggered", "raised", "is_set", "fired"])
def test_the_part_of_a_flag_says_what_the_flag_says(open_case: Open, leaf: str) -> None:
    part = of(**{leaf: TRUTH, "evidence": MAYBE, "confidence": NUMBER})
    flags = ("several_orders", "open_chargeback", "is_gift", "insists_on_store_credit")
    case = open_case("p-desk-03")
    said = _ask(case, case.prompt(), **dict.fromkeys(flags, part))
    assert case.readings[-1].understood
    assert {flag: said[flag][leaf] for flag in flags} == dict.fromkeys(flags[:3], False) | {flags[3]: True}
    assert "credit in your shop" in said["insists_on_store_credit"]["evidence"]
    assert said["open_chargeback"]["evidence"] is None
    disputed = case.prompt().replace('"chargeback": "none"', '"chargeback": "open"')
    assert disputed != case.prompt()
    assert _ask(open_case("p-desk-03"), disputed, open_chargeback=part)["open_chargeback"][leaf] is True
    case = open_case("p-desk-03")
    _ask(case, star_sign=part)
    assert not case.readings[-1].understood


def test_a_list_over_flags_has_each_with_whether_it_holds_or_those_that_do(open_case: Open) -> None:
    options = ["several_orders", "open_chargeback", "legal_threat", "insists_on_store_credit"]
    enum = {"type": "string", "enum": options}
    case = open_case("p-desk-03")
    rows = _one(case, "screening", each(rule=enum, present=TRUTH, quote=MAYBE), case.prompt())
    assert [(row["rule"], row["present"]) for row in rows] == [
        ("several_orders", False), ("open_chargeback", False), ("legal_threat", False),
        ("insists_on_store_credit", True),
    ]  # fmt: skip
    assert rows[0]["quote"] is None
    assert "credit" in rows[3]["quote"]
    assert _one(case, "hits", {"type": "array", "items": enum}, case.prompt()) == options[3:]
    unknown = {"type": "string", "enum": ["is_gift", "whole_order", "is_left_handed"]}
    _ask(case, hits={"type": "array", "items": unknown})
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    "names",
    [
        ("p_refund", "p_deny", "p_escalate", "p_need_info"),
        ("prob_refund", "prob_deny", "prob_escalate", "prob_need_info"),
        ("refundProbability", "denyProbability", "escalateProbability", "needInfoProbability"),
    ],
)
def test_chances_over_the_values_of_a_decision_sum_to_one(open_case: Open, names: tuple[str, ...]) -> None:
    for id, best in (("p-desk-03", 2), ("p-desk-04", 1)):
        case = open_case(id)
        said = _ask(case, case.prompt(), **dict.fromkeys(names, NUMBER))
        assert case.readings[-1].understood
        assert max(names, key=lambda name: said[name]) == names[best]
        assert sum(said[name] for name in names) == pytest.approx(1)


def test_chances_may_stand_in_an_object_of_their_own(open_case: Open) -> None:
    case = open_case("p-desk-04")
    parts = dict.fromkeys(("changed_mind", "not_arrived", "damaged", "other"), NUMBER)
    said = _one(case, "category_scores", of(**parts))
    assert max(said, key=lambda name: said[name]) == "not_arrived"
    assert sum(said.values()) == pytest.approx(1)


def test_entries_are_numbered_and_known_by_what_they_hold(open_case: Open) -> None:
    part = each(no=WHOLE, order_nr=MAYBE, status={"type": "string", "enum": ["open", "done"]}, issue=TEXT)
    for name in ("requests", "parts", "topics"):
        rows = _one(open_case("p-scroll-01"), name, part)
        assert [(row["no"], row["order_nr"], row["status"]) for row in rows] == [
            (1, "HL-212090", "open"), (2, "HL-211860", "done"),
        ]  # fmt: skip
    rows = _one(open_case("p-scroll-01"), "requests", each(index=WHOLE, issue=TEXT))
    assert [row["index"] for row in rows] == [0]


def test_days_and_the_limit_beside_them(open_case: Open) -> None:
    case = open_case("p-return-02")
    said = _ask(case, case.prompt(), day=WHOLE, limit=WHOLE, clause=TEXT)
    assert (said["day"], said["limit"]) == (34, 30)
    swapped = case.prompt().replace("2026-09-10", "2026-09-14")
    assert _ask(open_case("p-return-02"), swapped, day=WHOLE, limit=WHOLE, clause=TEXT)["day"] == 30
    case = open_case("p-return-02")
    assert _ask(case, case.prompt(), day=TEXT)["day"] == ""


@pytest.mark.parametrize(
    "name", ["exact", "exact_match", "number_matches", "matched_by_number", "order_number_exact"]
)
def test_whether_the_order_has_the_number_that_was_given(open_case: Open, name: str) -> None:
    case = open_case("p-names-01")
    assert _one(case, name, TRUTH, case.prompt()) is False
    right = case.prompt().replace("HL-211049", "HL-211490")
    assert _one(open_case("p-names-01"), name, TRUTH, right) is True


def test_who_has_the_next_step_and_whether_another_should_look(open_case: Open) -> None:
    who = {"type": "string", "enum": ["agent", "desk", "customer_must_answer"]}
    for id, expected in (("p-desk-03", "desk"), ("p-desk-04", "agent")):
        case = open_case(id)
        said = _ask(case, case.prompt(), responsible=who, ask_larger_model=TRUTH, weakest_point=TEXT)
        assert said["responsible"] == expected
        assert said["ask_larger_model"] is False
        assert said["weakest_point"]


def test_earlier_refunds_are_listed_and_counted_as_the_record_has_them(open_case: Open) -> None:
    case = open_case("p-desk-03")
    paid = json.dumps([{"amount": "5.00", "on": "2026-09-27", "sku": "HB-0330", "reason": "scratch"}])
    asked = {"previous_refunds": each(amount=NUMBER, date=TEXT), "number_of_earlier_refunds": WHOLE}
    said = _ask(case, case.prompt(), **asked)
    assert (said["previous_refunds"], said["number_of_earlier_refunds"]) == ([], 0)
    before = case.prompt().replace('"refunds": []', f'"refunds": {paid}')
    assert before != case.prompt()
    said = _ask(open_case("p-desk-03"), before, **asked)
    assert said["previous_refunds"] == [{"amount": 5.0, "date": "2026-09-27"}]
    assert said["number_of_earlier_refunds"] == 1


@pytest.mark.parametrize(
    "part",
    [
        {"enum": [["a"], ["b"]]}, {"enum": "abc"}, {"enum": [{"a": 1}, None]}, {"const": ["x"]}, {"type": []},
        {"type": [["a"]]}, {"type": 5}, {"type": ["array", "null"]}, {"type": "array", "items": [TEXT, TEXT]},
        {"type": "array", "items": True}, {"anyOf": []}, {"anyOf": [{"anyOf": [TEXT, None]}, True]}, True,
        {"$ref": "#"}, {"$ref": 5}, {"$ref": "#/$defs/nothing"}, {"allOf": [{"properties": []}, 5]},
        {"type": "object", "patternProperties": {"^x": TEXT}}, {"type": "object", "properties": {"a": True}},
        {"type": "object", "properties": None, "required": "a"}, {"type": "number", "minimum": "a"},
        {"type": "string", "minLength": "x", "maxLength": None, "description": ["a"]},
        {"type": "array", "prefixItems": [TEXT], "items": False, "minItems": "1"}, {"not": {}},
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("name", ["emit", "write_reply", "issue_refund", "escalate_case", ""])
def test_no_schema_breaks_the_model(open_case: Open, name: str, part: Json) -> None:
    case = open_case("p-desk-03")
    schema = {"type": "object", "properties": {"order_id": part, "issue": part, "odd": part}}
    schema["required"] = ["order_id", "odd"]
    messages = (Message("user", (Text(case.prompt()),)),)
    if name:
        request = Request("m", messages, tools=(ToolSpec(name, "", schema),), tool_choice=name)
    else:
        request = Request("m", messages, output=OutputFormat("answer", schema, strict=True))
    assert case.ask(request).parts


def test_an_argument_that_may_be_null_is_null_where_nothing_is_known() -> None:
    """However a strict schema says it: an empty string would be none of its types."""
    number: dict[str, Any] = {"type": "integer"}
    assert filler({"anyOf": [number, {"type": "null"}]}) is None
    assert filler({"oneOf": [number, {"type": "null"}]}) is None
    assert filler({"type": ["integer", "null"]}) is None
    assert filler({"anyOf": [number, {"type": "string"}]}) == 0
    assert filler({"type": ["integer", "string"]}) == 0
