"""A question that leaves only some answers gets one of them, in plain words or as the field of a form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Case, Open

Json = Any
ARBITER = "You settle one question about a customer's mail. Give the answer only."


def shown(case: Case) -> str:
    """Orders and mail as a program might lay them out."""
    ticket = case.scenario.world["ticket"]
    mail = f"{ticket['subject']}{ticket['body']}"
    lines = []
    for order in case.scenario.world["orders"]:
        if order["customer"]["email"] != ticket["sender"]["email"] and order["id"] not in mail:
            continue
        case.tool("get_order", {"order_id": order["id"]})
        lines += [f"Order {order['id']}, placed {order['placed']}, {order['status']}"]
        lines += [
            f"  * {item['sku']} {item['quantity']} x {item['name']} ({item['unit_price']})"
            for item in order["items"]
        ]
    return (
        "Orders:\n" + "\n".join(lines) + f"\n\nMail of {ticket['received']} from {ticket['sender']['name']} "
        f"<{ticket['sender']['email']}>, subject: {ticket['subject']}\n---\n{ticket['body']}\n---"
    )


@pytest.mark.parametrize(
    ("id", "asked", "answer"),
    [
        (
            "p-thread-01",
            (
                "Question: When did this customer first complain about the item?\n"
                "Choose one of these dates:\n- 2026-10-14\n- 2026-10-29"
            ),
            "2026-10-14",
        ),
        (
            "p-desk-02",
            (
                "Which order is this about? Reply with exactly one of: HL-212480, HL-211905, BOTH, UNCLEAR. "
                "BOTH means that they ask for something on each of them."
            ),
            "BOTH",
        ),
        (
            "p-names-02",
            (
                "Identify the purchase in question. Allowed answers: an order number, or AMBIGUOUS when the "
                "text could fit several, or NO_MATCH."
            ),
            "AMBIGUOUS",
        ),
        (
            "p-names-02",
            "Which order does the writer mean? Valid responses: HL-207020; HL-206300; not clear",
            "not clear",
        ),
        ("p-office-01", "State of the goods?\nAnswers: sealed / opened / not mentioned", "sealed"),
        ("p-opened-01", "Was the shower speaker unpacked or tried out? (yes / no / not stated)", "yes"),
        ("p-autumn-02", "Did the customer open the chairs? Answer yes, no or unclear.", "unclear"),
        ("p-office-02", "How many of OD-0890 does she want refunded? Choices: 0, 1", "1"),
        ("p-damaged-01", "Number of Ramen bowls that are cracked. One of: 0 / 1 / 2 / 3 / 4", "2"),
        (
            "p-monday-01",
            (
                "What went wrong?\nPick one:\n- mismatch - they got something else than they bought\n"
                "- defect - broken or faulty\n- delay - came too late\n- regret - simply doesn't want it"
            ),
            "mismatch",
        ),
        (
            "p-monday-01",
            "Category of the complaint? Choose from: defect, wrong_article, delay, regret, lost_parcel",
            "wrong_article",
        ),
        ("p-monday-01", "What is the trouble? Options: faulty / delay / unwanted / goodwill", "faulty"),
        ("p-desk-03", "What would settle it for the customer? Options: cash, exchange, voucher", "voucher"),
        (
            "p-thread-02",
            "What does the customer insist on? Possible replies: nothing special / replacement / credit",
            "nothing special",
        ),
        ("p-thread-02", "What is wanted? Possible answers: money / replacement / store_credit", "money"),
        ("p-sale-02", "Legal threat present? Possible answers: yes / no", "yes"),
        ("p-autumn-01", "Legal threat present?\nOptions: true | false", "false"),
        (
            "p-same-01",
            "Um welche Bestellung geht es?\nMögliche Antworten: HL-214760 / UNKLAR / KEINE",
            "HL-214760",
        ),
    ],
)
def test_one_of_the_answers_offered(open_case: Open, id: str, asked: str, answer: str) -> None:
    case = open_case(id)
    assert case.say(f"{shown(case)}\n\n{asked}", system=ARBITER).text == answer
    assert case.readings[-1].understood


def options(*words: str, **more: Json) -> Json:
    return {"type": "string", "enum": list(words), **more}


@pytest.mark.parametrize(
    ("id", "asked", "field", "answer"),
    [
        (
            "p-desk-02",
            "For which order does the customer want something?",
            options("HL-212480", "HL-211905", "several", "unclear", "none"),
            "several",
        ),
        ("p-opened-01", "Has the speaker been unpacked?", options("yes", "no", "unknown"), "yes"),
        (
            "p-autumn-02",
            "Has the customer opened the chairs?",
            options("yes", "no", "not_stated"),
            "not_stated",
        ),
        (
            "p-damaged-01",
            "For how many pieces of KD-3307 does the customer want money back?",
            {"type": "integer"},
            2,
        ),
        (
            "p-thread-01",
            "On which day did the customer first report the matter?",
            {"type": "string", "description": "YYYY-MM-DD"},
            "2026-10-14",
        ),
        ("p-sale-02", "Is a court or a lawyer mentioned?", {"type": "boolean"}, True),
    ],
)
def test_a_lone_answer_is_what_the_prompt_asks(
    open_case: Open, id: str, asked: str, field: Json, answer: Json
) -> None:
    case, name = open_case(id), "verdict"
    schema = {
        "type": "object",
        "properties": {name: field},
        "required": [name],
        "additionalProperties": False,
    }
    assert case.decide(f"{shown(case)}\n\n{asked}", system=ARBITER, schema=schema) == {name: answer}


SIX = """Six questions about the mail:
1. "who_order": Which order does it concern? Its number; "many" if they ask for something on more than one \
order, "doubtful" if several orders fit and it cannot be told which.
2. "trouble": Why do they write? "defect" (broken, or not what they bought); "delay" (it came, but late); \
"lost" (it never came); "regret" (fine, but not wanted); "stop" (before it comes).
3. "which_goods": For which goods is money wanted? An object with the article code as key and the number \
of pieces as value. {} for a delay.
4. "used": Have these goods been opened or used? "yes", "no" or "not told".
5. "otherwise": Do they insist on something else than money? "no", "exchange" or "credit".
6. "court": Is a lawyer or an authority mentioned? true or false.
Answer with one JSON object with the keys who_order, trouble, which_goods, used, otherwise, court. \
Nothing else."""


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        (
            "p-monday-01",
            {
                "who_order": "HL-206330",
                "trouble": "defect",
                "which_goods": {"KG-4415": 2},
                "used": "not told",
                "otherwise": "no",
                "court": False,
            },
        ),
        ("p-delay-01", {"who_order": "HL-204660", "trouble": "delay", "which_goods": {}}),
        ("p-desk-02", {"who_order": "many", "trouble": "regret"}),
        ("p-knows-03", {"who_order": "doubtful", "trouble": "defect"}),
        ("p-opened-01", {"used": "yes"}),
        ("p-desk-03", {"otherwise": "credit"}),
        ("p-sale-02", {"court": True}),
    ],
)
def test_questions_with_keys_of_any_name(open_case: Open, id: str, answer: dict[str, Json]) -> None:
    case = open_case(id)
    said = json.loads(case.say(f"{shown(case)}\n\n{SIX}").text)
    assert said | answer == said


FACTS = {
    "type": "object",
    "properties": {
        "what_we_read": {
            "type": "string",
            "description": "Two sentences: which order it is and why, and what is wanted.",
        },
        "purchase": {"type": "string", "description": "order number, or MULTIPLE, AMBIGUOUS or NONE"},
        "order_status": options("one", "several", "unclear", "none"),
        "order_ids": {"type": "array", "items": {"type": "string"}},
        "cause": options(
            "regret",
            "faulty",
            "delay",
            "lost",
            "stop",
            description=(
                "faulty: broken, or not the article that was bought. delay: came too late. lost: never came."
            ),
        ),
        "positions": {
            "type": "array",
            "description": "Empty if it is about a delay.",
            "items": {
                "type": "object",
                "properties": {
                    "article": {"type": "string", "description": "the article's number in the order"},
                    "count": {"type": "integer"},
                },
                "required": ["article", "count"],
            },
        },
        "rather_than_money": options("nothing", "exchange", "store_credit"),
    },
}
FACTS["required"] = list(FACTS["properties"])


@pytest.mark.parametrize(
    ("id", "facts"),
    [
        (
            "p-thread-01",
            {
                "purchase": "HL-206790",
                "order_ids": ["HL-206790"],
                "positions": [{"article": "HM-6140", "count": 1}],
            },
        ),
        ("p-monday-01", {"cause": "faulty", "positions": [{"article": "KG-4415", "count": 2}]}),
        ("p-delay-01", {"cause": "delay", "positions": []}),
        ("p-names-02", {"purchase": "AMBIGUOUS", "order_ids": ["HL-207020", "HL-206300"]}),
        ("p-desk-02", {"purchase": "MULTIPLE", "order_ids": ["HL-212480", "HL-211905"]}),
        ("p-thread-02", {"rather_than_money": "nothing", "order_ids": ["HL-209333"]}),
        ("p-desk-03", {"rather_than_money": "store_credit"}),
    ],
)
def test_what_is_said_of_a_field_is_heeded(open_case: Open, id: str, facts: dict[str, Json]) -> None:
    case = open_case(id)
    said = case.decide(f"{shown(case)}\n\nNote the facts.", schema=FACTS)
    assert said | facts == said
    assert len(said["what_we_read"].split()) > 8


def test_a_tag_that_holds_the_outcome_is_no_gap(open_case: Open) -> None:
    case = open_case("p-autumn-01")
    system = (
        "You write our replies, at most 80 words.\n\n<rules>\n- Tell what has been done, as <result> has it, "
        "and nothing else.\n- Name the order.\n</rules>"
    )
    asked = (
        f"<mail>\n{case.scenario.world['ticket']['body']}\n</mail>\n\n<result>\nWe have passed order "
        "HL-200433 on to our refunds desk. Nothing has been refunded.\n</result>\n\nWrite the reply."
    )
    said = case.say(asked, system=system).text
    assert "HL-200433" in said
    assert "refunds desk" in said
    assert "none" not in said
