"""The recorded runs are of their time: an alias drifted inside their window, and they show it."""

import csv
import datetime as dt
import json
from collections import Counter
from functools import cache
from typing import Any

from harness.exercise.registry import find_exercise

EXERCISE = find_exercise("flaky_agent_trace")
MEDIUM = EXERCISE.spec.models["medium"]


@cache
def answers() -> dict[str, list[tuple[dt.date, str]]]:
    """For each trace, the day and the snapshot of each answer of the model."""
    return {
        path.name: [
            (_day(span), str(named["gen_ai.response.model"]))
            for span in _spans(json.loads(path.read_bytes()))
            if "gen_ai.response.model" in (named := _attributes(span))
        ]
        for path in sorted((EXERCISE.starter / "traces").glob("*.json"))
    }


def _spans(trace: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        span for part in trace["resourceSpans"] for scope in part["scopeSpans"] for span in scope["spans"]
    ]


def _attributes(span: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: next(iter(each["value"].values())) for each in span["attributes"]}


def _day(span: dict[str, Any]) -> dt.date:
    return dt.datetime.fromtimestamp(int(span["startTimeUnixNano"]) / 1e9, dt.UTC).date()


def test_there_are_enough_of_them() -> None:
    assert len(answers()) >= 400
    assert all(answers().values())


def test_the_alias_drifted_in_between_and_nothing_answers_before_it_was_released() -> None:
    released = {snapshot.name: snapshot.released for snapshot in MEDIUM.snapshots}
    met = {name for each in answers().values() for _, name in each}
    assert met == {snapshot.name for snapshot in MEDIUM.snapshots[:2]}
    for trace, found in answers().items():
        for day, name in found:
            latest = max((n for n in met if released[n] <= day), key=lambda n: released[n])
            assert name == latest, trace


def test_support_has_gone_through_all_of_them_and_about_four_in_five_ended_well() -> None:
    with (EXERCISE.starter / "traces" / "audit.csv").open(encoding="utf-8", newline="") as file:
        ended = {row["run"]: row["ended"] for row in csv.DictReader(file)}
    assert ended.keys() == answers().keys()
    found = Counter(ended.values())
    assert found.keys() == {"well", "badly", "harm"}
    assert 0.7 < found["well"] / len(ended) < 0.88
