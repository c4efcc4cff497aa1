"""A form that a prompt tells in words is taken over, whatever the ticket and the orders look like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

Json = Any
Open = Callable[..., Any]
MEANT = {
    "grant": "refund", "decline": "deny", "desk": "escalate", "clarify": "need_info",
    "pay": "refund", "no pay": "deny", "handover": "escalate", "ask back": "need_info",
}  # fmt: skip
YAML = """A ticket comes as YAML, and the answer goes out as YAML.

{handbook}

# Answer
Just this block, keys in the order shown:

notes: >-
  up to three sentences, why and by which rule
ruling: GRANT | DECLINE | DESK | CLARIFY
order: HL-nnnnnn or ~
amount: a sum with two decimals, or ~ unless ruling is GRANT
currency: the order's, or ~
"""
LINES = """Three colleagues look at this as well. Reason briefly and finish with precisely these lines:

Outcome: pay / no pay / handover / ask back
Order number: HL-xxxxxx (or "-" if none is certain)
Sum: 99.99 GBP (or "-")

{handbook}"""
XML = """<rules>
{handbook}
</rules>

<output_schema>
<remarks>one sentence for each rule that you used</remarks>
<ruling>
  <outcome>grant, decline, desk or clarify</outcome>
  <order>the id, or empty</order>
  <sum>with two decimals; 0.00 unless the outcome is grant</sum>
</ruling>
</output_schema>"""
REACT = """These tools may be used:

get_order[{"order_id": ...}]: one order
get_policy[{"topic": ..., "fresh": true|false}]: the rules

Write in this manner:

Thought: what is known
Action: which tool
Action Input: JSON
Observation: (ours)
... (again if needed)
Thought: That settles it.
Ruling: {"outcome": "GRANT" | "DECLINE" | "DESK" | "CLARIFY", "for": "HL-..." or null, "sum": "0.00" or null}

