"""Forms that a prompt asks for in words and examples alone: tags, bullets, lists, one line, one word."""

from __future__ import annotations

import json
import re

import pytest

from harness.exchange import Message, Text
from harness.exchange import Request as Asked

from .conftest import Case, Open

PAID, LATE, OPENED, DESK = "p-damaged-01", "p-damaged-02", "p-opened-01", "p-desk-01"


def said(case: Case, asked: str, begun: str = "") -> str:
    """The answer to an engineer's request with everything that a decision needs."""
    body = f"<ticket>\n{case.mail}\n</ticket>\n\n<orders>\n{json.dumps(case.orders)}\n</orders>\n\n{asked}"
    system = f"You handle refunds. The handbook is binding.\n\n{case.handbook}"
    messages = [Message("system", (Text(system),)), Message("user", (Text(body),))]
    messages += [Message("assistant", (Text(begun),))] if begun else []
    reply = case.ask(Asked("medium", tuple(messages)))
    return "".join(part.text for part in reply.parts if isinstance(part, Text))


TAGS = {
    "Think in <thinking> tags. Then:\n\n<answer>\n<decision>refund, deny or escalate</decision>\n"
    "<amount>the sum in EUR or GBP, or 0</amount>\n<clause>the id of the clause</clause>\n</answer>": (
        "<answer>\n<decision>refund</decision>\n<amount>28.60</amount>\n<clause>D-1</clause>\n</answer>"
    ),
    "Reason inside <thinking></thinking>. After that, output an <answer> block with exactly these children:\n"
    "- <decision>: one of REFUND, DENY, ESCALATE\n- <amount>: two decimals, 0.00 if none\n"
    "- <clause>: the clause that decides": (
        "<answer>\n<decision>REFUND</decision>\n<amount>28.60</amount>\n<clause>D-1</clause>\n</answer>"
    ),
    "Think first inside <thinking> tags, then answer inside <answer> tags. Inside <answer>, use <decision> "
    "(refund/deny/escalate) and <amount> (in the order's currency).": (
        "<answer>\n<decision>refund</decision>\n<amount>28.60</amount>\n</answer>"
    ),
    "Denke zuerst in <thinking> nach. Antworte dann in genau dieser Form:\n<antwort>\n"
    "<entscheidung>erstatten | ablehnen</entscheidung>\n<betrag>Betrag, sonst 0</betrag>\n</antwort>": (
        "<antwort>\n<entscheidung>erstatten</entscheidung>\n<betrag>28.60</betrag>\n</antwort>"
    ),
    "Use <thinking> for your reasoning and <answer> for the decision (refund, deny or escalate).": (
        "<answer>refund</answer>"
    ),
}


@pytest.mark.parametrize("asked", TAGS)
def test_thoughts_stand_before_the_tags_of_the_answer(open_case: Open, asked: str) -> None:
    case = open_case(PAID)
    thought, _, answer = said(case, asked).partition("</thinking>")
    assert case.readings[-1].understood
    assert thought.startswith("<thinking>")
    assert re.sub(r"\n\s+", "\n", answer.strip()) == TAGS[asked]


def test_elements_have_attributes_and_lists(open_case: Open) -> None:
    shown = """Write your reasoning in <scratchpad>, then your result:

<result>
  <order_id>HL-000000</order_id>
  <amount currency="EUR">0.00</amount>
  <items>
    <item sku="..." quantity="...">name</item>
  </items>
  <clauses>
    <clause>R-1</clause>
  </clauses>
</result>"""
    answer = said(open_case(PAID), shown).partition("</scratchpad>\n")[2]
    assert '<amount currency="GBP">28.60</amount>' in answer
    assert '    <item sku="KD-3307" quantity="2">Ramen bowl</item>' in answer
    assert "<clauses>\n    <clause>D-1</clause>\n  </clauses>" in answer


