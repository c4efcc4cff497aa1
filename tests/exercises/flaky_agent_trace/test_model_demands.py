"""An answer that misses a form in plain sight is not given: the request counts as not understood."""

from __future__ import annotations

import pytest

from harness.simulation.forms.demands import missed
from tests.exercises.flaky_agent_trace.conftest import Open

KEPT = (
    ("Answer with one word.", "refund"),
    ("Number only, please.", "28.60"),
    ("Reply YES or NO, then say why.", "Yes. The parcel came late."),
    ("Antworte nur mit ja oder nein; answer yes or no.", "nein"),
    ("Write to her. Give the grounds in one sentence.", "Hello Ann. It came late. We pay 12.00. Bye."),
    ("Summarise this mail in two sentences.", "Ann wants “12.00 EUR. Now!” back. The lamp is cracked."),
    ("At most 5 words.", "The lamp came cracked."),
    ("Give exactly three bullet points.", "- a\n- b\n- c"),
    ("Return only JSON.", '```json\n{"a": 1}\n```'),
    ("Explain in one sentence. Finish with `FINAL: <action>`.", "It came late.\nFINAL: refund"),
    ("Begin with 'VERDICT: <PASS|FAIL>'.", "VERDICT: PASS\nAll is right."),
    ("Pick exactly one of: refund, deny or escalate.", "escalate"),
    ("Say OK or WRONG, then one sentence why.", "WRONG. The sum is 3.00, not 4.00."),
    ("Rate the letter from 1 (bad) to 5 (good).", "4"),
    ("Rate your confidence from 0 to 1.", "0.9"),
    ("Rate the letter from 1 to 5.", "Order HL-200001, 13 days: 4 of 5"),
    ("Give the sum due. Only the expression.", "2 * 14.30 + 3.95"),
    ("Reply A or B and the deciding clause.", "B\nR-1"),
)
MISSED = (
    ("Answer with one word.", "Decision: refund\nOrder: HL-200001"),
    ("Number only, please.", "The sum is not clear."),
    ("Reply YES or NO.", "Decision: refund"),
    ("Summarise this mail in two sentences.", "It came. It was broken. She wants money."),
    ("At most 5 words.", "The lamp came with a foot that was cracked from side to side."),
    ("Give exactly three bullet points.", "- a\n- b"),
    ("Return only JSON.", "Decision: refund"),
    ("Answer as a markdown table.", "Decision: refund\nOrder: HL-200001"),
    ("Begin with 'VERDICT: <PASS|FAIL>'.", "The proposal is right."),
    ("Finish with 'DONE: <action>'.", "DONE: refund\nThe lamp came cracked."),
    ("Pick exactly one of: refund, deny or escalate.", "Decision: handed over"),
    ("Say OK or WRONG, then one sentence why.", "WRONG. It is late. It is broken. It is wrong."),
    ("Rate the letter from 1 (bad) to 5 (good).", "0.9"),
    ("Did it break a rule? YES or NO, then the rule.", "Decision: refund"),
    ("Rate the letter on a scale of 1 to 5.", "7"),
    ("Give the sum due. Only the expression.", "Decision: refund"),
    ("Reply A or B and the deciding clause.", "B"),
)


@pytest.mark.parametrize(("asked", "said"), KEPT)
def test_what_has_the_form_is_let_through(asked: str, said: str) -> None:
    assert not missed(asked, said)


@pytest.mark.parametrize(("asked", "said"), MISSED)
def test_what_misses_the_form_is_named(asked: str, said: str) -> None:
    assert missed(asked, said) in asked
    assert missed(asked, said)


def test_a_form_that_no_answer_here_has_is_not_understood(open_case: Open) -> None:
    case = open_case("p-return-01")
    said = case.say(f"{case.prompt()}\n\nExplain your decision in exactly seven bullet points.").text
    assert not case.readings[-1].understood
    assert "Decision:" not in said


def test_the_gateway_learns_of_it_with_the_answer(open_case: Open) -> None:
    case = open_case("p-return-01")
    case.say(f"{case.prompt()}\n\nWrite the reply to the customer in at most five words.")
    assert case.thoughts[-1].why_not == "an answer in this form: at most five words"
    assert not case.readings[-1].understood
