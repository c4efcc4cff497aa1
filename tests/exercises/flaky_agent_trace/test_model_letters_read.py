"""A letter that goes out is read for what it says, by a form of any names; nothing of a case is there."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Open
from .schemas import of

Json = Any
TEXT, TRUTH = {"type": "string"}, {"type": "boolean"}
LIST = {"type": "array", "items": TEXT}
PAID = (
    "Guten Tag Frau Oster,\n\nvielen Dank. Für die Bestellung HL-209177 erhalten Sie 54,00 EUR zurück. Dazu "
    "bekommen Sie einen Gutschein über 20,00 EUR.\n\nFreundliche Grüße\nHarbour Lane"
)
DENIED = (
    "Hello Esther Vance,\n\nWe have looked into order HL-211655, and I'm afraid we can't offer a refund. It "
    "counts as lost 10 days after the promised date.\n\nKind regards\nHarbour Lane"
)
PASSED = (
    "Szanowni Państwo,\n\nSprawę zamówienia HL-209850 przekazaliśmy do działu zwrotów, który się nią zajmie."
    "\n\nPozdrawiamy\nHarbour Lane"
)
ASKS = "Hi Hywel,\n\ncould you tell me the number of the order this is about?\n\nKind regards\nHarbour Lane"
TELLS = ["refund_paid", "declined", "handed_over", "asks_customer", "unclear"]
KINDS = ["PAYS", "REFUSES", "ESCALATES", "QUESTION", "OTHER"]


@pytest.mark.parametrize("frame", ["Draft:\n{}", "<draft>\n{}\n</draft>", "{}", "Reply to check:\n\n{}"])
@pytest.mark.parametrize(
    ("letter", "told"),
    [
        (PAID, ["de", TELLS[0], ["54.00", "20.00"], ["HL-209177"], True]),
        (DENIED, ["en", TELLS[1], [], ["HL-211655"], False]),
        (PASSED, ["pl", TELLS[2], [], ["HL-209850"], False]),
        (ASKS, ["en", TELLS[3], [], [], False]),
    ],
)  # fmt: skip
def test_what_a_letter_says(open_case: Open, frame: str, letter: str, told: list[Json]) -> None:
    case = open_case("p-return-02")
    schema = of(
        language={**TEXT, "description": "language of the draft, ISO 639-1 code"},
        tells={"type": "string", "enum": TELLS, "description": "what the draft tells the customer"},
        amounts={**LIST, "description": "all sums of money in the draft, such as 12.50"},
        order_numbers=LIST, other_promises={**TRUTH, "description": "a voucher or a replacement is promised"},
    )  # fmt: skip
    said = case.decide(
        frame.format(letter),
        system="You read outgoing replies. Report only what a draft says.",
        schema=schema,
    )
    assert case.readings[-1].understood
    names = ("language", "tells", "amounts", "order_numbers", "other_promises")
    assert [said[name] for name in names] == told


@pytest.mark.parametrize(("letter", "at"), [(PAID, 0), (DENIED, 1), (PASSED, 2), (ASKS, 3)])
def test_other_names_and_options(open_case: Open, letter: str, at: int) -> None:
    schema = of(
        kind={"type": "string", "enum": KINDS, "description": "which outcome it tells"},
        sum_stated={"type": ["number", "null"]}, names_order=TRUTH, signed=TRUTH, cites_clauses=TRUTH,
    )  # fmt: skip
    case = open_case("p-return-02")
    said = case.decide(
        f"Letter to the customer:\n{letter}", system="Extract what our letter says.", schema=schema
    )
    assert (said["kind"], said["sum_stated"]) == (KINDS[at], 54 if at == 0 else None)
    assert (said["names_order"], said["signed"], said["cites_clauses"]) == (at < 3, True, False)


def test_a_customers_mail_is_no_letter_of_ours(open_case: Open) -> None:
    case = open_case("p-continent-01")
    said = case.decide(
        case.mail,
        system="Read the message and report what it says.",
        schema=of(language=TEXT, order_numbers=LIST),
    )
    assert said == {"language": "de", "order_numbers": ["HL-209177"]}
    mind: Any = case.readings[-1].state
    assert not mind.letter_fields
