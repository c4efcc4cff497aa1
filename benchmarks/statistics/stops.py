"""Sequential looks: how often they err at the cut, and how many rounds they save away from it."""

from __future__ import annotations

import numpy as np

from benchmarks.rows import Row
from graders import rounds
from graders.statistics.proportion import wilson
from graders.statistics.sequential import LOOKS, look

SCENARIOS = 30
CUT = 0.7


def looks(runs: int) -> list[Row]:
    """Ours (Pocock's level, t over rounds), beside a peek at Wilson's interval after each round.

    At the cut any decision is wrong (type I error); away from it only one on the wrong side is.
    """
    rows = []
    for distance in (0.0, 0.05, 0.10, 0.15):
        rng = np.random.default_rng([7, round(distance * 100)])
        # Each scenario keeps its own rate; the bank's mean is what is asked about.
        rates = np.clip(CUT + distance + np.linspace(-0.15, 0.15, SCENARIOS), 0.02, 0.98)
        rates += CUT + distance - rates.mean()
        passed = (rng.random((runs * 2, LOOKS[-1], SCENARIOS)) < rates).mean(axis=2)
        for subject, stop in (("takehome", _ours), ("peeking with Wilson", _peek)):
            found = [stop(each) for each in passed]
            settled = [said for said, _ in found if said != "undecided"]
            wrong = [said for said in settled if distance == 0 or said == "below"]
            for metric, value in (
                ("error", len(wrong) / len(found)),
                ("settled", len(settled) / len(found)),
                ("rounds saved", 1 - float(np.mean([count for _, count in found])) / LOOKS[-1]),
            ):
                rows.append(Row(f"{distance:.2f} above the cut", subject, metric, value, "share", len(found)))
    return rows


def settling(runs: int) -> list[Row]:
    """A grade's own rule (`graders.rounds`), by how far the truth lies from the band's end.

    Distances and biases in standard errors of a regrade: at two rounds, and as printed at the end.
    """
    rng = np.random.default_rng(11)
    rows, count = [], runs * 10
    steps = np.arange(1, len(rounds.LOOKS) + 1)
    for distance in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0):
        seen = rng.normal(distance, 1, (count, len(steps))).cumsum(axis=1) / steps
        ends = np.abs(seen) > rounds.bound(rounds.LOOKS[-1]) / np.sqrt(steps)
        last = np.where(ends.any(axis=1), ends.argmax(axis=1), len(steps) - 1)
        off = (seen[np.arange(count), last] - distance) * np.sqrt(steps[last])
        values = {
            "settled": float(ends.any(axis=1).mean()),
            "rounds saved": 1 - float((last + 1).mean()) / len(steps),
            "bias": float(off.mean()),
        }
        if (early := last < len(steps) - 1).any():
            values["bias of early ends"] = float(off[early].mean())
        for metric, value in values.items():
            rows.append(Row(f"{distance} from the end", "takehome", metric, value, "sem_replay", count))
    return rows


def _ours(seen: np.ndarray) -> tuple[str, int]:
    for count in LOOKS:
        said = look([float(x) for x in seen[:count]], CUT).said
        if said != "go on":
            return said, count
    return "undecided", LOOKS[-1]


def _peek(seen: np.ndarray) -> tuple[str, int]:
    for count in range(2, LOOKS[-1] + 1):
        n = count * SCENARIOS
        low, high = wilson(float(seen[:count].sum()) * SCENARIOS, n)
        if low > CUT or high < CUT:
            return "above" if low > CUT else "below", count
    return "undecided", LOOKS[-1]
