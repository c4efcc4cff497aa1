"""Twenty rewrites of a prompt in five languages, by an author who had seen nothing of the code.

`rewrites.toml` has them: the same four rules as twenty people would put them. Each meets the same tickets
with the same luck as the plain English wording, in four styles of program and with the agents of LangChain
and Pydantic AI.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from harness.errors import EnvironmentFailure
from harness.exercise.registry import Exercise
from tests.exercises.flaky_agent_trace.test_model_frameworks import AGENTS, running
from tests.exercises.flaky_agent_trace.test_model_invariance import PLAIN, STYLES

Open = Callable[..., Any]
REWRITES: dict[str, dict[str, str]] = {
    each.pop("name"): {language: text.strip() for language, text in each.items()}
    for each in tomllib.loads(Path(__file__).with_name("rewrites.toml").read_text(encoding="utf-8"))[
        "rewrites"
    ]
}
LANGUAGES = ("en", "de", "fr", "es", "pl")
MOST = 0.03


def test_there_are_a_hundred() -> None:
    texts = [text for each in REWRITES.values() for text in each.values()]
    assert (len(REWRITES), len(texts), len(set(texts))) == (20, 100, 100)
    assert all(tuple(each) == LANGUAGES for each in REWRITES.values())


@pytest.mark.parametrize("number", range(len(REWRITES)))
def test_a_rewrite_changes_no_decision(open_case: Open, ids: list[str], number: int) -> None:
    """Every rewrite in one of the languages, on every fourth ticket."""
    text = list(REWRITES.values())[number][LANGUAGES[number % len(LANGUAGES)]]
    for id in ids[number % 4 :: 4]:
        plain, other = open_case(id, "practice"), open_case(id, "practice")
        assert STYLES["structured"](other, text) == STYLES["structured"](plain, PLAIN), id


@pytest.mark.slow
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", sorted(STYLES))
def test_rewrites_move_success_by_less_than_three_points(
    open_case: Open, ids: list[str], style: str, language: str
) -> None:
    def success(system: str) -> float:
        return fmean(float(STYLES[style](open_case(id, "practice"), system)) for id in ids)

    base = success(PLAIN)
    moved = {name: success(texts[language]) - base for name, texts in REWRITES.items()}
    assert {name: gap for name, gap in moved.items() if abs(gap) > MOST} == {}


@pytest.mark.slow
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("name", AGENTS)
def test_rewrites_move_a_frameworks_agent_by_less_than_three_points(
    exercise: Exercise, ids: list[str], name: str
) -> None:
    try:
        with running(name, exercise) as agent:

            def success(system: str) -> float:
                return fmean(agent.succeeds(id, 0, system) for id in ids)

            base = success(PLAIN)
            ends = {
                (rewrite, language): success(text) - base
                for rewrite, texts in REWRITES.items()
                for language, text in texts.items()
            }
    except EnvironmentFailure as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    assert len(agent.lost) <= 0.02 * agent.calls, agent.lost[:5]
    assert {cell: gap for cell, gap in ends.items() if abs(gap) > MOST} == {}
