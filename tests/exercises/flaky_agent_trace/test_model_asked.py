"""Structured requests of engineers who knew nothing of the model: none breaks it, each gets all its keys."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.exercise.parts import SimulatedModel
from harness.exercise.registry import Exercise
from tests.exercises.flaky_agent_trace.asked import NO_REASON, SETS, Asked, asked

Json = Any


@pytest.fixture(scope="module")
def answers(exercise: Exercise, models: dict[str, SimulatedModel]) -> dict[str, list[Asked]]:
    return {name: list(asked(name, exercise, models["unerring"])) for name in SETS}


@pytest.mark.parametrize("name", SETS)
def test_every_answer_has_the_keys_that_its_schema_requires(
    name: str, answers: dict[str, list[Asked]]
) -> None:
    found = answers[name]
    assert len(found) == {"eighth": 40, "ninth": 48}.get(name, 60)
    for one in found:
        schema = _schema(one.body)
        if schema is not None:
            assert set(schema["required"]) <= set(json.loads(one.said)), one.id


@pytest.mark.parametrize("name", SETS)
def test_what_is_declined_is_said(name: str, answers: dict[str, list[Asked]]) -> None:
    lost = [one.why_not for one in answers[name] if one.why_not]
    assert NO_REASON not in lost, "a program has to be told what was not understood"


def _schema(body: dict[str, Json]) -> dict[str, Json] | None:
    """The schema that an answer has to be valid by, `None` where a prompt says its shape in words."""
    form = body.get("response_format", {})
    if form.get("type") == "json_schema":
        found: dict[str, Json] = form["json_schema"]["schema"]
        return found
    if len(body.get("tools", ())) == 1:
        offered: dict[str, Json] = body["tools"][0]["function"]["parameters"]
        return offered
    return None
