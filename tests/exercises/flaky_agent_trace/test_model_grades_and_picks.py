"""Marks for what is not read are declined; the reason for a pick of an order is what settles the order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exchange import OutputFormat
from tests.exercises.flaky_agent_trace.conftest import Open

_MARK = {
    "type": "object",
    "properties": {"points": {"type": "integer"}, "because": {"type": "string"}},
    "required": ["points", "because"],
}
MARKS: dict[str, Any] = {
    "type": "object",
    "properties": {"correctness": _MARK, "tone": _MARK, "score": {"type": "integer"}},
    "required": ["correctness", "tone", "score"],
}


@pytest.mark.parametrize(
    "letter",
    [
        "Hi Callum, we've refunded £28.60 for the two cracked bowls of HL-202913.",
        "Hi Callum, here is a voucher of £100 on top, and it is with you tomorrow.",
    ],
)
def test_a_mark_is_declined_where_nothing_of_the_letter_is_read(open_case: Open, letter: str) -> None:
    case = open_case("p-damaged-01")
    text = f"The customer:\n{case.mail}\n\nWhat we sent:\n{letter}"
    system = (
        "You grade support mails from 1 to 5 by correctness (the truth: 28.60 GBP were refunded) and tone."
    )
    case.say(text, system=system, output=OutputFormat("marks", MARKS, strict=True))
    assert not case.readings[-1].understood


def picked(case: Any, mail: str, candidates: str) -> dict[str, Any]:
    asked = (
        f"Which of these orders does the mail mean? Candidates:\n{candidates}\n\n{mail}\n\n"
        'JSON only: {"index": <int, -1 where it is open>, "certain": <bool>, "reason": "<a few words>"}'
    )
    value = json.loads(case.say(asked).text)
    assert isinstance(value, dict)
    return value


def test_the_reason_for_a_pick_is_what_settles_the_order(open_case: Open) -> None:
    case = open_case("p-names-01")
    one = "[{}] HL-203110, placed 2026-09-12, delivered 2026-09-17: Masonry bit set, 8 pcs"
    other = "[{}] HL-211490, placed 2026-10-23, delivered 2026-10-30: Spirit level 120 cm; Chalk line"
    for index, shown in ((1, (one, other)), (0, (other, one))):
        said = picked(case, case.mail, "\n".join(line.format(n) for n, line in enumerate(shown)))
        assert said["index"] == index
        assert "HL-211490" in said["reason"]
        assert "missing" not in said["reason"]
