"""What agents of the usual designs ask, in the forms that their authors give it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat
from harness.simulation.filling.sayable import blank
from harness.simulation.filling.voided import voided
from harness.simulation.forms.demands import missed
from harness.simulation.forms.loose import parsed
from harness.simulation.forms.sketch import sketch_of
from harness.simulation.reading.elements import elements
from tests.exercises.flaky_agent_trace.schemas import each, of

Json = Any
Open = Callable[..., Any]
TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
REVIEW = of(
    verdict={"type": "string", "enum": ["approve", "reject"]},
    correct_outcome={"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]},
)


@pytest.mark.parametrize(
    "counted", ["2026-09-16 to 2026-09-22 = 6", "6", "6 days", "from the 16th to the 22nd"]
)
def test_a_day_count_in_a_proposal_is_no_date(open_case: Open, counted: str) -> None:
    case = open_case("p-damaged-01")
    due = case.scenario.expected["outcomes"][0]
    proposal = {
        "days_counted": counted, "outcome": "refund", "order_id": due["order"], "amount": str(due["amount"]),
    }  # fmt: skip
    said = case.say(
        f"{case.prompt()}\n\nPROPOSED DECISION\n{json.dumps(proposal)}",
        system="You are the second pair of eyes. Work the case out yourself, then compare.",
        output=OutputFormat("review", REVIEW, strict=True),
    )
    assert json.loads(said.text) == {"verdict": "approve", "correct_outcome": "refund"}


CHECK = of(
    language_ok={"type": "boolean"},
    states_outcome={"type": "string", "enum": ["refunded", "denied", "escalated", "need_info", "unclear"]},
)


@pytest.mark.parametrize(
    ("letter", "outcome"),
    [
        ("we have refunded 28.60 GBP for the two bowls of HL-202913.", "refunded"),
        ("unfortunately we cannot refund anything on HL-202913.", "denied"),
        ("we have passed HL-202913 on to our refunds desk, who will write to you.", "escalated"),
    ],
)
def test_a_reply_beside_the_facts_is_what_is_checked(open_case: Open, letter: str, outcome: str) -> None:
    case = open_case("p-damaged-01")
    facts = {"order_id": "HL-202913", "outcome": "refunded", "amount": "28.60", "currency": "GBP"}
    said = case.say(
        f"## Mail\n{case.mail}\n\n## Facts\n{json.dumps(facts)}\n\n## Reply\nDear Callum,\n\n{letter}\n\n"
        "Kind regards\nHarbour Lane Support",
        system="Check a reply before it goes out, against the facts of what was done.",
        output=OutputFormat("check", CHECK, strict=True),
    )
    assert json.loads(said.text) == {"language_ok": True, "states_outcome": outcome}


INSTRUCTIONS = """
1. In <thinking>, go through the case step by step.
2. In <decision>, give one JSON object with these keys:
   "outcome": "refund" | "deny" | "escalate"
   "order_id": string or null
   "confidence": 0 to 100, how sure you are

Write nothing outside these two tags.
"""


def test_thoughts_and_json_in_tags_that_steps_name(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = case.say(case.prompt(), system=INSTRUCTIONS).text
    assert said.startswith("<thinking>\n")
    inside = said.partition("<decision>")[2].partition("</decision>")[0]
    assert json.loads(inside).keys() == {"outcome", "order_id", "confidence"}
    assert json.loads(inside)["outcome"] == "refund"
    assert json.loads(inside)["confidence"] > 50


def test_options_on_a_key_s_line_are_no_keys() -> None:
    known = {"outcome", "order_id", "refund", "confidence"}
    found = sketch_of(INSTRUCTIONS, known.__contains__, lambda schema: len(schema.get("properties") or ()))
    assert found is not None
    assert list(found.schema["properties"]) == ["outcome", "order_id", "confidence"]
    assert found.schema["properties"]["confidence"]["type"] == "number"


def test_words_behind_a_value_are_no_key() -> None:
    text = '{\n "order_id": "HL-..." or null if it can\'t be told which one is meant,\n "n": 1\n}'
    assert list(parsed(text, 0)[0]["properties"]) == ["order_id", "n"]


FORM = "Write plain text in exactly this form:\n\nREQUEST\nWhat is wanted now.\n\nEARLIER\nWhat was before.\n"


def test_headings_are_a_form() -> None:
    assert missed(FORM, "sealed")
    assert missed(FORM, "REQUEST\nThe lamp goes back.")
    assert not missed(FORM, "REQUEST\nThe lamp goes back.\n\nEARLIER:\nnone")
    assert not missed("Use this form: one sentence.\n\nTHE MAIL\nHello", "It is late.")


@pytest.mark.parametrize(("action", "lines"), [("refund", [{"sku": "A"}]), ("deny", []), ("escalate", [])])
def test_what_is_empty_unless_something_is_decided(action: str, lines: list[Json]) -> None:
    said = of(
        action={"type": "string", "enum": ["refund", "deny", "escalate"]},
        lines={**each(sku=TEXT), "description": "what is paid for which line; empty unless refund"},
        note={**TEXT, "description": "null unless somebody calls"},
    )
    filled = {"action": action, "lines": [{"sku": "A"}], "note": "x"}
    found = voided(said["properties"], filled, dict, lambda _: [])
    assert found == {"action": action, "lines": lines, "note": "x"}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string", "description": "sum to refund, 0.00 if none"}, "0.00"),
        ({"type": "number", "description": "the sum; 0 if nothing is due"}, 0),
        ({"type": "string", "description": 'the clause, "n/a" where there is none'}, "n/a"),
        ({"type": "number", "description": "'n/a' if none"}, 0),
        ({"type": "string", "description": "the sum"}, ""),
    ],
)
def test_what_a_description_wants_where_there_is_none(
    open_case: Open, schema: dict[str, Json], said: Json
) -> None:
    ontology = open_case("p-damaged-01").model.vocabulary.ontology
    assert blank(ontology, schema, None, "total", schema) == said


BLOCK = """
First your work in <thinking></thinking>. Then exactly one block:
<decision>
  <outcome>refunded|denied|escalated|need_info</outcome>
  <order_id>HL-000000 or empty</order_id>
  <amount>0.00 or empty</amount>
