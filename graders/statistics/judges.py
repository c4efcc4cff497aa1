"""A judge model is an instrument: its bias is measured on human anchors, its drift on frozen transcripts."""

from __future__ import annotations

from typing import NamedTuple


class Corrected(NamedTuple):
    """A true rate behind a judge's, and its standard error; `clipped` where it fell outside [0, 1]."""

    value: float
    se: float
    clipped: bool


def corrected(
    rate: float, n: int, *, sensitivity: float, n_positive: int, specificity: float, n_negative: int
) -> Corrected:
    """The true rate (p + sp - 1) / (se + sp - 1) (Rogan & Gladen 1978), delta-method standard error.

    `n`: cases judged; `n_positive`, `n_negative`: human anchors. Raises `ValueError` for a judge no
    better than chance (se + sp <= 1).
    """
    youden = sensitivity + specificity - 1
    if youden <= 0:
        raise ValueError("this judge is no better than chance: nothing can be learnt from it")
    value = (rate + specificity - 1) / youden
    variance = (
        rate * (1 - rate) / n
        + value**2 * sensitivity * (1 - sensitivity) / n_positive
        + (1 - value) ** 2 * specificity * (1 - specificity) / n_negative
    ) / youden**2
    return Corrected(min(1.0, max(0.0, value)), variance**0.5, not 0 <= value <= 1)


class Drift(NamedTuple):
    """What changed when both the system and its judge did."""

    model: float
    judge: float
    interaction: float
    """How far the model's effect depends on who judges; large: neither effect stands alone."""


def drift(*, s00: float, s10: float, s01: float, s11: float) -> Drift:
    """From scores of frozen transcripts judged again: first index the model, second the judge.

    model = [(s11 - s01) + (s10 - s00)]/2, judge = [(s11 - s10) + (s01 - s00)]/2.
    """
    return Drift(
        model=((s11 - s01) + (s10 - s00)) / 2,
        judge=((s11 - s10) + (s01 - s00)) / 2,
        interaction=(s11 - s01) - (s10 - s00),
    )
