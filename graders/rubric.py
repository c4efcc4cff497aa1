"""`rubric.toml`: how measurements become points. Pure: numbers in, numbers out.

    canary = "…"
    version = "1"

    [[item]]
    id = "success"
    label = "tasks ended well"
    measurement = "success_rate"
    group = "outcome"
    points = 50
    zero = "starter"          # this much is worth 0: the starter's own value in the same grade
    full = "reference"        # and this much all the points, linearly in between and beyond
    min_gap = 0.10            # anchors closer than this measure nothing

    [strata]                  # may be left out: then every scenario counts alike
    production = 0.6
    stress = 0.4

    [claims]
    points = 25

Anchors may be multiples: `zero = "3*reference"`. `at_most` caps an item that would else pay for doing
nothing, `at_least` one that would else cost more than it is worth; `gate` names an item whose
normalised value (within 0 and 1) multiplies this one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from harness.errors import SpecError
from harness.exercise.spec import Positive, Share, Strict, explain, read_toml

_ANCHOR = re.compile(r"^(?:(\d+(?:\.\d+)?)\*)?(starter|reference)$")
Points = Annotated[float, Field(ge=0, le=100)]


class Item(Strict):
    """One line of the rubric."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    label: str
    measurement: str
    group: Literal["outcome"] = "outcome"
    points: Points
    zero: str = "starter"
    full: str = "reference"
    min_gap: Positive
    """In the measurement's unit. The anchors must differ by it, in the direction that `better` says.

    Asked of the whole bank; of a part of it no more than that they differ in that direction.
    """
    better: Literal["higher", "lower"]
    at_most: float | None = None
    at_least: float | None = None
    """Caps on the normalised value."""
    gate: str | None = None

    @field_validator("zero", "full")
    @classmethod
    def _anchor(cls, text: str) -> str:
        if not _ANCHOR.match(text):
            raise ValueError('an anchor is "starter", "reference", or a multiple such as "2*reference"')
        return text


class ClaimRules(Strict):
    """How claims earn the process points; `graders.claims` has the formulas."""

    points: Points = 25
    enough: Positive = 0.5
    """Sure gains that add up to this share of what was to be gained earn everything."""
    group_share: Share = 0.5
    """No change alone earns more than this share, whatever is claimed of it."""
    scale_floor: Share = 0.5
    """What is to be gained in a metric: starter minus reference, but at least this share of the
    starter's value."""
    kept: Share = 0.5
    """A change earns only if this share of its lines stands in the submitted work."""
    calibration: Share = 0.5
    """Below this share of covered intervals the claims' points shrink in proportion."""


class Rubric(Strict):
    """The whole of `rubric.toml`. Outcome and claims make 100 points together."""

    canary: str
    version: str
    strata: dict[str, Share] = {}
    """How much each stratum of the bank counts in rates and means; those not named stand for themselves."""
    item: tuple[Item, ...] = Field(min_length=1)
    claims: ClaimRules = ClaimRules()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ids = [item.id for item in self.item]
        if len(set(ids)) != len(ids):
            raise ValueError("an item's id stands twice")
        for item in self.item:
            if item.gate is not None and item.gate not in ids[: ids.index(item.id)]:
                raise ValueError(f"item `{item.id}`: its gate `{item.gate}` must stand before it")
        if self.strata and abs(sum(self.strata.values()) - 1) > 1e-9:
            raise ValueError("the strata's shares do not add up to 1")
        total = sum(item.points for item in self.item) + self.claims.points
        if abs(total - 100) > 1e-9:
            raise ValueError(f"the points add up to {total:g}, not to 100")
        return self

    def for_part(self) -> Rubric:
        """The same for a part of the bank, as a jackknife takes it: `min_gap` binds the whole bank only.

        Anchors that come to lie the other way round still measure nothing.
        """
        return self.model_copy(
            update={"item": tuple(item.model_copy(update={"min_gap": _LEAST}) for item in self.item)}
        )


_LEAST = 1e-9
"""Anchors that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Earned:
    """What one item came to."""

    item: Item
    value: float | None
    starter: float | None
    reference: float | None
    normalised: float | None
    points: float | None
    slope: float
    """Points per unit of the measurement, at this place; 0 where capped or not measured."""
    why: str = ""
    share: float = 1.0
    """How much of it counts, where it counts only as far as another item has improved."""


Values = Mapping[str, float | None]
"""Measurement id -> value; `None` or absent where not measured."""


def earn(rubric: Rubric, ours: Values, starter: Values, reference: Values) -> list[Earned]:
    """Every item's points. An item that cannot be scored has `points=None` and says why."""
    found: dict[str, Earned] = {}
    for item in rubric.item:
        found[item.id] = _earn(item, ours, starter, reference, found)
    return list(found.values())


def _earn(
    item: Item, ours: Values, starter: Values, reference: Values, before: Mapping[str, Earned]
) -> Earned:
    name = item.measurement
    value, low, high = ours.get(name), starter.get(name), reference.get(name)

    def missing(why: str) -> Earned:
        return Earned(item, value, low, high, None, None, 0.0, why)

    for whose, number in (("the submission", value), ("the starter", low), ("the reference", high)):
        if number is None:
            return missing(f"`{name}` was not measured of {whose}")
    assert value is not None
    zero, full = anchors(item, low, high)
    gap = full - zero
    if (gap if item.better == "higher" else -gap) < item.min_gap:
        return missing(f"its anchors, {zero:.4g} and {full:.4g}, are too close to measure by")
    normalised, slope = (value - zero) / gap, 1 / gap
    for cap, past in ((item.at_most, 1), (item.at_least, -1)):
        if cap is not None and (normalised - cap) * past > 0:
            normalised, slope = cap, 0.0
    share = 1.0
    if item.gate is not None:
        gate = before[item.gate].normalised
        if gate is None:
            return missing(f"it depends on `{item.gate}`, which was not measured")
        share = min(1.0, max(0.0, gate))
    return Earned(
        item, value, low, high, normalised, item.points * normalised * share, item.points * slope * share,
        share=share,
    )  # fmt: skip


def anchors(item: Item, starter: float | None, reference: float | None) -> tuple[float, float]:
    """Where an item is worth nothing, and where all its points; both works must have been measured."""
    return _place(item.zero, starter, reference), _place(item.full, starter, reference)


def _place(anchor: str, starter: float | None, reference: float | None) -> float:
    match = _ANCHOR.match(anchor)
    assert match is not None
    value = starter if match[2] == "starter" else reference
    assert value is not None
    return float(match[1] or 1) * value


def load_rubric(path: Path) -> Rubric:
    """Read `rubric.toml`. Raises `SpecError`."""
    try:
        return Rubric.model_validate(read_toml(path))
    except ValidationError as error:
        raise SpecError(f"`{path}` is not a rubric:\n{explain(error)}") from None
