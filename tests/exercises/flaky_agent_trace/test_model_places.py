"""What stands where: the shape that the instruction names, no yes in a date, a letter in its parts, cases in
the mail's words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat, ToolSpec

from .schemas import each, of

Json = Any
Open = Callable[..., Any]
TEXT, TRUTH, NUMBER = {"type": "string"}, {"type": "boolean"}, {"type": "number"}
TEXTS = {"type": "array", "items": TEXT}
OUTCOME = {"type": "string", "enum": ["refunded", "denied", "escalated", "need_info"]}
RESULT = '{"refund_id": "rf_1", "order_id": "HL-204173", "amount": "64.00", "status": "succeeded"}'


def _json(case: Any, text: str, system: str) -> dict[str, Json]:
    value = json.loads(case.say(text, system=system, output=OutputFormat()).text)
    assert isinstance(value, dict)
    return value


# The wanted form

KEYS = "Review the run. JSON keys: due_amount (number), verified (bool), lesson."


@pytest.mark.parametrize(
    "log",
    [
        '[3] reply {"order_id": "HL-204173", "outcome": "refunded", "amount": 64.0}\n -> HTTP 200 {"ok": 1}',
        f'refund({{"order_id": "HL-204173", "amount": 64.0, "reason": "return"}}) -> {RESULT}',
        f'A usual result is {RESULT}\nsearch_orders({{"email": "a@b.example"}}) -> HTTP 200\nnull',
    ],
)
def test_what_a_log_shows_is_not_the_wanted_form(open_case: Open, log: str) -> None:
    case = open_case("p-return-01")
    said = _json(case, f"{case.mail}\n\nLog:\n{log}", KEYS)
    assert said.keys() == {"due_amount", "verified", "lesson"}


def test_keys_beside_the_mail_are_read_with_their_objects(open_case: Open) -> None:
    case = open_case("p-return-01")
    keys = 'Keys: "order_id", "clauses", "proofs" (list of {"source": ..., "said": ...}), "pays" (true/false)'
    said = _json(case, f"{case.mail}\n\n{keys}", "Look at the ticket. Respond with a JSON object.")
    assert list(said) == ["order_id", "clauses", "proofs", "pays"]
    lines = "Respond with JSON:\n  items: list of objects {sku, quantity, reason}\n  currency: ISO code"
    said = _json(case, f"{case.prompt()}\n\n{lines}", "Decide.")
    assert all(entry.keys() == {"sku", "quantity", "reason"} for entry in said["items"])


def test_a_list_that_is_chosen_from_words_holds_these(open_case: Open) -> None:
    case = open_case("p-names-02")
    system = (
        "Return JSON with these keys: order_ref (string or null), missing (array, from: order_id, photos)."
    )
    said = _json(case, case.mail, system)
    assert said == {"order_ref": None, "missing": ["order_id"]}


def test_words_in_brackets_that_say_how_it_looks_are_no_options(open_case: Open) -> None:
    case = open_case("p-return-01")
    system = "Answer as JSON with: order_id, language, reason (German, brief), summary (one line, plain)."
    said = _json(case, case.mail, system)
    assert said["reason"] not in {"German", "brief"}
    assert said["summary"] not in {"one line", "plain"}


# No yes or no where something else is wanted


def test_a_yes_never_stands_for_a_name_or_a_day(open_case: Open) -> None:
    case = open_case("p-earlier-03")
    note = of(by=TEXT, on=TEXT)
    said = case.decide(case.prompt(), schema=of(order_id=TEXT, promise=note, owner=TEXT, is_gift=TEXT))
    assert not {"yes", "no"} & {*said["promise"].values(), said["owner"]}
    assert said["is_gift"] == "no"
    assert {"promise.by", "promise.on", "owner"} <= {*case.thoughts[-1].guessed}


def test_without_rivals_none_of_them_is_the_best(open_case: Open) -> None:
    case = open_case("p-knows-02")
    maybe = {"type": ["string", "null"]}
    said = case.decide(case.mail, schema=of(candidates=each(order_id=TEXT, probability=NUMBER), best=maybe))
    assert said["best"] is None
    case.decide(case.mail, schema=of(order_id=maybe, best=TEXT))
    assert "best" in case.thoughts[-1].guessed


def test_a_day_that_is_not_known_is_declared(open_case: Open) -> None:
    case = open_case("p-names-02")
    schema = of(order_id={"type": ["string", "null"]}, delivered={"type": "string", "format": "date"})
    case.decide(case.mail, schema=schema)
    assert case.thoughts[-1].why_not.startswith("delivered: ")


# Types and scales


def test_sums_that_are_shown_as_texts_are_texts(open_case: Open) -> None:
    case = open_case("p-return-01")
    said = _json(case, case.prompt(), 'Decide. JSON: {"action": "refund"/"deny", "amount": "0.00"}')
    assert said["amount"] == "64.00"
    aside = "Answer as a JSON object. Short words, except amount_due (string, two decimals).\n\n"
    aside += "order_id, amount_due, is_late"
    assert _json(case, case.prompt(), aside)["amount_due"] == "64.00"


def test_a_scale_that_is_told_by_its_words_is_kept(open_case: Open) -> None:
    system = (
        'Answer in JSON like this: {"language": "de", "urgency": 2}\nurgency: 1 urgent, 2 normal, 3 can wait.'
    )
    for scenario in ("p-return-01", "p-sale-02"):
        case = open_case(scenario)
        assert _json(case, case.mail, system)["urgency"] in {1, 2, 3}
    assert _json(case, case.mail, system)["urgency"] == 1  # a court is threatened with


# Letters

WRITE = "Write the closing mail to the customer, in the customer's language."
DONE = {
    "paid: 64.00 EUR on HL-204173 (booked), reason R-1 return": ("refunded", "64.00 EUR"),
    f"What happened: refund booked.\n{RESULT}": ("refunded", "64.00"),
    'What was done: {"outcome": "denied", "order_id": "HL-204173"}': ("denied", "HL-204173"),
    "Result so far: escalate(order_id=HL-204173) succeeded. Nothing was refunded.": ("escalated", "desk"),
}


@pytest.mark.parametrize("done", DONE)
def test_a_letter_tells_what_is_said_to_have_been_done(open_case: Open, done: str) -> None:
    outcome, told = DONE[done]
    case = open_case("p-return-01")
    schema = of(
        subject=TEXT,
        greeting=TEXT,
        paragraphs={"type": "array", "items": TEXT},
        sign_off=TEXT,
        outcome=OUTCOME,
    )
    said = case.decide(f"{case.mail}\n\n{done}", system=WRITE, schema=schema)
    assert said["outcome"] == outcome
    assert told in " ".join(said["paragraphs"])
    assert said["greeting"].endswith(",")
    assert "Harbour Lane" in said["sign_off"]
    assert not any("could not look up" in text for text in said["paragraphs"])
    schema = of(outcome=OUTCOME, order_id=TEXT, body=TEXT)
    tools = (ToolSpec("send_reply", "Sends the reply", schema),)
    [call] = case.say(f"{case.mail}\n\n{done}", system=WRITE, tools=tools, tool_choice="send_reply").parts
    assert json.loads(call.arguments)["outcome"] == outcome
    assert told in json.loads(call.arguments)["body"]


def test_a_foreign_letter_has_its_subject_and_its_reason_in_its_language(open_case: Open) -> None:
    case = open_case("p-post-03")
    handed = 'Decision taken:\n{"action": "deny", "order_id": "HL-203990", "reason": "clearance item"}'
    said = case.decide(
        f"{case.mail}\n\n{handed}", system=WRITE, schema=of(subject=TEXT, body=TEXT, outcome=OUTCOME)
    )
    assert said["subject"] == "Su pedido HL-203990"
    assert "venta final" in said["body"]


def test_the_desk_gets_the_clause_and_the_words_of_the_mail(open_case: Open) -> None:
    case = open_case("p-sale-02")
    schema = of(
        order_id=TEXT, rule={"type": "string", "enum": ["H-1", "H-3", "H-5"]}, headline=TEXT, details=TEXT
    )
    tools = (ToolSpec("open_case", "Opens a case at the refunds desk", schema),)
    text = f"{case.mail}\n\n{json.dumps(case.orders)}"
    [call] = case.say(text, system="Open the case for the desk.", tools=tools, tool_choice="open_case").parts
    said = json.loads(call.arguments)
    assert said["rule"] == "H-5"
    assert "I have no way" not in said["details"]
    assert "eleven minutes" in said["details"]
    assert not said["headline"].startswith("Your order")


# In words


def test_what_is_wrong_is_told_in_the_words_of_the_mail(open_case: Open) -> None:
    case = open_case("p-thread-01")
    fields = of(
        order_id=TEXT,
        problem=TEXT,
        summary=TEXT,
        remark=TEXT,
        kind={"type": "string", "enum": ["damaged", "late"]},
    )
    said = case.decide(case.mail, system="Read the mail.", schema=fields)
    assert "welds" in said["problem"]
    assert said["kind"] == "damaged"
    assert said["summary"].startswith("The customer says that")
    assert "Issue:" not in said["summary"] + said["remark"]
    assert "welds" in said["remark"]


def test_messages_of_a_thread_are_told_each_for_itself(open_case: Open) -> None:
    case = open_case("p-scroll-01")
    messages = each(date=TEXT, order_ids=TEXTS, gist=TEXT)
    settled = each(order_id=TEXT, how=TEXT)
    schema = of(messages={**messages, "description": "oldest first"}, settled_orders=settled, wants=TEXT)
    said = case.decide(case.mail, system="Digest the thread, oldest first.", schema=schema)
    first, second, last = said["messages"]
    assert first["gist"].startswith("Two from me.")
    assert first["order_ids"] == ["HL-211860", "HL-212090"]
    assert (second["order_ids"], last["order_ids"]) == (["HL-211860"], [])
    assert "brackets" in said["settled_orders"][0]["how"]


def test_what_somebody_else_has_said_is_a_guess(open_case: Open) -> None:
    case = open_case("p-return-01")
    schema = of(order_id=TEXT, proposed_amount=NUMBER, correct_amount=NUMBER)
    assert case.decide(case.prompt(), schema=schema)["correct_amount"] == 64
    assert case.thoughts[-1].guessed == ("proposed_amount",)