"""


def in_yaml(value: Json, indent: str = "") -> str:
    lines = []
    for key, item in value.items():
        if isinstance(item, dict):
            lines += [f"{indent}{key}:", in_yaml(item, indent + "  ")]
        elif isinstance(item, list):
            lines.append(f"{indent}{key}:" + ("" if item else " []"))
            for row in item:
                first, *rest = in_yaml(row, indent + "    ").split("\n") if isinstance(row, dict) else [row]
                lines += [f"{indent}  - {first.strip()}", *rest]
        elif isinstance(item, str) and "\n" in item:
            lines += [f"{indent}{key}: |", *(f"{indent}  {line}" for line in item.split("\n"))]
        else:
            lines.append(f"{indent}{key}: {'~' if item is None else json.dumps(item, ensure_ascii=False)}")
    return "\n".join(lines)


def same(decided: dict[str, Json], told: Sequence[str], nothing: str) -> bool:
    """Whether an answer in words says what was decided; where nothing is paid, no sum stands there."""
    outcome, order, amount = told
    paid = decided["action"] == "refund"
    sums = amount.partition(" ")[0] == f"{decided['amount']:.2f}" if paid else amount == nothing
    named = order == decided["order_id"] or (not paid and order in {"", "-", "~", "null"})
    return MEANT[outcome.casefold()] == decided["action"] and named and sums


def test_announced_yaml_is_the_form_though_the_ticket_is_yaml_too(open_case: Open, ids: list[str]) -> None:
    other = {}
    for id in ids:
        case, plain = open_case(id), open_case(id)
        ticket = {"today": case.task["now"][:10], "ticket": case.task["ticket"], "orders": case.orders}
        said = case.say(in_yaml(ticket), system=YAML.format(handbook=case.handbook)).text
        found = dict(re.findall(r"^(\w+): (.*)$", said, re.MULTILINE))
        decided = plain.decide(plain.prompt())
        assert re.match(r"notes: >-\n  .*\b(?:H-\d|[A-Z]-\d|order)\b", said), said
        if list(found) != ["notes", "ruling", "order", "amount", "currency"] or not same(
            decided, (found["ruling"], found["order"], found["amount"]), "~"
        ):
            other[id] = decided, said
    assert other == {}


def test_announced_lines_end_the_answer(open_case: Open, ids: list[str]) -> None:
    other = {}
    for id in ids:
        case, plain = open_case(id), open_case(id)
        rules = LINES.format(handbook=case.handbook)
        said = case.say(case.prompt(handbook=""), system=rules).text
        decided = plain.decide(plain.prompt())
        found = re.search(r"\n\nOutcome: (.+)\nOrder number: (.+)\nSum: (.+)\Z", said)
        if found is None or not same(decided, found.groups(), "-"):
            other[id] = decided, said
    assert other == {}


def test_elements_under_a_tag_named_for_the_answer_are_filled(open_case: Open, ids: list[str]) -> None:
    other = {}
    for id in ids:
        case, plain = open_case(id), open_case(id)
        said = case.say(case.prompt(handbook=""), system=XML.format(handbook=case.handbook)).text
        decided = plain.decide(plain.prompt())
        found = re.search(
            r"\A<remarks>.+</remarks>\n<ruling>\n  <outcome>(.+)</outcome>\n  <order>(.*)</order>\n"
            r"  <sum>(.*)</sum>\n</ruling>\Z",
            said,
        )
        if found is None or not same(decided, found.groups(), "0.00"):
            other[id] = decided, said
    assert other == {}


def test_the_last_line_of_a_run_has_its_own_name_and_object(open_case: Open, ids: list[str]) -> None:
    ended = 0
    for id in ids:
        case = open_case(id)
        if len(case.orders) != 1:
            continue
        order = case.orders[0]
        rules = case.world.call("get_policy", {"topic": "all", "fresh": True}, now=0)
        run = (
            f"Thought: The order.\nAction: get_order\nAction Input: {json.dumps({'order_id': order['id']})}\n"
            f"Observation: {json.dumps(order)}\nThought: The rules.\nAction: get_policy\n"
            f'Action Input: {{"topic": "all", "fresh": true}}\n'
            f"Observation: {json.dumps(rules)}\nThought:"
        )
        said = case.say(f"{REACT}{case.mail}\n\n{run}").text
        assert "Final Answer" not in said
        if "Action:" in said:
            continue
        found = re.search(r"Thought: That settles it\.\nRuling: (\{.+\})\Z", said)
        assert found is not None, said
        value = json.loads(found[1])
        assert list(value) == ["outcome", "for", "sum"]
        assert value["outcome"].casefold() in MEANT
        assert (value["sum"] is not None) == (value["outcome"] == "GRANT")
        assert value["for"] in {order["id"], None}
        ended += 1
    assert ended


@pytest.mark.parametrize("head", ["The order as booked, with these fields:", "ORDER"])
def test_lines_with_values_are_no_form(open_case: Open, ids: list[str], head: str) -> None:
    case, plain = open_case(ids[0]), open_case(ids[0])
    extra = f"\n\n{head}\nstatus: delivered\norder: {case.orders[0]['id']}\nchargeback: none / open\n"
    assert case.decide(case.prompt() + extra)["action"] == plain.decide(plain.prompt())["action"]
    assert "order:" not in case.say(case.prompt() + extra + "\nWhat is to be done?").text


FILE = """You draw up the file; someone else rules on it later. Plain text under just these headings:

ASKED NOW — in one sentence, what the newest mail asks for
MATTERS SETTLED — orders in the thread on which nothing is open, or "none"
REPORTED ON — the day on which we were first told
ITEM CONDITION — what is said of the goods, or "none"
SPECIAL POINTS — courts, gifts, chargebacks, or "none"
OPEN DOUBTS — what is not clear, or "none"

Do not say what is due."""


def test_a_file_under_headings_in_capitals_is_drawn_up_and_nothing_decided(
    open_case: Open, ids: list[str]
) -> None:
    heads = ["ASKED NOW", "MATTERS SETTLED", "REPORTED ON", "ITEM CONDITION", "SPECIAL POINTS", "OPEN DOUBTS"]
    for id in ids:
        case, plain = open_case(id), open_case(id)
        said = case.say(case.mail, system=FILE).text
        found = [line.partition(" — ") for line in said.split("\n")]
        assert [head for head, _, _ in found] == heads, said
        assert all(told for _, _, told in found), said
        schema = {"type": "object", "properties": {"first_reported": {"type": "string", "format": "date"}}}
        assert found[2][2] == (plain.decide(plain.mail, schema=schema)["first_reported"] or "none")


def test_what_an_order_consists_of_is_no_form(open_case: Open, ids: list[str]) -> None:
    case, plain = open_case(ids[0]), open_case(ids[0])
    told = (
        "Each order record, with these fields:\n\nstatus: processing | shipped\ncurrency: EUR | GBP | PLN\n"
    )
    assert case.say(f"{told}\n{case.prompt()}\n\nWhat do we do?").text.count("currency:") == 0
    assert case.decide(f"{told}\n{case.prompt()}")["action"] == plain.decide(plain.prompt())["action"]
