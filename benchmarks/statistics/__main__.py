"""Simulate banks, works and panels of known truth, and see whether our statistics tell it.

    python -m benchmarks.statistics [--runs N] [--only STUDY,STUDY]

Each study prints a table; all rows stand in `build/bench/statistics.json`. Beside ours stand the
methods that were not taken, so that a table shows what ours are better than. Seeds are fixed: the same
command prints the same figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks.rows import Row, show, write
from benchmarks.statistics import claims, draws, intervals, panels, regrades, scores, stops

STUDIES: dict[str, tuple[str, Callable[[int], list[Row]]]] = {
    "rates": ("Coverage of 95 % intervals of a pass rate, families alike by .15", intervals.rates),
    "differences": ("Coverage of 95 % intervals of a paired difference", intervals.differences),
    "own": ("Coverage of a paired difference on these very scenarios", intervals.own_differences),
    "draws": ("Replays that common draws save", draws.saved),
    "stops": ("Looks after 5, 10, 15 and 20 rounds", stops.looks),
    "settling": ("Rounds until the recommendation is settled", stops.settling),
    "ends": ("Settled at an end of the band, where any word is luck", regrades.settling),
    "regrades": ("How often a regrade says the same, and what is printed", regrades.printed),
    "designs": (
        "Reliability by design: σ²_p .02, σ²_ps .03, σ²_e .12, and σ²_r .05 of draws that all share",
        panels.designs,
    ),
    "areas": ("Coverage of 95 % intervals of an AUC", panels.areas),
    "judges": ("Coverage of a rate corrected for its judge", panels.judges),
    "claims": ("What an honest and a bolder claim earn", claims.honesty),
    "scores": ("A whole score: coverage, error of a regrade, recommendations", scores.coverage),
}


def main() -> int:
    """Run the studies that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=1_000, help="simulated samples of each case")
    parser.add_argument("--only", default=",".join(STUDIES), help="studies, by commas")
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.only.split(","):
        title, study = STUDIES[name]
        found = study(options.runs)
        show(title, found)
        rows += found
    print(f"written to {write('statistics', rows)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
