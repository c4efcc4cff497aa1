"""Banks of known truth: families of scenarios whose success scatters about a law's."""

from __future__ import annotations

import numpy as np

from graders.statistics.units import Unit

ALIKE = 0.15
"""Correlation of two scenarios' rates within one family."""


def bank(rng: np.random.Generator, p: float, *, families: int, size: int, replays: int = 2) -> list[Unit]:
    """A bank whose long-run pass rate is p: family rates are Beta, scenarios' scatter about theirs."""
    a, b = p * (1 - ALIKE) / ALIKE, (1 - p) * (1 - ALIKE) / ALIKE
    common = rng.beta(a, b, families)
    own = rng.beta(
        np.maximum(common, 1e-6)[:, None] * 4, np.maximum(1 - common, 1e-6)[:, None] * 4, (families, size)
    )
    passed = rng.random((families, size, replays)) < own[:, :, None]
    return [
        Unit(f"{f}.{s}", f"f{f}", tuple(float(x) for x in passed[f, s]))
        for f in range(families)
        for s in range(size)
    ]
