"""Grades of one bank again and again: the band in which a person decides is estimated anew each time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.rows import Row
from benchmarks.statistics.works import Floats
from graders import rounds
from graders.bands import band, half_width, same_again
from graders.statistics import sem


@dataclass(frozen=True, slots=True)
class Seen:
    """What gradings of one bank print, in points, a grading each."""

    value: Floats
    sem_replay: Floats
    margin: Floats
    margin_error: Floats
    margin_follows: Floats
    luck: Floats

    def stand(self, number: int, bar: float) -> rounds.Stand:
        """Where one of them stands."""
        return rounds.Stand(
            value=float(self.value[number]),
            sem_replay=float(self.sem_replay[number]),
            bar=bar,
            margin=float(self.margin[number]),
            margin_error=float(self.margin_error[number]),
            margin_follows=float(self.margin_follows[number]),
            luck=float(self.luck[number]),
        )


def draw_bank(rng: np.random.Generator, p: float, families: int, size: int) -> Floats:
    """Long-run rates of scenarios [family, scenario]: families' scatter about p, scenarios' about theirs."""
    common = rng.beta(4 * p, 4 * (1 - p), (families, 1))
    return np.asarray(
        rng.beta(np.maximum(4 * common, 1e-3), np.maximum(4 * (1 - common), 1e-3), (families, size))
    )


def grade(passed: np.ndarray) -> Seen:
    """Of trials [grading, replay, family, scenario] what `graders.score` makes of a mean, family by family.

    100 points are a mean of 1. For a mean, the jackknives have a closed form.
    """
    _, replays, families, size = passed.shape
    means = passed.mean(axis=1)
    value = means.mean(axis=(1, 2))
    count = families * size
    moves = (means - value[:, None, None]).sum(axis=2) / count
    within = (passed.var(axis=1, ddof=1) / replays).sum(axis=2) / count**2
    again = within.sum(axis=1) ** 0.5
    general = np.maximum((families / (families - 1) * (moves**2).sum(axis=1)) ** 0.5, again)
    error = [sem.of_general(*both, families) for both in zip(general, again, strict=True)]
    follows = (families / (families - 1)) ** 0.5 * (moves * within).sum(axis=1) / general
    factor = half_width(families)
    return Seen(
        100 * value, 100 * again, 100 * factor * general, 100 * factor * np.array(error),
        1e4 * factor * follows, np.minimum(1, (again / general) ** 2),
    )  # fmt: skip


def printed(runs: int) -> list[Row]:
    """How often a regrade says the same, beside what is printed, with the band moving and with it held.

    Bars are spread evenly over what may decide, 2.2 half-widths to either side of the score.
    """
    rows = []
    for families, p in ((8, 0.6), (15, 0.6), (30, 0.6), (30, 0.9), (46, 0.8)):
        rng = np.random.default_rng([23, families, round(100 * p)])
        same, moved, held = [], [], []
        for _ in range(runs):
            own = draw_bank(rng, p, families, 3)
            seen = grade(rng.random((2, 2, *own.shape)) < own)
            if not seen.sem_replay.all():
                continue
            for off in np.linspace(-2.2, 2.2, 23):
                bar = float(seen.value[0] + off * seen.margin[0])
                words = [band(float(seen.value[n]), bar, float(seen.margin[n])) for n in (0, 1)]
                same.append(words[0] == words[1])
                first = (float(seen.value[0]), bar, float(seen.margin[0]), float(seen.sem_replay[0]))
                held.append(same_again(*first))
                moved.append(same_again(*first, float(seen.margin_error[0])))
        case = f"{families} families of 3, rate {p}, K 2"
        for subject, values in (("regrades", same), ("takehome", moved), ("the band held fast", held)):
            rows.append(Row(case, subject, "says the same", float(np.mean(values)), "share", runs))
    return rows


def settled_at_an_end(
    rng: np.random.Generator, own: Floats, runs: int, end: int, *, limit: int = rounds.LOOKS[-1]
) -> float:
    """How many grades are settled whose truth lies exactly at an end of the band: any word is luck.

    `end`: 1 for the upper, -1 for the lower. The band's true end is where it lies on average at the limit.
    """
    passed = rng.random((runs, limit, *own.shape)) < own
    seen = {count: grade(passed[:, :count]) for count in rounds.looks(limit)}
    bar = 100 * float(own.mean()) - end * float(seen[limit].margin.mean())
    wrong = sum(
        any(rounds.settled(found.stand(number, bar), count, limit) for count, found in seen.items())
        for number in range(runs)
    )
    return wrong / runs


def settling(runs: int) -> list[Row]:
    """Type I error of a grade's own rule, at each end of a band that is estimated with the score."""
    rows = []
    for families, size in ((46, 3), (30, 4), (12, 4)):
        for p in (0.6, 0.85):
            for end, name in ((1, "upper"), (-1, "lower")):
                rng = np.random.default_rng([29, families, round(100 * p)])
                found = [
                    settled_at_an_end(rng, draw_bank(rng, p, families, size), runs, end) for _ in range(4)
                ]
                case = f"{families} families of {size}, rate {p}, {name} end"
                rows.append(Row(case, "takehome", "settled", float(np.mean(found)), "share", 4 * runs))
    return rows
