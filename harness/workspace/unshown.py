"""Which claims' `n` and `measured` no experiment in the journal shows: the candidate's word, and unscored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isclose
from typing import Any

from harness.workspace.claims import Claim, Interval
from harness.workspace.journal import Event


def unshown(claims: Iterable[Claim], events: Iterable[Event]) -> Iterator[str]:
    """A line for each claim whose figures stand in no `try`.

    They may come from elsewhere, such as several experiments taken together, so this is no error.
    """
    tries = [event.data for event in events if event.type == "try"]
    for claim in claims:
        if claim.n == 0:
            continue
        same = [data for data in tries if (data.get("metric"), data.get("pairs")) == (claim.metric, claim.n)]
        if not same:
            yield f"claim `{claim.id}`: no try in the journal measured {claim.metric} on {claim.n} pairs"
        elif claim.measured is not None and not any(
            _shows(data, claim.metric, claim.measured) for data in same
        ):
            low, high = claim.measured
            yield f"claim `{claim.id}`: no try in the journal on {claim.n} pairs measured {low:g} to {high:g}"


def _shows(data: Mapping[str, Any], metric: str, measured: Interval) -> bool:
    """Either way round, as taking a change out does the opposite, and as people round."""
    ends = data.get("interval_80")
    if not isinstance(ends, dict):
        return False
    low, high = ends.get("low"), ends.get("high")
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return False
    near = 1e-4 if metric == "usd_per_task" else 0.006
    return any(
        all(isclose(a, b, rel_tol=0.06, abs_tol=near) for a, b in zip(measured, found, strict=True))
        for found in ((low, high), (-high, -low))
    )
