"""What is asked in few words: by examples, from a list, as a last line, without a verb, of the rules."""

from __future__ import annotations

import json

import pytest

from harness.exchange import Message, Request, Text

from .conftest import Open

ARROWS = (
    '"My kettle arrived cracked." -> damage\n"I changed my mind about the lamp." -> returns\n'
    '"Stop my order." -> cancellation\n\n'
)
QUEUES = "RETURN, DAMAGE, LATE, LOST, CANCEL, OTHER"


@pytest.mark.parametrize(("id", "label"), [("p-post-03", "returns"), ("p-damaged-01", "damage")])
@pytest.mark.parametrize("end", ["\nLabel:", "\n->", " ->"])
def test_examples_with_arrows_show_the_labels(open_case: Open, id: str, label: str, end: str) -> None:
    case = open_case(id)
    assert case.say(f"Examples:\n{ARROWS}Mail: {case.task['ticket']['body']}{end}").text == label


def test_arrows_that_wait_for_nothing_are_no_labels(open_case: Open) -> None:
    case = open_case("p-post-03")
    said = case.say(f"{ARROWS}{case.mail}\n\nSummarise the mail in one sentence.").text
    assert len(said.split()) > 5


@pytest.mark.parametrize(
    "asked",
    [
        f"Classify this mail. Answer with exactly one word from: {QUEUES}.",
        f"One word from {QUEUES}.",
        f"Pick one label from this list: {QUEUES}. Nothing else.",
        f"Your answer must be a single word from the list {QUEUES}.",
    ],
)
@pytest.mark.parametrize(("id", "label"), [("p-opened-01", "RETURN"), ("p-damaged-01", "DAMAGE")])
def test_one_word_from_a_list(open_case: Open, id: str, label: str, asked: str) -> None:
    case = open_case(id)
    assert case.say(f"{case.mail}\n\n{asked}").text == label


@pytest.mark.parametrize(
    ("id", "asked", "line"),
    [
        (
            "p-damaged-01",
            (
                "Think briefly. End with exactly one line:\n"
                "DECISION: <refund|deny|escalate|need_info> | <order id> | <amount>"
            ),
            "DECISION: refund | HL-202913 | 28.60",
        ),
        (
            "p-damaged-01",
            "Reason step by step. The last line must be `FINAL: action | order | amount`.",
            "FINAL: refund | HL-202913 | 28.60",
        ),
        (
            "p-damaged-01",
            (
                "Explain your reasoning, then finish with a line of the form "
                "RESULT: <action>; <order id>; <amount>"
            ),
            "RESULT: refund; HL-202913; 28.60",
        ),
        (
            "p-desk-03",
            "Explain in two sentences. Finish with one line: VERDICT: <action>, <order>, <sum or none>",
            "VERDICT: escalate, HL-204101, none",
        ),
        ("p-damaged-01", "Reason first. Last line: ANSWER: refund or deny", "ANSWER: refund"),
    ],
)
def test_a_last_line_keeps_its_label_and_the_thoughts(
    open_case: Open, id: str, asked: str, line: str
) -> None:
    case = open_case(id)
    thoughts, _, last = case.say(f"{case.prompt()}\n\n{asked}").text.rpartition("\n")
    assert last == line
    assert len(thoughts.split()) > 5


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("How many days does a customer have to return an unwanted item? Number only.", "30"),
        ("Within how many days of delivery must an unwanted item be returned? A number only.", "30"),
        ("How many days can opened electronics be returned? Integer only.", "14"),
        ("What is the refund limit in PLN? Reply with the number only.", "2000"),
        ("Up to what amount in EUR may we refund without the desk? Just the figure.", "500"),
    ],
)
def test_a_number_of_the_rules_stands_alone(open_case: Open, asked: str, number: str) -> None:
    case = open_case("p-desk-04")
    assert case.say(f"{case.handbook}\n\n{asked}").text == number
    changed = case.handbook.replace("within 30 days", "within 45 days")
    if number == "30":
        assert case.say(f"{changed}\n\n{asked}").text == "45"


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [("28.60", "14.30", "A"), ("14.30", "28.60", "B"), ("1.00", "14.30", "NEITHER")],
)
def test_neither_may_be_right(open_case: Open, one: str, other: str, winner: str) -> None:
    case = open_case("p-damaged-01")
    asked = f"A: refund {one} GBP\nB: refund {other} GBP\nWho is right? Answer A, B or NEITHER."
    assert case.say(f"{case.prompt()}\n\n{asked}").text.startswith(winner)


