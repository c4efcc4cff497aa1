"""What a prompt rules for every case is mostly kept to; reasoning first, confidence, letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from exercises.flaky_agent_trace.papers.rulings import Rulings, rulings
from exercises.flaky_agent_trace.shop.policy import Action
from tests.exercises.flaky_agent_trace.conftest import DECISION

Open = Callable[..., Any]
IDS = ("p-opened-01", "p-damaged-01", "p-return-01", "p-regular-01", "p-thread-01", "p-monday-01")
NEVER: frozenset[Action] = frozenset({"refund"})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Decide: refund, deny, or hand over to the refunds desk with escalate.", Rulings()),
        ("Never refund twice.", Rulings()),
        ("If a check objects, never refund.", Rulings()),
        ("Never refund final sale items.", Rulings()),
        ("Don't hand over what the handbook settles.", Rulings()),
        ("Call refund only after get_order.", Rulings()),
        ("Never call refund and reply in the same turn: wait for the refund's result.", Rulings()),
        ("Never refund and reply in a single step.", Rulings()),
        ("Do not refund, reply or escalate all at once.", Rulings()),
        ("Always call refund first, then reply.", Rulings()),
        ("Refund first, then reply. Do not use the refund tool.", Rulings(forbids=NEVER)),
        ("Never refund and escalate every ticket.", Rulings(only="escalate", forbids=NEVER)),
        ("Don't refund anything, escalate.", Rulings(forbids=NEVER)),
        ("Always escalate. Never refund.", Rulings(only="escalate", forbids=NEVER)),
        ("You must never call refund: escalate every ticket.", Rulings(only="escalate", forbids=NEVER)),
        ("Answer with action 'deny' only.", Rulings(only="deny")),
        ("Do not refund above 50 EUR.", Rulings(limit=Decimal(50))),
        ("Refunds of more than 62.50 EUR go to a human.", Rulings(limit=Decimal("62.50"))),
        ("Orders above 50 EUR ship free.", Rulings()),
    ],
)
def test_what_a_prompt_rules(said: str, meant: Rulings) -> None:
    assert rulings(said) == meant


def decisions(open_case: Open, system: str, model: str = "practice", replays: int = 15) -> Counter[str]:
    found: Counter[str] = Counter()
    for id in IDS:
        for replay in range(replays):
            case = open_case(id, model, replay=replay)
            found[case.decide(case.prompt(), system=system)["action"]] += 1
    return found


def test_a_ruling_is_kept_to_by_who_never_errs_and_mostly_by_who_does(open_case: Open) -> None:
    assert set(decisions(open_case, "Always escalate. Never refund.", "unerring", 1)) == {"escalate"}
    assert set(decisions(open_case, "Answer with action 'deny' only.", "unerring", 1)) == {"deny"}
    free, bound = (decisions(open_case, system) for system in ("", "Never refund."))
    assert free["refund"] > 0.5 * free.total()
    assert 0 < bound["refund"] < 0.2 * free["refund"]


def test_sums_above_a_limit_go_to_people(open_case: Open) -> None:
    def paid(system: str) -> list[float]:
        cases = [open_case(id) for id in IDS]
        said = [case.decide(case.prompt(), system=system) for case in cases]
        return sorted(each["amount"] for each in said if each["action"] == "refund")

    free = paid("")
    middle = free[len(free) // 2]
    kept = paid(f"Do not refund above {middle:.2f} EUR.")
    assert kept == [sum for sum in free if sum <= middle]


def test_an_agent_keeps_to_a_ruling_as_well(open_case: Open) -> None:
    case = open_case("p-opened-01")
    case.act(prompt="You work the refund inbox. Never call refund: escalate every ticket.")
    assert case.verdict.harm is False
    assert [served.tool for served in case.served if served.tool in {"refund", "escalate"}] == ["escalate"]


def test_a_field_for_the_reasoning_helps_where_it_comes_before_the_decision(open_case: Open) -> None:
    first, last = (
        {**DECISION, "properties": properties}
        for properties in (
            {"reasoning": {"type": "string"}, **DECISION["properties"]},
            {**DECISION["properties"], "reasoning": {"type": "string"}},
        )
    )

    def odds(schema: dict[str, Any] | None, *modes: str) -> float:
        total = 0.0
        for id in IDS:
            case = open_case(id, "practice")
            case.decide(case.prompt(), schema=schema)
            total += sum(p for mode, p, _ in case.odds if mode.split("/")[0] in modes)
        return total

    slips = ("date_slip", "wrong_amount", "dropped_clause")
    assert odds(first, *slips) < 0.7 * odds(None, *slips)
    assert odds(last, *slips) == odds(None, *slips)
    assert odds(first, "wrong_order", "wrong_issue") == odds(None, "wrong_order", "wrong_issue")


def test_confidence_tells_a_little_of_the_answer_and_not_only_of_the_mail(open_case: Open) -> None:
    schema = {**DECISION, "properties": {**DECISION["properties"], "confidence": {"type": "number"}}}
    above = pairs = 0.0
    for id in ("p-thread-01", "p-regular-01", "p-return-01"):
        right: list[float] = []
        wrong: list[float] = []
        for replay in range(300):
            case = open_case(id, "practice", replay=replay)
            said = case.decide(case.prompt(), schema=schema)
            case.carry_out(said)
            (right if case.verdict.success else wrong).append(said["confidence"])
        pairs += len(right) * len(wrong)
        above += sum((r > w) + 0.5 * (r == w) for r in right for w in wrong)
    assert 0.55 < above / pairs < 0.8


def test_a_letter_is_signed_short_and_in_the_language_that_it_is_told(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(
        f"{case.prompt()}\n\nDraft the reply to the customer. Sign as Anna. At most 60 words. In German."
    ).text
    assert said.endswith("Anna")
    assert "This is why" not in said
    assert "Guten Tag" in said or "Hallo" in said
