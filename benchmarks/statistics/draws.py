"""How many replays common random numbers save: with our own keyed draws, and with a shared stream."""

from __future__ import annotations

import numpy as np

from benchmarks.rows import Row
from harness.rng import DrawKey, Draws

ONE, OTHER = 0.8, 0.7
"""Success of the two works; the better one asks a model once more on each ticket."""


def saved(runs: int) -> list[Row]:
    """Variance of one paired difference: independent draws, one shared stream, draws keyed by meaning.

    Comonotone .8 against .7 needs (.8*.2 + .7*.3) / (.1 - .01) = 4.11 times fewer replays, exactly.
    The better work makes an extra call before it decides: with one shared stream this shifts the draw
    that decides, and pairing is worth nothing.
    """
    pairs = max(4_000, 10 * runs)
    rng = np.random.default_rng(4)
    alone = (rng.random(pairs) < ONE).astype(float) - (rng.random(pairs) < OTHER)
    stream = np.array([_streamed(seed) for seed in range(pairs)])
    keyed = np.array([_keyed(seed) for seed in range(pairs)])
    rows = []
    for subject, moved in (("independent", alone), ("one shared stream", stream), ("takehome", keyed)):
        variance = float(moved.var(ddof=1))
        for metric, value in (
            ("difference", float(moved.mean())),
            ("variance of a pair", variance),
            ("times fewer replays", (ONE * (1 - ONE) + OTHER * (1 - OTHER)) / variance),
        ):
            rows.append(Row(f"{ONE} against {OTHER}", subject, metric, value, "", pairs))
    return rows


def _streamed(seed: int) -> float:
    ours, theirs = np.random.default_rng(seed), np.random.default_rng(seed)
    ours.random()  # the extra call
    return float(ours.random() < ONE) - float(theirs.random() < OTHER)


def _keyed(seed: int) -> float:
    ours, theirs = Draws(b"study", ("bank", seed)), Draws(b"study", ("bank", seed))
    ours.uniform(DrawKey("mode:slip", "extract", "ticket", 0))  # the extra call
    decide = DrawKey("mode:slip", "decide", "ticket", 0)
    return float(ours.uniform(decide) < ONE) - float(theirs.uniform(decide) < OTHER)
