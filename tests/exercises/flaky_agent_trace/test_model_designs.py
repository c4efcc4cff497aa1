"""What agents of the usual designs ask, in the forms that their authors give it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.exchange import OutputFormat
from harness.simulation.demands import missed
from harness.simulation.loose import parsed
from harness.simulation.sayable import blank
from harness.simulation.sketch import sketched
from harness.simulation.voided import voided
from tests.exercises.flaky_agent_trace.schemas import each, of

Json = Any
Open = Callable[..., Any]
TEXT = {"type": "string"}
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
    found = sketched(INSTRUCTIONS, known.__contains__, lambda schema: len(schema.get("properties") or ()))
    assert found is not None
    assert list(found["properties"]) == ["outcome", "order_id", "confidence"]
    assert found["properties"]["confidence"]["type"] == "number"


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
