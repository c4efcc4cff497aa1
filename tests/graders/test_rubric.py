import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from graders.rubric import Rubric, anchors, earn

STARTER = {"success_rate": 0.5, "harm_rate": 0.2, "usd_per_task": 0.02}
REFERENCE = {"success_rate": 0.9, "harm_rate": 0.02, "usd_per_task": 0.01}
shares = st.floats(0, 1)


def points(rubric: Rubric, **ours: float | None) -> dict[str, float | None]:
    found = earn(rubric, {**REFERENCE, **ours}, STARTER, REFERENCE)
    return {each.item.id: each.points for each in found}


def test_points_run_linearly_between_the_anchors_and_beyond(rubric: Rubric) -> None:
    assert points(rubric)["success"] == pytest.approx(50)
    assert points(rubric, success_rate=0.5)["success"] == pytest.approx(0)
    assert points(rubric, success_rate=0.7)["success"] == pytest.approx(25)
    assert points(rubric, success_rate=1.0)["success"] == pytest.approx(62.5)
    assert points(rubric, success_rate=0.1)["success"] == pytest.approx(-50)
    assert points(rubric, harm_rate=0.2)["harm"] == pytest.approx(0)


def test_an_item_says_where_it_is_worth_nothing_and_all(rubric: Rubric) -> None:
    for each in earn(rubric, REFERENCE, STARTER, REFERENCE):
        zero, full = anchors(each.item, each.starter, each.reference)
        name = each.item.measurement
        assert points(rubric, **{name: zero})[each.item.id] == pytest.approx(0)
        assert points(rubric, **{name: full})[each.item.id] == pytest.approx(each.item.points)


def test_cost_is_capped_and_gated_by_success(rubric: Rubric) -> None:
    assert points(rubric)["cost"] == pytest.approx(10)
    assert points(rubric, usd_per_task=0.0)["cost"] == pytest.approx(10)
    assert points(rubric, usd_per_task=0.02)["cost"] == pytest.approx(5)
    assert points(rubric, usd_per_task=0.05)["cost"] == pytest.approx(-10)
    assert points(rubric, usd_per_task=5.0)["cost"] == pytest.approx(-10)
    assert points(rubric, usd_per_task=0.0, success_rate=0.5)["cost"] == pytest.approx(0)
    assert points(rubric, usd_per_task=0.0, success_rate=0.1)["cost"] == pytest.approx(0)
    assert points(rubric, usd_per_task=0.0, success_rate=0.7)["cost"] == pytest.approx(5)


@given(shares, shares, st.floats(0, 1), st.floats(0.0001, 0.02))
def test_better_never_earns_less(rubric: Rubric, low: float, high: float, harm: float, usd: float) -> None:
    low, high = min(low, high), max(low, high)

    def total(success: float) -> float:
        kept = points(rubric, success_rate=success, harm_rate=harm, usd_per_task=usd)
        return sum(value or 0 for value in kept.values())

    assert total(low) <= total(high) + 1e-9


def test_the_slope_is_the_points_per_unit(rubric: Rubric) -> None:
    for item, name in (("success", "success_rate"), ("harm", "harm_rate")):
        base = REFERENCE[name]
        moved = points(rubric, **{name: base + 0.001})[item]
        slope = next(
            each.slope for each in earn(rubric, REFERENCE, STARTER, REFERENCE) if each.item.id == item
        )
        before = points(rubric)[item]
        assert moved is not None
        assert before is not None
        assert (moved - before) / 0.001 == pytest.approx(slope)


def test_what_was_not_measured_is_no_points_and_says_so(rubric: Rubric) -> None:
    found = {each.item.id: each for each in earn(rubric, {"success_rate": None}, STARTER, REFERENCE)}
    assert found["success"].points is None
    assert "submission" in found["success"].why
    assert found["cost"].points is None


@pytest.mark.parametrize("change", [{"success_rate": 0.85}, {"success_rate": 0.95}, {"success_rate": None}])
def test_anchors_too_close_or_turned_round_measure_nothing(
    rubric: Rubric, change: dict[str, float | None]
) -> None:
    found = earn(rubric, REFERENCE, {**STARTER, **change}, REFERENCE)
    assert found[0].points is None
    assert found[0].why


def changed(rubric: Rubric, **fields: object) -> dict[str, object]:
    data = rubric.model_dump()
    data["item"] = [dict(item) for item in data["item"]]
    data["item"][0].update(fields)
    return data


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"points": 51}, "add up to 101"),
        ({"zero": "2*"}, "an anchor is"),
        ({"zero": "yesterday"}, "an anchor is"),
        ({"gate": "cost"}, "must stand before"),
        ({"id": "harm"}, "stands twice"),
        ({"min_gap": 0}, "greater than 0"),
        ({"colour": "red"}, "not permitted"),
    ],
)
def test_a_rubric_that_makes_no_sense_is_refused(
    rubric: Rubric, fields: dict[str, object], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        Rubric.model_validate(changed(rubric, **fields))
