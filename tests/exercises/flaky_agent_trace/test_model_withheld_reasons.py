"""A reason that the customer is not to be told is not copied into a letter, nor is the note that says so."""

from __future__ import annotations

import pytest

from tests.exercises.flaky_agent_trace.conftest import Open

SYSTEM = "Write the mail to the customer, friendly and plain. Say only what the decision says."
FACTS = "Customer: Callum Reid\nLanguage: en\n\nDecision: denied\nOrder: HL-202913\n"


@pytest.mark.parametrize(
    "note",
    [
        "Reasons (internal): H-5 legal step threatened; do not tell the customer the reason",
        "Reason: a legal step was threatened. Never mention the reason to the customer.",
        "Reason: chargeback at the bank\nThe reason must not be disclosed.",
    ],
)
def test_what_is_not_to_be_told_stays_out(open_case: Open, note: str) -> None:
    said = open_case("p-damaged-01").say(f"{FACTS}{note}", system=SYSTEM).text.casefold()
    assert "hl-202913" in said
    for word in ("legal", "chargeback", "do not", "never", "disclosed", "h-5"):
        assert word not in said


def test_a_reason_that_may_be_told_is_told(open_case: Open) -> None:
    said = open_case("p-damaged-01").say(f"{FACTS}Reason: reported too late", system=SYSTEM).text
    assert "reported too late" in said
