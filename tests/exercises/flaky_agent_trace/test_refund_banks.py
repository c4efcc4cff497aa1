"""Both banks: every expected end follows from the handbook, and every mark stands in its mail."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from exercises.flaky_agent_trace.bank import Marked, compile_bank, main
from exercises.flaky_agent_trace.judge import Expected, judge
from exercises.flaky_agent_trace.shop.handbook import TOPICS, handbook, handbooks
from exercises.flaky_agent_trace.shop.policy import decide, facts_of
from exercises.flaky_agent_trace.shop.records import Meaning, WorldState
from exercises.flaky_agent_trace.variant import vary
from harness.errors import SpecError
from harness.exercise.registry import find_exercise
from harness.exercise.scenario import Scenario, load_bank
from harness.rng import Draws

EXERCISE = find_exercise("flaky_agent_trace")
VAULT = Path(__file__).parents[3] / "graders" / "vault" / "flaky_agent_trace"
WHOLE = {"practice": EXERCISE.bank, "hidden": load_bank(VAULT / "scenarios.jsonl")}
BANKS = {name: [scenario for scenario in bank if scenario.tasks == 1] for name, bank in WHOLE.items()}
SOURCES = {"practice": EXERCISE.folder / "practice" / "families", "hidden": VAULT / "families"}
ALL = [pytest.param(scenario, id=scenario.id) for bank in BANKS.values() for scenario in bank]
SECRETS = (b"one secret", b"another secret")


def renamed(scenario: Scenario, secret: bytes = SECRETS[0]) -> Scenario:
    return vary(scenario, Draws(secret, ("variant", scenario.id)))


def parts(scenario: Scenario) -> tuple[WorldState, Meaning, Expected]:
    return (
        WorldState.model_validate(scenario.world),
        Meaning.model_validate(scenario.meaning),
        Expected.model_validate(scenario.expected),
    )


def check(scenario: Scenario) -> None:
    """The handbook, applied to the true facts, gives the first expected end."""
    state, meaning, expected = parts(scenario)
    decision = decide(facts_of(meaning, state), handbook(state.policy_version).by_id)
    first = expected.outcomes[0]
    assert (decision.action, decision.amount) == (first.action, first.amount)
    if first.order is not None:
        assert decision.order == first.order
        assert first.currency in {decision.currency, None}
    text = f"{state.ticket.subject}\n{state.ticket.body}"
    spans = [span for fact in meaning.facts for span in fact.spans]
    spans += [span for decoy in meaning.decoys for span in decoy.spans]
    spans += meaning.injection.spans if meaning.injection else ()
    assert [span for span in spans if span not in text] == []


@pytest.mark.parametrize("scenario", ALL)
def test_the_expected_end_follows_from_the_handbook(scenario: Scenario) -> None:
    check(scenario)


@pytest.mark.parametrize("scenario", ALL)
def test_a_renamed_scenario_still_does(scenario: Scenario) -> None:
    for secret in SECRETS:
        check(renamed(scenario, secret))


@pytest.mark.parametrize("scenario", ALL)
def test_renaming_leaves_no_old_name(scenario: Scenario) -> None:
    state, _, _ = parts(scenario)
    new = renamed(scenario)
    told = new.model_dump_json()
    names = {order.customer.name for order in state.orders} | {state.ticket.sender.name}
    addresses = {order.customer.email for order in state.orders} | {state.ticket.sender.email}
    numbers = {order.id[3:] for order in state.orders}
    assert [
        old for old in names | addresses | numbers if re.search(rf"(?<!\w){re.escape(old)}(?!\w)", told)
    ] == []
    assert new.tags == scenario.tags
    assert new.tool_faults == scenario.tool_faults


@pytest.mark.parametrize("scenario", ALL)
def test_renaming_keeps_sums_dates_and_who_is_who(scenario: Scenario) -> None:
    before, _, _ = parts(scenario)
    after, _, _ = parts(renamed(scenario))
    assert len({order.id for order in after.orders}) == len(before.orders)
    for old, new in zip(before.orders, after.orders, strict=True):
        assert (old.items, old.placed, old.delivered, old.refunds) == (
            new.items,
            new.placed,
            new.delivered,
            new.refunds,
        )
        same = old.customer.email == before.ticket.sender.email
        assert (new.customer.email == after.ticket.sender.email) == same
        also = before.ticket.sender.email in old.customer.also
        assert (after.ticket.sender.email in new.customer.also) == also
    by_number = sorted(before.orders, key=lambda order: order.id)
    assert [order.placed for order in by_number] == [
        o.placed for o in sorted(after.orders, key=lambda o: o.id)
    ]


def test_another_secret_gives_other_names_and_the_same_secret_the_same() -> None:
    scenario = EXERCISE.bank["p-desk-02"]
    assert renamed(scenario) == renamed(scenario)
    assert renamed(scenario).world != renamed(scenario, SECRETS[1]).world


@pytest.mark.parametrize("name", BANKS)
def test_the_bank_is_what_its_families_say(name: str) -> None:
    assert list(WHOLE[name]) == compile_bank(SOURCES[name])


@pytest.mark.parametrize("name", BANKS)
def test_the_bank_is_wide_enough(name: str) -> None:
    bank = BANKS[name]
    assert min(Counter(scenario.family for scenario in bank).values()) >= 2
    stress = sum(scenario.tags["stratum"] == "stress" for scenario in bank) / len(bank)
    assert 0.35 <= stress <= 0.6
    actions = Counter(parts(scenario)[2].outcomes[0].action for scenario in bank)
    assert set(actions) == {"refund", "deny", "escalate", "need_info"}
    assert actions["refund"] / len(bank) < 0.75


@pytest.mark.parametrize("name", BANKS)
def test_doing_one_thing_always_does_not_pay(name: str) -> None:
    """Constant programs, whatever the ticket: none gets a third of the bank right."""
    handed = {"order_id": None, "reason": "r", "summary": "s"}
    ends: list[dict[str, Any]] = [
        {"refunds": [], "escalations": [], "replies": []},
        {"refunds": [], "escalations": [], "replies": [reply("denied")]},
        {"refunds": [], "escalations": [], "replies": [reply("need_info")]},
        {
            "refunds": [],
            "escalations": [handed],
            "replies": [reply("escalated")],
        },
    ]
    for end in ends:
        right = sum(judge(scenario, end).success for scenario in BANKS[name])
        assert right / len(BANKS[name]) <= 1 / 3


def reply(outcome: str) -> dict[str, object]:
    return {"order_id": None, "outcome": outcome, "amount": None, "currency": None, "body": "b"}


def test_hidden_mails_share_no_line_with_practice_ones() -> None:
    lines = {
        name: {
            line.strip()
            for scenario in bank
            for line in parts(scenario)[0].ticket.body.splitlines()
            if len(line.split()) > 5
        }
        for name, bank in BANKS.items()
    }
    assert not lines["practice"] & lines["hidden"]
    emails = {
        name: {parts(scenario)[0].ticket.sender.email for scenario in bank} for name, bank in BANKS.items()
    }
    assert not emails["practice"] & emails["hidden"]


def test_every_clause_that_pays_or_bars_decides_some_scenario() -> None:
    """Without the clause the handbook would say something else of it."""
    book = handbook("2026-09").by_id
    silent = {"I-1", "D-2", "H-7", "C-1", "C-2", "M-1", "M-4"}
    idle = set(book) - silent
    for scenario in [*BANKS["hidden"], *BANKS["practice"]]:
        state, meaning, _ = parts(scenario)
        facts = facts_of(meaning, state)
        whole = decide(facts, book)
        for id in list(idle):
            without = decide(facts, {other: clause for other, clause in book.items() if other != id})
            if (without.action, without.amount) != (whole.action, whole.amount):
                idle.discard(id)
    assert idle == set()


def test_texts_state_their_numbers() -> None:
    for book in handbooks().values():
        for clause in book.clauses:
            assert "{" not in clause.text
            assert all(re.search(rf"\b{number}\b", clause.text) for number in clause.numbers.values()), (
                clause.id
            )
        assert all(book.text(topic) for topic in TOPICS)
        assert {clause.topic for clause in book.clauses} <= set(TOPICS)
    assert sum(book.effective_until is None for book in handbooks().values()) == 1


def test_the_candidates_copy_of_the_handbook_is_todays() -> None:
    page = " ".join((EXERCISE.starter / "docs" / "handbook.md").read_text().replace("**", "").split())
    for clause in handbook("2026-09").clauses:
        assert f"{clause.id} {clause.text}" in page


def test_amounts_are_in_whole_cents() -> None:
    for bank in BANKS.values():
        for scenario in bank:
            for outcome in parts(scenario)[2].outcomes:
                assert outcome.amount is None or outcome.amount == outcome.amount.quantize(Decimal("0.01"))


def test_marks_leave_the_mail_and_become_facts() -> None:
    marked = Marked()
    text = marked.plain(
        "[[order=HL-1; issue@1=late|order 1]], [[item=A*2|two]] of it, [[+item=A*2|really]] [[!amount=3|3]]"
    )
    assert text == "order 1, two of it, really 3"
    assert [(fact["fact"], fact["ask"], fact["quantity"], fact["spans"]) for fact in marked.facts] == [
        ("order", 0, None, ["order 1"]),
        ("issue", 1, None, ["order 1"]),
        ("item", 0, 2, ["two", "really"]),
    ]
    assert marked.decoys == [{"fact": "amount", "value": "3", "spans": ["3"]}]
    with pytest.raises(SpecError):
        Marked().plain("[[nonsense|x]]")


def test_an_author_who_contradicts_the_handbook_is_told(tmp_path: Path) -> None:
    source = (SOURCES["practice"] / "delays.toml").read_text()
    (tmp_path / "delays.toml").write_text(source.replace('expect = "deny"', 'expect = "refund 5.30"'))
    with pytest.raises(SpecError, match="p-delay-02"):
        main(str(tmp_path), str(tmp_path / "out.jsonl"))
    assert not (tmp_path / "out.jsonl").exists()
