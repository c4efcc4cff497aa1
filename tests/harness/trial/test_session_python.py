"""A sandbox whose Python is older than the exercise says runs nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import EnvironmentFailure
from harness.exercise.registry import Exercise, open_exercise
from harness.sandbox.target import Target
from harness.trial.session import check_python

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"


@pytest.fixture
def newer() -> Exercise:
    exercise = open_exercise(TINY)
    return replace(exercise, spec=exercise.spec.model_copy(update={"python": "3.12"}))


def test_an_older_python_is_refused_with_both_named(newer: Exercise) -> None:
    with pytest.raises(EnvironmentFailure, match=r"3\.12.*3\.9"):
        check_python(newer, Target("3.9", "x86_64"))


@pytest.mark.parametrize("python", ["3.12", "3.13"])
def test_the_same_or_a_newer_one_will_do(newer: Exercise, python: str) -> None:
    check_python(newer, Target(python, "x86_64"))
