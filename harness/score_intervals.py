"""Score intervals of shares: what a share may be without the one that was seen being odd.

Both invert a test whose scatter is taken at the share that is asked about, not at the one seen, so
they hold where few of the trials went otherwise. `n` need not be whole: an effective number of
trials will do. `z` is the normal quantile of the level, 1.96 for 95 %. No scipy: candidates'
installs stay small.
"""

from __future__ import annotations

import math

_HALVINGS = 60


def wilson(p: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's interval of a share `p` of `n` trials (Wilson 1927)."""
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def tango(gained: float, lost: float, n: float, z: float) -> tuple[float, float]:
    """Tango's interval of the difference of two paired shares (Tango 1998).

    `gained` and `lost` are the shares of `n` pairs that changed up and down, at most 1 in sum. A true
    difference D is held by the interval if |T(D)| <= z, where T = (gained − lost − D) / sqrt(V/n),
    V = 2·q(D) + D·(1 − D), and q(D) is the likeliest share lost if D is true: the root between 0 and 1
    of 2q² − (gained + lost − D·(2 − gained + lost))·q − lost·D·(1 − D).
    """
    high = _reach(gained, lost, n, z)
    return -_reach(lost, gained, n, z), high


def _reach(gained: float, lost: float, n: float, z: float) -> float:
    """The greatest difference that is held, by bisection: |T| grows with it from 0."""
    seen = gained - lost
    low, high = seen, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        linear = gained + lost - middle * (2 - seen)
        constant = lost * middle * (1 - middle)
        likeliest = (linear + math.sqrt(max(0.0, linear * linear + 8 * constant))) / 4
        variance = max(0.0, 2 * likeliest + middle * (1 - middle))
        if (middle - seen) ** 2 * n <= z * z * variance:
            low = middle
        else:
            high = middle
    return high
