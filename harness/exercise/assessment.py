"""An assessment: one hiring process's use of an exercise, so that its candidates are comparable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from harness.errors import SpecError
from harness.exercise.scenario import Bank
from harness.exercise.spec import MIX, Strict, explain, read_toml


class Parameters(Strict):
    """The vault's `parameters.toml`: what an assessment fixes."""

    canary: str
    """A string that stands in every file of the vault, looked for wherever it must not be."""
    assessment: str
    """The name that stands in each grade."""
    secret: str = Field(pattern=r"^[0-9a-f]{32,128}$")
    """Keys every draw; hexadecimal. The demonstration vault's is public, a real one is not."""
    bar: float = Field(ge=0, le=100)
    """The score that the recommendation is about."""
    mix: str = Field(default="", pattern=MIX)
    """The seed by which the exercise's `mix.py` weighs the causes of failure. The candidates' kit shares
    it (`takehome kit --mix`), unlike the secret. Empty: practice's own."""
    card: dict[str, Any] = {}
    """The simulated model's parameters; the exercise's `model.py` knows them. Empty: practice's own, so
    that what was measured in practice holds."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Secret, mix, card and bank under one name; `digest` changes when any of them does.

    Card and bank have been mixed already (`Exercise.assessment`).
    """

    name: str
    secret: bytes
    card: dict[str, Any]
    bank: Bank
    mix: str = ""

    @property
    def digest(self) -> str:
        """Hex SHA-256 over name, keyed secret, card, bank and mix; safe to print."""
        parts = (
            self.name,
            hashlib.sha256(self.secret).hexdigest(),
            repr(sorted(flatten(self.card))),
            self.bank.digest,
            *([self.mix] if self.mix else []),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def flatten(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """A nested table as (dotted name, text of the value) pairs."""
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            pairs += flatten(value, f"{prefix}{name}.")
        else:
            pairs.append((prefix + name, repr(value)))
    return pairs


def practice_secret(exercise_id: str) -> bytes:
    """What keys practice's draws: no secret at all."""
    return hashlib.sha256(f"practice:{exercise_id}".encode()).digest()


def load_parameters(path: Path) -> Parameters:
    """Read the vault's `parameters.toml`. Raises `SpecError`."""
    try:
        return Parameters.model_validate(read_toml(path))
    except ValidationError as error:
        raise SpecError(f"`{path}` does not describe an assessment:\n{explain(error)}") from None
