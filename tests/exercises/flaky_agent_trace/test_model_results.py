"""What was done, as results and records show it, and fields that hang together: one agrees with the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import ToolSpec
from harness.simulation.calling.results import standing
from tests.exercises.flaky_agent_trace.schemas import each, of

Json = Any
Open = Callable[..., Any]
TEXT, NUMBER, TRUTH = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
MAYBE, SUM = {"type": ["string", "null"]}, {"type": ["number", "null"]}


def _booked(case: Any, amount: str, left: str) -> str:
    due = case.scenario.expected["outcomes"][0]
    said = {"refund_id": "rf_0f1e2d3c4b5a", "order_id": due["order"], "amount": amount}
    return json.dumps({**said, "currency": due["currency"], "status": "succeeded", "refundable": left})


# What was paid


@pytest.mark.parametrize("name", ["amount_paid", "total_paid", "actual_refund", "paid"])
@pytest.mark.parametrize(
    ("told", "paid"),
    [
        ("{booked}", 72.21),
        ("HTTP 504\n\n{booked}", 108.95),
        ('{{"error": {{"message": "72.21 is more than the 41.64 EUR left to refund"}}}}', 72.21),
    ],
)  # fmt: skip
def test_what_was_paid_is_read_from_the_results_not_from_the_orders_total(
    open_case: Open, name: str, told: str, paid: float
) -> None:
    """What was left before and after tells more than what one call was answered."""
    case = open_case("p-opened-01")
    left = "4.90" if paid > 100 else "41.64"
    results = told.format(booked=_booked(case, "72.21", left))
    text = f"{case.prompt()}\n\nWhat the refund service answered:\n{results}\n\nHow much has been paid out?"
    said = case.decide(text, system="Audit the payment.", schema=of(order_id=TEXT, **{name: NUMBER}))
    assert said[name] == paid


def test_of_an_order_that_nothing_was_done_on_it_is_what_was_paid_for_it(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.decide(case.prompt(), system="Read the case.", schema=of(order_id=TEXT, total_paid=NUMBER))
    assert said["total_paid"] == 113.85


def test_after_a_handover_nothing_was_paid(open_case: Open) -> None:
    case = open_case("p-sale-02")
    log = 'escalate {"order_id": "HL-201930"} -> {"case_id": "case_1a2b3c4d", "status": "open"}'
    asked = of(order_id=TEXT, amount_paid=NUMBER, case_id=MAYBE)
    said = case.decide(f"{case.mail}\n\nLog of the run:\n{log}", system="File the run.", schema=asked)
    assert said == {"order_id": "HL-201930", "amount_paid": 0, "case_id": "case_1a2b3c4d"}


def test_a_letter_that_names_another_sum_than_the_result_does_not_agree(open_case: Open) -> None:
    case = open_case("p-opened-01")
    for told, agrees in (("72.21", True), ("84.95", False)):
        letter = f"Dear Chidi,\n\nWe have refunded {told} EUR for order HL-203901.\n\nHarbour Lane"
        booked = _booked(case, "72.21", "41.64")
        text = f"{case.mail}\n\nBooked: {booked}\n\nDraft reply:\n{letter}"
        asked = of(amount_matches=TRUTH, problems={"type": "array", "items": TEXT})
        said = case.decide(text, system="Check the draft reply against what was done.", schema=asked)
        assert said["amount_matches"] is agrees


def test_a_letter_tells_of_the_refund_that_a_result_shows(open_case: Open) -> None:
    case = open_case("p-office-01")
    text = f"{case.mail}\n\nBooked a minute ago: {_booked(case, '123.45', '19.80')}"
    asked = of(body=TEXT, outcome={"enum": ["refunded", "denied", "escalated"]}, amount=SUM)
    said = case.decide(text, system="Write the mail that closes the ticket.", schema=asked)
    assert (said["outcome"], said["amount"]) == ("refunded", 123.45)
    assert "123.45 EUR" in said["body"]


def test_calls_that_are_shown_are_listed_with_what_they_returned(open_case: Open) -> None:
    case = open_case("p-opened-01")
    log = (
        f'get_order({{"order_id": "HL-203901"}}) -> {json.dumps(case.orders[0])}\n'
        f'refund({{"order_id": "HL-203901", "amount": 72.21}}) -> {_booked(case, "72.21", "41.64")}'
    )
    asked = of(calls_made=each(name=TEXT, reference=MAYBE), outcome={"enum": ["refunded", "denied", "open"]})
    said = case.decide(f"{case.mail}\n\n{log}", system="Protocol for the books.", schema=asked)
    assert said["calls_made"][-1] == {"name": "refund", "reference": "rf_0f1e2d3c4b5a"}
    assert len(said["calls_made"]) == 2


def test_a_refund_that_the_order_does_not_show_afterwards_is_not_consistent(open_case: Open) -> None:
    for left, holds in (("107.40", False), ("43.40", True)):
        case = open_case("p-return-01")
        record = json.dumps({**case.orders[0], "refundable": left})
        text = (
            f'{case.mail}\n\nrefund {{"order_id": "HL-204173", "amount": 64.00}}\n'
            f"-> {_booked(case, '64.00', '43.40')}\n\nThe order, read again afterwards:\n{record}"
        )
        asked = of(consistent=TRUTH, next_action={"enum": ["refund", "wait", "escalate"]})
        said = case.decide(text, system="Check the result of the tool.", schema=asked)
        assert said["consistent"] is holds
        assert "next_action" in case.thoughts[-1].guessed


# What a record states by name


def test_the_dates_of_a_handbook_are_read_and_held_against_the_day(open_case: Open) -> None:
    case = open_case("p-return-01")
    for until, holds in (("2026-08-31", False), ("2026-12-31", True)):
        book = {"version": "2026-04", "effective_from": "2026-04-01", "effective_until": until}
        asked = of(version=TEXT, effective_until=MAYBE, valid_since=TEXT, still_valid=TRUTH, outdated=TRUTH)
        said = case.decide(f"{case.mail}\n\nPolicy tool: {json.dumps(book)}", schema=asked)
        assert said == {
            "version": "2026-04", "effective_until": until, "valid_since": "2026-04-01", "still_valid": holds,
            "outdated": not holds,
        }  # fmt: skip


def test_a_check_that_has_to_be_given_its_result_is_no_look_up(open_case: Open) -> None:
    case = open_case("p-return-01")
    shape = of(version=TEXT, effective_from=TEXT, still_valid=TRUTH)
    book = {"version": "2026-04", "effective_from": "2026-04-01", "effective_until": "2026-08-31"}
    tool = ToolSpec("handbook_check", "Whether the handbook holds", shape)
    text = f"{case.mail}\n\nThe tool returned {json.dumps(book)}"
    [call] = case.say(text, tools=(tool,), tool_choice="handbook_check").parts
    assert json.loads(call.arguments) == {
        "version": "2026-04", "effective_from": "2026-04-01", "still_valid": False,
    }  # fmt: skip


def test_an_earlier_refund_is_told_with_its_day_its_sum_and_what_is_left(open_case: Open) -> None:
    case = open_case("p-earlier-02")
    asked = of(
        already_refunded=TRUTH, refunded_on=MAYBE, refunded_amount=SUM, left_for_item=SUM, left_for_order=SUM
    )
    said = case.decide(case.prompt(), system="Guard against paying twice.", schema=asked)
    assert said == {
        "already_refunded": True, "refunded_on": "2026-11-02", "refunded_amount": 189.0, "left_for_item": 0.0,
        "left_for_order": 215.0,
    }  # fmt: skip


# What a decision in the same answer settles


def test_a_verdict_beside_what_is_right_is_one_on_the_proposal(open_case: Open) -> None:
    for amount, verdict in ((72.21, "accept"), (84.95, "reject")):
        case = open_case("p-opened-01")
        proposal = {"action": "refund", "order_id": "HL-203901", "amount": amount, "currency": "EUR"}
        fields = of(
            verdict={"enum": ["accept", "reject"]}, right_action={"enum": ["refund", "deny", "escalate"]},
            right_amount=SUM, broken_rules={"type": "array", "items": TEXT},
        )  # fmt: skip
        text = f"{case.prompt()}\n\nA model proposes: {json.dumps(proposal)}"
        said = case.decide(text, system="Verify the proposed decision.", schema=fields)
        assert (said["verdict"], said["right_amount"]) == (verdict, 72.21)
        assert said["broken_rules"] == ([] if verdict == "accept" else ["R-2"])


def test_the_clause_of_a_handover_stands_where_it_is_handed_over(open_case: Open) -> None:
    asked = of(action={"enum": ["refund", "deny", "escalate"]}, escalation_clause=MAYBE, denial_rule=MAYBE)
    for id, desk, refusal in (("p-post-05", "H-4", None), ("p-post-03", None, "R-3")):
        case = open_case(id)
        said = case.decide(case.prompt(), schema=asked)
        assert (said["escalation_clause"], said["denial_rule"]) == (desk, refusal)


@pytest.mark.parametrize(("id", "stops"), [("p-post-05", True), ("p-return-01", False)])
def test_what_stops_a_payment_has_a_reason_and_any_of_several_flags_is_any(
    open_case: Open, id: str, stops: bool
) -> None:
    case = open_case(id)
    asked = of(
        gift_order=TRUTH, open_chargeback=TRUTH, hold=TRUTH, hold_reason={"enum": ["none", "gift", "legal"]},
        problem={"type": "boolean", "description": "at least one of these"},
    )  # fmt: skip
    said = case.decide(case.prompt(), system="Check before it is paid.", schema=asked)
    assert said["hold"] is stops
    assert said["problem"] is stops
    assert said["hold_reason"] == ("gift" if stops else "none")


def test_a_description_says_when_a_yes_or_no_is_true(open_case: Open) -> None:
    told = {"type": "boolean", "description": "true when the customer writes about more than one order"}
    for id, several in (("p-desk-02", True), ("p-return-01", False)):
        case = open_case(id)
        said = case.decide(
            case.mail, system="Take the mail apart.", schema=of(issue=TEXT, goes_elsewhere=told)
        )
        assert said["goes_elsewhere"] is several


def test_what_marks_a_case_out_is_its_category_where_no_rule_was_read(open_case: Open) -> None:
    kinds = {"enum": ["legal", "gift", "multiple_orders", "other"]}
    for id, kind in (("p-sale-02", "legal"), ("p-desk-02", "multiple_orders")):
        case = open_case(id)
        asked = of(order_id=MAYBE, reason_code=kinds, queue={"enum": ["assistant", "human", "customer"]})
        text = f"{case.mail}\n\n{json.dumps(case.orders[0])}"
        said = case.decide(text, system="File the case.", schema=asked)
        assert (said["reason_code"], said["queue"]) == (kind, "human")


def test_of_options_that_say_the_same_the_mails_words_choose(open_case: Open) -> None:
    case = open_case("p-sale-02")
    kind = {"enum": ["attorney", "court", "ombudsman", "none"]}
    said = case.decide(case.mail, system="Sort the mail.", schema=of(issue=TEXT, ground=kind))
    assert said["ground"] == "court"


def test_each_rule_gets_its_own_words_and_no_result_where_it_does_not_apply(open_case: Open) -> None:
    for id, met in (("p-opened-01", True), ("p-return-02", False)):
        case = open_case(id)
        asked = of(rules=each(rule=TEXT, applies=TRUTH, satisfied={"type": ["boolean", "null"]}, note=TEXT))
        asked = of(checks=asked["properties"]["rules"], eligible=TRUTH)
        said = case.decide(case.prompt(), system="Walk through the rules.", schema=asked)
        own = [entry for entry in said["checks"] if entry["applies"]]
        others = [entry for entry in said["checks"] if not entry["applies"]]
        assert {entry["satisfied"] for entry in own} == {met}
        assert others
        assert all(entry["satisfied"] is None and "does not apply" in entry["note"] for entry in others)
        assert len({entry["note"] for entry in said["checks"]}) == len(said["checks"])


@pytest.mark.parametrize(
    ("id", "said"),
    [("p-desk-03", "store credit instead of money"), ("p-earlier-03", "colleague has promised")],
)
def test_of_a_clause_that_is_two_things_the_one_that_holds_is_named(
    open_case: Open, id: str, said: str
) -> None:
    case = open_case(id)
    told = case.decide(case.prompt(), schema=of(action=TEXT, reason=TEXT))["reason"]
    assert said in told
    assert " or " not in told


def test_a_case_is_opened_with_its_clause_and_its_reason(open_case: Open) -> None:
    case = open_case("p-sale-02")
    shape = of(order_id=TEXT, clause={"enum": ["H-1", "H-4", "H-5", "I-2"]}, summary=TEXT)
    tool = ToolSpec("open_case", "Open a case at the refunds desk", shape)
    [call] = case.say(
        f"{case.mail}\n\n{json.dumps(case.orders[0])}", tools=(tool,), tool_choice="open_case"
    ).parts
    given = json.loads(call.arguments)
    assert given["clause"] == "H-5"
    assert "legal threat" in given["summary"]


def test_an_option_that_nothing_tells_is_a_guess(open_case: Open) -> None:
    case = open_case("p-knows-01")
    case.decide(case.mail, schema=of(order_id=MAYBE, status={"enum": ["found", "elsewhere", "earlier"]}))
    assert "status" in case.thoughts[-1].guessed


def test_what_nothing_tells_is_a_guess_though_it_may_be_null(
    open_case: Open,
) -> None:
    case = open_case("p-return-01")
    grave = {"anyOf": [{"enum": ["cosmetic", "structural"]}, {"type": "null"}]}
    said = case.decide(case.mail, schema=of(order_id=MAYBE, fabric=grave, star_sign=MAYBE))
    assert said["fabric"] is None
    assert case.thoughts[-1].guessed == ("fabric", "star_sign")


def test_the_first_delay_that_is_paid_for_is_one_day_more_than_must_be_exceeded(open_case: Open) -> None:
    case = open_case("p-delay-02")
    said = case.decide(case.prompt(), schema=of(days_late=NUMBER, min_days_late=NUMBER, eligible=TRUTH))
    assert said == {"days_late": 3, "min_days_late": 4, "eligible": False}


@pytest.mark.parametrize(
    "said", ["no action found; go on", "No action was detected in your reply.", "No step given. Continue."]
)
def test_a_loop_that_found_no_call_has_done_nothing(said: str) -> None:
    assert standing(said, answer=False) == standing(said) == "not"


@pytest.mark.parametrize("said", ["Refund booked. No further action.", "Sent. No errors found."])
def test_where_nothing_more_is_to_be_done_it_is_done(said: str) -> None:
    assert standing(said) == "done"
