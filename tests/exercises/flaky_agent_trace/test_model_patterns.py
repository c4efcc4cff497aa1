"""No text makes the model's reading slow: the cost of a pattern grows as the text, not as its square."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import pytest

import exercises.flaky_agent_trace
import harness.simulation

REPEATED = (
    "a", "A", "1", "_", " ", "\t", "\n", " \n", '"', "'", "(", "[", "{", "<", ">", "|", "*", "#", "`", "\\",
    "- ", "**", "{{", "a_", "a-", "a.", "a@", "a=", "a ", "Ab ", "a: ", "a\n", ": \n", "- a\n", "x\n\n",
    "12,", "1. ", "2026-", "EUR ", "R-1 ", "HL-", "no, ", "is ", "not ", "the ", "order ", "refund ", "é",
    "yes or no ", '{"a": ', '"a", ', "Dear a,\n", "```\n",
)  # fmt: skip
SHORT, LONG = 1_200, 9_600
STEEP = 24
NOTICED = 0.0005
"""Seconds for the short text below which not even a square would be felt."""


@cache
def patterns() -> dict[re.Pattern[str], str]:
    """Every compiled pattern of the exercise's and the simulation's modules: a name it stands under."""
    return {
        pattern: where
        for package in (exercises.flaky_agent_trace, harness.simulation)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for name, value in vars(importlib.import_module(found.name)).items()
        for where, pattern in _within(f"{found.name}.{name}", value)
    }


def _within(name: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        yield from (pair for item in (*value, *value.values()) for pair in _within(name, item))
    elif isinstance(value, tuple | list | frozenset):
        yield from (pair for item in value for pair in _within(name, item))
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, type | ModuleType):
        yield from (
            pair for field in value.__dataclass_fields__ for pair in _within(name, getattr(value, field))
        )


def cost(pattern: re.Pattern[str], text: str, times: int = 1) -> float:
    """The least of some searches' CPU time, in seconds."""

    def once() -> float:
        begun = time.process_time()
        for _ in pattern.finditer(text):
            pass
        return time.process_time() - begun

    return min(once() for _ in range(times))


def growth(pattern: re.Pattern[str], unit: str) -> float:
    """How many times the cost of a text is that of an eighth of it: 8 for a line, 64 for a square.

    Costs are CPU time, so what looks steep is looked at again: other work on the machine may slow one
    search, and hardly ever each of five.
    """
    short, long = ((unit * size)[:size] for size in (SHORT, LONG))
    if cost(pattern, short) < NOTICED or (before := cost(pattern, short, times=3)) < NOTICED:
        return 1.0
    rate = cost(pattern, long) / before
    return rate if rate <= STEEP else cost(pattern, long, times=5) / cost(pattern, short, times=5)


def test_there_are_patterns() -> None:
    assert len(patterns()) > 300


@pytest.mark.parametrize("unit", REPEATED, ids=repr)
def test_a_long_text_costs_as_its_length(unit: str) -> None:
    steep = {
        name: round(rate) for pattern, name in patterns().items() if (rate := growth(pattern, unit)) > STEEP
    }

    assert steep == {}


def test_a_square_is_told_from_a_line() -> None:
    assert growth(re.compile(r"\s*x"), " ") > STEEP
    assert growth(re.compile(r"(?:[^\W\d]\w{0,60}){1,2}x"), "a") < STEEP
