"""What is said of a panel: reliability by design, separation, judges."""

from __future__ import annotations

import numpy as np
from scipy import special

from benchmarks.rows import Row
from graders.statistics.judges import corrected
from graders.statistics.rank import auc_interval
from graders.statistics.reliability import Components, components, decide

KNOWN = Components(person=0.02, scenario=0.01, replay=0.05, person_scenario=0.03, residual=0.12)


def designs(runs: int) -> list[Row]:
    """The D-study's reliability for ranking, beside what a panel of 200 really shows on two gradings."""
    rows = []
    rng = np.random.default_rng(3)
    for scenarios, replays in ((20, 10), (30, 5), (10, 60), (100, 2)):
        case = f"{scenarios} scenarios, K {replays}"
        rows.append(Row(case, "takehome", "reliability", decide(KNOWN, scenarios, replays).relative, "", 1))
        seen = []
        for _ in range(max(5, runs // 50)):
            person = rng.normal(0, KNOWN.person**0.5, 200)
            # Two gradings on two banks of the same law share the person and nothing else that is theirs.
            noise = (KNOWN.person_scenario / scenarios + KNOWN.residual / (scenarios * replays)) ** 0.5
            one, other = (person + rng.normal(0, noise, 200) for _ in range(2))
            seen.append(float(np.corrcoef(one, other)[0, 1]))
        rows.append(
            Row(case, "correlation of two gradings", "reliability", float(np.mean(seen)), "", len(seen))
        )
    found = [components(_panel(rng, 20, 20, 2)) for _ in range(max(20, runs // 20))]
    for name in ("person", "person_scenario", "replay", "residual"):
        mean = float(np.mean([getattr(each, name) for each in found]))
        rows.append(
            Row(f"G-study, σ² {name} {getattr(KNOWN, name)}", "takehome", "estimate", mean, "", len(found))
        )
    return rows


def _panel(rng: np.random.Generator, people: int, scenarios: int, replays: int) -> np.ndarray:
    return np.asarray(
        rng.normal(0, KNOWN.person**0.5, (people, 1, 1))
        + rng.normal(0, KNOWN.scenario**0.5, (1, scenarios, 1))
        + rng.normal(0, KNOWN.person_scenario**0.5, (people, scenarios, 1))
        + rng.normal(0, KNOWN.replay**0.5, (1, scenarios, replays))
        + rng.normal(0, KNOWN.residual**0.5, (people, scenarios, replays))
    )


def areas(runs: int) -> list[Row]:
    """Ours (Newcombe's method 5), beside the percentile bootstrap; normal scores on both sides."""
    rows = []
    for truth, side in ((0.9, 10), (0.95, 20), (0.99, 20)):
        rng = np.random.default_rng([round(truth * 100), side])
        shift = float(special.ndtri(truth)) * 2**0.5
        held = {"takehome": 0, "percentile bootstrap": 0}
        for _ in range(runs):
            above, below = rng.normal(shift, 1, side), rng.normal(0, 1, side)
            found = auc_interval(list(above), list(below))
            held["takehome"] += found.low <= truth <= found.high
            wins = above[:, None] > below[None, :]
            rows_drawn, columns = rng.integers(side, size=(2, 200, side))
            drawn = wins[rows_drawn[:, :, None], columns[:, None, :]].mean(axis=(1, 2))
            low, high = np.quantile(drawn, [0.025, 0.975])
            held["percentile bootstrap"] += low <= truth <= high
        for name, count in held.items():
            rows.append(Row(f"AUC {truth}, {side} a side", name, "coverage", count / runs, "share", runs))
    return rows


def judges(runs: int) -> list[Row]:
    """A rate behind an imperfect judge: corrected by its anchors, beside the judge's own rate."""
    rows = []
    for truth, se, sp, anchors in ((0.3, 0.85, 0.9, 60), (0.8, 0.9, 0.8, 100)):
        rng = np.random.default_rng([round(truth * 10), anchors])
        held = {"takehome": 0, "the judge's word": 0}
        for _ in range(runs):
            seen = rng.binomial(300, truth * se + (1 - truth) * (1 - sp)) / 300
            found = corrected(
                seen,
                300,
                sensitivity=rng.binomial(anchors, se) / anchors,
                n_positive=anchors,
                specificity=rng.binomial(anchors, sp) / anchors,
                n_negative=anchors,
            )
            held["takehome"] += abs(found.value - truth) <= 1.96 * found.se
            held["the judge's word"] += abs(seen - truth) <= 1.96 * (seen * (1 - seen) / 300) ** 0.5
        for name, count in held.items():
            rows.append(Row(f"rate {truth}, judge {se}/{sp}", name, "coverage", count / runs, "share", runs))
    return rows
