"""Letters for which the program gives its reason in terms of its own, and the name that they close with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.exercises.flaky_agent_trace.conftest import Case

OpenCase = Callable[..., Case]

SYSTEM = (
    "You are a shop's customer service. You get a mail and what was decided. "
    "Write the reply to the customer, brief and kind. "
    'Close with the name "Quayside Helpdesk". Give the text of the mail and nothing else.'
)
CODED = (
    "Reason, for you: wrong_or_broken: 28.60 GBP",
    "Why (internal): arrived_damaged: 28.60 GBP (D-1)",
    "Reason: damage_in_transit: 28.60 GBP, two pieces",
    "Grounds, for the writer: broken_item: D-1",
)


@pytest.mark.parametrize("why", CODED)
def test_a_reason_in_codes_is_not_copied_to_the_customer(open_case: OpenCase, why: str) -> None:
    case = open_case("p-damaged-01")
    said = case.say(
        f"{case.mail}\n\nOrder: HL-202913\nOutcome: Refunded: 28.60 GBP. It is on its way to the card.\n"
        f"{why}",
        system=SYSTEM,
    ).text
    assert "28.60" in said
    assert "HL-202913" in said
    assert "_" not in said
    assert "for you:" not in said
    assert "why: it is on its way" not in said
    assert said.rstrip().endswith("Quayside Helpdesk")


def test_what_is_a_sentence_without_its_code_is_told(open_case: OpenCase) -> None:
    case = open_case("p-delay-02")
    said = case.say(
        f"{case.mail}\n\nOrder: HL-213650\nOutcome: Declined.\nReason, for you: late_parcel: 0 GBP, "
        "it was not more than three days late (L-1)",
        system=SYSTEM,
    ).text
    assert "not more than three days late" in said
    assert "late_parcel" not in said
    assert "L-1" not in said
