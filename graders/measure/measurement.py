"""One measurement: a number with its interval, or *not measured* with the reason."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Self

from pydantic import Field, model_validator

from graders.statistics.units import Interval
from harness.exercise.spec import Strict

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Measurement(Strict):
    """A number computed from trial records."""

    id: str
    value: Finite | None
    """`None`: not measured, and `why_not_measured` says why."""
    low: Finite | None = None
    high: Finite | None = None
    """95 % interval over families; `None` where the sample cannot give one."""
    n: int = Field(ge=0)
    """Trials that it rests on."""
    unit: str
    """`share`, `usd`, `seconds` or a plain word."""
    why_not_measured: str | None = None
    clusters: int = Field(default=0, ge=0)
    """Independent groups that the interval rests on."""
    by: str = ""
    """What those groups are: `family`, `scenario` or `replay`."""
    flat: bool = False
    """All groups were alike: the sample shows no spread, which proves none."""

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if (self.value is None) != (self.why_not_measured is not None):
            raise ValueError("a measurement has either a value or a reason why not")
        return self


def measured(id: str, found: Interval, unit: str) -> Measurement:
    """An interval as a measurement; ends that are not finite become `None`."""
    return Measurement(
        id=id,
        value=found.value,
        low=found.low if isfinite(found.low) else None,
        high=found.high if isfinite(found.high) else None,
        n=found.n,
        unit=unit,
        clusters=found.clusters,
        by=found.by,
        flat=found.se <= 1e-9,
    )


def renamed(id: str, found: Measurement) -> Measurement:
    """The same under another name."""
    return found.model_copy(update={"id": id})


def not_measured(id: str, unit: str, why: str, *, n: int = 0) -> Measurement:
    """The absence of a measurement."""
    return Measurement(id=id, value=None, n=n, unit=unit, why_not_measured=why)
