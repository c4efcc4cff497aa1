"""What people read of a case: who hands it over says what matters, who asks names what there is to choose."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import ToolCall

from .conftest import TOOLS, Case

Open = Callable[..., Any]


def _given(case: Case, tool: str) -> dict[str, Any]:
    """The arguments of a tool's call, once all is looked up."""
    calls = [part for message in case.act() for part in message.parts if isinstance(part, ToolCall)]
    return next(json.loads(call.arguments) for call in calls if call.name == tool)


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("p-earlier-03", ("Detlef Krause", "wants to give back Sun lounger", "from order HL-207060",
                          "“Wrote him: if he keeps the lounger for the allotment", "(H-6)")),
        ("p-desk-01", ("Paulo Mendes", "Capsule machine", "A chargeback on the order is open (H-3).")),
        ("p-desk-02", ("several orders: HL-212480, HL-211905 (H-1)",)),
        ("p-desk-03", ("and insists on store credit",)),
        ("p-names-03", ("henk.lammers@example.nl", "nor confirmed on the account (I-2).")),
        ("p-sale-02", ("a claim online with the county court", "legal threat")),
    ],
)  # fmt: skip
def test_a_handover_says_who_wants_what_and_what_matters(
    open_case: Open, id: str, told: tuple[str, ...]
) -> None:
    summary = _given(open_case(id), "escalate")["summary"]
    assert all(words in summary for words in told), summary
    assert "Why:" not in summary
    assert "changed mind" not in summary


@pytest.mark.parametrize(
    ("id", "named"),
    [
        ("p-names-02", ("HL-207020 (Bar stool, steel)", " o ", "HL-206300 (Bar stool, beech)")),
        ("p-knows-01", ("HL-210420 (Curtain, lined 140 x 240)", " or ")),
        ("p-knows-02", ("Clip desk lamp", " czy ", "Storm umbrella")),
    ],
)
def test_a_question_in_a_loop_names_the_orders_at_hand(
    open_case: Open, id: str, named: tuple[str, ...]
) -> None:
    body = _given(open_case(id), "reply")["body"]
    assert all(words in body for words in named), body


def test_nobody_is_told_of_the_orders_of_others(open_case: Open) -> None:
    case = open_case("p-names-02")
    orders = json.dumps(case.orders, ensure_ascii=False).replace(
        case.task["ticket"]["from"]["email"], "a@b.example"
    )
    said = case.say(case.prompt(orders=orders), tools=TOOLS).parts
    assert "HL-206300 (" not in str(said)


@pytest.mark.parametrize(
    ("id", "begins"),
    [
        ("p-post-05", "\n\nNous "),
        ("p-names-03", "\n\nWe "),
        ("p-earlier-03", "\n\nvielen "),
        ("p-names-02", "\n\nGracias "),
    ],
)
def test_a_letter_begins_as_its_language_does(open_case: Open, id: str, begins: str) -> None:
    assert begins in _given(open_case(id), "reply")["body"]


@pytest.mark.parametrize(
    ("id", "why"),
    [("p-post-03", "venta final"), ("p-continent-02", "déjà expédiée"), ("p-earlier-02", "już zwrócona")],
)
def test_a_denial_says_why_in_the_customers_language(open_case: Open, id: str, why: str) -> None:
    assert why in _given(open_case(id), "reply")["body"]


def test_a_thread_is_summed_up_as_settled_and_open(open_case: Open) -> None:
    case = open_case("p-thread-02")
    asked = "Recap this conversation in no more than three bullets, and tell what is still outstanding."
    lines = case.say(f"{asked}\n\n{case.mail}").text.splitlines()
    assert [line.split(":")[0] for line in lines] == ["- Settled", "- Settled", "- Open"]
    assert "46.00 GBP" in lines[0]
    assert "discount as a gesture of goodwill over order HL-209333" in lines[2]
    assert "They want" not in lines[2]
