"""Student's t, without scipy: candidates' installs stay small.

The distribution function is the regularised incomplete beta function, by its continued fraction
(DLMF 8.17.22, evaluated as Lentz does); the quantile is found by bisection. Checked against scipy
in the tests to 1e-9.
"""

from __future__ import annotations

import math

_TINY = 1e-300
_STEPS = 400


def beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), for 0 ≤ x ≤ 1."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    fraction = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 + term * d
            c = 1 + term / c
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = c if abs(c) > _TINY else _TINY
            fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * fraction / a


def cdf(t: float, df: float) -> float:
    """P(T ≤ t) with `df` > 0 degrees of freedom."""
    if t * t < df:  # the complement, or small t would drown in rounding
        return 0.5 + math.copysign(beta(0.5, df / 2, t * t / (df + t * t)) / 2, t)
    tail = beta(df / 2, 0.5, df / (df + t * t)) / 2
    return 1 - tail if t > 0 else tail


def quantile(p: float, df: float) -> float:
    """The t with P(T ≤ t) = p, for 0 < p < 1. Raises `ValueError` otherwise."""
    if not 0 < p < 1 or df <= 0:
        raise ValueError("a quantile needs 0 < p < 1 and df > 0")
    if p < 0.5:
        return -quantile(1 - p, df)
    low, high = 0.0, 1.0
    while cdf(high, df) < p:
        low, high = high, 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if cdf(middle, df) < p else (low, middle)
    return (low + high) / 2
