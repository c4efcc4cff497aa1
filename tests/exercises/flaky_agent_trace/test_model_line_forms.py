"""One line in one of several forms that a prompt lists, and prompts in which several roles stand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.outcomes import sum_in
from harness.exchange import Message, Request, Text
from harness.simulation.reading.roles import for_role_called

Open = Callable[..., Any]
BY_VERB = """You settle refund cases by the handbook below, in one line at the end of a short opinion.
The ruling has one of these forms:

- `REFUND <order>, <clause>: <count> x <sku>, ... [plus shipping], total <amount> <currency>` (R-1, D-1)
- `REFUND <order>, <L-1, L-2 or L-4>: total <amount> <currency>` for late or lost parcels and cancelled ones
- `REJECT <order>, <clause>` when nothing is owed
- `ESCALATE <order or none>, <clause>` when the desk has to see it
- `CLARIFY` if the order can't be told
"""
BARE = """Decide by the handbook. Write two sentences, then one line, which is one of the following:

PAY <amount> <currency> ON <order>   # something is due
DENY <order> BECAUSE OF <clause>   # nothing is
HAND OVER <order, or ->
ASK THE CUSTOMER
"""


def _said(case: Any, asked: str, *more: str) -> list[str]:
    """The last line of each answer, to the case and to every message after it."""
    first = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
    messages = [Message("system", (Text(f"{asked}\n\n{case.handbook}"),))]
    lines = []
    for text in (first, *more):
        messages.append(Message("user", (Text(text),)))
        reply = case.ask(Request("m", tuple(messages)))
        messages.append(Message("assistant", reply.parts))
        lines.append(reply.text.splitlines()[-1])
    return lines


@pytest.mark.parametrize(
    ("id", "line"),
    [
        ("p-damaged-01", "REFUND HL-202913, D-1: 2 x KD-3307, total 28.60 GBP"),
        ("p-delay-01", "REFUND HL-204660, L-1: total 14.35 EUR"),
        ("p-damaged-02", "REJECT HL-211390, D-2"),
        ("p-desk-01", "ESCALATE HL-207433, H-3"),
        ("p-names-02", "CLARIFY"),
    ],
)
def test_the_form_is_the_one_for_the_clause(open_case: Open, id: str, line: str) -> None:
    case = open_case(id)
    (last,) = _said(case, BY_VERB)
    assert case.readings[-1].understood
    assert last == line


@pytest.mark.parametrize(
    ("id", "line"),
    [
        ("p-damaged-01", "PAY 28.60 GBP ON HL-202913"),
        ("p-damaged-02", "DENY HL-211390 BECAUSE OF D-2"),
        ("p-desk-01", "HAND OVER HL-207433"),
        ("p-names-02", "ASK THE CUSTOMER"),
    ],
)
def test_forms_without_marks(open_case: Open, id: str, line: str) -> None:
    case = open_case(id)
    assert _said(case, BARE) == [line]
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "again",
    [
        "I can't find a ruling in your answer. Give it once more.",
        "That was in no form that I know. Please put your ruling again.",
        "Something is missing; write the line again.",
    ],
)
def test_the_forms_hold_when_the_line_is_asked_for_again(open_case: Open, again: str) -> None:
    case = open_case("p-delay-01")
    first, second = _said(case, BY_VERB, again)
    assert first == second == "REFUND HL-204660, L-1: total 14.35 EUR"


def test_a_form_with_a_gap_that_nothing_here_fills_is_not_understood(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    asked = BARE.replace("PAY <amount>", "PAY <ledger account> <amount>")
    _said(case, asked)
    assert not case.readings[-1].understood


ROLES = """# Two for a case

Two sit on it, and you speak as Drafter or as Sceptic, as the registrar calls.

## When the registrar calls the Drafter

Decide by the handbook and close with one line in one of these forms:

- `PAY <order>: <amount> <currency>` if something is due
- `DENY <order>, <clause>` if nothing is
- `HAND OVER <order or none>` if it is for the desk
- `ASK` if it is open which order is meant

