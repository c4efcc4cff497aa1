"""Which failing trial a report shows, by rule: where most harm was done, else the commonest failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from graders.grade import TrialEnd


class Chosen(NamedTuple):
    """A trial, and the rule by which it is shown."""

    end: TrialEnd
    why: str


def choose(ends: Sequence[TrialEnd]) -> Chosen | None:
    """The example among trials of single tasks; `None` where none failed.

    Where harm was done, it is of the family with most trials that did harm, and ended as most of these
    did; else it ended as most failures did. Of several such trials the first by name is taken.
    """
    if harmful := [end for end in ends if end.harm]:
        family, most = _commonest(harmful, lambda end: end.family)
        there = [end for end in harmful if end.family == family]
        label, so = _commonest(there, lambda end: end.label)
        return Chosen(
            _first(there, label),
            f"no family has more trials with harm ({most:,} of {len(harmful):,}), "
            f"and {so:,} of its {most:,} ended so",
        )
    if failed := [end for end in ends if end.success is False]:
        label, most = _commonest(failed, lambda end: end.label)
        return Chosen(
            _first(failed, label),
            f"no failure is more common ({most:,} of {len(failed):,}), and none did harm",
        )
    return None


def _commonest(ends: Sequence[TrialEnd], what: Callable[[TrialEnd], str]) -> tuple[str, int]:
    """Of equally common ones the first by name."""
    return min(Counter(map(what, ends)).items(), key=lambda item: (-item[1], item[0]))


def _first(ends: Sequence[TrialEnd], label: str) -> TrialEnd:
    return min(
        (end for end in ends if end.label == label), key=lambda end: (end.epoch, end.scenario, end.replay)
    )
