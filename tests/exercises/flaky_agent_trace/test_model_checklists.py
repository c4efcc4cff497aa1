"""Checklists, all lines of an order, sums by kind, days with their events: told by what they mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.schemas import each, of

Open = Callable[..., Any]
Json = Any
TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
COUNT: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}
END: Json = {"type": "string", "enum": ["pay", "refuse", "pass_on", "ask"]}


def _one_of(*options: str) -> Json:
    return {"type": "string", "enum": list(options)}


def _told(words: str, kind: Json = TEXT) -> Json:
    return {**kind, "description": words}


def _asked(case: Any, text: str, by: str = "Decide by the handbook.", /, **fields: Json) -> Json:
    shown = f"{case.handbook}\n\n{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n\n{text}"
    said: Json = case.decide(shown, system=by, schema=of(**fields))
    return said


def _guessed(case: Any) -> set[str]:
    return set(case.thoughts[-1].guessed)


# Checklists

POINTS = {
    "c1": "Is it the right order?",
    "c2": "Is the sum exactly what the rules give?",
    "c3": "Does the proposal overlook a reason to hand the case to the desk?",
    "c4": "Is the outcome the one that the handbook asks for?",
}
LAYOUTS = ["{}: {}", "- {} = {}", "**{}** – {}", "({}) {}"]


def _review(case: Any, proposal: Json, points: dict[str, str], layout: str = "{}: {}", **entry: Json) -> Json:
    listed = "\n".join(layout.format(id, question) for id, question in points.items())
    text = f"Proposal:\n{json.dumps(proposal)}\n\nGo through these points:\n{listed}"
    shape = {"point": _one_of(*points), "verdict": _one_of("yes", "no"), "remark": TEXT, **entry}
    said = _asked(case, text, "You review a colleague's proposal.", results=each(**shape), approved=FLAG)
    return {one["point"]: one["verdict"] for one in said["results"]}


def _proposal(**changed: Json) -> Json:
    return {"order_id": "HL-204173", "action": "refund", "amount": "64.00", "currency": "EUR", **changed}


@pytest.mark.parametrize("layout", LAYOUTS[:3])
def test_each_point_of_a_checklist_has_its_own_answer(open_case: Open, layout: str) -> None:
    case = open_case("p-return-01")
    said = _review(case, _proposal(), POINTS, layout)
    assert said == {"c1": "yes", "c2": "yes", "c3": "no", "c4": "yes"}
    assert not _guessed(case)


def test_what_is_wrong_is_said_where_it_is_asked(open_case: Open) -> None:
    said = _review(open_case("p-return-01"), _proposal(amount="94.00"), POINTS)
    assert said == {"c1": "yes", "c2": "no", "c3": "no", "c4": "yes"}
    said = _review(open_case("p-desk-03"), _proposal(order_id="HL-204101"), POINTS)
    assert said["c3"] == "yes"
    assert said["c4"] == "no"


def test_words_in_brackets_do_not_turn_a_question(open_case: Open) -> None:
    points = {
        "k1": "Is the reason (late, wrong item, error of ours) read as the mail has it?",
        "k2": "Is the sum right?",
    }
    assert _review(open_case("p-return-01"), _proposal(), points) == {"k1": "yes", "k2": "yes"}


def test_verdicts_that_pass_or_fail_say_whether_it_is_well(open_case: Open) -> None:
    case = open_case("p-return-01")
    listed = "\n".join(f"{id}: {question}" for id, question in POINTS.items())
    text = f"Proposal:\n{json.dumps(_proposal())}\n\n{listed}"
    entry = {"id": _one_of(*POINTS), "result": _one_of("pass", "fail"), "why": MAYBE}
    said = _asked(case, text, "You review a colleague's proposal.", checks=each(**entry), approved=FLAG)
    assert [one["result"] for one in said["checks"]] == ["pass"] * 4
    assert [one["why"] for one in said["checks"]] == [None] * 4


def test_a_checklist_may_be_an_object_with_a_key_for_each_question(open_case: Open) -> None:
    case = open_case("p-return-01")
    listed = "\n".join(f"{id}: {question}" for id, question in POINTS.items())
    text = f"Proposal:\n{json.dumps(_proposal(amount='94.00'))}\n\n{listed}"
    parts = {id: of(answer=FLAG, comment=TEXT) for id in POINTS}
    said = _asked(case, text, "You review a colleague's proposal.", checklist=of(**parts), approved=FLAG)
    assert [said["checklist"][id]["answer"] for id in POINTS] == [True, False, False, True]
    assert "64.00" in said["checklist"]["c2"]["comment"]


def test_a_checklist_on_the_mail_is_answered_by_the_mail(open_case: Open) -> None:
    points = {"m1": "Does the customer threaten legal action?", "m2": "Has the item been opened or used?"}
    listed = "\n".join(f"{id}: {question}" for id, question in points.items())
    entry = {"id": _one_of(*points), "answer": _one_of("yes", "no")}
    case = open_case("p-opened-01")
    said = _asked(case, listed, "Read the mail.", answers=each(**entry))
    assert said["answers"] == [{"id": "m1", "answer": "no"}, {"id": "m2", "answer": "yes"}]


def test_a_question_that_is_not_understood_is_not_answered(open_case: Open) -> None:
    case = open_case("p-return-01")
    points = {"c1": "Is it the right order?", "c2": "Would the lighthouse keeper smile at this?"}
    _review(case, _proposal(), points)
    assert not case.readings[-1].understood


CHECKABLE = {
    "mail": {"c1"},
    "mail orders": {"c1"},
    "mail handbook": {"c1"},
    "mail handbook orders": {"c1", "c2", "c3", "c4"},
    "": set(),
}
"""What stands in the request → the points of which it can be told that nothing is wrong."""


@pytest.mark.parametrize(
    "verdicts", [("yes", "no", "unknown"), ("holds", "broken", "cannot tell"), ("yes", "no")]
)
@pytest.mark.parametrize("given", CHECKABLE)
def test_what_the_request_does_not_show_is_no_yes_or_no(
    open_case: Open, given: str, verdicts: tuple[str, ...]
) -> None:
    case = open_case("p-return-01")
    parts = {"mail": case.mail, "handbook": case.handbook, "orders": json.dumps(case.orders)}
    shown = "\n\n".join(parts[name] for name in given.split())
    listed = "\n".join(f"{id}: {question}" for id, question in POINTS.items())
    entry = {"point": _one_of(*POINTS), "verdict": _one_of(*verdicts)}
    said = case.decide(
        f"{shown}\n\nProposal:\n{json.dumps(_proposal())}\n\n{listed}",
        system="You review a colleague's proposal.", schema=of(results=each(**entry), approved=FLAG),
    )  # fmt: skip
    if len(verdicts) == 2:
        assert case.readings[-1].understood is (len(CHECKABLE[given]) == len(POINTS))
    else:
        told = {one["point"] for one in said["results"] if one["verdict"] != verdicts[-1]}
        assert told == CHECKABLE[given]


# All lines of an order, and those that something is asked for

ALL = "Every single line of the order, whatever is kept among them."
SOME = "The lines that the customer is asking money for."


def _lines(case: Any, told: str) -> dict[str, Json]:
    entry = {"sku": TEXT, "quantity_ordered": COUNT, "quantity": COUNT,
             "cause": _one_of("kept", "unwanted", "faulty", "never_came")}  # fmt: skip
    said = _asked(case, "Fill in.", "Read the mail.", lines={**each(**entry), "description": told})
    return {one["sku"]: one for one in said["lines"]}


def test_all_lines_are_listed_with_those_that_stay(open_case: Open) -> None:
    lines = _lines(open_case("p-damaged-01"), ALL)
    assert lines["KD-3307"] == {"sku": "KD-3307", "quantity_ordered": 4, "quantity": 2, "cause": "faulty"}
    assert lines["KD-3390"]["quantity"] == 0
    assert lines["KD-3390"]["cause"] == "kept"
    lines = _lines(open_case("p-delay-01"), ALL)  # only money is asked for: nothing goes back
    assert {one["quantity"] for one in lines.values()} == {0}


def test_a_list_of_what_is_asked_for_has_nothing_else(open_case: Open) -> None:
    assert set(_lines(open_case("p-damaged-01"), SOME)) == {"KD-3307"}
    assert set(
        _lines(open_case("p-damaged-01"), "All lines if it is about the whole order; leave out what is kept.")
    ) == {"KD-3307"}


def test_the_lines_that_stay_follow_the_mail(altered: Open, exercise: Any) -> None:
    meaning = exercise.bank["p-damaged-01"].meaning
    asks = json.loads(json.dumps(meaning).replace("KD-3307", "KD-3390"))
    lines = _lines(altered("p-damaged-01", model="unerring", **asks), ALL)
    assert lines["KD-3307"]["quantity"] == 0
    assert lines["KD-3390"]["quantity"] > 0


# Sums by what they are for


def _sums(case: Any, **options: Json) -> list[Json]:
    entry = {"what": _one_of("goods", "postage", "delay_credit"), "article": MAYBE,
             "price_each": _told("two decimal places", MAYBE), "earlier_refunds": _told("e.g. 0.00"),
             "due": _told("decimal")}  # fmt: skip
    said = _asked(case, "Decide.", outcome=END, pay=each(**entry), amount=_told("decimal, 0.00 if nothing"))
    return list(said["pay"])


def test_each_sum_says_what_it_is_for(open_case: Open) -> None:
    case = open_case("p-return-01")
    (line,) = _sums(case)
    assert line == {
        "what": "goods",
        "article": "KT-1702",
        "price_each": "64.00",
        "earlier_refunds": "0.00",
        "due": "64.00",
    }
    assert not _guessed(case)
    (line,) = _sums(open_case("p-delay-01"))
    assert (line["what"], line["article"], line["price_each"], line["due"]) == (
        "delay_credit",
        None,
        None,
        "14.35",
    )
    assert _sums(open_case("p-desk-03")) == []


def test_an_earlier_refund_stands_in_its_line(open_case: Open) -> None:
    (line,) = _sums(open_case("p-earlier-01"))
    assert line["earlier_refunds"] == "18.00"


# Days that are counted


def _deadline(case: Any) -> Json:
    part = of(
        clock_start={"type": "string", "format": "date"},
        clock_start_event=_one_of("promise", "arrival"),
        clock_end={"type": "string", "format": "date"},
        clock_end_event=_one_of("mail", "first_report", "arrival"),
        days=COUNT,
    )
    part["type"] = ["object", "null"]
    return _asked(case, "Decide.", outcome=END, time_check=part)["time_check"]


def test_the_days_that_are_counted_lie_between_their_events(open_case: Open) -> None:
    case = open_case("p-return-01")
    assert _deadline(case) == {"clock_start": "2026-10-05", "clock_start_event": "arrival",
                               "clock_end": "2026-10-14", "clock_end_event": "mail", "days": 9}  # fmt: skip
    assert not _guessed(case)
    late = _deadline(open_case("p-post-02"))
    assert (late["clock_start_event"], late["clock_end_event"], late["days"]) == ("promise", "arrival", 6)
    assert (late["clock_start"], late["clock_end"]) == ("2026-10-09", "2026-10-15")


def test_where_no_days_count_there_is_no_deadline(open_case: Open) -> None:
    assert _deadline(open_case("p-monday-02")) is None


def test_a_start_of_something_else_is_no_such_day(open_case: Open) -> None:
    case = open_case("p-return-01")
    said = _asked(case, "Decide.", outcome=END, promo_start={"type": ["string", "null"], "format": "date"})
    assert said["promo_start"] is None


# Orders compared, clauses for the desk, requests that are open


def test_orders_are_compared_with_what_speaks_for_and_against_them(open_case: Open) -> None:
    entry = {"order_id": TEXT, "pros": TEXT, "cons": TEXT, "still_in_play": FLAG}
    case = open_case("p-names-02")
    said = _asked(case, "Compare.", "Which order?", order_comparison=each(**entry))["order_comparison"]
    assert {one["order_id"]: one["still_in_play"] for one in said} == {"HL-207020": True, "HL-206300": True}
    assert all(one["pros"] and one["cons"] for one in said)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("handover_triggers", "rules by which it is not ours"),
        ("why_not_us", "Rules of the handbook that require a handover; empty if there are none"),
        ("escalation_clauses", "ids"),
    ],
)
def test_clauses_that_send_a_case_to_the_desk(open_case: Open, name: str, told: str) -> None:
    ids = {"type": "array", "description": told, "items": _one_of("I-2", "H-1", "H-3", "H-6")}
    case = open_case("p-desk-03")
    assert _asked(case, "Decide.", outcome=END, **{name: ids})[name] == ["H-6"]
    case = open_case("p-return-01")
    assert _asked(case, "Decide.", outcome=END, **{name: ids})[name] == []
    assert not _guessed(case)


@pytest.mark.parametrize("name", ["open_requests", "current_claims", "outstanding_demands"])
def test_open_requests_are_the_requests(open_case: Open, name: str) -> None:
    entry = {"order_number": MAYBE, "quote": MAYBE}
    said = _asked(open_case("p-desk-02"), "Read.", "Read the mail.", **{name: each(**entry)})
    assert {one["order_number"] for one in said[name]} == {"HL-212480", "HL-211905"}


def test_an_object_in_a_proposal_is_read_to_its_end(open_case: Open) -> None:
    proposal = {
        "request": "They want to give it back. Which order it is remains open.",
        "action": "need_info",
        "order_id": None,
    }
    case = open_case("p-names-02")
    said = _review(case, proposal, POINTS)
    assert said["c4"] == "yes"


def test_the_opening_of_a_letter_tells_no_outcome_and_is_in_the_language_of_the_mail(open_case: Open) -> None:
    told = "A few kind words for the customer that show that we read the mail; without a decision."
    said = _asked(open_case("p-post-02"), "Read.", "Read the mail.", first_words=_told(told), language=TEXT)
    assert said["first_words"].startswith("Bedankt voor uw bericht.")
    said = _asked(open_case("p-return-01"), "Read.", "Read the mail.", first_words=_told(told), language=TEXT)
    assert "HL-204173" in said["first_words"]
    told = "A few words for our colleagues on what the customer wants."
    said = _asked(open_case("p-return-01"), "Read.", "Read the mail.", first_words=_told(told), language=TEXT)
    assert not said["first_words"].startswith("Thank you")


def test_a_quote_bears_nothing_out_where_nothing_is_known(open_case: Open) -> None:
    day = of(
        reported_on=_told(
            "day of the first report, else that on which this mail was received; null if none",
            MAYBE,
        ),
        quote=MAYBE,
    )
    said = _asked(open_case("p-return-01"), "Read.", "Read the mail.", defect_report=day)
    assert said["defect_report"] == {"reported_on": None, "quote": None}
    said = _asked(open_case("p-damaged-01"), "Read.", "Read the mail.", defect_report=day)
    assert said["defect_report"]["reported_on"] == "2026-09-23"
    assert "hairline" in said["defect_report"]["quote"]
