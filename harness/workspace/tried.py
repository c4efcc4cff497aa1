"""What an experiment found, as it is kept under `.takehome/tries/` and as the journal tells it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Literal

from pydantic import Field, ValidationError

from harness.errors import UsageError, WorkspaceError
from harness.exercise.spec import Strict
from harness.workspace.claims import LEVEL, Metric
from harness.workspace.folder import Workspace
from harness.workspace.paired import Difference

_EXPECT = re.compile(
    r"\s*([+-]?[0-9.]+)\s*(%|\$|usd)?\s*\.\.\s*([+-]?[0-9.]+)\s*(%|\$|usd)?\s*", re.IGNORECASE
)

Outcome = Literal["as predicted", "outside the prediction", "not settled", "no prediction"]


class Interval(Strict):
    """Low and high ends."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be tried."""

    hypothesis: str
    metric: Metric = "failure_rate"
    expect: Interval | None = None
    trials: int = 2
    """Of each scenario."""
    first: int = 0
    """Number of the first of them: other numbers, other luck."""
    only: tuple[str, ...] = ()
    """Scenarios or families; all of practice if empty."""
    against: str = "HEAD"

    def __post_init__(self) -> None:
        """Raises `UsageError` for a prediction that cannot be."""
        if self.metric == "usd_per_task" or self.expect is None:
            return
        if not -1 <= self.expect.low <= self.expect.high <= 1:
            raise UsageError("a rate changes by -1 to 1", hint="write 10 % as `0.10` or `10%`")


class Tried(Strict):
    """One experiment and what it found."""

    number: int = Field(ge=1)
    hypothesis: str
    metric: Metric
    expected: Interval | None
    """The prediction, an 80 % interval."""
    baseline_commit: str
    baseline: str
    """Digest of the work compared with."""
    change: str
    """Digest of the work tried."""
    trials: int
    """Replays per scenario."""
    first: int = 0
    """Number of the first replay."""
    only: tuple[str, ...] = ()
    pairs: int
    scenarios: int
    clusters: int
    """Families, or scenarios where there is one family only."""
    baseline_value: float
    change_value: float
    difference: float
    differing: int | None = None
    """Pairs whose two sides are not equal; `None` in a file from before this was counted."""
    unseen: float | None = None
    """Where no pair differed: how large a difference, up or down, all of them could have missed (95 %)."""
    interval_95: Interval | None
    """`None` where no pair differed, too: then there is nothing to put an interval around."""
    interval_80: Interval | None
    detectable: float | None
    """The true difference that would have shown four times in five."""
    power: float | None
    """The chance to see the middle of what was expected."""
    pairs_needed: int | None
    """For a power of .8 at that middle."""
    outcome: Outcome


def parse_expect(text: str, metric: Metric) -> Interval:
    """`-0.25..-0.10` or `-25%..-10%` for a rate, `-0.002..-0.001usd` for dollars. Raises `UsageError`.

    Dollars must be said: an expectation of a rate, left in the command beside another metric, would pass.
    """
    found = _EXPECT.fullmatch(text)
    wrong = UsageError(
        f"`--expect {text}` is not an interval",
        hint="write LOW..HIGH with LOW ≤ HIGH, such as `--expect -0.25..-0.10`; below zero: it falls",
    )
    if found is None:
        raise wrong
    _same_unit(text, metric, low=found[2] or "", high=found[4] or "")
    try:
        low = float(found[1]) / (100 if found[2] == "%" else 1)
        high = float(found[3]) / (100 if found[4] == "%" else 1)
    except ValueError:
        raise wrong from None
    if low > high:
        raise wrong
    return Interval(low=low, high=high)


def _same_unit(text: str, metric: Metric, *, low: str, high: str) -> None:
    """Raises `UsageError` for an expectation of another metric than the one that is measured."""
    if metric == "usd_per_task":
        if "%" in {low, high} or not high:
            raise UsageError(
                f"`--expect {text}` does not say dollars, and `--metric usd_per_task` is in dollars a task",
                hint="an expectation belongs to its metric: write one as `--expect -0.002..-0.001usd`, "
                "or leave it out if it was about a rate",
            )
    elif {low, high} - {"", "%"}:
        raise UsageError(
            f"`--expect {text}` is in dollars, and `{metric}` is a rate",
            hint="an expectation belongs to its metric: write one as `--expect -0.25..-0.10`, "
            "or measure dollars with `--metric usd_per_task`",
        )


def describe(
    plan: Plan,
    found: Difference,
    *,
    number: int,
    commit: str,
    digests: tuple[str, str],
    values: tuple[float, float],
) -> Tried:
    """Put an experiment in figures. `digests` and `values`: of the baseline and of the change."""
    expect = plan.expect
    middle = fmean((expect.low, expect.high)) if expect else None
    return Tried(
        number=number,
        hypothesis=plan.hypothesis,
        metric=plan.metric,
        expected=expect,
        baseline_commit=commit,
        baseline=digests[0],
        change=digests[1],
        trials=plan.trials,
        first=plan.first,
        only=plan.only,
        pairs=found.mean.n,
        scenarios=found.mean.scenarios,
        clusters=found.mean.clusters,
        baseline_value=values[0],
        change_value=values[1],
        difference=found.value,
        differing=found.differing,
        unseen=found.unseen(0.95),
        interval_95=_interval(found.interval(0.95)) if found.differing else None,
        interval_80=_interval(found.interval(LEVEL)) if found.differing else None,
        detectable=found.detectable(),
        power=found.power(middle) if middle else None,
        pairs_needed=found.needed(middle) if middle else None,
        outcome=outcome(found, expect),
    )


def _interval(ends: tuple[float, float] | None) -> Interval | None:
    return None if ends is None else Interval(low=ends[0], high=ends[1])


def outcome(found: Difference, expect: Interval | None) -> Outcome:
    """Whether the data bear a prediction out.

    Outside: its range and the 95 % interval do not meet. As predicted: the difference lies in it,
    and the interval either leaves out zero or lies wholly in it. Anything else is not settled.
    """
    if expect is None:
        return "no prediction"
    ends = found.interval(0.95)
    if ends is None:
        return "not settled"
    if ends[1] < expect.low or expect.high < ends[0]:
        return "outside the prediction"
    inside = expect.low <= ends[0] and ends[1] <= expect.high
    if expect.low <= found.value <= expect.high and (inside or not ends[0] <= 0 <= ends[1]):
        return "as predicted"
    return "not settled"


def folder(workspace: Workspace) -> Path:
    """Where experiments are kept."""
    return workspace.home / "tries"


def all_tries(workspace: Workspace) -> list[Path]:
    """The files of all experiments, oldest first."""
    return sorted(folder(workspace).glob("*.json"), key=lambda path: int(path.stem))


def known_tries(workspace: Workspace) -> list[Tried]:
    """All experiments that can be read, oldest first."""
    found = []
    for path in all_tries(workspace):
        with contextlib.suppress(OSError, ValidationError):
            found.append(Tried.model_validate_json(path.read_bytes()))
    return found


def last_try(workspace: Workspace) -> tuple[Tried, str] | None:
    """The experiment that was tried last, with its diff; `None` when there was none."""
    paths = all_tries(workspace)
    if not paths:
        return None
    try:
        tried = Tried.model_validate_json(paths[-1].read_bytes())
        return tried, paths[-1].with_suffix(".diff").read_bytes().decode("utf-8", "surrogateescape")
    except (OSError, ValidationError):
        raise WorkspaceError(f"`{paths[-1]}` is damaged", hint="delete it and try the change again") from None
