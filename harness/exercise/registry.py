"""How exercises are found: by entry point, or by the path of a folder with an `exercise.toml`."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from harness.errors import SpecError, UsageError
from harness.exercise.assessment import Assessment, practice_secret
from harness.exercise.parts import Judge, SimulatedModel, World
from harness.exercise.scenario import Bank, PublicScenario, load_bank, make_bank
from harness.exercise.spec import ExerciseSpec, load_spec, read_toml
from harness.rng import Draws

GROUP = "takehome.exercises"
"""An entry point `ID = "package"` in this group offers the package's folder as an exercise."""


@dataclass(frozen=True)
class Exercise:
    """An exercise on disk; its own code is imported only when it is asked for."""

    spec: ExerciseSpec
    folder: Path
    package: str

    @property
    def id(self) -> str:
        """The exercise's id."""
        return self.spec.id

    @cached_property
    def digest(self) -> str:
        """Hex SHA-256 over every file of the folder that a candidate gets or that scores.

        The mix is left out: it is the assessment's, and kits of one exercise differ in it.
        """
        total = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                name = path.relative_to(self.folder).as_posix()
                data = path.read_bytes()
                if name == "exercise.toml":
                    data = with_mix(data, "")
                total.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
        return total.hexdigest()

    @cached_property
    def practice(self) -> Assessment:
        """The public assessment: practice scenarios and practice card."""
        return self.assessment("practice", practice_secret(self.id), {}, self.bank)

    @cached_property
    def bank(self) -> Bank:
        """The practice scenarios."""
        return load_bank(self.folder / self.spec.practice.scenarios)

    def assessment(
        self, name: str, secret: bytes, card: dict[str, Any], bank: Bank, mix: str = ""
    ) -> Assessment:
        """An assessment with its causes of failure weighed by `mix`.

        Practice's card and mix stand in for empty ones.
        Done by the exercise's `mix.py`, where there is one: which cause matters most is then the
        assessment's own, and has to be measured.
        """
        card = card or cast("dict[str, Any]", read_toml(self.folder / self.spec.practice.card))
        if not (self.folder / "mix.py").is_file():
            return Assessment(name, secret, card, bank)
        mix = mix or self.spec.practice.mix
        part = self._part("mix")
        mixed = make_bank(part.mixed_scenario(scenario, mix) for scenario in bank)
        return Assessment(name, secret, part.mixed_card(card, mix), mixed, mix)

    @property
    def starter(self) -> Path:
        """The folder that a workspace begins as."""
        return self.folder / "starter"

    def world(self, scenario: PublicScenario, draws: Draws) -> World:
        """A fresh world in the scenario's initial state."""
        return cast("World", self._part("world").create(scenario, draws))

    def model(self, card: dict[str, Any]) -> SimulatedModel:
        """The exercise's simulated model with the given card. Raises `SpecError` for a bad card."""
        return cast("SimulatedModel", self._part("model").create(card))

    @property
    def judge(self) -> Judge:
        """What tells a good end from a bad one."""
        return cast("Judge", self._part("judge").judge)

    def vary(self, bank: Bank, secret: bytes) -> Bank:
        """The bank as one assessment meets it: ids and names its own, meaning unchanged.

        Done by the exercise's `variant.py`, where there is one: what a candidate remembers from
        another assessment is then worth nothing.
        """
        if not (self.folder / "variant.py").is_file():
            return bank
        vary = self._part("variant").vary
        scope = ("variant", bank.digest)
        return make_bank(vary(scenario, Draws(secret, (*scope, scenario.id))) for scenario in bank)

    def _part(self, name: str) -> ModuleType:
        try:
            return importlib.import_module(f"{self.package}.{name}")
        except ModuleNotFoundError as error:
            if error.name == f"{self.package}.{name}":
                raise SpecError(f"exercise `{self.id}` has no `{name}.py` in `{self.folder}`") from None
            raise


def find_exercise(name: str) -> Exercise:
    """The exercise of that id, or in that folder. Raises `UsageError` with the ids that exist."""
    if "/" in name or (Path(name) / "exercise.toml").is_file():
        return open_exercise(Path(name))
    for point in entry_points(group=GROUP):
        if point.name == name:
            spec = importlib.util.find_spec(point.value)
            if spec is None or not spec.submodule_search_locations:
                raise SpecError(f"exercise `{name}`: package `{point.value}` cannot be imported")
            folder = Path(next(iter(spec.submodule_search_locations)))
            return Exercise(load_spec(folder / "exercise.toml"), folder, point.value)
    known = ", ".join(f"`{known}`" for known in exercise_ids()) or "none"
    raise UsageError(
        f"there is no exercise `{name}`", hint=f"known exercises: {known}; a folder's path works too"
    )


def open_exercise(folder: Path) -> Exercise:
    """The exercise in a folder, its code importable as the package `folder.name`."""
    folder = folder.resolve()
    spec = load_spec(folder / "exercise.toml")
    package = f"takehome_exercise_{spec.id}"
    known = sys.modules.get(package)
    if known is None or list(known.__path__) != [str(folder)]:
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            del sys.modules[name]
        module = ModuleType(package)
        module.__path__ = [str(folder)]
        sys.modules[package] = module
    return Exercise(spec, folder, package)


_MIX = re.compile(rb'^mix = "[0-9a-f]*"[ \t]*$', re.MULTILINE)


def with_mix(data: bytes, mix: str) -> bytes:
    """An `exercise.toml` with another mix in its line `mix = "..."`; without such a line, as it is."""
    return _MIX.sub(b'mix = "%b"' % mix.encode(), data)


def exercise_ids() -> list[str]:
    """The ids of all installed exercises, sorted."""
    return sorted({point.name for point in entry_points(group=GROUP)})