def test_elements_that_only_words_describe_are_not_understood(open_case: Open) -> None:
    case = open_case(PAID)
    said(case, "Output one <item> element per article that goes back, with attributes, inside <items>.")
    assert not case.readings[-1].understood


@pytest.mark.parametrize(
    ("asked", "begun", "rest"),
    [
        ("Answer with <answer>refund|deny|escalate</answer> only.", "<answer>", "refund</answer>"),
        ("Return <decision> and <amount> tags.", "<decision>", "refund</decision>\n<amount>28.60</amount>"),
        ("Return JSON with keys decision and amount.", "{", '"decision": "refund", "amount": 28.6}'),
        (
            "Return JSON with keys decision and amount.",
            "Here is the JSON:\n```json\n{",
            '"decision": "refund", "amount": 28.6}\n```',
        ),
    ],
)
def test_an_answer_that_was_begun_goes_on(open_case: Open, asked: str, begun: str, rest: str) -> None:
    case = open_case(PAID)
    assert said(case, asked, begun).strip() == rest
    assert case.readings[-1].understood


def test_a_beginning_that_fits_no_answer_is_not_understood(open_case: Open) -> None:
    case = open_case(PAID)
    said(case, "What is your decision?", "Once upon a time")
    assert not case.readings[-1].understood


SHOTS = (
    "Ticket: the lamp arrived broken. HL-100001, 24.90 EUR\nResult: {0} | D-1 | Due: 24.90 EUR\n\n"
    "Ticket: I changed my mind after four months. HL-100002, 59.00 EUR\nResult: {1} | R-1 | Due: 0.00 EUR\n\n"
)


@pytest.mark.parametrize(
    ("id", "line"), [(PAID, "REFUND | D-1 | Due: 28.60 GBP"), (LATE, "DENY | D-2 | Due: 0.00 EUR")]
)
def test_examples_keep_their_currency(open_case: Open, id: str, line: str) -> None:
    asked = f"Examples:\n\n{SHOTS.format('REFUND', 'DENY')}Do the same for the ticket above.\n\nResult:"
    assert said(open_case(id), asked) == line


def test_examples_that_end_with_a_sum(open_case: Open) -> None:
    asked = (
        "Examples\nInput: lamp broken, 24.90 EUR\nOutput: We pay the price because of D-1. Due: 24.90 EUR\n\n"
        "Input: rug back after four months\nOutput: Too late under R-1. Due: 0.00 EUR\n\nOutput:"
    )
    assert re.fullmatch(r"[A-Z][^\n]+\. Due: 28\.60 GBP", said(open_case(PAID), asked))


SYNTAXES = {
    "Return a markdown table with the columns Order | Decision | Amount, one row per request.": (
        "| Order | Decision | Amount |\n| --- | --- | --- |\n| HL-202913 | refund | 28.60 |"
    ),
    "List your decision as bullets with bold labels (Decision, Amount, Clause).": (
        "- **Decision:** refund\n- **Amount:** 28.60\n- **Clause:** D-1"
    ),
    "Reply with a Python dict with the keys 'order_id', 'decision' and 'amount'.": (
        "{'order_id': 'HL-202913', 'decision': 'refund', 'amount': 28.6}"
    ),
    "Reply in TOML with the keys action (refund/deny/escalate), amount and clause.": (
        'action = "refund"\namount = 28.60\nclause = "D-1"'
    ),
    "Return the result as INI:\n[result]\ndecision=\namount=": "[result]\ndecision=refund\namount=28.60",
    "Answer with key=value lines, one per line: decision (refund|deny|escalate), amount, clause.": (
        "decision=refund\namount=28.60\nclause=D-1"
    ),
    "Respond with exactly three lines:\ndecision\namount\nclause": "refund\n28.60\nD-1",
    "Answer with R (refund), D (deny) or E (escalate) only.": "R",
    "Name the decision and the amount in capitals, e.g. DENY 0.00 EUR.": "REFUND 28.60 GBP",
    "List the SKUs concerned, comma-separated, no spaces.": "KD-3307",
    "List the order ids as a YAML list.": "- HL-202913",
    "What should we do? One word, in capitals.": "REFUND",
    "How much do we refund? Integer, in pence, nothing else.": "2860",
    "What is the refund? Just the amount with currency code, e.g. 12.34 EUR.": "28.60 GBP",
}


