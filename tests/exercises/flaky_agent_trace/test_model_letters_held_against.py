"""Letters and the sheet that they are written by: what is asked back, why, and whether the two agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.drafted import read_letter
from harness.exchange import OutputFormat
from tests.exercises.flaky_agent_trace.schemas import of

Json = Any
Open = Callable[..., Any]
TRUTH: Json = {"type": "boolean"}
WRITE = (
    "You write mails for Harbour Lane's customer service. Write the mail to the customer in the language of "
    "theirs, as the case sheet has it. Return only the mail."
)
CHECK = (
    "You proofread mails of Harbour Lane's customer service before they are sent. Hold the draft against the "
    "case sheet, which is right."
)
LETTER = """Dear Aoife Brennan,

Thank you for your message. We have refunded {sum} EUR for order HL-204173.{more}

Kind regards
Harbour Lane Customer Care"""
PAID = (
    "Order: HL-204173\nOutcome: refunded. We have refunded 64.00 EUR on order HL-204173.\nGrounds: R-1: day 9"
)
DENIED = "Order: HL-204173\nOutcome: denied. The request is declined; nothing is paid.\nGrounds: too late"


def _written(case: Any, sheet: str) -> str:
    return str(case.say(f"# Case sheet\n{sheet}\n\n# Mail\n{case.mail}", system=WRITE).text)


def _checked(case: Any, sheet: str, letter: str, **fields: Json) -> dict[str, Json]:
    text = f"# Case sheet\n{sheet}\n\n# Draft\n{letter}"
    said = json.loads(case.say(text, system=CHECK, output=OutputFormat("p", of(**fields), strict=True)).text)
    assert isinstance(said, dict)
    return said


# What is asked back

ASKS = "Order: {order}\nOutcome: need_info. Nothing is decided yet; we ask.\nGrounds: {why}"


@pytest.mark.parametrize(
    ("why", "order", "asked"),
    [
        ("I-1: it can't be settled which article is meant", "HL-204173", "which article of order HL-204173"),
        ("two of the products fit the mail equally well", "HL-204173", "which article of order HL-204173"),
        ("the item is unclear", "HL-204173", "which article of order HL-204173"),
        ("not said whether it was opened", "HL-204173", "whether the article has been opened"),
        ("R-2: has the kettle been used?", "HL-204173", "Has the kettle been used?"),
        ("I-1: it can't be told which order is meant", "not settled", "which order this is about"),
        ("several orders fit", "not settled", "which order this is about"),
    ],
)  # fmt: skip
def test_a_letter_asks_for_what_is_missing(open_case: Open, why: str, order: str, asked: str) -> None:
    said = _written(open_case("p-return-01"), ASKS.format(order=order, why=why))
    assert asked in " ".join(said.split())
    assert "I-1" not in said
    assert "R-2" not in said


def test_what_is_missing_is_asked_in_the_customers_language(open_case: Open) -> None:
    case = open_case("p-continent-01")
    said = _written(case, ASKS.format(order="HL-209177", why="I-1: which article is meant is open"))
    assert "um welchen Artikel der Bestellung HL-209177" in said


@pytest.mark.parametrize(
    "label", ["Grounds (internal, put kindly)", "Reason (for you, don't quote)", "Why (not for the customer)"]
)
def test_what_stands_in_brackets_beside_a_label_is_no_reason(open_case: Open, label: str) -> None:
    sheet = DENIED.replace("Grounds", label).replace("too late", "R-1/R-2: asked on day 46 of 30")
    said = _written(open_case("p-return-01"), sheet)
    assert "asked on day 46 of 30" in said
    assert "(" not in said
    assert "/" not in said
    aside = _written(open_case("p-return-01"), DENIED.replace("too late", "too late (day 46 of 30)"))
    assert "day 46 of 30" in aside


# Whether a letter agrees with its sheet

FIELDS: list[dict[str, Json]] = [
    {
        "states_the_outcome": {**TRUTH, "description": "the draft tells the same outcome as the sheet"},
        "sums_agree": {**TRUTH, "description": "each sum in the draft equals the sheet's; true if none"},
        "promises_more": {**TRUTH, "description": "the draft promises something that the sheet doesn't have"},
    },
    {
        "same_verdict": {**TRUTH, "description": "whether the mail conveys the right decision"},
        "figures_match": {**TRUTH, "description": "all amounts match those on the sheet"},
        "goes_beyond": {**TRUTH, "description": "it goes beyond what was decided"},
    },
]  # fmt: skip


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize(
    ("sheet", "letter", "expected"),
    [
        (PAID, ("64.00", ""), (True, True, False)),
        (PAID, ("64.00", "\n\nFrom the price we have kept a fee of 9.60 EUR."), (True, True, False)),
        (PAID, ("46.00", ""), (True, False, False)),
        (DENIED, ("64.00", ""), (False, False, False)),
        (PAID, ("64.00", "\n\nWe have added a voucher of 10.00 EUR as well."), (True, True, True)),
    ],
)
def test_a_letter_is_held_against_its_sheet(
    open_case: Open, fields: dict[str, Json], sheet: str, letter: tuple[str, str], expected: tuple[bool, ...]
) -> None:
    case = open_case("p-return-01")
    said = _checked(case, sheet, LETTER.format(sum=letter[0], more=letter[1]), **fields)
    assert tuple(said.values()) == expected
    assert case.readings[-1].understood


def test_what_differs_is_told_as_such_and_a_note_that_promises_is_no_letter(open_case: Open) -> None:
    other = {"wrong_figure": {**TRUTH, "description": "the draft names a different amount than the sheet"}}
    assert _checked(open_case("p-return-01"), PAID, LETTER.format(sum="46.00", more=""), **other) == {
        "wrong_figure": True
    }
    case = open_case("p-return-01")
    noted = {"promised": {**TRUTH, "description": "a colleague's note promises something"}}
    assert case.decide(case.prompt(), system="Read the record.", schema=of(**noted)) == {"promised": False}


@pytest.mark.parametrize("described", ["what is wrong, empty if nothing is", "faults found; blank if none"])
def test_what_is_wrong_is_empty_where_nothing_is(open_case: Open, described: str) -> None:
    remark = {**FIELDS[0], "remark": {"type": "string", "description": described}}
    case = open_case("p-return-01")
    assert _checked(case, PAID, LETTER.format(sum="64.00", more=""), **remark)["remark"] == ""
    assert not case.thoughts[-1].guessed
    wrong = _checked(open_case("p-return-01"), PAID, LETTER.format(sum="46.00", more=""), **remark)
    assert "64.00" in wrong["remark"]


def test_the_sum_of_a_letter_is_that_of_the_sentence_on_the_refund() -> None:
    german = (
        "Guten Tag Mechthild Oster,\n\nvielen Dank. Wir haben Ihnen für die Bestellung HL-212805 59,41 EUR "
        "erstattet.\n\nVom Preis haben wir eine Gebühr von 10,49 EUR einbehalten.\n\nFreundliche Grüße\nHL"
    )
    assert read_letter(german)["amount"].cents == 5941
    assert read_letter(german.replace("59,41", "61,20"))["amount"].cents == 6120
    late = "Dear Ann,\n\nWe have refunded you. The sum is 12.00 EUR.\n\nKind regards\nHL"
    assert read_letter(late)["amount"].cents == 1200
