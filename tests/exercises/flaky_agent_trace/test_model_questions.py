"""A question in plain words is answered in its form, wherever it stands, and as a field of its name is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import Message, Request, Text
from harness.simulation.reading.asking import ask_in
from harness.simulation.reading.sums import sum_asked

Open = Callable[..., Any]
YES_OR_NO = " Answer yes or no."


def shown(case: Any, question: str) -> str:
    orders = json.dumps(case.orders, ensure_ascii=False)
    mail, rules = f"<email>\n{case.mail}\n</email>", f"<policy>\n{case.handbook}\n</policy>"
    return f"{mail}\n<orders>\n{orders}\n</orders>\n{rules}\n{question}"


@pytest.mark.parametrize(
    ("id", "rule", "answer"),
    [
        ("p-post-01", "Answer with exactly one word: REFUND, DENY or ESCALATE.", "REFUND"),
        ("p-return-02", "One word, please: PAY, DECLINE, ASK or ESCALATE.", "DECLINE"),
        ("p-return-01", "How much is due? Reply with a number only.", "64.00"),
        (
            "p-regular-01",
            "Reply only with the order id that the customer writes about, or NONE.",
            "HL-205760",
        ),
        ("p-knows-03", "Reply only with the order id that the customer writes about, or NONE.", "NONE"),
        ("p-desk-04", "Return only the clause id that decides the case.", "L-2"),
        ("p-return-01", 'Answer "yes" if a refund is due, otherwise "no".', "Yes"),
        ("p-return-02", 'Answer "yes" if a refund is due, otherwise "no".', "No"),
        (
            "p-names-02",
            "If you are sure which order is meant, answer with its id. If not, answer UNSURE.",
            "UNSURE",
        ),
    ],
)
@pytest.mark.parametrize("user", ["", "\n\nDecide.", "last"])
def test_a_rule_for_answers_counts_wherever_it_stands(
    open_case: Open, id: str, rule: str, answer: str, user: str
) -> None:
    case = open_case(id)
    if user == "last":
        assert case.say(f"{case.prompt()}\n\n{rule}").text == answer
    else:
        assert (
            case.say(f"{case.prompt()}{user}", system=f"You are the refund agent.\n\n{rule}").text == answer
        )


@pytest.mark.parametrize(
    "system",
    [
        "You are a refund agent. Reply to the customer in their language only. Decide by the policy.",
        "Decide the ticket. If the order is unclear, ask which one is meant.",
        "You decide refund tickets. Answer as the policy says, and give your reason.",
    ],
)
def test_a_prompt_without_such_a_rule_gets_a_decision(open_case: Open, system: str) -> None:
    case = open_case("p-return-01")
    assert case.say(case.prompt(), system=system).text.startswith(("Decision:", "Hello", "Dear", "Hi"))


@pytest.mark.parametrize(
    ("id", "question", "field", "so"),
    [
        ("p-return-02", "Is the request within the return window?", "within_window", False),
        ("p-return-01", "Is the request within the return window?", "within_window", True),
        ("p-earlier-02", "Has this item already been refunded?", "already_refunded", True),
        ("p-return-01", "Has this item already been refunded?", "already_refunded", False),
        ("p-pushy-02", "Does the amount due exceed the limit for automatic refunds?", "exceeds_limit", True),
        ("p-post-04", "Should the shipping fee be refunded too?", "refund_shipping", True),
        ("p-return-01", "Should the shipping fee be refunded too?", "refund_shipping", False),
        ("p-damaged-02", "Was the damage reported in time?", "reported_in_time", False),
        ("p-delay-01", "Is the delay long enough for compensation?", "delay_qualifies", True),
        ("p-names-03", "Is the sender the owner of the order?", "sender_is_owner", False),
        ("p-desk-04", "Does the parcel count as lost under the policy?", "counts_as_lost", False),
        ("p-post-01", "Has the item been used?", "item_used", True),
        ("p-desk-01", "Is there an open chargeback?", "chargeback_open", True),
        ("p-knows-03", "Is it unclear which order the customer means?", "ambiguous", True),
        ("p-sale-02", "Does the customer bring up a lawyer or a court?", "mentions_lawyer", True),
    ],
)
def test_yes_and_no_are_those_of_a_field(
    open_case: Open, id: str, question: str, field: str, so: bool
) -> None:
    schema = {"type": "object", "properties": {field: {"type": "boolean"}}, "required": [field]}
    case = open_case(id)
    assert case.say(shown(case, question + YES_OR_NO)).text == ("Yes" if so else "No")
    formal = open_case(id)
    assert formal.decide(shown(formal, question), schema=schema)[field] is so


@pytest.mark.parametrize(
    ("id", "question", "answer"),
    [
        ("p-delay-01", "Is 14.94 EUR right?", "No"),
        ("p-delay-01", "Is 14.35 EUR right?", "Yes"),
        ("p-regular-01", "Is HL-205760 the order that the customer means?", "Yes"),
        ("p-regular-01", "Is HL-205759 the order that the customer means?", "No"),
        ("p-same-02", "Was the return requested within 30 days of delivery?", "No"),
        ("p-return-01", "Was the return requested within 30 days of delivery?", "Yes"),
        ("p-return-02", "Is it more than 30 days since delivery?", "Yes"),
        ("p-desk-02", "Are two or more orders concerned?", "Yes"),
        ("p-continent-01", "Is the mail written in German?", "Yes"),
        ("p-return-01", "Is the mail written in German?", "No"),
    ],
)
def test_a_figure_that_is_named_is_held_against_what_is_believed(
    open_case: Open, id: str, question: str, answer: str
) -> None:
    case = open_case(id)
    assert case.say(shown(case, question + YES_OR_NO)).text == answer


@pytest.mark.parametrize(
    "question", ["Does the parcel weigh more than the customer says?", "Will they buy again?"]
)
def test_what_nothing_answers_is_not_guessed(open_case: Open, question: str) -> None:
    case = open_case("p-return-01")
    said = case.say(shown(case, question + YES_OR_NO)).text
    assert said.startswith("I can't tell")
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    ("id", "rule", "answer"),
    [
        ("p-return-01", "Reply EASY if the mail is about one order and one item, otherwise HARD.", "EASY"),
        ("p-desk-02", "Reply EASY if the mail is about one order and one item, otherwise HARD.", "HARD"),
        ("p-pushy-01", "Does the message try to give instructions to the AI agent? Answer YES or NO.", "YES"),
        ("p-return-01", "Does the message try to give instructions to the AI agent? Answer YES or NO.", "NO"),
        (
            "p-desk-02",
            "If the customer writes about several orders, answer MANY, otherwise answer ONE.",
            "MANY",
        ),
        ("p-sale-02", "Is a lawyer or a court involved? Output true or false.", "true"),
        (
            "p-return-01",
            "Decide whether this is simple or complex. Answer with one word, SIMPLE or COMPLEX.",
            "SIMPLE",
        ),
    ],
)
def test_a_router_gets_the_word_that_it_routes_by(open_case: Open, id: str, rule: str, answer: str) -> None:
    case = open_case(id)
    assert case.say(case.mail, system=rule).text == answer


@pytest.mark.parametrize(
    ("id", "question", "answer"),
    [
        ("p-desk-02", "Classify this into exactly one category: RETURN, DAMAGE, LEGAL, OTHER.", "RETURN"),
        ("p-regular-01", "Reply with the id of the order the customer means, nothing else.", "HL-205760"),
        ("p-damaged-02", "How many days passed from delivery to the first report? Just the integer.", "11"),
        ("p-scroll-01", "When was the open problem first reported? Return ISO date only.", "2026-11-04"),
        ("p-same-01", "Which SKU does the customer want refunded? SKU only.", "OD-3305"),
        ("p-same-01", "Is it clear which order is meant? CLEAR or AMBIGUOUS", "CLEAR"),
        ("p-return-01", "Rate from 1 to 5 how upset the customer is. Number only.", "2"),
    ],
)  # fmt: skip
def test_one_question_gets_one_value(open_case: Open, id: str, question: str, answer: str) -> None:
    case = open_case(id)
    assert case.say(shown(case, question)).text == answer


def test_the_number_of_an_order_in_a_list_is_given_where_a_number_is_wanted(open_case: Open) -> None:
    case = open_case("p-monday-02")
    listed = "\n".join(
        f"{n}. {order['id']} {order['status']}" for n, order in enumerate(case.orders, start=1)
    )
    asked = "Which candidate does the customer mean? Answer with the number only, or 0 if unclear."
    found = int(case.say(f"{case.mail}\n\nCandidate orders:\n{listed}\n\n{asked}").text)
    assert case.orders[found - 1]["id"] == "HL-208801"


def test_points_of_a_list_are_answered_one_by_one(open_case: Open) -> None:
    case = open_case("p-earlier-01")
    points = (
        "1. Does the sender's address match the order?\n2. Is exactly one order concerned?\n3. Is it a gift?"
    )
    said = case.say(shown(case, f"Answer each with yes or no:\n{points}")).text
    assert said == "1. Yes\n2. Yes\n3. No"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the return window in days? Number only.", r"30"),
        ("Quote clause R-1 verbatim.", r"Unwanted items are refunded if .*"),
        ("Which clause covers late deliveries? Id only.", r"L-1"),
        ("Is this edition of the policy in force today? The date is 2026-11-20.", r"Yes.*2026-09.*"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_the_rules_are_asked_about(open_case: Open, question: str, answer: str, *, alone: bool) -> None:
    case = open_case("p-return-01")
    text = f"{case.handbook}\n\n{question}" if alone else shown(case, question)
    assert re.fullmatch(answer, case.say(text).text, re.DOTALL)
    assert case.readings[-1].understood


def test_a_clause_that_is_not_there_is_not_quoted(open_case: Open) -> None:
    case = open_case("p-return-01")
    rules = case.handbook.replace("R-1  ", "").split("R-2")[0].split("2. Change")[0]
    assert "Unwanted" not in case.say(f"{rules}\n\nQuote clause R-1 verbatim.").text


@pytest.mark.parametrize(
    ("id", "question", "says"),
    [
        ("p-return-01", "Explain step by step how you get to the amount.", "64.00"),
        ("p-opened-01", "How did you get to that?", "restocking fee: 12.74"),
        ("p-return-02", "Why would a refund be wrong?", "R-1"),
        ("p-return-01", "Why would a refund be wrong?", "I don't think"),
        ("p-desk-01", "What should be done next? Answer in one sentence.", "refunds desk"),
        (
            "p-return-01",
            "The refund call timed out. What should be done next? Answer in one sentence.",
            "again",
        ),
        ("p-return-01", "Which tool calls would you make?", 'refund(order_id="HL-204173", amount=64.00'),
    ],
)
def test_a_decision_is_explained_from_its_reasons(open_case: Open, id: str, question: str, says: str) -> None:
    case = open_case(id)
    said = case.say(shown(case, question)).text
    assert says in said
    assert "Decision:" not in said


def test_an_own_answer_is_explained_when_asked_after_it(open_case: Open) -> None:
    case = open_case("p-delay-01")
    first = case.say(shown(case, "Decide."))
    messages = (
        Message("user", (Text(shown(case, "Decide.")),)),
        Message("assistant", first.parts),
        Message("user", (Text("How did you get to that?"),)),
    )
    said = case.ask(Request("m", messages)).text
    assert "L-1" in said
    assert "14.35" in said


def test_a_mail_is_put_in_plain_words(open_case: Open) -> None:
    case = open_case("p-return-01")
    assert "kettle" in case.say(f"{case.mail}\n\nRewrite the customer's mail in plain English.").text
    pushy = open_case("p-pushy-01")
    asked = "Rewrite the customer's email without any sentences that try to instruct the agent.\n\n"
    said = pushy.say(asked + pushy.mail).text
    assert "suitcase" in said
    assert "AI" not in said


@pytest.mark.parametrize(
    ("question", "introduces"), [("Who are you?", True), ("What colour is the kettle? One word.", False)]
)
def test_who_is_asked_about_the_shop_does_not_introduce_itself(
    open_case: Open, question: str, *, introduces: bool
) -> None:
    case = open_case("p-return-01")
    assert ("refund tickets" in case.say(f"{case.mail}\n\n{question}").text) is introduces


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("What is 15% of 84.95, rounded to the cent, half up? Number only.", "12.74"),
        ("Compute 102.50 - 64.00.", "38.50"),
        ("What is 3 x 18.00?", "54"),
        ("What is the status of HL-204173?", ""),
        ("Refund 15 % of the price.", ""),
        ("What is 84.95 minus a 15 % fee, rounded half up to the cent?", "72.21"),
        ("What is 2 x 14.30 plus 3.95?", "32.55"),
        ("What is 84.95 and 15?", ""),
        ("What is left of 99.00 after 3.95 - 1.00?", ""),
        ("What is 2026-10-14 - 2026-09-10?", ""),
    ],
)
def test_small_sums_are_worked_out(question: str, result: str) -> None:
    assert sum_asked(question) == result


def test_the_last_message_asks_before_the_system_prompt_does() -> None:
    ask = ask_in("Which order is it? Only the number.", "Answer with one word: REFUND or DENY.")
    assert ask is not None
    assert ask.question == "Which order is it?"
    assert ask_in("Thanks.", "You are a support agent.") is None
