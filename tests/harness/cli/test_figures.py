from __future__ import annotations

import io

import pytest
from rich.console import Console

from harness.cli.figures import percent, print_parts, signed, span
from harness.cli.try_ import report, short
from harness.exercise.parts import Part, Verdict
from harness.workspace.experiment import Seen
from harness.workspace.practice import Row
from harness.workspace.tried import Interval, Tried

ROW = Row("x", 24, 20, 0.8, 0.6, 0.9, 1, 0.002, 48, 0, (("wrong", 4),), 0)


def tried(**changes: object) -> Tried:
    base = Tried(
        number=1,
        hypothesis="h",
        metric="failure_rate",
        expected=Interval(low=-0.3, high=-0.1),
        baseline_commit="c",
        baseline="a",
        change="b",
        trials=2,
        pairs=24,
        scenarios=12,
        clusters=4,
        baseline_value=0.4,
        change_value=0.2,
        difference=-0.2,
        interval_95=Interval(low=-0.35, high=-0.05),
        interval_80=Interval(low=-0.29, high=-0.11),
        detectable=0.21,
        power=0.6,
        pairs_needed=40,
        outcome="as predicted",
    )
    return base.model_copy(update=changes)


def text(one: Tried, row: Row = ROW) -> str:
    return "\n".join(report(Seen(one, row, row)))


def test_the_report_says_all_that_was_found() -> None:
    found = text(tried())
    for words in (
        "40 % kept, 20 % changed",
        "−20.0 points",
        "−35.0 points to −5.0 points",
        "24 pairs, 12 scenarios, 4 clusters",
        "21.0 points would show 4 times in 5",
        "as predicted",
        "60 %",
        "40 pairs",
    ):
        assert words in found


def test_what_is_not_known_is_said_and_not_made_up() -> None:
    one = tried(
        scenarios=1, interval_95=None, interval_80=None, detectable=None, power=None, pairs_needed=None
    )
    assert "one scenario says nothing" in text(one)
    assert "power: unknown" in text(one)
    alike = text(tried(interval_95=None, metric="usd_per_task"))
    assert "moved alike" in alike
    assert "no interval" in short(one)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unseen": 0.077}, "up to 7.7 points, up or down, could still have been missed"),
        ({"scenarios": 2, "unseen": 0.842}, "2 scenarios are too few to tell"),
        ({"scenarios": 1}, "one scenario says nothing of others"),
        ({"metric": "usd_per_task"}, "is not known"),
    ],
)
def test_where_no_pair_differed_no_interval_is_made_up(changes: dict[str, object], said: str) -> None:
    nothing = {"interval_95": None, "interval_80": None, "detectable": None, "power": None}
    one = tried(difference=0.0, differing=0, **nothing, **changes)
    assert said in text(one)
    assert "no pair differed" in text(one)
    assert "interval" not in text(one)
    assert "84" not in text(one)
    assert short(one).endswith("(no pair differed)")


def test_trials_that_would_not_be_measured_are_said() -> None:
    from dataclasses import replace

    assert "would not be measured" in text(tried(), replace(ROW, unmeasured=3))
    assert "would not be measured" not in text(tried())


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0 %"), (0.004, "0.4 %"), (0.0962, "9.6 %"), (0.5, "50 %"), (1.0, "100 %")]
)
def test_per_cent(value: float, said: str) -> None:
    assert percent(value) == said


def test_changes_bear_their_sign_and_unit() -> None:
    assert signed(-0.123, "failure_rate") == "−12.3 points"
    assert signed(0.0012, "usd_per_task") == "+0.00120 $"
    assert span(-0.1, 0.1, "harm_rate") == "−10.0 points to +10.0 points"


def test_a_trial_of_many_tasks_is_a_line_and_what_did_not_end_well() -> None:
    out = io.StringIO()
    parts = (
        Part("T-1", 1.0, success=True, harm=False, label="ok"),
        Part("T-2", 4.5, success=False, harm=True, label="paid_twice"),
    )
    verdict = Verdict(success=False, harm=True, label="harm", detail="1 of 2 tickets ended well", parts=parts)
    print_parts(Console(file=out, width=160), "p-weekend-01:0", verdict)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert lines[0] == "p-weekend-01:0: 1 of 2 tickets ended well"
    assert lines[2:] == [" 4.5  T-2   paid_twice (harm)"]
