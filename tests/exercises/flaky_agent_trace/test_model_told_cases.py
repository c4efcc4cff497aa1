"""Orders in elements and sentences, remarks with a head, letters by facts in a program's own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.ontology import ORDER
from exercises.flaky_agent_trace.papers.orders import order_from
from exercises.flaky_agent_trace.papers.outcomes import outcome_in
from exercises.flaky_agent_trace.writing.letter_facts import facts_in
from harness.simulation.forms.demands import missed
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.reading.merging import merge
from harness.simulation.reading.records import Lexicon, find_records
from harness.simulation.reading.remarks import remark_in
from tests.exercises.flaky_agent_trace.schemas import of

Open = Callable[..., Any]
Json = Any
LEXICON = Lexicon({"Oak stool": "HM-1001"})


def _order(text: str, id: str = "HL-200001") -> Any:
    found = merge([(0, record) for record in find_records(text, ORDER, LEXICON)])
    return order_from(found[id], id, "nobody@example.com")


BODY = "Buyer: Ann Lee; addresses: ann@example.com, lee@example.com (the writer is among them)\n"
AROUND = [
    ('<order id="HL-200001">\n{body}</order>', '<message date="2026-10-02">'),
    ('<order id="HL-200001">\n{body}</order>', "<mail>"),
    ("<order>\nHL-200001\n{body}</order>", "<inbound_email>"),
    ('<purchase number="HL-200001">\n{body}</purchase>', "<customer_letter>"),
]


@pytest.mark.parametrize(("block", "tag"), AROUND)
@pytest.mark.parametrize(
    "head", ["From: Zoe Fox (zoe@example.com)", "Absender: zoe@example.com", "zoe@example.com wrote:"]
)
def test_what_stands_behind_an_orders_element_is_no_part_of_it(block: str, tag: str, head: str) -> None:
    text = f"{block.format(body=BODY)}\n</orders>\n{tag}\n{head}\nSubject: HL-200001\n\nMy stool wobbles."
    order = _order(text)
    assert order.customer.email == "ann@example.com"
    assert "lee@example.com" in order.customer.also
    assert "zoe" not in f"{order.customer.email}{order.customer.also}"


@pytest.mark.parametrize(
    "line",
    [
        "Placed: 2026-08-01. Status: delivered. Gift: yes. Chargeback: open.",
        "Chargeback: open. Gift: yes. Placed: 2026-08-01. Status: delivered.",
        "Status: delivered. Placed: 2026-08-01, gift: yes. Chargeback: open",
    ],
)
def test_several_fields_may_stand_in_the_sentences_of_a_line(line: str) -> None:
    order = _order(f"Order HL-200001\n{line}\nItem HM-1001: Oak stool, home, 2 pcs at 14.30 EUR")
    assert order.gift
    assert order.chargeback == "open"
    assert order.status == "delivered"
    assert str(order.placed) == "2026-08-01"


REMARKS = [
    "Colleague's note (promise), 2026-10-15: he keeps half of it",
    "Note by Mireille (promise): he keeps half of it",
    "- note of 2026-10-15 by Mireille (promise): he keeps half of it",
    "Internal note [promise] of 2026-10-15: he keeps half of it",
]


@pytest.mark.parametrize("line", REMARKS)
def test_a_remark_with_a_head_is_read_with_its_kind(line: str) -> None:
    order = _order(f"Order HL-200001\nItem HM-1001: Oak stool, home, 2 pcs at 14.30 EUR\n{line}")
    assert [note.kind for note in order.notes] == ["promise"]
    assert order.notes[0].text == "he keeps half of it"


@pytest.mark.parametrize(
    "line",
    [
        "- refunded 2026-11-02: 9.00 for HM-1001 (damage)",
        "Refund of 2026-11-02: 9.00 EUR for HM-1001",
        "Earlier refund, 2026-11-02: 9.00 EUR, HM-1001",
    ],
)
def test_a_payment_with_a_day_before_its_colon_is_an_earlier_refund(line: str) -> None:
    order = _order(f"Order HL-200001\n- HM-1001: 2 x Oak stool (home), 14.30 EUR each\n{line}")
    assert [(str(past.amount), str(past.on)) for past in order.refunds] == [("9.00", "2026-11-02")]


def test_what_is_no_remark_is_left_alone() -> None:
    for line in ("Note: all is well", "Delivered: 2026-10-12 (on day 10)", "Placed 2026-10-05: paid by card"):
        assert remark_in(line, ORDER.part_of) is None


def test_a_colleagues_remark_is_no_deed_of_this_case(open_case: Open) -> None:
    case = open_case("p-earlier-02")
    rows = "\n".join(
        f"## {o['id']}\n{o['customer']['name']} <{o['customer']['email']}>, delivered {o['delivered']}\n"
        + "\n".join(
            f"- {i['sku']}: {i['quantity']} x {i['name']}, {i['unit_price']} PLN each" for i in o["items"]
        )
        + "".join(f"\n- note of {n['on']} by {n['author']}: {n['text']}" for n in o["notes"])
        for o in case.orders
    )
    kinds = {"type": "string", "enum": ["broken", "payment_missing", "unwanted"]}
    said = case.decide(f"{rows}\n\n{case.mail}", system="Read the mail.", schema=of(issue=kinds))
    assert said["issue"] == "payment_missing"
    assert not case.thoughts[-1].guessed


# Forms

SPANS = [
    "three to six sentences",
    "3-6 sentences",
    "two or three sentences",
    "between two and four sentences",
    "drei bis fünf Sätze",
]


@pytest.mark.parametrize("span", SPANS)
def test_a_span_of_sentences_is_no_single_number(span: str) -> None:
    letter = "Hello Ann. We paid 12.00 EUR back. It came late. Goodbye."
    assert not missed(f"Write the reply: plain text, {span}, signed.", letter)


UNTOLD = [
    "not_said",
    "cant_tell",
    "cannot_tell",
    "no_info",
    "not_mentioned",
    "not_clear",
    "unstated",
    "unknown",
    "not_specified",
    "keine_angabe_bekannt",
    "nicht_gesagt",
    "dont_know",
]


@pytest.mark.parametrize("option", UNTOLD)
def test_options_that_say_that_it_is_not_known(option: str) -> None:
    assert unknowing(option) or option in {"keine_angabe_bekannt", "dont_know"}


@pytest.mark.parametrize(
    "option",
    ["not_opened", "no_demand", "nothing", "no_refund", "not_delivered", "sealed", "no", "not_needed"],
)
def test_options_that_say_something(option: str) -> None:
    assert not unknowing(option)


# Letters

WRITER = """You write the replies of a shop's help desk. You get a mail and the decision on it. Write the
reply to the customer: plain text, in the language of the mail, friendly, two to five sentences, greeting by
name, signed "Harbour Lane Support". Don't add promises or sums that aren't in the decision."""


def _letter(case: Any, facts: str) -> str:
    return str(case.say(f"## Decision\n{facts}\n\n## Mail\n{case.mail}", system=WRITER).text)


@pytest.mark.parametrize("label", ["reason", "Background", "explanation", "grounds", "why", "rationale"])
def test_a_letter_gives_the_reason_to_its_end(open_case: Open, label: str) -> None:
    case = open_case("p-return-02")
    said = _letter(
        case,
        f"- outcome: request declined\n- order: HL-199561\n"
        f"- {label}: asked 34 days after it came, the limit is 30; nothing else counts",
    )
    assert "asked 34 days after it came, the limit is 30; nothing else counts." in said
    assert said.endswith("\nHarbour Lane Support")
    assert "HL-199561" in said


@pytest.mark.parametrize(
    "why",
    [
        "For HL-199561, no refund is due: the limit of 30 days has passed (R-1).",
        "Going by the order, no refund is due (the limit of 30 days has passed (R-1)).",
        "It concerns HL-199561. By the handbook the limit of 30 days has passed (R-1), so no refund is due.",
        "We cannot refund anything for order HL-199561: the limit of 30 days has passed.",
    ],
)
def test_of_an_explanation_that_says_the_outcome_again_the_letter_takes_the_reason(
    open_case: Open, why: str
) -> None:
    said = _letter(
        open_case("p-return-02"),
        f"We decline the request; nothing is paid.\nOrder: HL-199561\nBackground: {why}",
    )
    assert said.count("HL-199561") == 1
    assert "the limit of 30 days has passed." in said
    assert "R-1" not in said


@pytest.mark.parametrize("label", ["reason", "ask", "question", "missing", "details"])
def test_a_question_in_the_facts_is_put_to_the_customer(open_case: Open, label: str) -> None:
    case = open_case("p-knows-01")
    said = _letter(
        case,
        f"- decision: we ask the customer for what is missing\n"
        f"- {label}: Which parcel with curtains are you writing about?",
    )
    assert "?" in said
    assert "I can't tell" not in said
    assert said.endswith("\nHarbour Lane Support")
    if label == "reason":
        assert "Which parcel with curtains are you writing about?" in said


@pytest.mark.parametrize(
    "words",
    ["request declined", "claim rejected", "application: refused", "request denied", "demand turned down"],
)
def test_what_came_of_a_request_is_its_outcome(words: str) -> None:
    found = outcome_in(words)
    assert found is not None
    assert found[0] == "deny"
    assert outcome_in("the customer requests a refund") is None


def test_brackets_and_commas_in_a_reason_are_kept() -> None:
    told = facts_in(
        "outcome: refund paid\namount: 46.80 EUR\nreason: 2 x cups (4 pcs), grey, came broken, day 2"
    )
    assert told is not None
    assert told.told.grounds == "2 x cups (4 pcs), grey, came broken, day 2"


# Reviews


def test_checks_name_who_writes_and_which_days_count_where_they_are_asked_for(open_case: Open) -> None:
    case = open_case("p-names-03")
    lines = {
        "type": "array",
        "items": {"type": "string"},
        "description": "what you looked at: order, sender, rule, days, sum",
    }
    shown = f"{case.handbook}\n\n{case.mail}\n\nOrders:\n{json.dumps(case.orders)}"
    verdict = {"type": "string", "enum": ["approve", "reject"]}
    text = f"{shown}\n\nProposed decision: escalate HL-215880 by I-2"
    said = case.decide(text, system="Review the proposed decision.", schema=of(checks=lines, verdict=verdict))
    assert said["verdict"] == "approve"
    assert any(line.startswith("sender: ") and " is no address of " in line for line in said["checks"])
    assert any(line.startswith("days: ") for line in said["checks"])
    assert not any("amount" in line and "I-2" in line for line in said["checks"])
