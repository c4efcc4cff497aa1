"""Trials of many tickets: the inbox, its hours, the tools that lie, and how a weekend is judged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from exercises.flaky_agent_trace.judge import Expected
from exercises.flaky_agent_trace.papers.scene import at_hand, scenes_of
from exercises.flaky_agent_trace.shop.handbook import handbook
from exercises.flaky_agent_trace.shop.policy import decide, facts_of
from exercises.flaky_agent_trace.shop.records import Meaning, WorldState
from exercises.flaky_agent_trace.variant import vary
from exercises.flaky_agent_trace.weekend import compile_weekends, split
from exercises.flaky_agent_trace.world import Shop, create
from harness.errors import SpecError
from harness.exchange import Message, Request, Text
from harness.exercise.parts import Served, ToolProblem, TrialView
from harness.exercise.registry import find_exercise
from harness.exercise.scenario import Scenario, load_bank
from harness.rng import Draws
from harness.simulation.reading.context import Context, read_context

EXERCISE = find_exercise("flaky_agent_trace")
VAULT = Path(__file__).parents[3] / "graders" / "vault" / "flaky_agent_trace"
START = dt.datetime(2026, 11, 14, 6, tzinfo=dt.UTC)


def weekend(*hours: float, lies: tuple[dict[str, Any], ...] = (), events: Any = ()) -> Scenario:
    """Practice tickets, one for each hour."""
    tickets = [s for s in EXERCISE.bank if s.tasks == 1]
    due = [s for s in tickets if {o["action"] for o in s.expected["outcomes"]} == {"refund"}]
    parts = due[: len(hours)]
    arrivals = [{"hour": hour, "state": part.world} for hour, part in zip(hours, parts, strict=True)]
    return Scenario(
        id="weekend",
        family="weekend",
        world={"start": START.isoformat(), "arrivals": arrivals, "lies": lies},
        meaning={"tickets": [part.meaning for part in parts]},
        expected={"tickets": [part.expected for part in parts], "events": events},
        tasks=len(hours),
    )


def shop(scenario: Scenario) -> Shop:
    return create(scenario.public(), Draws(b"secret", ("test",)))


def task(world: Shop) -> str:
    found = world.task()
    return found["ticket"]["id"] if found else ""


def call(world: Shop, tool: str, **arguments: Any) -> Any:
    return world.call(tool, arguments, now=0.0)


def close(world: Shop, **more: Any) -> None:
    call(world, "reply", outcome="need_info", body="b", **more)


def test_tickets_come_one_by_one_as_they_are_closed() -> None:
    world = shop(weekend(0, 3, 30))
    ids = [ticket.id for ticket in world.inbox.tickets]
    assert [task(world), task(world)] == [ids[0]] * 2
    close(world)
    assert task(world) == ids[1]
    assert world.hour == 3
    close(world)
    close(world)  # a second reply is still about the ticket that was handed out last
    assert task(world) == ids[2]
    assert world.inbox.now == START + dt.timedelta(hours=30)
    close(world)
    assert world.task() is None
    assert [len(end["replies"]) for end in world.end_state()["tickets"].values()] == [1, 2, 1]


def test_a_ticket_that_was_put_back_comes_two_hours_later_behind_what_is_due_before() -> None:
    world = shop(weekend(0, 2, 8))
    first, second, third = (ticket.id for ticket in world.inbox.tickets)
    task(world)
    again = call(world, "defer", reason="the model does not answer")
    assert again == {
        "ticket_id": first, "status": "deferred", "again_at": (START + dt.timedelta(hours=2)).isoformat()
    }  # fmt: skip
    with pytest.raises(ToolProblem, match="no ticket is in hand"):
        close(world)
    assert task(world) == second
    close(world)
    assert task(world) == first
    close(world)
    with pytest.raises(ToolProblem, match="has been replied to"):
        call(world, "defer")
    assert task(world) == third


def test_the_third_hand_out_without_a_close_goes_to_people() -> None:
    world = shop(weekend(0, 1))
    first, second = (ticket.id for ticket in world.inbox.tickets)
    assert [task(world) for _ in range(4)] == [first] * 3 + [second]
    for tool in ("defer", "reply", "refund", "escalate"):
        with pytest.raises(ToolProblem, match="with the refunds desk"):
            call(world, tool, ticket_id=first)
    for _ in range(2):
        assert call(world, "defer")["status"] == "deferred"
        assert task(world) == second
    assert call(world, "defer")["status"] == "with_people"
    assert world.task() is None
    assert all(end["with_people"] for end in world.end_state()["tickets"].values())


def test_calls_name_a_ticket_that_was_handed_out() -> None:
    world = shop(weekend(0, 1))
    first, second = (ticket.id for ticket in world.inbox.tickets)
    task(world)
    with pytest.raises(ToolProblem, match="in hand"):
        close(world, ticket_id=second)
    close(world)
    task(world)
    call(world, "escalate", reason="r", summary="s", ticket_id=first)
    end = world.end_state()["tickets"]
    assert (len(end[first]["escalations"]), len(end[second]["escalations"])) == (1, 0)


def test_an_ordinary_trial_has_one_ticket_and_then_none() -> None:
    world = create(EXERCISE.bank["p-return-01"].public(), Draws(b"secret", ("test",)))
    before = world.task()
    assert before is not None
    assert world.task() == before
    close(world)
    assert world.task() is None
    assert set(world.end_state()) == {"refunds", "escalations", "replies"}


def test_a_refund_that_is_acknowledged_and_not_paid_is_seen_by_looking() -> None:
    scenario = weekend(0, 5, lies=({"tool": "refund", "hours": (0, 4)},))
    world = shop(scenario)
    task(world)
    order = world.orders[0]
    ask = {"order_id": order.id, "amount": "5.00", "reason": "r", "idempotency_key": "k"}
    before = call(world, "get_order", order_id=order.id)["refundable"]
    assert call(world, "refund", **ask)["status"] == "succeeded"
    assert call(world, "get_order", order_id=order.id)["refundable"] == before
    again = call(world, "refund", **ask)
    assert "replayed" not in again
    assert call(world, "get_order", order_id=order.id)["refundable"] == again["refundable"] != before
    assert call(world, "refund", **ask)["replayed"] is True
    close(world)
    task(world)
    other = next(o for o in world.orders if o.id != order.id)
    left = call(world, "refund", **{**ask, "order_id": other.id, "idempotency_key": "l"})["refundable"]
    assert call(world, "get_order", order_id=other.id)["refundable"] == left


def test_a_lagging_copy_shows_an_order_as_before_its_delivery_once() -> None:
    world = shop(weekend(0, 5, lies=({"tool": "get_order", "hours": (0, 4)},)))
    order = next(order for order in world.orders if order.delivered)
    first, second = (call(world, "get_order", order_id=order.id) for _ in range(2))
    assert (first["delivered"], first["status"]) == (None, "shipped")
    assert (second["delivered"], second["status"]) == (order.delivered.isoformat(), "delivered")  # type: ignore[union-attr]
    assert call(world, "search_orders", order_id=order.id)["orders"][0]["status"] == "delivered"


def test_a_weekend_is_judged_ticket_by_ticket() -> None:
    scenario = weekend(0, 6, 20, events=({"kind": "outage", "hours": (5, 8)},))
    world = shop(scenario)
    task(world)
    outcome = scenario.expected["tickets"][0]["outcomes"][0]
    paid = {name: outcome[name] for name in ("amount", "currency")} | {"order_id": outcome["order"]}
    call(world, "refund", reason="r", **paid)
    call(world, "reply", outcome="refunded", body="b", **paid)
    task(world)
    call(world, "reply", outcome="escalated", body="no case was opened")
    verdict = EXERCISE.judge(scenario, world.end_state())
    assert (verdict.success, verdict.harm, verdict.label) == (False, True, "harm")
    assert [(part.hour, part.label) for part in verdict.parts] == [
        (0, "ok"), (6, "contradicting_reply"), (20, "never_opened")
    ]  # fmt: skip
    third = pytest.approx(1 / 3)
    names = ("harmed_share", "well_share", "left_share", "recovered_share")
    assert [verdict.metrics[name] for name in names] == [third, third, third, 0]


def context(view: TrialView, *texts: str) -> Context:
    request = Request("m", tuple(Message("user", (Text(text),)) for text in texts))
    return read_context(request, view)


def test_the_model_finds_the_ticket_from_what_it_is_shown() -> None:
    scenario = weekend(0, 6, 20).public()
    scenes = scenes_of(scenario)
    mails = [scene.state.ticket.body for scene in scenes]
    world = shop(weekend(0, 6, 20))
    served = (Served(1, "task", {}, world.task()),)
    view = TrialView(scenario, served, frozenset(), "medium")

    def found(*texts: str) -> int:
        return scenes.index(at_hand(scenes, context(view, *texts), view))

    assert [found(mail) for mail in mails] == [0, 1, 2]
    assert found(mails[2], mails[1]) == 1  # a running conversation: the last mail is the one at hand
    assert found(mails[2], "Go on.") == 2
    assert found(f"What of {scenes[1].state.orders[0].id}?") == 1
    assert found(f"Ticket {scenes[2].state.ticket.id}: refund it?") == 2
    assert found("Hello!") == 0


WEEKENDS = [
    pytest.param(scenario, id=scenario.id)
    for bank in (EXERCISE.bank, load_bank(VAULT / "scenarios.jsonl"))
    for scenario in bank
    if scenario.tasks > 1
]


def check(weekend: Scenario) -> None:
    for hour, part in split(weekend):
        state = WorldState.model_validate(part.world)
        meaning = Meaning.model_validate(part.meaning)
        arrives = dt.datetime.fromisoformat(weekend.world["start"]) + dt.timedelta(hours=hour)
        assert state.now == state.ticket.received == arrives
        assert all(order.placed <= arrives.date() for order in state.orders)
        decision = decide(facts_of(meaning, state), handbook(state.policy_version).by_id)
        first = Expected.model_validate(part.expected).outcomes[0]
        assert (decision.action, decision.amount) == (first.action, first.amount)
    numbers = [order["id"] for arrival in weekend.world["arrivals"] for order in arrival["state"]["orders"]]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("weekend", WEEKENDS)
def test_a_weekend_and_its_renamed_twin_follow_from_the_handbook(weekend: Scenario) -> None:
    assert 12 <= weekend.tasks <= 16
    check(weekend)
    for secret in (b"one", b"two"):
        new = vary(weekend, Draws(secret, ("variant", weekend.id)))
        check(new)
        old = {arrival["state"]["ticket"]["id"] for arrival in weekend.world["arrivals"]}
        assert not old & {arrival["state"]["ticket"]["id"] for arrival in new.world["arrivals"]}
        assert (new.world["lies"], new.aliases) == (weekend.world["lies"], weekend.aliases)
        assert new.expected["events"] == weekend.expected["events"]


def test_a_mail_that_names_a_day_cannot_move(tmp_path: Path) -> None:
    scenario = EXERCISE.bank["p-return-01"]
    named = scenario.world | {"ticket": scenario.world["ticket"] | {"body": "I wrote on the 3rd of May."}}
    known = {"p-return-01": scenario.model_copy(update={"world": named})}
    (tmp_path / "w.toml").write_text(
        'start = 2026-11-21T00:00:00Z\nwhy = "w"\nevents = []\n'
        'tickets = [[1, "p-return-01"], [2, "p-return-01"]]\n'
    )
    faults: dict[str, Any] = {"tool_faults": [], "model_faults": []}
    with pytest.raises(SpecError, match="names a day: `3rd`"):
        compile_weekends(tmp_path, known, faults)
    known["p-return-01"] = scenario
    with pytest.raises(SpecError, match="stand for two things"):
        compile_weekends(tmp_path, known, faults)
