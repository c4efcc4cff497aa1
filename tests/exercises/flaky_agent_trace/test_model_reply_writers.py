"""Letters of given facts: what has to be known is asked, reasons are in the customer's words and language."""

from __future__ import annotations

import pytest

from exercises.flaky_agent_trace.writing.wishes import candidates

from .conftest import Open
from .schemas import of

WRITER = (
    "You write replies for the customer service of a shop. You are told what was decided; write the "
    "mail to the customer, in the customer's language.\n- If the refund was declined, say why in plain "
    "words, without clause numbers. If it is because a defect was reported too late, point to "
    "harbourlane.example/warranty."
)


def _body(open_case: Open, id: str, facts: str) -> str:
    case = open_case(id)
    said = case.decide(
        f"Customer's mail:\n{case.mail}\n\n---\n{facts}", system=WRITER, schema=of(body={"type": "string"})
    )
    assert case.readings[-1].understood
    return str(said["body"])


@pytest.mark.parametrize(
    ("id", "words"), [("p-post-01", "welchen Artikel"), ("p-earlier-01", "which article of order HL-204380")]
)
@pytest.mark.parametrize(
    "happened",
    [
        "We need to know more before we can do anything: which order (number) and item it is about.",
        "Nothing was decided: we still need to find out which item is meant.",
    ],
)
def test_what_has_to_be_known_is_asked(open_case: Open, id: str, words: str, happened: str) -> None:
    body = _body(open_case, id, f"What happened: {happened}\nReason (internal): unclear which item")
    assert words in body
    assert "look up" not in body


def test_which_of_the_orders_is_asked(open_case: Open) -> None:
    facts = (
        "What happened: We need to know more: which order (number) and item it is about; it could be "
        "HL-203270, HL-203035.\nReason (internal): more than one order fits (I-1)"
    )
    assert "HL-203270 of HL-203035?" in _body(open_case, "p-knows-03", facts)


@pytest.mark.parametrize(
    ("id", "reason", "words"),
    [
        ("p-autumn-01", "asked more than 30 days after delivery (R-1)", "More than 30 days have passed"),
        ("p-damaged-02", "reported more than 7 days after delivery (D-2)", "harbourlane.example/warranty"),
        ("p-earlier-02", "has been refunded already (M-3)", "Ta kwota została już zwrócona"),
        ("p-delay-02", "not more than 3 days late (L-1)", "The delay was too short"),
    ],
)  # fmt: skip
def test_a_reason_is_told_in_plain_words(open_case: Open, id: str, reason: str, words: str) -> None:
    order = open_case(id).orders[0]["id"]
    body = _body(
        open_case,
        id,
        f"What happened: The request about order {order} was declined.\nReason (internal): {reason}",
    )
    assert words in body
    assert reason[:20] not in body
    assert reason[-4:-1] not in body


@pytest.mark.parametrize(
    ("asked", "choice"),
    [
        ("Ask which order (number) and item it is about.", ()),
        ("Ask the customer which order number and which article they mean.", ()),
        ("Ask whether she means the lamp or the desk.", ("lamp", "desk")),
    ],
)  # fmt: skip
def test_kinds_of_things_are_no_choice(asked: str, choice: tuple[str, ...]) -> None:
    assert candidates(asked) == choice
