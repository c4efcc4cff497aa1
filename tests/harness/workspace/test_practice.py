from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import GraderError, UsageError
from harness.exercise.registry import Exercise
from harness.trial.record import TrialKey
from harness.workspace import practice
from harness.workspace.folder import Workspace


def test_keys_go_round_by_round(exercise: Exercise) -> None:
    found = practice.keys(exercise, 2)
    ids = [scenario.id for scenario in exercise.bank]
    assert [key.scenario for key in found] == ids * 2
    assert [key.replay for key in found] == [0] * len(ids) + [1] * len(ids)


def test_a_scenario_or_a_family_can_be_chosen(exercise: Exercise) -> None:
    first = exercise.bank.scenarios[0]
    assert practice.keys(exercise, 1, [first.id]) == [TrialKey(first.id, 0, 0)]
    family = practice.keys(exercise, 1, [first.family])
    assert {exercise.bank[key.scenario].family for key in family} == {first.family}
    with pytest.raises(UsageError) as caught:
        practice.keys(exercise, 1, ["nothing"])
    assert first.family in caught.value.hint


def judged(runner: Any, exercise: Exercise, p: float, trials: int = 3) -> list[practice.Judged]:
    return practice.judge(exercise, [runner.record(key, p) for key in practice.keys(exercise, trials)])


def test_the_table_sums_up(runner: Any, exercise: Exercise) -> None:
    found = judged(runner, exercise, 0.5)
    rows, total = practice.table(found)
    assert [row.name for row in rows] == list(exercise.bank.families)
    assert sum(row.trials for row in rows) == total.trials == len(found)
    assert sum(row.successes for row in rows) == total.successes
    assert total.low <= total.rate <= total.high
    assert dict(total.labels) == {"nothing_done": total.trials - total.successes}


def test_all_successes_are_not_certainty(runner: Any, exercise: Exercise) -> None:
    _, total = practice.table(judged(runner, exercise, 0.0))
    assert (total.rate, total.high) == (1, 1)
    assert total.low < 0.8


def test_calls_not_understood_are_counted_and_such_trials_said(runner: Any, exercise: Exercise) -> None:
    from harness.gateway.admin_api import CallRecord

    call = CallRecord(seq=0, face="openai.chat", model="m", role="large", status=200, start=0, end=1)
    record = runner.record(practice.keys(exercise, 1)[0], 0.0)
    unclear = call.model_copy(update={"understood": False})
    gateway = record.gateway.model_copy(update={"calls": (call, unclear)})
    (found,) = practice.judge(exercise, [record.model_copy(update={"gateway": gateway})])
    row = practice.row("x", [found])
    assert (row.calls, row.unclear, row.unmeasured) == (2, 1, 1)


def test_a_judge_that_fails_is_the_grader_s_failure(runner: Any, exercise: Exercise) -> None:
    record = runner.record(practice.keys(exercise, 1)[0], 0.0)
    broken = record.model_copy(update={"gateway": record.gateway.model_copy(update={"end": {"flags": 3}})})
    with pytest.raises(GraderError):
        practice.judge(exercise, [broken])


def test_stores_of_two_works_or_two_exercises_lie_apart(workspace: Workspace, runner: Any) -> None:
    one = practice.open_store(workspace, runner, "a" * 64, workspace.root)
    two = practice.open_store(workspace, runner, "b" * 64, workspace.root)
    assert one.path != two.path
    other = runner.store_key("a" * 64).model_copy(update={"exercise": "changed"})
    assert practice.store_path(workspace, "a" * 64, other) != one.path


def test_the_newest_store_is_found(workspace: Workspace, runner: Any, tmp_path: Path) -> None:
    import os

    assert practice.newest_store(workspace) is None
    one = practice.open_store(workspace, runner, "a" * 64, workspace.root)
    two = practice.open_store(workspace, runner, "b" * 64, workspace.root)
    os.utime(one.path, ns=(1, 2**61))
    assert practice.newest_store(workspace) == one.path
    assert practice.newest_store(workspace, "b" * 64) == two.path


def test_what_was_asked_for_last_is_the_newest_though_nothing_was_written(
    workspace: Workspace, runner: Any
) -> None:
    one = practice.open_store(workspace, runner, "a" * 64, workspace.root)
    two = practice.open_store(workspace, runner, "b" * 64, workspace.root)
    for store in (one, two, one, two):
        practice.make_newest(workspace, store)
        assert practice.newest_store(workspace) == store.path


def test_measures(runner: Any, exercise: Exercise) -> None:
    found = judged(runner, exercise, 1.0, trials=1)
    assert {value.value for value in practice.measure(found, "failure_rate")} == {1.0}
    assert {value.value for value in practice.measure(found, "harm_rate")} == {0.0}
    assert {value.value for value in practice.measure(found, "usd_per_task")} == {0.02}
