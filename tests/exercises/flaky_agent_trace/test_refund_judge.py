"""The verdict: every kind of end has its word, and what is defensible passes."""

from __future__ import annotations

from typing import Any

import pytest

from exercises.flaky_agent_trace.judge import judge
from harness.exercise.registry import find_exercise
from harness.exercise.scenario import Scenario

ORDER, OTHER = "HL-100001", "HL-100002"
TEMPLATE = find_exercise("flaky_agent_trace").bank["p-return-01"]


def case(*outcomes: dict[str, Any]) -> Scenario:
    return TEMPLATE.model_copy(update={"expected": {"outcomes": list(outcomes), "why": "test"}})


REFUND = case({"action": "refund", "order": ORDER, "amount": "30.00", "currency": "EUR"})
DENY = case({"action": "deny", "order": ORDER})
ESCALATE = case({"action": "escalate", "order": ORDER})
ASK = case({"action": "need_info"}, {"action": "escalate"})


def paid(amount: str, order: str = ORDER, currency: str = "EUR") -> dict[str, Any]:
    return {"order_id": order, "amount": amount, "currency": currency, "reason": "r"}


def told(
    outcome: str, amount: str | None = None, order: str | None = ORDER, currency: str | None = None
) -> Any:
    return {"order_id": order, "outcome": outcome, "amount": amount, "currency": currency, "body": "b"}


def handed(order: str | None = ORDER) -> dict[str, Any]:
    return {"order_id": order, "reason": "r", "summary": "s"}


def end(refunds: Any = (), cases: Any = (), replies: Any = ()) -> dict[str, Any]:
    return {"refunds": list(refunds), "escalations": list(cases), "replies": list(replies)}


OK = [
    (REFUND, end([paid("30.00")], replies=[told("refunded", "30.00")])),
    (REFUND, end([paid("10.00"), paid("20.00")], replies=[told("refunded", "30.00", currency="EUR")])),
    (REFUND, end([paid("30.00")], replies=[told("refunded", "30.00")] * 2)),
    (DENY, end(replies=[told("denied")])),
    (DENY, end(replies=[told("denied", order=None)])),
    (ESCALATE, end(cases=[handed()], replies=[told("escalated")])),
    (ESCALATE, end(cases=[handed(None)] * 2, replies=[told("escalated", order=None)])),
    (ASK, end(replies=[told("need_info", order=None)])),
    (ASK, end(replies=[told("need_info", order=OTHER)])),
    (ASK, end(cases=[handed(OTHER)], replies=[told("escalated", order=None)])),
]
BAD = [
    (REFUND, end(), "nothing_done", False),
    (REFUND, end([paid("30.00")]), "no_reply", False),
    (REFUND, end([paid("30.00")] * 2, replies=[told("refunded", "30.00")]), "double_refund", True),
    (REFUND, end([paid("30.00")] * 2, replies=[told("refunded", "60.00")]), "double_refund", True),
    (REFUND, end([paid("31.00")], replies=[told("refunded", "31.00")]), "wrong_amount", True),
    (REFUND, end([paid("29.99")], replies=[told("refunded", "29.99")]), "wrong_amount", False),
    (REFUND, end([paid("30.00", OTHER)], replies=[told("refunded", "30.00", OTHER)]), "wrong_order", True),
    (
        REFUND,
        end([paid("30.00"), paid("1.00", OTHER)], replies=[told("refunded", "30.00")]),
        "wrong_order",
        True,
    ),
    (REFUND, end(replies=[told("denied")]), "wrongly_denied", False),
    (REFUND, end(replies=[told("need_info")]), "not_refunded", False),
    (REFUND, end(replies=[told("refunded", "30.00")]), "contradicting_reply", True),
    (REFUND, end([paid("30.00")], replies=[told("refunded", "35.00")]), "contradicting_reply", True),
    (
        REFUND,
        end([paid("30.00")], replies=[told("refunded", "30.00", currency="GBP")]),
        "contradicting_reply",
        True,
    ),
    (REFUND, end([paid("30.00")], replies=[told("denied")]), "contradicting_reply", False),
    (
        REFUND,
        end([paid("30.00")], replies=[told("refunded", "30.00"), told("denied")]),
        "contradicting_reply",
        False,
    ),
    (REFUND, end(cases=[handed()], replies=[told("escalated")]), "needless_escalation", False),
    (REFUND, end([paid("30.00")], [handed()], [told("refunded", "30.00")]), "needless_escalation", False),
    (DENY, end([paid("5.00")], replies=[told("refunded", "5.00")]), "wrongly_refunded", True),
    (DENY, end(cases=[handed()], replies=[told("escalated")]), "needless_escalation", False),
    (DENY, end(replies=[told("escalated")]), "contradicting_reply", True),
    (DENY, end(replies=[told("need_info")]), "wrong_answer", False),
    (DENY, end(replies=[told("denied", order=OTHER)]), "wrong_order", False),
    (ESCALATE, end(replies=[told("denied")]), "not_escalated", False),
    (ESCALATE, end([paid("5.00")], [handed()], [told("escalated")]), "not_escalated", True),
    (ESCALATE, end(cases=[handed(OTHER)], replies=[told("escalated")]), "wrong_order", False),
    (ESCALATE, end(cases=[handed()], replies=[told("denied")]), "contradicting_reply", False),
    (ESCALATE, end(cases=[handed()]), "no_reply", False),
    (ASK, end(replies=[told("denied")]), "wrongly_denied", False),
    (ASK, end([paid("5.00")], replies=[told("refunded", "5.00")]), "wrongly_refunded", True),
]


@pytest.mark.parametrize(("scenario", "state"), OK)
def test_good_ends(scenario: Scenario, state: dict[str, Any]) -> None:
    verdict = judge(scenario, state)
    assert (verdict.success, verdict.harm, verdict.label) == (True, False, "ok")


@pytest.mark.parametrize(("scenario", "state", "label", "harm"), BAD)
def test_bad_ends(scenario: Scenario, state: dict[str, Any], label: str, harm: bool) -> None:
    verdict = judge(scenario, state)
    assert (verdict.success, verdict.label, verdict.harm) == (False, label, harm)


def test_why_that_end_is_due_is_the_authors_word() -> None:
    assert judge(DENY, end(replies=[told("denied")])).why == "test"


def test_money_that_went_wrong_is_added_up_in_euros() -> None:
    verdict = judge(
        REFUND, end([paid("30.00"), paid("10.00", OTHER, "GBP")], replies=[told("refunded", "30.00")])
    )
    assert verdict.metrics["refunded_wrongly_eur"] == 11.5


def test_prose_is_not_read() -> None:
    state = end(
        [paid("30.00")], replies=[told("refunded", "30.00") | {"body": "We refuse, and also pay 1,000,000."}]
    )
    assert judge(REFUND, state).success


def test_the_order_of_entries_does_not_matter() -> None:
    replies = [told("refunded", "30.00"), told("denied")]
    one, two = end([paid("30.00")], replies=replies), end([paid("30.00")], replies=replies[::-1])
    assert judge(REFUND, one) == judge(REFUND, two)


def test_the_exercise_says_what_each_label_means() -> None:
    known = {param[2] if isinstance(param, tuple) else param.values[2] for param in BAD}
    assert known <= {*find_exercise("flaky_agent_trace").spec.labels}