@pytest.mark.parametrize("asked", SYNTAXES)
def test_a_syntax_is_followed_to_the_letter(open_case: Open, asked: str) -> None:
    case = open_case(PAID)
    assert said(case, asked) == SYNTAXES[asked]
    assert case.readings[-1].understood


@pytest.mark.parametrize(
    "asked",
    [
        "Decide. Reply in Pig Latin.",
        "Decide, as a SQL INSERT statement into refunds(order_id, action, amount).",
        "Give the decision in Spanish, one word.",
        "Write the decision in ALL CAPS followed by an exclamation mark.",
        "List three proverbs about patience.",
    ],
)
def test_a_form_that_nobody_here_knows_is_not_understood(open_case: Open, asked: str) -> None:
    case = open_case(PAID)
    said(case, asked)
    assert not case.readings[-1].understood


LAST = {
    "Think step by step. End your answer with a line of the form\nFINAL: <refund|deny> <amount or 0.00>": (
        "FINAL: deny 0.00"
    ),
    "Reason first. The very last line must read: ANSWER = <decision>, <amount> <currency>": (
        "ANSWER = deny, 0.00"
    ),
    "Think aloud, then on the last line write only one of [[refund]], [[deny]] or [[escalate]].": "[[deny]]",
    "Think it through and end with \\boxed{refund}, \\boxed{deny} or \\boxed{escalate}.": "\\boxed{deny}",
    "Explain. Last line: DECISION: REFUND|DENY|ESCALATE; AMOUNT: x.xx; CLAUSE: X-n": (
        "DECISION: DENY; AMOUNT: 0.00; CLAUSE: D-2"
    ),
    "First analyse. Then output exactly one line in this format: VERDICT|<refund/deny>|<amount>|<clause>": (
        "VERDICT|deny|0.00|D-2"
    ),
    "Finish with FINAL: refund, deny or escalate.": "FINAL: deny",
    "Explain briefly, and end with 'Decision: X' where X is REFUND, DENY or ESCALATE.": "Decision: DENY",
    "Think step by step. Put the decision on the last line after '####', like: #### refund 12.00": (
        "#### deny 0.00"
    ),
}


@pytest.mark.parametrize("asked", LAST)
def test_the_last_line_has_its_form_and_reasons_before_it(open_case: Open, asked: str) -> None:
    case = open_case(LATE)
    *before, last = said(case, asked).splitlines()
    assert case.readings[-1].understood
    assert last.startswith(LAST[asked])
    assert any("D-2" in line for line in before)


def test_a_note_has_the_bullets_that_are_named(open_case: Open) -> None:
    asked = "Write a hand-over note in bullets:\n- Customer: …\n- Order: …\n- Asks: …\n- Recommended: …"
    lines = said(open_case(DESK), asked).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["- Customer", "- Order", "- Asks", "- Recommended"]
    assert "refunds desk" in lines[-1]


def test_a_gist_keeps_to_its_words(open_case: Open) -> None:
    case = open_case(OPENED)
    gist = said(case, "Gist, max 12 words.")
    assert case.readings[-1].understood
    assert "speaker" in gist
    assert len(gist.split()) <= 12


def test_a_role_is_no_outcome_of_a_letter(open_case: Open) -> None:
    case = open_case("p-return-02")
    system = "You are the refund decision engine. Decide strictly by the handbook."
    asked = f"{case.mail}\n\n{json.dumps(case.orders)}\n\n{case.handbook}\n\nWrite the reply to the customer."
    assert "have refunded" not in case.say(asked, system=system).text
