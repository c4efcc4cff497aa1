"""Rules in an engineer's own words: a short rulebook in sentences, exceptions, sub-numbers, other numbers."""

from __future__ import annotations

import json

import pytest

from .conftest import Case, Json, Open

SCALE = "the brewing scale from HL-204173"
USED = f"Hello, I would like to return {SCALE}, I have used it twice. The kettle stays."
SEALED = f"Hello, I would like to return {SCALE}, it is still sealed. The kettle stays."
BROKEN = (
    f"Hello, {SCALE} does not switch on at all. I wrote to you about it on 6 October. My money back, please."
)
KETTLE = "Hello, I would like to return the kettle from HL-204173, unused. The scale stays."
Due = tuple[str, float | None]


def put(case: Case, rules: str, body: str) -> Due:
    sender = case.task["ticket"]["from"]
    head = f"From: {sender['name']} <{sender['email']}>\nReceived: {case.task['ticket']['received']}"
    text = f"Mail:\n{head}\nSubject: Hello\n\n{body}\n\nOrders:\n{json.dumps(case.orders)}\n\nDecide."
    said: dict[str, Json] = case.decide(text, system=f"You decide refunds.\n\n{rules}")
    return said["action"], said["amount"]


def understood(case: Case) -> bool:
    return case.readings[-1].understood


UNOPENED = "You may refund unopened goods within 30 days of delivery."
TAKEN_BACK = "Rules: we take back unopened items up to 30 days after delivery;"
TWO_WEEKS = "Customers get their money back within two weeks."
ONE_WEEK = "Our policy: goods can be returned within one week of delivery. After one week no refund."
WARE = "Regeln: Ungeöffnete Ware erstatten wir innerhalb von 30 Tagen nach Lieferung."
BEHALTEN = "Von geöffneter Elektronik behalten wir 20 % des Preises ein. Alles andere lehnen wir ab."
FULL, NOTHING = ("refund", 38.5), ("deny", 0.0)


@pytest.mark.parametrize(
    ("rules", "used", "sealed", "broken"),
    [
        (f"{UNOPENED} Opened electronics lose 15 %. Anything else is declined.", 32.72, FULL, NOTHING),
        (f"{TAKEN_BACK} opened electronics are taken back less 10 %.", 34.65, FULL, FULL),
        (f"{TWO_WEEKS} We keep a fee of 20% for electronics that were opened.", None, FULL, FULL),
        (f"{ONE_WEEK} Opened electronics: minus a 25% fee.", 0.0, NOTHING, FULL),
        (f"{WARE} {BEHALTEN}", 30.8, FULL, NOTHING),
        ("1. Rückgabe binnen 14 Tagen.\n2. Geöffnete Elektronik: 15 % Abzug.", 32.72, FULL, FULL),
    ],
)
def test_a_rulebook_in_sentences_is_followed(
    open_case: Open, rules: str, used: float | None, sealed: Due, broken: Due
) -> None:
    """`None`: that one may be not understood, but it is not paid in full."""
    opened = FULL if used is None else ("refund" if used else "deny", used)
    for body, due in ((USED, opened), (SEALED, sealed), (BROKEN, broken)):
        case = open_case("p-return-01")
        said = put(case, rules, body)
        if body == USED and used is None:
            assert said != due or not understood(case)
        else:
            assert said == due, (body, said)
            assert understood(case)


@pytest.mark.parametrize(
    "rules",
    [
        "Opened items are refunded at 85 %. Unopened items come back within 30 days.",
        "We refund goods within 30 days unless the customer returned something in the last 90 days.",
        "Refunds of goods are 50 % after 7 days and 20 % after 14 days.",
    ],
)
def test_a_rule_with_numbers_that_is_not_read_is_not_passed_over(open_case: Open, rules: str) -> None:
    case = open_case("p-return-01")
    put(case, rules, USED)
    assert not understood(case)


@pytest.mark.parametrize(
    "told",
    [
        "The order was delivered 9 days ago. Opened: no.",
        "Tell the customer that refunds arrive within 5 working days.",
        "Answer within 60 words. We sent the goods 14 days ago.",
    ],
)
def test_facts_and_wishes_with_numbers_are_no_rules(open_case: Open, told: str) -> None:
    case = open_case("p-return-01")
    assert put(case, told, SEALED) == ("refund", 38.5)
    assert understood(case)


def behind(handbook: str, id: str, line: str) -> str:
    return "\n".join(f"{one}\n{line}" if one.startswith(f"{id} ") else one for one in handbook.splitlines())


def within(handbook: str, id: str, more: str) -> str:
    return "\n".join(f"{one} {more}" if one.startswith(f"{id} ") else one for one in handbook.splitlines())


@pytest.mark.parametrize("number", ["D-1a", "D-1.1"])
def test_a_clause_under_a_clause_holds(open_case: Open, number: str) -> None:
    case = open_case("p-return-01")
    book = behind(case.handbook, "D-1", f"{number}  Faulty electronics are handed over to the refunds desk.")
    assert put(case, book, BROKEN)[0] == "escalate"
    assert put(case, book, SEALED) == ("refund", 38.5)


@pytest.mark.parametrize(
    "more",
    ["Unless the item has been opened: then it is declined.", "Exception: opened items are declined."],
)
def test_an_exception_within_a_clause_holds(open_case: Open, more: str) -> None:
    case = open_case("p-return-01")
    assert put(case, within(case.handbook, "R-1", more), USED) == ("deny", 0.0)
    assert put(case, within(case.handbook, "R-1", more), KETTLE) == ("refund", 64.0)


def test_the_reason_of_a_refusal_is_the_sentence_that_refuses(open_case: Open) -> None:
    case = open_case("p-return-01")
    put(case, within(case.handbook, "R-1", "Exception: opened items are declined."), USED)
    assert "opened items are declined" in case.thoughts[-1].reply.text
    assert "30 days" not in case.thoughts[-1].reply.text


@pytest.mark.parametrize(
    "more",
    ["Electronics are excepted: they go to the workshop.", "Unless it is a scale, then D-2 holds."],
)
def test_an_exception_that_is_not_read_is_not_passed_over(open_case: Open, more: str) -> None:
    case = open_case("p-return-01")
    put(case, within(case.handbook, "D-1", more), BROKEN)
    assert not understood(case)


@pytest.mark.parametrize(
    ("old", "new", "due"),
    [
        ("30 days of delivery. The day", "one week of delivery. The day", ("deny", 0.0)),
        ("30 days of delivery. The day", "2 weeks of delivery. The day", ("refund", 64.0)),
        ("30 days of delivery. The day", "five days of delivery. The day", ("deny", 0.0)),
    ],
)
def test_a_window_in_weeks_or_words_is_counted(open_case: Open, old: str, new: str, due: Due) -> None:
    case = open_case("p-return-01")
    assert old in case.handbook
    assert put(case, case.handbook.replace(old, new), KETTLE) == due