</decision>
Then the mail to the customer in <reply></reply>.
"""


def test_a_block_of_tags_between_thoughts_and_a_letter(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = case.say(case.prompt(), system=BLOCK).text
    thoughts, _, rest = said.partition("<decision>")
    block, _, letter = rest.partition("</decision>")
    assert thoughts.startswith("<thinking>")
    assert "<outcome>refunded</outcome>" in block
    assert "<order_id>HL-202913</order_id>" in block
    assert "<amount>28.60</amount>" in block
    assert "28.60" in letter.partition("<reply>")[2]


def attributes(values: dict[str, str]) -> str:
    return " ".join(f'{key}="{value}"' for key, value in values.items())


def test_an_order_in_xml_is_read_with_its_earlier_refunds(open_case: Open) -> None:
    """A desk of 84.00 of which 18.00 were paid back before."""
    case = open_case("p-earlier-01")
    (order,) = case.orders
    about = {
        key: order[key] for key in ("id", "status", "placed", "promised", "delivered", "currency", "total")
    }
    items = [
        {key: str(item[key]) for key in ("sku", "category", "quantity", "unit_price")}
        for item in order["items"]
    ]
    names = [item["name"] for item in order["items"]]
    shown = "\n".join([
        f"<order {attributes(about)}>",
        f'  <customer email="{order["customer"]["email"]}">{order["customer"]["name"]}</customer>',
        "  <items>",
        *(f"    <item {attributes(one)}>{name}</item>" for one, name in zip(items, names, strict=True)),
        "  </items>",
        "  <refunds>",
        *(f"    <refund {attributes(paid)}/>" for paid in order["refunds"]),
        "  </refunds>",
        "</order>",
    ])  # fmt: skip
    asked = of(action={"type": "string", "enum": ["refund", "deny", "escalate"]}, amount=TEXT)
    assert case.decide(case.prompt(orders=shown), schema=asked) == {"action": "refund", "amount": "66.00"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<a id="1"><b>x</b><c n="2"/></a>', [{"id": "1", "b": "x", "c": {"n": "2"}}]),
        ("<items><item>x</item></items>", [["x"]]),
        ('<a><b k="1">x</b></a>', [{"b": {"name": "x", "text": "x", "k": "1"}}]),
        ("<a>plain</a> <b/> <c><d></c>", []),
        ('<!DOCTYPE a [<!ENTITY e "eee">]><a><b>&e;</b></a>', []),
        ("<a><!-- no --><b>x</b></a>", []),
    ],
)
def test_elements_as_json(text: str, found: list[Json]) -> None:
    assert list(elements(text)) == found


EXAMPLE = """
Answer questions about the mail; a program decides.
Return only JSON in this format (this is an example, values are not real):

{
  "order": "HL-123456",
  "articles": [{"sku": "AB-1234", "pieces": 1}],
  "kind": "damaged",
  "opened": "unknown",
  "first_told": "2026-01-31",
  "several_orders": false,
  "third_party": false,
  "lawyer": false,
  "language": "en"
}

first_told - date of the first mail in which it was told, usually the day on which this mail was received.
"""


def test_an_example_that_is_announced_as_the_form_is_the_form(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    said = json.loads(case.say(f"{case.mail}\n\n{json.dumps(case.orders)}", system=EXAMPLE).text)
    assert list(said) == [
        "order", "articles", "kind", "opened", "first_told", "several_orders", "third_party", "lawyer",
        "language",
    ]  # fmt: skip
    assert (said["order"], said["kind"], said["lawyer"]) == ("HL-202913", "damaged", False)
    assert said["first_told"] == "2026-09-23"
    assert said["articles"] == [{"sku": "KD-3307", "pieces": 2}]


def test_the_state_of_an_item_by_its_options(open_case: Open) -> None:
    state = {"type": "string", "enum": ["sealed_or_unused", "opened_or_used", "unclear", "not_applicable"]}
    for id, said in (("p-opened-01", "opened_or_used"), ("p-damaged-01", "opened_or_used")):
        case = open_case(id)
        assert case.decide(case.mail, schema=of(order_id=TEXT, condition=state))["condition"] == said


MATCH = {"type": "string", "enum": ["one", "several", "unclear", "none"]}


@pytest.mark.parametrize(
    ("id", "came"), [("p-damaged-01", "one"), ("p-desk-02", "several"), ("p-post-03", "one")]
)
def test_what_came_of_looking_for_the_order(open_case: Open, id: str, came: str) -> None:
    case = open_case(id)
    text = f"{case.mail}\n\n{json.dumps(case.orders)}"
    assert case.decide(text, schema=of(status=MATCH, order_id=MAYBE))["status"] == came


def test_each_of_several_orders_is_a_match_possible_or_none(open_case: Open) -> None:
    fit = {"type": "string", "enum": ["match", "possible", "no"]}
    for id, fits in (("p-desk-02", {"match"}), ("p-names-03", {"match"}), ("p-knows-03", {"possible"})):
        case = open_case(id)
        asked = of(orders=each(order_id=TEXT, verdict=fit, reason=TEXT))
        said = case.decide(f"{case.mail}\n\n{json.dumps(case.orders)}", schema=asked)
        assert {entry["verdict"] for entry in said["orders"]} == fits, id