## When the registrar calls the Sceptic

Try to defeat the proposal that was made. Close with one line, `NO OBJECTION` or `OBJECTION: <what is wrong>`.
"""


@pytest.mark.parametrize("id", ["p-damaged-01", "p-names-02", "p-desk-01", "p-damaged-02"])
@pytest.mark.parametrize("call", ["Sceptic, your word.", "Noted. Sceptic: what do you hold against it?"])
def test_who_is_called_speaks(open_case: Open, id: str, call: str) -> None:
    case = open_case(id)
    first, second = _said(case, ROLES, "Drafter, your proposal.", call)[1:]
    assert first.startswith(("PAY", "ASK", "HAND OVER", "DENY"))
    assert second.startswith("NO OBJECTION")
    again = _said(case, ROLES, "Drafter, your proposal.", call, "Drafter, put your line again.")[-1]
    assert again == first


def test_only_the_role_that_is_called_is_read() -> None:
    drafter = for_role_called(ROLES, "Drafter, please.")
    assert "Decide by" in drafter
    assert "defeat" not in drafter
    assert "Decide by" not in for_role_called(ROLES, "Over to the Sceptic.")
    for none in ("Go on.", "What would a sceptic say, drafter or not?", "Drafter: go on. Sceptic: you too."):
        assert for_role_called(ROLES, none) == ROLES
    plain = "# Rules\n\n## Returns\n\nAs Returns go.\n\n## Delays\n\nNothing."
    assert for_role_called(plain, "Returns, please.") == plain


@pytest.mark.parametrize(
    "name", ["Gooseneck kettle 0.9 l", "Lamp 4.5 W", "Rope 1.2 m", "Flour 2.5 kg", "SSD 0.5 TB"]
)
def test_a_measure_is_no_sum(name: str) -> None:
    assert sum_in(f"One {name} is refunded") is None
    found = sum_in(f"{name}: 64.00 is due")
    assert found is not None
    assert found.cents == 6400


SIX = """Registrar: decide and put your proposal. Answer with these lines and nothing else:
action: refund if money is due, deny if none is, escalate if it is for the desk, need_info if it is open
order: the number of the order, or none
clause: the clause that decides it
items: sku x pieces, or none
amount: the sum, or none
currency: EUR, GBP or PLN"""


@pytest.mark.parametrize(
    "again",
    ["Put the proposal again, in the same lines.", "I can't read that. Once more, please, as before."],
)
def test_lines_below_a_line_that_speaks_to_somebody(open_case: Open, again: str) -> None:
    case = open_case("p-return-01")
    asked = "You work through refund cases with the registrar."
    shown = f"{case.mail}\n\nOrders:\n{json.dumps(case.orders)}\n---\n{SIX}"
    messages = [Message("system", (Text(f"{asked}\n\n{case.handbook}"),)), Message("user", (Text(shown),))]
    first = case.ask(Request("m", tuple(messages)))
    assert first.text.splitlines() == [
        "action: refund", "order: HL-204173", "clause: R-1", "items: KT-1702 x 1", "amount: 64.00",
        "currency: EUR",
    ]  # fmt: skip
    # What was answered is no record of the order, with fewer articles and no prices.
    messages += [Message("assistant", first.parts), Message("user", (Text(again),))]
    assert case.ask(Request("m", tuple(messages))).text == first.text


@pytest.mark.parametrize(
    ("id", "line"),
    [
        ("p-return-01", "FINDING: refund HL-204173 BY R-1, SUM 64.00"),
        ("p-desk-01", "FINDING: escalate HL-207433 BY H-3, SUM none"),
        ("p-names-02", "FINDING: need_info none BY I-1, SUM none"),
    ],
)
def test_a_last_line_whose_gaps_may_be_empty(open_case: Open, id: str, line: str) -> None:
    form = "FINDING: <action> <order or none> BY <clause>, SUM <amount or none>"
    case = open_case(id)
    assert _said(case, f"Decide by the handbook. End with one line:\n{form}\n") == [line]
    assert case.readings[-1].understood
