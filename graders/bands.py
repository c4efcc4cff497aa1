"""Where a score stands to the bar: above, below, or so near that a person decides. Pure."""

from __future__ import annotations

from scipy import special

from graders.grade import Band
from graders.statistics.units import t_quantile, z_quantile

BANDS: tuple[Band, ...] = ("below", "refer", "above")
REFER = 1.81
"""Within so many sem_general of the bar a person decides; for few families the factor grows as
Student's t does."""

FEW_FAMILIES = 24
"""With fewer families of scenarios it is not told how likely a regrade says the same: what luck does to the
anchors there moves the band in ways that no error of the grade shows. Nor is a score's interval called one of
95 % (decision 005)."""
UNCALIBRATED = (
    "the interval of the score is meant to hold what other scenarios would show in 95 cases of 100; with "
    f"fewer than {FEW_FAMILIES} families that is not so sure: in simulations with 8 and 15 it held in 92 to "
    "98, by the work"
)
"""Said wherever the interval of a score of few families stands."""


def half_width(families: int) -> float:
    """How many sem_general from the bar a person decides: REFER * t_{F-1} / z."""
    return REFER * t_quantile(0.975, families - 1) / z_quantile(0.975)


def band(value: float, bar: float, margin: float) -> Band:
    """Above or below the bar by more than `margin`, else for a person to decide."""
    if abs(value - bar) <= margin:
        return "refer"
    return "above" if value > bar else "below"


def same_again(
    value: float, bar: float, margin: float, sem_replay: float, margin_error: float = 0.0
) -> float:
    """How likely a regrade with fresh seeds lands in the same band."""
    return on_a_regrade(value, bar, margin, sem_replay, margin_error)[band(value, bar, margin)]


def on_a_regrade(
    value: float, bar: float, margin: float, sem_replay: float, margin_error: float = 0.0
) -> dict[Band, float]:
    """How likely a regrade with fresh seeds lands in each band.

    Both grades scatter about what this bank would show in the long run, so their difference has
    sqrt(2) times the standard error of one. Each estimates the band's half-width anew, so an end of the
    band moves as well: sd = sqrt(2 (sem_replay^2 + margin_error^2)), score and half-width taken as
    independent.
    """
    sd = (2 * (sem_replay**2 + margin_error**2)) ** 0.5
    if sd == 0:
        said = band(value, bar, margin)
        return {each: float(each == said) for each in BANDS}
    below = float(special.ndtr((bar - margin - value) / sd))
    above = float(special.ndtr((value - bar - margin) / sd))
    return {"below": below, "refer": max(0.0, 1 - below - above), "above": above}
