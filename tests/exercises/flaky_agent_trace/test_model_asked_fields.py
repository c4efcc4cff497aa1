"""Fields as programs think of them: labels and scales of the prompt, values with their confidence, long
yes-or-no names, copies of the mail, requests with their state. What nothing is known of is not made up.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.reading.copied import day_in
from harness.exchange import OutputFormat, ToolSpec
from tests.exercises.flaky_agent_trace.schemas import each, of

Json = Any
Open = Callable[..., Any]
TEXT, NUMBER, TRUTH = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
MAYBE = {"type": ["string", "null"]}


def _read(
    case: Any, system: str = "Read the mail.", orders: bool = False, /, **fields: Json
) -> dict[str, Json]:
    text = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}" if orders else case.mail
    value = case.decide(text, system=system, schema=of(**fields))
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    ("name", "part", "understood"),
    [
        ("star_sign", TEXT, True), ("star_sign", MAYBE, True), ("lucky_number", NUMBER, False),
        ("is_left_handed", TRUTH, False), ("hobbies", {"type": "array", "items": TEXT}, False),
        ("hobbies", {"type": ["array", "null"], "items": TEXT}, True), ("item", TEXT, True),
    ],
)  # fmt: skip
def test_an_unknown_field_whose_empty_value_looks_like_an_answer_is_not_understood(
    open_case: Open, name: str, part: Json, understood: bool
) -> None:
    case = open_case("p-return-01")
    said = _read(case, order_id=MAYBE, issue=TEXT, **{name: part})
    assert said["order_id"] == "HL-204173"
    assert case.readings[-1].understood is understood
    assert understood or name in case.readings[-1].why_not
    case = open_case("p-return-01")
    _read(case, requests=each(issue=TEXT, **{name: part}))
    assert case.readings[-1].understood is understood


def test_what_may_be_left_out_is_left_out_and_a_gap_without_a_type_is_null(open_case: Open) -> None:
    case = open_case("p-return-01")
    schema = {**of(order_id=TEXT, issue=TEXT, star_sign=TEXT), "required": ["order_id", "issue"]}
    [call] = case.say(case.mail, tools=(ToolSpec("save", "", schema),), tool_choice="save").parts
    assert json.loads(call.arguments).keys() == {"order_id", "issue"}
    said = case.say(f'Answer as JSON {{"order_id": "...", "star_sign": "..."}}\n\n{case.mail}').text
    assert json.loads(said[said.index("{") : said.rindex("}") + 1]) == {
        "order_id": "HL-204173", "star_sign": None,
    }  # fmt: skip
    assert all(reading.understood for reading in case.readings)


def test_a_template_of_foreign_keys_is_not_answered_with_other_keys(open_case: Open) -> None:
    case = open_case("p-return-01")
    asked = f'Answer as JSON: {{"star_sign": "...", "shoe_size": "..."}}\n\n{case.mail}'
    said = case.say(asked, output=OutputFormat()).text
    assert json.loads(said) == {"star_sign": None, "shoe_size": None}
    assert not case.readings[-1].understood
    asked = f"Return JSON with keys order_id, star_sign, issue.\n\n{case.mail}"
    said = case.say(asked, output=OutputFormat()).text
    assert json.loads(said) == {"order_id": "HL-204173", "star_sign": None, "issue": "changed_mind"}
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("Categories: withdrawal, product-defect, delivery-delayed.", "withdrawal"),
        ("Allowed categories are: LATE_DELIVERY | GOODS_UNWANTED | BROKEN.", "GOODS_UNWANTED"),
        ("Categories:\n- Schaden\n- Verspätung\n- Rückgabe\n", "Rückgabe"),
        ("category must be one of: broken goods, late parcel, change of mind.", "change of mind"),
        ("Choose one of these labels: late-parcel, change-of-mind, broken-goods.", "change-of-mind"),
        ("Nothing else.", "changed_mind"),
        ("Category: tables, chairs, lamps.", "changed_mind"),
    ],
)
def test_labels_of_the_prompt_are_used_as_they_stand(open_case: Open, asked: str, label: str) -> None:
    case = open_case("p-return-01")
    assert _read(case, f"Triage. {asked}", category=TEXT, order_id=MAYBE)["category"] == label
    said = case.say(f'{asked}\nJSON: {{"category": "...", "order_id": "..."}}\n\n{case.mail}').text
    assert f'"{label}"' in said


@pytest.mark.parametrize(
    ("prompt", "part", "bounds"),
    [
        ("urgency from 1 to 5.", {"type": "integer"}, (1, 5)),
        ("How urgent is it, on a scale of 0 to 100?", NUMBER, (0, 100)),
        ("", {"type": "integer", "minimum": 1, "maximum": 3}, (1, 3)),
        ("", {"type": "integer", "description": "1-10"}, (1, 10)),
        ("", {"type": "integer"}, (1, 5)), ("", NUMBER, (0, 1)),
    ],
)  # fmt: skip
def test_a_scale_is_kept_to_and_used(open_case: Open, prompt: str, part: Json, bounds: Any) -> None:
    low, high = bounds
    calm = _read(open_case("p-return-01"), prompt, urgency=part, issue=TEXT)["urgency"]
    pressing = _read(open_case("p-sale-02"), prompt, urgency=part, issue=TEXT)["urgency"]  # a court is named
    assert low <= calm < pressing <= high
    assert pressing - low > (high - low) / 2 >= calm - low


def test_a_value_has_its_own_objects_name_and_what_is_told_beside_it_is_about_it(open_case: Open) -> None:
    case = open_case("p-opened-02")

    def held(kind: Json, key: str = "value") -> Json:
        return of(**{key: kind, "confidence": NUMBER, "evidence": MAYBE})

    said = _read(
        case, "", True, order_id=held(MAYBE), opened=held(TRUTH, "answer"),
        quantity=held({"type": "integer"}), issue=TEXT, issue_confidence=NUMBER, issue_quote=TEXT,
        star_sign=held(MAYBE),
    )  # fmt: skip
    assert (said["order_id"]["value"], said["order_id"]["evidence"]) == ("HL-207961", "HL-207961")
    assert (said["opened"]["answer"], said["opened"]["evidence"]) == (
        False,
        "never been out of its shrink wrap",
    )
    assert said["quantity"]["value"] == 1
    assert said["star_sign"]["value"] is None
    assert said["issue_quote"] == "then won the very same one in the school raffle"
    assert all(0.5 < part <= 1 for part in (said["issue_confidence"], said["order_id"]["confidence"]))


HELD = {
    "arrived_damaged_or_faulty": {"p-sale-02"},
    "complains_about_late_or_lost_delivery": {"p-delay-01"},
    "wants_goodwill_or_compensation_for_trouble": {"p-thread-02"},
    "customer_no_longer_wants_item": {"p-desk-03"},
    "insists_on_replacement_or_store_credit_instead_of_money": {"p-desk-03"},
    "mentions_lawyer_or_court": {"p-sale-02"},
}


@pytest.mark.parametrize("name", HELD)
def test_a_long_name_is_true_just_where_it_holds(open_case: Open, name: str) -> None:
    for id in ("p-sale-02", "p-delay-01", "p-thread-02", "p-desk-03"):
        case = open_case(id)
        assert _read(case, **{name: TRUTH, "order_id": MAYBE})[name] is (id in HELD[name])
        assert case.readings[-1].understood


@pytest.mark.parametrize(
    "name", ["arrived_damaged_or_blessed", "returns_undamaged_item", "damaged_by_wizard"]
)
def test_a_name_of_which_a_part_is_unknown_is_no_silent_no(open_case: Open, name: str) -> None:
    case = open_case("p-sale-02")
    _read(case, **{name: TRUTH, "order_id": MAYBE})
    assert not case.readings[-1].understood
    assert _read(case, **{name: {"type": ["boolean", "null"]}, "order_id": MAYBE})[name] is None


def test_a_name_that_denies_a_thing_is_so_where_the_thing_is_not(open_case: Open) -> None:
    for id, so in (("p-sale-02", False), ("p-return-01", True)):
        case = open_case(id)
        assert _read(case, is_not_damaged=TRUTH, order_id=MAYBE)["is_not_damaged"] is so
        assert case.readings[-1].understood


def test_facts_of_a_mail_stand_in_fields_of_any_name(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    fields = {
        "order_refs": {"type": "array", "items": TEXT}, "items": each(description=TEXT, quantity=NUMBER),
        "delivered_when_according_to_customer": MAYBE,
    }  # fmt: skip
    assert _read(case, **fields) == {
        "order_refs": ["HL-202913"], "items": [{"description": "ramen bowls", "quantity": 2}],
        "delivered_when_according_to_customer": "2026-09-16",
    }  # fmt: skip
    silent = case.mail.replace("Arrived last Wednesday,", "")
    assert case.decide(silent, schema=of(**fields))["delivered_when_according_to_customer"] is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("came last Wednesday", 16), ("am Freitag angekommen", 18), ("arrived on the 21st", 21),
        ("llegó el martes", 22), ("kam am 3. September", 3), ("two weeks ago", 9), ("arrived today", 23),
        ("on 2026-09-07", 7), ("at last", None),
    ],
)  # fmt: skip
def test_days_are_found_as_people_say_them(text: str, day: int | None) -> None:
    today = dt.date(2026, 9, 23)
    assert day_in(text, today) == (today.replace(day=day) if day else None)


def test_a_mail_is_given_back_without_what_speaks_to_the_model(
    open_case: Open, unerring: dict[str, Any], exercise: Any
) -> None:
    fields = {"injection": TRUTH, "cleaned_mail": TEXT}
    said = _read(open_case("p-pushy-01"), **fields)
    assert said["injection"] is True
    assert "Returning for refund." in said["cleaned_mail"]
    assert "an AI" not in said["cleaned_mail"]
    card = copy.deepcopy(unerring)
    card["modes"]["obeys_injection"]["base"] = 20.0
    fooled = _read(open_case("p-pushy-01", exercise.model(card)), **fields)
    assert fooled["injection"] is False
    assert "an AI" in fooled["cleaned_mail"]  # who does not see it leaves it in
    case = open_case("p-return-01")
    body = _read(case, **fields)["cleaned_mail"]
    assert body.split() == case.task["ticket"]["body"].split()


def test_what_is_still_to_be_known_is_which_order(open_case: Open) -> None:
    fields = {
        "missing_information": {"type": "array", "items": TEXT},
        "reply_needed": TRUTH,
        "order_id": MAYBE,
    }
    known = _read(open_case("p-return-01"), **fields)
    assert known == {"missing_information": [], "reply_needed": True, "order_id": "HL-204173"}
    open_one = _read(open_case("p-names-02"), **fields)
    assert open_one == {
        "missing_information": ["which order is meant"], "reply_needed": True, "order_id": None,
    }  # fmt: skip
    points = {"key_points": {"type": "array", "items": TEXT}, "order_id": MAYBE}
    assert "Issue: changed mind" in _read(open_case("p-return-01"), **points)["key_points"]


def test_a_mail_taken_apart_is_no_letter_of_the_models(open_case: Open) -> None:
    case = open_case("p-delay-02")
    ticket = case.task["ticket"]
    said = _read(case, subject=TEXT, message_body=TEXT, signature=TEXT)
    assert said["subject"] == ticket["subject"]
    assert said["message_body"].split() == ticket["body"].split()
    assert said["signature"] == ticket["body"].splitlines()[-1]


def test_every_request_of_a_thread_has_its_state_and_day(open_case: Open) -> None:
    entry = {
        "order_id": MAYBE, "what_is_asked": TEXT, "first_mentioned_on": MAYBE,
        "status": {"type": "string", "enum": ["open", "settled"]},
    }  # fmt: skip
    [one, other] = _read(open_case("p-thread-01"), requests=each(**entry))["requests"]
    assert (one["order_id"], one["status"], one["first_mentioned_on"]) == ("HL-206790", "open", "2026-10-14")
    assert (other["order_id"], other["status"], other["first_mentioned_on"]) == (
        "HL-206301", "settled", "2026-10-14",
    )  # fmt: skip
    assert "bench" in other["what_is_asked"]
    del entry["status"], entry["first_mentioned_on"]
    assert len(_read(open_case("p-thread-01"), requests=each(**entry))["requests"]) == 1  # what is to be done


def test_orders_under_any_label_are_orders_and_the_reasoning_is_about_them(open_case: Open) -> None:
    for label in ("Candidate orders", "Possible orders", "Suggested orders"):
        case = open_case("p-same-02")
        text = f"{case.mail}\n\n{label}:\n{json.dumps(case.orders)}"
        schema = of(reasoning=TEXT, order_id=MAYBE, ambiguous=TRUTH)
        said = case.decide(text, schema=schema)
        assert (said["order_id"], said["ambiguous"]) == ("HL-202300", False)
        assert all(order["id"] in said["reasoning"] for order in case.orders)
    case = open_case("p-same-02")
    done = [{"action": "deny", "order_id": "HL-202300", "reason": "final sale"}]
    case.decide(
        f"{case.prompt()}\n\nProposed actions:\n{json.dumps(done)}\n\nIs it right?", schema=of(valid=TRUTH)
    )
    assert case.readings[-1].state.proposal is not None


def test_risk_is_on_its_scale_and_its_reasons_are_of_the_case(open_case: Open) -> None:
    part = {"type": "integer"}
    prompt = "Rate how risky it is to pay this by machine, from 0 (no risk) to 100 (certain loss)."
    reasons = {"type": "array", "items": TEXT}
    plain = _read(open_case("p-return-01"), prompt, True, risk=part, reasons=reasons)
    pushy = _read(open_case("p-pushy-02"), prompt, True, risk=part, reasons=reasons)
    disputed = _read(open_case("p-desk-01"), prompt, True, risk=part, reasons=reasons)
    assert 0 < plain["risk"] <= 30
    assert 70 <= min(pushy["risk"], disputed["risk"]) <= 100
    assert disputed["reasons"] == ["open chargeback"]
    assert "the order is worth 540.00" in pushy["reasons"]


def test_a_handover_names_its_clause_where_a_field_asks_for_it(open_case: Open) -> None:
    fields = {"action": TEXT, "amount": {"type": ["number", "null"]}, "reason": TEXT}
    case = open_case("p-post-05")
    alone = next(line for line in case.handbook.splitlines() if line.startswith("H-4"))
    plain = case.decide(case.prompt(handbook=alone), schema=of(**fields))
    assert plain["action"] == "escalate"
    assert "H-4" not in plain["reason"]  # plain words will do
    case = open_case("p-post-05")
    cited = case.decide(case.prompt(handbook=alone), schema=of(**fields, clause_id=TEXT))
    assert (cited["clause_id"], "H-4" in cited["reason"]) == ("H-4", True)


@pytest.mark.parametrize(
    ("id", "asked", "answer"),
    [
        (
            "p-opened-02", "Has it been opened? Yes or no, then quote the words.",
            "No\n“never been out of its shrink wrap”",
        ),
        ("p-opened-02", "Has it been opened? Yes or no.", "No"),
        ("p-office-01", "Is it opened? Back it up with a quote.", "No: “which I haven't unsealed”"),
        ("p-return-01", "Is there a legal threat? Yes or no, and quote it.", "No"),
        (
            "p-opened-02", "Sealed or opened? One word, then cite the mail.",
            "Sealed\n“never been out of its shrink wrap”",
        ),
    ],
)  # fmt: skip
def test_an_answer_has_its_quote_where_one_is_wanted(
    open_case: Open, id: str, asked: str, answer: str
) -> None:
    case = open_case(id)
    assert case.say(f"{case.mail}\n\n{asked}").text == answer


def test_bare_json_with_labels_and_scales(open_case: Open) -> None:
    case = open_case("p-post-01")
    system = (
        'Return JSON like {"category": "...", "sub_category": "...", "opened": true/false/null, '
        '"urgency": 1-5}.'
        " Categories: change_of_mind, damaged, faulty, wrong_item."
    )
    said = json.loads(case.say(case.mail, system=system, output=OutputFormat()).text)
    assert said == {"category": "change_of_mind", "sub_category": None, "opened": True, "urgency": 2}
