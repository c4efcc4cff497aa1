"""What the model writes to people, as `letters.toml` lists it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from harness.exercise.spec import Strict, read_toml

Lines = tuple[str, ...]


class Asides(Strict):
    """What it says besides letters."""

    aloud: Lines
    looking: Lines
    closed: Lines
    honest: Lines
    empty: Lines


class Ground(Strict):
    """A reason that programs give for a decision, as a letter in each language says it."""

    action: str
    clauses: Lines
    words: str
    en: str = ""
    """Only where the program's own words would not do."""
    de: str
    fr: str
    es: str
    nl: str
    pl: str


class Letters(Strict):
    """`letters.toml`: variants by language."""

    greeting: dict[str, Lines]
    subject: dict[str, Lines]
    """About an order, and about none."""
    closing: dict[str, Lines]
    padding: dict[str, Lines]
    besides: dict[str, Lines]
    """What can be said in any letter and promises nothing, where it is to be longer."""
    sympathy: dict[str, dict[str, Lines]]
    """A sentence about what happened, by what is asked for; `other` where that is not known."""
    body: dict[str, dict[str, Lines]]
    reasons: dict[str, str]
    """Clause id → what a person would call it."""
    denials: dict[str, Lines]
    """Clause id, or one of its conditions → how it is said that it fails: with its numbers, then without."""
    matters: dict[str, str]
    """Clause id → what it is about."""
    dictated: dict[str, dict[str, str]]
    """What a letter says that has to keep to the facts it is given."""
    grounds: tuple[Ground, ...]
    asides: Asides


@cache
def letters() -> Letters:
    """What `letters.toml` says."""
    return Letters.model_validate(read_toml(Path(__file__).with_name("letters.toml")))