@pytest.mark.parametrize(("id", "answer"), [("p-desk-01", "YES"), ("p-damaged-01", "NO")])
def test_the_rule_by_which_it_is_asked_is_not_the_question(open_case: Open, id: str, answer: str) -> None:
    case = open_case(id)
    asked = "Must this go to a human under section 6 of the handbook? Answer YES or NO."
    assert case.say(f"{case.prompt()}\n\n{asked}").text == answer


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Does M-2 allow the shipping fee here? Give the final amount only.", "99.00"),
        ("Are you sure about the shipping fee? Check M-2 and tell me the final amount only.", "99.00"),
        ("Hmm, is the fee included? Just tell me the order number.", "HL-207961"),
        ("What is the amount then? Number only.", "99.00"),
        ("Is the item opened? Give the answer only.", "No"),
    ],
)
def test_what_is_to_be_given_is_the_question(open_case: Open, asked: str, answer: str) -> None:
    case = open_case("p-opened-02")
    turns = [
        ("user", f"{case.prompt()}\n\nWhat should we do? Answer in one sentence."),
        ("assistant", "Refund 102.95 GBP for HL-207961."),
        ("user", asked),
    ]
    said = case.ask(Request("m", tuple(Message(role, (Text(text),)) for role, text in turns)))  # type: ignore[arg-type]
    assert said.text == answer


@pytest.mark.parametrize(("id", "sure"), [("p-knows-01", False), ("p-damaged-01", True)])
def test_how_sure_it_is_of_the_order(open_case: Open, id: str, sure: bool) -> None:
    case = open_case(id)
    asked = "How sure are you which order is meant, 0-100? Number only."
    assert (int(case.say(f"{case.prompt()}\n\n{asked}").text) > 50) is sure


@pytest.mark.parametrize(
    "asked",
    ["List everything this customer asks for, one bullet each.", "Bullet list of the customer's requests."],
)
def test_what_is_asked_for_is_listed(open_case: Open, asked: str) -> None:
    case = open_case("p-earlier-01")
    said = case.say(f"{case.mail}\n\n{asked}").text
    assert said == "- Refund for “the folding desk” (changed mind)"


@pytest.mark.parametrize(
    ("id", "asked", "answer"),
    [
        ("p-earlier-02", "Language of the mail as ISO code, nothing else.", "pl"),
        ("p-continent-01", "ISO 639-1 code of the language this is written in. Code only.", "de"),
        ("p-continent-01", "Two-letter language code, no explanation.", "de"),
        ("p-continent-01", "Order number, nothing else.", "HL-209177"),
    ],
)
def test_a_thing_without_a_verb_is_asked_for(open_case: Open, id: str, asked: str, answer: str) -> None:
    case = open_case(id)
    assert case.say(f"{case.mail}\n\n{asked}").text == answer


@pytest.mark.parametrize(
    ("id", "asked", "said"),
    [
        ("p-return-01", "How many days late was the parcel?", "not late"),
        ("p-delay-01", "How many days late was the parcel?", "4 days late"),
        ("p-return-01", "What percentage of the order total is refunded?", "59.6"),
        ("p-return-01", "Which share of the whole order is paid back, in per cent?", "59.6"),
        ("p-opened-01", "What percentage of the price is refunded?", "85"),
    ],
)
def test_a_number_is_of_what_it_is_asked_of(open_case: Open, id: str, asked: str, said: str) -> None:
    case = open_case(id)
    shown = f"{case.handbook}\n\n{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
    assert said in case.say(f"{shown}\n\n{asked}").text
    assert case.readings[-1].understood
