"""The card: how often a simulated model errs, and what makes it err more or less.

`p(mode) = sigmoid(base + Σ weight · feature)`, log-odds throughout. A card is TOML:

    provenance = "invented"

    [noise]
    rho = 0.75              # share of a confusion that resamples, personas and critics have in common
    kinship = 0.6           # of that, what models of another size have in common as well; 1 unless said

    [modes.wrong_amount]
    base = -3.0
    rho = 0.6               # optional: this mode's own share
    [modes.wrong_amount.weights]
    several_items = 1.2
    drift = 0.7

    [snapshots.big-model-2026-11-03]
    drift = 1.0             # optional: features of a dated snapshot

The exercise says which modes and features there are (`Shape`); a card that names another is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, ValidationError

from harness.errors import SpecError
from harness.exercise.spec import Share, Strict, explain

LogOdds = Annotated[float, Field(ge=-20, le=20, allow_inf_nan=False)]
FORM_MODES = frozenset({"fenced_json", "chatty_json", "torn_call"})
"""Slips of form that the base draws; every card has them."""


class NoiseSpec(Strict):
    """The correlated noise."""

    rho: Share = 0.75
    """Default share of a confusion that is the question's own and comes back with every resample."""
    kinship: Share = 1.0
    """How much of that share models of another size have too; at 1 they err on the same things."""


class ModeSpec(Strict):
    """One way to err."""

    base: LogOdds
    """Log-odds where every feature is 0."""
    rho: Share | None = None
    """`None`: the card's."""
    weights: dict[str, LogOdds] = {}
    """Log-odds per unit of a feature."""
    ceiling: Annotated[float, Field(gt=0, le=1)] = 0.97
    """No mode is surer than this."""


class CardFile(Strict):
    """A card as it stands in a file."""

    provenance: str = Field(min_length=1)
    """`invented`, or fitted to which model and when."""
    noise: NoiseSpec = NoiseSpec()
    modes: dict[str, ModeSpec]
    quirks: dict[str, float] = {}
    """Further numbers that the exercise's model knows by name."""
    snapshots: dict[str, dict[str, LogOdds]] = {}
    """Dated name of a model → the features that it brings with it; a snapshot that is not here has none."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What an exercise's cards may and must name."""

    modes: frozenset[str]
    features: frozenset[str]
    quirks: Mapping[str, float]
    """Each quirk with its default."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card that fits its exercise."""

    provenance: str
    rho: float
    modes: Mapping[str, ModeSpec]
    quirks: Mapping[str, float]
    snapshots: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    kinship: float = 1.0

    def p(self, mode: str, features: Mapping[str, float]) -> float:
        """The probability of a mode under these features; an absent feature is 0."""
        spec = self.modes[mode]
        odds = spec.base + sum(w * features[name] for name, w in spec.weights.items() if name in features)
        return min(sigmoid(odds), spec.ceiling)

    def used(self, mode: str, features: Mapping[str, float]) -> dict[str, float]:
        """The features that move this mode here: what stands in the record."""
        return {name: features[name] for name in self.modes[mode].weights if features.get(name)}

    def share(self, mode: str) -> float:
        """How much of the mode's confusion comes back with every resample."""
        own = self.modes[mode].rho
        return self.rho if own is None else own


def sigmoid(odds: float) -> float:
    """The probability of these log-odds."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))


def parse_card(data: Mapping[str, Any], shape: Shape, *, where: str = "the card") -> Card:
    """Check a card against the exercise's shape. Raises `SpecError`, naming every stray name."""
    try:
        file = CardFile.model_validate(dict(data))
    except ValidationError as error:
        raise SpecError(f"{where} is not a card:\n{explain(error)}") from None
    _all_known(where, "mode", file.modes, shape.modes)
    missing = sorted(shape.modes - file.modes.keys())
    if missing:
        raise SpecError(
            f"{where} leaves out {_list(missing)}", hint="a mode that never happens has `base = -20`"
        )
    for mode, spec in file.modes.items():
        _all_known(f"{where}, mode `{mode}`,", "feature", spec.weights, shape.features)
    for name, features in file.snapshots.items():
        _all_known(f"{where}, snapshot `{name}`,", "feature", features, shape.features)
    _all_known(where, "quirk", file.quirks, shape.quirks)
    quirks = {**shape.quirks, **file.quirks}
    return Card(file.provenance, file.noise.rho, file.modes, quirks, file.snapshots, file.noise.kinship)


def _all_known(where: str, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    stray = sorted(set(names) - set(known))
    if stray:
        raise SpecError(
            f"{where} names the unknown {what} {_list(stray)}", hint=f"known: {_list(sorted(known))}"
        )


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
