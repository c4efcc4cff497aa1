"""People who ask in sentences get sentences: of the case, of what would be otherwise, of a case they pose."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text

Open = Callable[..., Any]
LABELS = re.compile(r"^[A-Z][a-z ]{2,20}: ", re.MULTILINE)


def talk(case: Any, *asked: str) -> list[str]:
    """What is said to one question after another about a case."""
    messages: list[Message] = []
    said: list[str] = []
    for number, question in enumerate(asked):
        first = f"{case.prompt()}\n\n" if number == 0 else ""
        messages.append(Message("user", (Text(f"{first}{question}"),)))
        said.append(str(case.ask(Request("m", tuple(messages))).text))
        messages.append(Message("assistant", (Text(said[-1]),)))
    return said


@pytest.mark.parametrize(
    "asked", ["So how much would we pay here?", "Should we send money back?", "What are we to do with this?"]
)
def test_a_question_gets_a_sentence_and_no_labels(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    (said,) = talk(case, asked)
    assert "64.00 EUR" in said or "64.00" in said
    assert not LABELS.search(said)
    assert case.readings[-1].understood


def test_a_program_without_a_question_gets_its_lines(open_case: Open) -> None:
    assert talk(open_case("p-return-01"), "Decide this ticket.")[0].startswith("Decision: refund\n")


SUPPOSED = [
    ("p-return-01", "And suppose it were a present from somebody: a gift order?", "refunds desk", "H-4"),
    ("p-return-01", "What if the kettle was on final sale?", "no refund would be due", "R-3"),
    ("p-return-01", "And if she had only asked on day 33?", "no refund would be due", "R-1"),
    ("p-return-01", "Imagine that her lawyer had written. What then?", "refunds desk", "H-5"),
    (
        "p-return-01",
        "Would it change anything if a stranger with another address had sent it?",
        "desk",
        "I-2",
    ),
    ("p-return-02", "What if he had asked three weeks earlier?", "would be due", "R-1"),
]


@pytest.mark.parametrize(("id", "asked", "then", "clause"), SUPPOSED)
def test_what_is_supposed_is_decided_with_that_changed(
    open_case: Open, id: str, asked: str, then: str, clause: str
) -> None:
    case = open_case(id)
    said = talk(case, "What is due?", asked)[-1]
    assert case.readings[-1].understood
    assert then in said
    assert clause in said
    assert "As it stands," in said


def test_what_changes_nothing_is_said_to_change_nothing(open_case: Open) -> None:
    said = talk(open_case("p-return-02"), "What is due?", "And if he had written one day later?")[-1]
    assert "still no refund would be due" in said


@pytest.mark.parametrize("asked", ["And if she had a dog?", "What if the handbook were green?"])
def test_what_the_rules_do_not_ask_about_is_not_supposed(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    assert "beyond what is known" in talk(case, "What is due?", asked)[-1]
    assert not case.readings[-1].understood


POSED = [
    ("A vase came on 2 May 2026, and they asked to return it on 1 June 2026. Still possible?", "Yes", "30"),
    ("A vase came on 2 May 2026, and they asked to return it on 2 June 2026. Still possible?", "No", "31"),
    ("Arrived 4 March, and the crack was reported as damage on 12 March. Is that too late?", "Yes", "8"),
    ("May opened earbuds come back on day 15?", "No", "14 days"),
    ("May sealed earbuds come back on day 15?", "Yes", "30 days"),
    ("We promised it for 1 July and it has still not arrived on 9 July. Does it count as lost?", "No", "8"),
    ("Goods for 90 GBP arrived 6 days late. What do we pay?", "9.00 GBP", "10 %"),
    ("Goods for 900 GBP arrived 6 days late. What do we pay?", "25.00 GBP", "at most 25"),
    ("What is the restocking fee for an opened camera at 240 EUR?", "36.00 EUR", "204.00"),
    ("By when can a vase be returned that was delivered on 20 January 2026?", "19 February 2026", "R-1"),
    ("Ein Kunde meldet einen Defekt am 10. Tag. Bekommt er Geld zurück?", "Nein", "D-2"),
]


@pytest.mark.parametrize(("asked", "first", "has"), POSED)
def test_a_case_that_a_question_poses_is_reckoned(open_case: Open, asked: str, first: str, has: str) -> None:
    case = open_case("p-post-01")
    said = case.say(asked, system=f"Answer questions on these rules.\n\n{case.handbook}").text
    assert said.startswith(first)
    assert has in said
    assert case.readings[-1].understood


def test_a_wrong_count_of_days_is_put_right(open_case: Open) -> None:
    case = open_case("p-post-01")
    asked = "It came on 3 May 2026 and the request to send it back is of 2 June 2026. That is day 31, right?"
    said = case.say(asked, system=f"Answer questions on these rules.\n\n{case.handbook}").text
    assert "day 30, not day 31" in said
    assert not said.startswith("Yes")


FOREIGN = [
    ("Wie viel bekommt sie zurück?", "zu erstatten"),
    ("Combien doit-on lui rembourser ?", "à rembourser"),
    ("¿Cuánto le devolvemos?", "corresponde devolver"),
    ("Hoeveel krijgt ze terug?", "worden terugbetaald"),
    ("Was will die Kundin?", "möchte"),
    ("De quoi s'agit-il ?", "veut rendre"),
]


@pytest.mark.parametrize(("asked", "has"), FOREIGN)
def test_a_question_is_answered_in_its_language(open_case: Open, asked: str, has: str) -> None:
    case = open_case("p-return-01")
    assert has in talk(case, asked)[0]
    assert case.readings[-1].understood


def test_an_answer_is_put_shorter_and_into_another_language(open_case: Open) -> None:
    first, short, german = talk(
        open_case("p-return-01"), "What do we owe her?", "A bit shorter, please", "and in German, please?"
    )
    assert len(short) < len(first)
    assert "(R-1)" in short
    assert "zu erstatten" in german


TALK = [
    ("Recite the clause that decides this.", "R-1: Unwanted items"),
    ("Any red flags in this message?", "ordinary"),
    ("Which questions would you still have to ask?", "Nothing has to be asked"),
    ("Present this to someone new to the team, say a trainee.", "64.00 EUR"),
    ("Make a timeline of it.", "HL-204173 was delivered"),
]


@pytest.mark.parametrize(("asked", "has"), TALK)
def test_what_people_ask_besides_is_told(open_case: Open, asked: str, has: str) -> None:
    case = open_case("p-return-01")
    assert has in talk(case, asked)[0]
    assert case.readings[-1].understood


def test_a_sender_who_is_not_on_the_account_is_odd(open_case: Open) -> None:
    case = open_case("p-names-03")
    assert "not one that is confirmed" in talk(case, "Is there something suspicious about this request?")[0]


def _listed(case: Any) -> str:
    """The orders of a customer as a list of numbers and names."""
    lines = [
        f"* {order['id']}: {', '.join(item['name'] for item in order['items'])}" for order in case.orders
    ]
    return "\n".join(lines)


LOST = [
    ("Reply with the number of the order, or OPEN if the message does not settle it.", "OPEN"),
    ("State the order id or UNKNOWN if several fit.", "UNKNOWN"),
]


@pytest.mark.parametrize(("rule", "word"), LOST)
def test_an_id_or_a_word_for_what_is_not_settled(open_case: Open, rule: str, word: str) -> None:
    case = open_case("p-knows-01")
    text = f"{_listed(case)}\n\n{case.mail}\n\nWhich of the orders is she writing about?"
    assert case.say(text, system=rule).text == word


def test_which_order_is_told_with_what_comes_into_question(open_case: Open) -> None:
    case = open_case("p-knows-01")
    said = case.say(f"{case.mail}\n\n{_listed(case)}\n\nWhich of these orders does she mean?").text
    assert all(order["id"] in said for order in case.orders)
    assert "has to be asked" in said


MARKS = [
    ("For each order number write whether it is closed or open, a line each.", "closed", "open"),
    ("Every order id in it, with PENDING or DONE behind it please.", "DONE", "PENDING"),
]


@pytest.mark.parametrize(("asked", "done", "still"), MARKS)
def test_each_order_of_a_thread_is_marked(open_case: Open, asked: str, done: str, still: str) -> None:
    case = open_case("p-scroll-01")
    said = case.say(f"{case.mail}\n\n{asked}").text
    assert said.splitlines() == [f"HL-211860: {done}", f"HL-212090: {still}"]


def test_a_scrap_is_quoted_with_its_sentence(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(f"{case.mail}\n\nWas it used? Say yes or no and cite the words that show it.").text
    assert said.startswith("Yes")
    assert "In my shower (3 songs)" in said


def test_an_item_that_is_not_complained_of_is_not_called_damaged(open_case: Open) -> None:
    case = open_case("p-return-01")
    said = talk(case, "Was the scale damaged?")[0]
    assert not said.startswith("Yes")


def test_what_can_be_refunded_is_no_earlier_refund(open_case: Open) -> None:
    case = open_case("p-return-01")
    (order,) = [one for one in case.orders if one["id"] == "HL-204173"]
    items = "\n".join(
        f"  {one['quantity']} x {one['name']} ({one['sku']}, {one['category']}) at {one['unit_price']}"
        for one in order["items"]
    )
    shown = (
        f"ORDER HL-204173 of {order['customer']['name']} <{order['customer']['email']}>\n"
        f"placed {order['placed']}, promised {order['promised']}, delivered {order['delivered']}\n{items}\n"
        f"shipping {order['shipping_fee']} EUR\nrefunds so far: none; refundable {order['refundable']}\n"
    )
    said = case.decide(
        f"{case.mail}\n\n{shown}\n\n{case.handbook}",
        schema={"type": "object", "properties": {"action": {"type": "string"}, "amount": {"type": "number"}}},
    )
    assert said == {"action": "refund", "amount": 64.0}, json.dumps(said)


@pytest.mark.parametrize(
    ("id", "asked", "word"),
    [
        ("p-return-01", "Did the kettle arrive broken?", "No"),
        ("p-damaged-01", "Did it come damaged?", "Yes"),
    ],
)
def test_what_came_broken_is_asked_and_not_that_it_came(
    open_case: Open, id: str, asked: str, word: str
) -> None:
    assert talk(open_case(id), asked)[0].startswith(word)


DECISIONS = [
    "Say what to do and cite the clause that you rely on. What is due?",
    "What, if anything, is to be paid? And quote the rule that applies.",
    "Suppose you are on the refunds team. What happens with this one?",
    "Imagine you are my supervisor. Would you approve a refund of 64.00 EUR?",
    "Work through the handbook. If anything is odd about the request, say so. Is a refund due?",
]


@pytest.mark.parametrize("asked", DECISIONS)
def test_who_asks_for_a_decision_besides_gets_it(open_case: Open, asked: str) -> None:
    case = open_case("p-return-01")
    said = talk(case, asked)[0]
    assert "64.00 EUR" in said
    assert "R-1" in said
    assert "With " not in said
    assert case.readings[-1].understood
