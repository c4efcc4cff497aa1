"""Whether 95 % intervals hold the truth 95 times in 100, in banks like ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from benchmarks.rows import Row
from benchmarks.statistics.banks import bank
from graders.statistics.bootstrap import FEWEST, bca
from graders.statistics.paired import Difference, difference
from graders.statistics.proportion import rate, wilson
from graders.statistics.units import Interval, Unit, t_interval, trials, weighted_mean

Method = Callable[[Sequence[Unit]], tuple[float, float]]
WEEKENDS = (6, 13)
"""Trials of many tasks: so many, each a family of its own, and so many tasks each."""


def rates(runs: int) -> list[Row]:
    """Ours (Korn and Graubard), beside Student's t, BCa over families, and Wilson over all replays."""
    rows = []
    for p in (0.5, 0.8, 0.95):
        for families in (8, 12, 30, 40):
            methods: dict[str, Method] = {
                "takehome": lambda units: _ends(rate(units)),
                "t over families": lambda units: _ends(t_interval(units)),
                "Wilson, pooled": _pooled,
            }
            if families >= FEWEST and p < 0.9:
                methods["BCa over families"] = lambda units: _ends(bca(units, resamples=600))
            rng = np.random.default_rng([round(p * 100), families])
            rows += _coverage(
                f"p {p}, {families} families of 3, K 2",
                p,
                lambda rng=rng, p=p, families=families: bank(rng, p, families=families, size=3),  # type: ignore[misc]
                methods,
                runs,
            )
    return rows


def differences(runs: int) -> list[Row]:
    """Ours (Tango at the effective number of pairs), beside Student's t over families."""
    rows = []
    for families, size in ((30, 3), (44, 3), WEEKENDS):
        for up, down in ((0.25, 0.05), (0.10, 0.02), (0.05, 0.05), (0.03, 0.01), (0.02, 0.0)):
            rng = np.random.default_rng([round(up * 100), round(down * 100), families])
            methods: dict[str, Method] = {
                "takehome": lambda units: _ends(difference(units)),
                "t over families": lambda units: _ends(t_interval(units)),
            }
            rows += _coverage(
                f"+{up}, -{down}, {families} families of {size}, K 2",
                up - down,
                partial(_moved, rng, up, down, families, size),
                methods,
                runs,
            )
    return rows


def _moved(rng: np.random.Generator, up: float, down: float, families: int, size: int) -> list[Unit]:
    """Pairs that got better, worse or neither."""
    # exp(N(-.08, .4)) has the mean 1: families differ in how much the change does.
    tilt = np.exp(rng.normal(-0.08, 0.4, families))
    u = rng.random((families, size, 2))
    plus = (up * tilt)[:, None, None]
    moved = (u < plus).astype(float) - ((u >= plus) & (u < plus + down))
    return [Unit(f"{f}.{s}", f"f{f}", tuple(moved[f, s])) for f in range(families) for s in range(size)]


def own_differences(runs: int) -> list[Row]:
    """A change on 132 scenarios as they are, which replays alone see scatter, as claims are judged.

    `alike` is a + b of the Beta(a, b) of scenarios' chances to change: with .3 most change always or never.
    """
    rows = []
    for replays in (2, 4):
        for up, down in ((0.20, 0.03), (0.05, 0.02), (0.02, 0.0)):
            for alike in (0.3, 2.0, 50.0):
                rng = np.random.default_rng([round(up * 100), round(down * 100), replays, round(alike * 10)])
                rows += _own(rng, (up, down), alike, replays, runs)
    return rows


def _own(
    rng: np.random.Generator, chances: tuple[float, float], alike: float, replays: int, runs: int
) -> list[Row]:
    up, down = (
        rng.beta(chance * alike, (1 - chance) * alike, (runs, 132)) if chance else np.zeros((runs, 132))
        for chance in chances
    )
    down = np.minimum(down, 1 - up)
    u = rng.random((runs, 132, replays))
    moved = (u < up[..., None]).astype(float) - ((u >= up[..., None]) & (u < (up + down)[..., None]))
    held = 0
    width = 0.0
    for values, truth in zip(moved, (up - down).mean(axis=1), strict=True):
        found = difference([Unit(f"{n}", "f", tuple(row)) for n, row in enumerate(values)], bank="fixed")
        held += found.low <= truth <= found.high
        width += found.high - found.low
    case = f"+{chances[0]}, -{chances[1]}, alike {alike:g}, K {replays}"
    shares = (("coverage", held / runs), ("width", width / runs))
    return [Row(case, "takehome", metric, value, "share", runs) for metric, value in shares]


def _coverage(
    case: str, truth: float, sample: Callable[[], list[Unit]], methods: dict[str, Method], runs: int
) -> list[Row]:
    held: dict[str, int] = defaultdict(int)
    width: dict[str, float] = defaultdict(float)
    counted: dict[str, int] = defaultdict(int)
    for _ in range(runs):
        units = sample()
        for name, method in methods.items():
            try:
                low, high = method(units)
            except ValueError:  # the bootstrap refuses a sample without spread
                continue
            counted[name] += 1
            held[name] += low <= truth <= high
            width[name] += high - low
    return [
        Row(case, name, metric, value, "share", counted[name])
        for name in methods
        for metric, value in (
            ("coverage", held[name] / counted[name]),
            ("width", width[name] / counted[name]),
        )
    ]


def _ends(found: Interval | Difference) -> tuple[float, float]:
    return found.low, found.high


def _pooled(units: Sequence[Unit]) -> tuple[float, float]:
    n = trials(units)
    return wilson(weighted_mean(units) * n, n)
