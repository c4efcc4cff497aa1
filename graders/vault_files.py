"""The vault: the reviewer's half of an exercise, on disk."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Literal, Protocol

from pydantic import Field, ValidationError

from graders import compositions
from graders.measure.measurement import Measurement
from graders.measure.trial import Trial
from graders.rubric import Rubric, load_rubric
from harness.errors import GraderError, SpecError, UsageError
from harness.exercise.assessment import Assessment, Parameters, flatten, load_parameters
from harness.exercise.registry import Exercise
from harness.exercise.scenario import load_bank
from harness.exercise.spec import Strict, explain, read_toml

DEMONSTRATION = Path(__file__).parent / "vault"
"""The vault that comes with the source: public, so that its grades prove nothing of a person."""

MemberRole = Literal["starter", "reference", "panel", "cheat", "null"]


class Member(Strict):
    """A panel member's `member.toml`: a work of known quality, as an overlay on the starter."""

    canary: str
    level: int
    """The stratum of quality: 0 is no better than the starter, higher is better."""
    role: MemberRole
    description: str
    base: str | None = None
    """Another written member that this one is laid over; `None`: the starter."""
    remove: tuple[str, ...] = ()
    """Files of what it is laid over that this work does not have."""
    pair: str | None = None
    """For a cheat: the member whose work is the same without the cheat."""
    fixes: tuple[str, ...] = ()
    """Named fixes and flaws that it is composed of."""
    held_out: bool = Field(default=False)
    """Composed after rubric, card and cut were frozen."""
    expert: bool = Field(default=False)
    """Written by somebody who saw only the brief."""


class Measure(Protocol):
    """The vault's `measure.py`: which measurements this exercise takes. Pure."""

    def __call__(self, trials: Sequence[Trial], baseline: Sequence[Trial]) -> list[Measurement]: ...


@dataclass(frozen=True)
class Vault:
    """One exercise's hidden half."""

    folder: Path
    parameters: Parameters
    assessment: Assessment
    rubric: Rubric
    demonstration: bool

    @cached_property
    def digest(self) -> str:
        """Hex SHA-256 over the files that a score is computed with."""
        total = hashlib.sha256()
        for name in ("measure.py", "rubric.toml", "parameters.toml", "scenarios.jsonl"):
            total.update(hashlib.sha256((self.folder / name).read_bytes()).digest())
        return total.hexdigest()

    @property
    def card_digest(self) -> str:
        """Hex SHA-256 of the simulated model's card, as mixed."""
        return hashlib.sha256(repr(sorted(flatten(self.assessment.card))).encode()).hexdigest()

    @cached_property
    def _module(self) -> ModuleType:
        path = self.folder / "measure.py"
        spec = importlib.util.spec_from_file_location(f"takehome_vault_{self.folder.name}_measure", path)
        if spec is None or spec.loader is None or not path.is_file():
            raise SpecError(f"the vault `{self.folder}` has no `measure.py`")
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            raise GraderError(f"`{path}` cannot be loaded: {type(error).__name__}: {error}") from error
        return module

    @property
    def measure(self) -> Measure:
        """What turns trials into this exercise's measurements."""
        found: Measure = self._module.measure
        return found

    @property
    def measure_version(self) -> str:
        """`VERSION` of the vault's `measure.py`."""
        return str(getattr(self._module, "VERSION", "0"))

    @property
    def members(self) -> dict[str, Member]:
        """The panel by name, read anew. Raises `SpecError`."""
        paths = sorted(self.panel.glob("*/member.toml")) if self.panel.is_dir() else []
        written = {path.parent.name: load_member(path) for path in paths}
        composed = compositions.load(self.panel)
        return written | {
            each.id: Member(
                canary=composed.canary,
                level=each.level,
                role="panel",
                description="; ".join(change.what for change in composed.change if change.id in each.changes),
                fixes=each.changes,
                held_out=each.held_out,
            )
            for each in composed.composition
            if each.id not in written
        }

    @property
    def panel(self) -> Path:
        """The folder of the panel's members; may not exist."""
        return self.folder / "panel"

    def overlay(self, member: str) -> Path:
        """The folder with the files in which a member differs from the starter; may not exist."""
        return self.panel / member / "work"


def open_vault(path: Path | None, exercise: Exercise) -> Vault:
    """The exercise's vault in the folder that holds `<id>/`; the demonstration's for `None`.

    Raises `UsageError` when there is none, `SpecError` for a file that is not as it must be.
    """
    root = (path or DEMONSTRATION).resolve()
    folder = root / exercise.id
    if not (folder / "parameters.toml").is_file():
        raise UsageError(
            f"`{root}` holds no vault for `{exercise.id}`",
            hint=f"`--vault DIR` takes the folder that holds `{exercise.id}/parameters.toml`",
        )
    parameters = load_parameters(folder / "parameters.toml")
    secret = bytes.fromhex(parameters.secret)
    bank = exercise.vary(load_bank(folder / "scenarios.jsonl"), secret)
    return Vault(
        folder=folder,
        parameters=parameters,
        assessment=exercise.assessment(parameters.assessment, secret, parameters.card, bank, parameters.mix),
        rubric=load_rubric(folder / "rubric.toml"),
        demonstration=root == DEMONSTRATION.resolve(),
    )


def load_member(path: Path) -> Member:
    """Read `member.toml`. Raises `SpecError`."""
    try:
        return Member.model_validate(read_toml(path))
    except ValidationError as error:
        raise SpecError(f"`{path}` does not describe a panel member:\n{explain(error)}") from None


def without_canary(vault: Vault) -> list[Path]:
    """The vault's files that do not bear its canary, relative to its folder."""
    canary = vault.parameters.canary.encode()
    return [
        found.relative_to(vault.folder)
        for found in sorted(vault.folder.rglob("*"))
        if found.is_file() and "__pycache__" not in found.parts and canary not in found.read_bytes()
    ]
