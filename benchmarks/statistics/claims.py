"""What claims earn: whether saying what one believes pays best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.rows import Row
from benchmarks.statistics.works import Work, make_bank, replay
from graders.claims import judge
from graders.measure.trial import Trial, units
from graders.replayed import VALUES, Replayed
from graders.rubric import ClaimRules
from graders.statistics.paired import difference, pair
from graders.statistics.units import Unit
from harness.workspace.claims import LEVEL, Claim

STARTER, CHANGED, WORK = Work(0.4, 0.2, 0.004), Work(1.0, 0.2, 0.004), Work(3.0, 0.2, 0.004)
FAMILIES, SIZE, REPLAYS = 16, 3, 5
"""The practice bank on which the candidate measured: 240 pairs."""
SAID = {
    "as measured": (1.0, 1.0),
    "half as wide": (1.0, 0.5),
    "one and a half times as wide": (1.0, 1.5),
    "twice as wide": (1.0, 2.0),
    "one and a half times the effect": (1.5, 1.0),
    "twice the effect": (2.0, 1.0),
}
"""What is made of the measured change and of half its 80 % interval."""


def honesty(runs: int) -> list[Row]:
    """Mean points of one claim by what is said of it; the change is real, and stands in the work.

    The candidate measured on a practice bank of the same law, clustered by family, as `takehome try`
    prints it; the claim is judged on the hidden bank. One change earns half of all points at most.
    """
    runs = max(min(runs, 50), runs // 4)
    points: dict[str, list[float]] = {name: [] for name in (*SAID, "from everything to nothing")}
    rng = np.random.default_rng(12)
    for _ in range(runs):
        hidden = make_bank(rng, 3, families=30, size=4)
        practice = make_bank(rng, 3, families=FAMILIES, size=SIZE)
        base, variant, work = replay(rng, hidden, (STARTER, CHANGED, WORK), replays=4, epoch=1)
        own, changed, _ = replay(rng, practice, (STARTER, CHANGED, WORK), replays=REPLAYS)
        seen = difference(pair(_failures(changed), _failures(own)), alpha=1 - LEVEL)
        half = (seen.high - seen.low) / 2
        said = {name: (by * seen.value, wide * half) for name, (by, wide) in SAID.items()}
        said["from everything to nothing"] = (-0.3, 0.3)
        gained = float(np.mean(_values(base)) - np.mean(_values(work)))
        for name, (middle, reach) in said.items():
            claim = Claim(
                id="change",
                hypothesis="a change that helps",
                patch="claims/change.diff",
                metric="failure_rate",
                predicted=(middle - reach, middle + reach),
                n=FAMILIES * SIZE * REPLAYS,
            )
            replayed = Replayed(claim, base, variant, base, frozenset({"+a"}), 1.0, work=work)
            found = judge(ClaimRules(), [replayed], {"failure_rate": gained})
            points[name].append(found.points or 0.0)
    return [
        Row(name, "takehome", metric, value, "points", runs)
        for name, earned in points.items()
        for metric, value in (("mean points", float(np.mean(earned))), ("sd", float(np.std(earned))))
    ]


def _failures(trials: Sequence[Trial]) -> list[Unit]:
    return units(trials, VALUES["failure_rate"])


def _values(trials: Sequence[Trial]) -> list[float]:
    return [float(not trial.verdict.success) for trial in trials if trial.verdict is not None]
