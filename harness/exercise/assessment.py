"""An assessment: one hiring process's use of an exercise, so that its candidates are comparable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from harness.errors import SpecError
from harness.exercise.scenario import Bank
from harness.exercise.spec import Strict, explain, read_toml


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
    card: dict[str, Any]
    """The simulated model's parameters; the exercise's `model.py` knows them."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Secret, card and bank under one name; `digest` changes when any of them does."""

    name: str
    secret: bytes
    card: dict[str, Any]
    bank: Bank

    @property
    def digest(self) -> str:
        """Hex SHA-256 over name, keyed secret, card and bank; safe to print."""
        parts = (
            self.name,
            hashlib.sha256(self.secret).hexdigest(),
            repr(sorted(flatten(self.card))),
            self.bank.digest,
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


def practice_assessment(exercise_id: str, card: dict[str, Any], bank: Bank) -> Assessment:
    """The public assessment that practice runs under. Its secret is no secret."""
    return Assessment("practice", hashlib.sha256(f"practice:{exercise_id}".encode()).digest(), card, bank)


def load_parameters(path: Path) -> Parameters:
    """Read the vault's `parameters.toml`. Raises `SpecError`."""
    try:
        return Parameters.model_validate(read_toml(path))
    except ValidationError as error:
        raise SpecError(f"`{path}` does not describe an assessment:\n{explain(error)}") from None
