"""The refund handbook: each clause as people read it, with the numbers that it states.

A version is a set of clauses; `policy.decide` reasons over whichever clauses it is given.
"""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property
from pathlib import Path

from harness.exercise.spec import Strict, read_toml

from .added import Rule

TOPICS = ("all", "identity", "returns", "damage", "delivery", "payment", "handover", "replying")


class Clause(Strict):
    """One paragraph. `numbers` are the parameters that its text states."""

    id: str
    topic: str
    text: str
    numbers: dict[str, int] = {}
    rules: tuple[Rule, ...] = ()
    """What it says besides what is known of it, where a text has it otherwise than it was."""
    own: bool = False
    """Whether nothing but that holds of it."""


class Handbook(Strict):
    """One version of the policy. `effective_until` is the last day on which it held."""

    version: str
    effective_from: date
    effective_until: date | None
    headings: dict[str, str]
    clauses: tuple[Clause, ...]

    def text(self, topic: str = "all") -> str:
        """The version's text, of one topic or whole."""
        lines = [f"Harbour Lane - Refund handbook, version {self.version}"]
        for name, heading in self.headings.items():
            if topic in ("all", name):
                lines += ["", heading]
                lines += [f"{clause.id}  {clause.text}" for clause in self.clauses if clause.topic == name]
        return "\n".join(lines)

    @cached_property
    def by_id(self) -> dict[str, Clause]:
        """The clauses by id."""
        return {clause.id: clause for clause in self.clauses}


class _Held(Strict):
    version: str
    effective_from: date
    effective_until: date | None = None
    numbers: dict[str, int]


class _File(Strict):
    headings: dict[str, str]
    versions: tuple[_Held, ...]
    clauses: tuple[Clause, ...]


@cache
def handbooks() -> dict[str, Handbook]:
    """Every version there was, newest first."""
    file = _File.model_validate(read_toml(Path(__file__).with_name("handbook.toml")))
    books = {}
    for held in file.versions:
        clauses = []
        for clause in file.clauses:
            own = {name: value for name, value in held.numbers.items() if f"{{{name}}}" in clause.text}
            clauses.append(
                Clause(id=clause.id, topic=clause.topic, text=clause.text.format(**own), numbers=own)
            )
        books[held.version] = Handbook(
            version=held.version,
            effective_from=held.effective_from,
            effective_until=held.effective_until,
            headings=file.headings,
            clauses=tuple(clauses),
        )
    return books


def handbook(version: str) -> Handbook:
    """One version. Raises `KeyError` for one that never was."""
    return handbooks()[version]
