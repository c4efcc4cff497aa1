"""The shop behind the tools: it validates as a production API does, and no further."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.flaky_agent_trace.shop.handbook import handbook
from exercises.flaky_agent_trace.shop.records import Order
from exercises.flaky_agent_trace.world import TOOLS, Shop, WorldState, create
from harness.exercise.parts import ToolProblem
from harness.exercise.registry import find_exercise
from harness.rng import Draws

EXERCISE = find_exercise("flaky_agent_trace")


def shop(scenario: str = "p-return-01", trial: str = "test") -> Shop:
    return create(EXERCISE.bank[scenario].public(), Draws(b"secret", (trial,)))


def shop_with(orders: list[Order]) -> Shop:
    """A shop that has these orders only."""
    scenario = EXERCISE.bank["p-return-01"].public()
    world = {**scenario.world, "orders": [order.model_dump(mode="json") for order in orders]}
    return create(scenario.model_copy(update={"world": world}), Draws(b"secret", ("test",)))


def refused(world: Shop, tool: str, **arguments: Any) -> ToolProblem:
    before = world.end_state()
    with pytest.raises(ToolProblem) as caught:
        world.call(tool, arguments, now=0.0)
    assert world.end_state() == before
    return caught.value


def done(world: Shop, tool: str, **arguments: Any) -> Any:
    return world.call(tool, arguments, now=0.0)


def test_the_task_is_the_mail_and_nothing_else() -> None:
    task = shop().task()
    assert task is not None
    assert set(task) == {"now", "ticket"}
    assert set(task["ticket"]) == {"id", "from", "subject", "body", "received"}
    assert "HL-204173" in task["ticket"]["subject"]


def test_search_meets_all_criteria_newest_first() -> None:
    found = done(shop(), "search_orders", email="AOIFE.brennan@example.ie")
    assert [order["id"] for order in found["orders"]] == ["HL-204173", "HL-188420"]
    assert done(shop(), "search_orders", email="aoife.brennan@example.ie", text="kettle")["total"] == 1
    assert done(shop(), "search_orders", order_id="204173")["total"] == 1
    assert done(shop(), "search_orders", placed_on="2026-03-19")["orders"][0]["id"] == "HL-188420"
    assert done(shop(), "search_orders", name="brennan", text="saddle")["total"] == 0
    assert refused(shop(), "search_orders").status == 422


def test_search_is_paged() -> None:
    world = shop()
    first = world.orders[0]
    own = [first.model_copy(update={"id": f"HL-30000{number}"}) for number in range(7)]
    world = shop_with(own)
    first = done(world, "search_orders", email="aoife.brennan@example.ie")
    second = done(world, "search_orders", email="aoife.brennan@example.ie", page=2)
    assert (len(first["orders"]), len(second["orders"]), first["pages"], first["total"]) == (5, 2, 2, 7)
    shown = [order["id"] for order in [*first["orders"], *second["orders"]]]
    assert sorted(shown) == [f"HL-30000{number}" for number in range(7)]


def test_a_confirmed_second_address_finds_the_order() -> None:
    world = shop()
    order = world.orders[0]
    also = order.customer.model_copy(update={"also": ("other@example.com",)})
    world = shop_with([order.model_copy(update={"customer": also})])
    assert done(world, "search_orders", email="other@example.com")["total"] == 1


def test_an_order_shows_what_is_left_of_it() -> None:
    world = shop()
    before = Decimal(done(world, "get_order", order_id="HL-204173")["refundable"])
    done(world, "refund", order_id="HL-204173", amount=64, reason="return")
    after = done(world, "get_order", order_id="HL-204173")
    assert before - Decimal(after["refundable"]) == 64
    assert after["refunds"][-1]["amount"] == "64.00"
    assert refused(world, "get_order", order_id="HL-000001").status == 404


def test_without_a_key_a_second_refund_pays_again() -> None:
    world = shop()
    for _ in range(2):
        done(world, "refund", order_id="HL-204173", amount="20.00", reason="return")
    assert len(world.end_state()["refunds"]) == 2


def test_with_a_key_it_pays_once_and_says_so() -> None:
    world = shop()
    first = done(world, "refund", order_id="HL-204173", amount=20.0, reason="return", idempotency_key="k")
    again = done(world, "refund", order_id="HL-204173", amount="20.00", reason="return", idempotency_key="k")
    assert again == {**first, "replayed": True}
    assert len(world.end_state()["refunds"]) == 1
    other = refused(world, "refund", order_id="HL-204173", amount=21, reason="r", idempotency_key="k")
    assert (other.status, other.code) == (409, "idempotency_conflict")


def test_no_more_than_was_paid_goes_back() -> None:
    world = shop()
    assert refused(world, "refund", order_id="HL-204173", amount=107.41, reason="r").status == 409
    done(world, "refund", order_id="HL-204173", amount=107.40, reason="r")
    assert refused(world, "refund", order_id="HL-204173", amount=0.01, reason="r").status == 409


@pytest.mark.parametrize(
    "amount",
    [
        True,
        None,
        float("nan"),
        float("inf"),
        -1,
        0,
        "1e2",
        "12,50",
        "NaN",
        "",
        12.345,
        [12],
        {"a": 1},
        10**12,
        "٣",
    ],
)
def test_amounts_are_strictly_typed(amount: Any) -> None:
    problem = refused(shop(), "refund", order_id="HL-204173", amount=amount, reason="r")
    assert problem.status in {400, 422}


@given(st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=20)))
def test_any_amount_is_paid_in_whole_cents_or_refused(amount: Any) -> None:
    world = shop()
    try:
        paid = Decimal(done(world, "refund", order_id="HL-204173", amount=amount, reason="r")["amount"])
    except ToolProblem:
        assert not world.end_state()["refunds"]
    else:
        assert 0 < paid <= Decimal("107.40")
        assert paid == Decimal(str(amount)).quantize(Decimal("0.01"))


def test_other_arguments_are_strict_as_well() -> None:
    world = shop()
    assert refused(world, "refund", order_id="HL-204173", amount=1, reason="").status == 400
    assert refused(world, "refund", order_id="HL-204173", amount=1, reason="r", currency="GBP").status == 422
    assert refused(world, "get_order", order_id=204173).status == 400
    assert refused(world, "get_order", order_id="HL-204173", verbose=True).code == "unknown_argument"
    assert refused(world, "get_policy", topic="all", fresh="yes").status == 400
    assert refused(world, "search_orders", email="a", page=True).status == 400
    assert refused(world, "fly").status == 404


def test_the_cache_may_serve_an_old_handbook_and_fresh_goes_past_it() -> None:
    world = next(
        world
        for trial in range(20)
        if (world := shop("p-autumn-01", str(trial)))._stale(world.inbox.tickets[0].arrival.state)
    )
    old = done(world, "get_policy", topic="returns")
    new = done(world, "get_policy", topic="returns", fresh=True)
    assert (old["version"], new["version"]) == ("2026-04", "2026-09")
    assert old["effective_until"] is not None
    assert new["effective_until"] is None
    assert "60 days" in old["text"]
    assert "30 days" in new["text"]
    assert refused(world, "get_policy", topic="weather").status == 404
    assert done(shop(), "get_policy")["text"] == handbook("2026-09").text()


def test_a_stale_cache_answers_in_some_trials_and_in_the_same_ones_again() -> None:
    def served(trial: int) -> str:
        draws = Draws(b"secret", ("test", str(trial)))
        world = create(EXERCISE.bank["p-autumn-01"].public(), draws)
        return str(done(world, "get_policy", topic="all")["version"])

    versions = [served(trial) for trial in range(80)]
    assert 25 <= versions.count("2026-04") <= 47  # CACHED_SHARE of 80, +- 2.5 standard errors
    assert versions == [served(trial) for trial in range(80)]


def test_a_reply_of_a_refund_needs_order_and_amount() -> None:
    world = shop()
    assert refused(world, "reply", outcome="refunded", body="b", amount=3).status == 422
    assert refused(world, "reply", outcome="refunded", body="b", order_id="HL-204173").status == 422
    assert refused(world, "reply", outcome="refunded", body="b", order_id="HL-204173", amount=0).status == 422
    assert refused(world, "reply", outcome="maybe", body="b").status == 422
    assert refused(world, "reply", outcome="denied", body="b", order_id="HL-9").status == 404
    assert (
        done(world, "reply", outcome="denied", body="b", order_id="HL-204173", amount=0)["status"] == "sent"
    )
    assert world.end_state()["replies"][0]["amount"] is None


def test_the_end_state_does_not_depend_on_the_order_of_calls() -> None:
    one, two = shop(), shop()
    steps: list[tuple[str, dict[str, Any]]] = [
        ("refund", {"order_id": "HL-204173", "amount": 3, "reason": "a"}),
        ("refund", {"order_id": "HL-188420", "amount": 2, "reason": "b"}),
        ("escalate", {"reason": "x", "summary": "y"}),
    ]
    for tool, arguments in steps:
        one.call(tool, arguments, now=0.0)
    for tool, arguments in reversed(steps):
        two.call(tool, arguments, now=0.0)
    assert one.end_state() == two.end_state()


def test_every_tool_of_the_world_is_described_to_candidates() -> None:
    page = (EXERCISE.starter / "docs" / "back-office.md").read_text()
    assert [tool for tool in TOOLS if f"/tools/{tool}`" not in page] == []


def test_a_state_with_unknown_keys_is_refused() -> None:
    world = EXERCISE.bank["p-return-01"].world
    with pytest.raises(ValueError, match="expected"):
        WorldState.model_validate({**world, "expected": {}})
