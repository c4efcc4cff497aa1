"""Mails that an engineer wrote himself: no sentence of them is the ticket's, all that they say is read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from .conftest import Case, Open

Json = Any
MAILS = [
    json.loads(line)
    for line in (Path(__file__).parent / "requests" / "mails.jsonl").read_text("utf-8").splitlines()
]
"""By people who knew the handbook and the orders alone; each with what is due by the handbook."""


def put(case: Case, body: str, subject: str = "Hello", style: str = "plain") -> dict[str, Json]:
    """Ask for a decision on a mail of the ticket's sender."""
    ticket = case.task["ticket"]
    sender = f"{ticket['from']['name']} <{ticket['from']['email']}>"
    head = f"From: {sender}\nReceived: {ticket['received']}\nSubject: {subject}"
    shown = {
        "plain": f"Mail:\n{head}\n\n{body}",
        "tags": f"<email>\n{head}\n\n{body}\n</email>",
        "json": json.dumps({"ticket": {**ticket, "subject": subject, "body": body}}, ensure_ascii=False),
    }[style]
    text = f"{shown}\n\nOrders:\n{json.dumps(case.orders)}\n\nDecide."
    return case.decide(text, system=f"You decide refunds. The handbook:\n{case.handbook}")


def right(said: Mapping[str, Json], due: Mapping[str, Json]) -> bool:
    """Whether a decision is what is due."""
    if said["action"] != due["action"]:
        return False
    if due["action"] == "refund":
        return bool(said["order_id"] == due["order_id"] and said["amount"] == float(due["amount"]))
    return due["action"] in {"escalate", "need_info"} or said["order_id"] == due["order_id"]


def test_most_are_read_and_few_are_read_wrongly(open_case: Open) -> None:
    found = Counter[str]()
    for mail in MAILS:
        case = open_case(mail["scenario"])
        said = put(case, mail["body"], mail["subject"])
        read = case.readings[-1].understood
        found["declined" if not read else "right" if right(said, mail["expect"]) else "wrong"] += 1
    assert found["wrong"] <= len(MAILS) // 50, found
    assert 10 * found["right"] > 7 * len(MAILS), found


SCALE = "the brewing scale from HL-204173"


@pytest.mark.parametrize("style", ["plain", "tags", "json"])
@pytest.mark.parametrize(
    ("body", "action", "amount"),
    [
        (f"Hello, I would like to return {SCALE}, it is still sealed. The kettle stays.", "refund", 38.5),
        (f"Hello, I would like to return {SCALE}. I have used it twice. The kettle stays.", "refund", 32.72),
        (f"Hello, {SCALE} does not switch on at all. I want my money back.", "deny", 0.0),
        (f"Hello, I do not need {SCALE}. My solicitor will write to you on Friday.", "escalate", None),
        (f"Hello, please take {SCALE} back. I want a voucher for it, no money.", "escalate", None),
        ("Hello, kettle and scale (HL-204173) go back, both unopened. All of it, please.", "refund", 107.4),
        ("Hallo, den Kessel behalte ich, die Waage möchte ich zurückgeben, noch versiegelt.", "refund", 38.5),
        ("Bonjour, je vous renvoie la bouilloire, jamais utilisée. Je garde la balance.", "refund", 64.0),
        ("Hola, quiero devolver el hervidor, sin estrenar. La báscula me la quedo.", "refund", 64.0),
    ],
)
def test_what_a_mail_says_decides(
    open_case: Open, body: str, action: str, amount: float | None, style: str
) -> None:
    case = open_case("p-return-01")
    said = put(case, f"{body}\n\nAoife", style=style)
    assert (said["action"], said["amount"]) == (action, amount)


def test_a_wish_that_is_taken_back_is_none(open_case: Open) -> None:
    kept = put(open_case("p-return-01"), f"I want to send {SCALE} back, it is unopened.")
    turned = put(
        open_case("p-return-01"),
        f"I wanted to send {SCALE} back. Actually no, scratch that. Take the kettle instead, unused.",
    )
    assert (kept["amount"], turned["amount"]) == (38.5, 64.0)


def test_how_many_pieces_go_back_is_read(open_case: Open) -> None:
    amounts = [
        put(open_case("p-damaged-01"), f"My order HL-202913: {count} of the four ramen bowls cracked.")[
            "amount"
        ]
        for count in ("one", "two", "three")
    ]
    assert amounts == [14.3, 28.6, 42.9]


def test_another_sender_is_no_customer(open_case: Open) -> None:
    case = open_case("p-return-01")
    head = "From: John Park <john.park@example.com>\nReceived: 2026-10-14T08:47:00Z\nSubject: Return"
    body = "Hi, I would like to return the gooseneck kettle from order HL-204173. It is unused.\n\nJohn"
    text = f"Mail:\n{head}\n\n{body}\n\nOrders:\n{json.dumps(case.orders)}\n\nDecide."
    said = case.decide(text, system=f"You decide refunds. The handbook:\n{case.handbook}")
    assert (said["action"], "I-2" in said["reason"]) == ("escalate", True)


def test_a_postscript_is_read(open_case: Open) -> None:
    case = open_case("p-return-01")
    body = (
        f"{case.task['ticket']['body']}\n\nPS: if this drags on my solicitor will take you to court over it."
    )
    assert put(case, body, case.task["ticket"]["subject"])["action"] == "escalate"


def test_what_is_not_understood_is_not_answered(open_case: Open) -> None:
    case = open_case("p-return-01")
    put(case, "Hiya! That swan-necked thing never got near a flame. Its companion is a darling.")
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    ("wrong", "fine", "wish", "amount"),
    [
        ("one of the two tumbler sets is amber instead of smoke grey, and the carafe has a crack",
         "The other set and the tablecloth are fine",
         "I'd like the money for the wrong set and for the carafe back", 43.3),
        ("the carafe arrived cracked, and one of the tumbler sets is blue rather than grey",
         "The tablecloth is perfect", "Please refund the two of them", 43.3),
        ("one of the two tumbler sets came with a chip", "The other one and the carafe are perfect",
         "Refund for the chipped one please", 23.4),
        ("the tablecloth was made for a completely different type of table", "All else is fine",
         "Refund, please", 48.0),
    ],
)  # fmt: skip
def test_what_is_wrong_and_what_is_broken_are_paid_and_what_is_fine_is_not(
    open_case: Open, wrong: str, fine: str, wish: str, amount: float
) -> None:
    case = open_case("p-monday-01")
    said = put(case, f"Hello, HL-206330: {wrong}. {fine}. {wish}.\n\nLena")
    assert case.readings[-1].understood
    assert (said["action"], said["order_id"], said["amount"]) == ("refund", "HL-206330", amount)
