"""The fake runner's repair lands near the end of the band on so small a bank: what a look says is luck."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders import settling
from graders.cli.grade import LIMIT
from graders.grade import read_grade
from graders.grading import grade_folder
from graders.replay import Plan, Task, read_replay
from graders.rounds import LOOKS, settled, stand_of
from graders.settling import counted, replay_until_settled
from harness.errors import EnvironmentFailure

MakeTask = Callable[..., Task]


def settle(task: Task, runner: Any, out: Path) -> Task:
    done = replay_until_settled(task, runner, out)
    grade_folder(out, done.submission, done.exercise, done.vault)
    return done


def test_it_goes_on_while_nothing_is_settled(
    make_task: MakeTask, make_runner: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = iter([False, False, True])
    monkeypatch.setattr(settling, "settled", lambda *_: next(words))
    done = settle(make_task("claims", tmp_path, rounds=2, limit=LIMIT), make_runner(), tmp_path)
    assert done.plan.rounds == LOOKS[2]
    found = read_replay(tmp_path)
    assert (found.rounds, found.limit, found.claim_rounds) == (6, 8, 8)
    made = read_grade(tmp_path)
    assert made.stopped is not None
    assert (made.stopped.limit, made.stopped.saved) == (8, 2)
    assert made.rounds == 6


def test_it_stops_at_the_first_look_that_settles(
    make_task: MakeTask, make_runner: Callable[..., Any], tmp_path: Path
) -> None:
    done = settle(make_task("null", tmp_path, rounds=2, limit=LIMIT), make_runner(), tmp_path)
    made = read_grade(tmp_path)
    assert settled(stand_of(made.score, made.recommendation), made.rounds, LIMIT) or done.plan.rounds == LIMIT
    assert made.stopped is not None
    assert made.stopped.saved == LIMIT - done.plan.rounds


def test_a_given_number_of_rounds_is_kept(
    make_task: MakeTask, make_runner: Callable[..., Any], tmp_path: Path
) -> None:
    settle(make_task("claims", tmp_path, rounds=1), make_runner(), tmp_path)
    made = read_grade(tmp_path)
    assert made.rounds == 1
    assert made.stopped is not None
    assert made.stopped.limit == 0
    assert made.stopped.saved == 0


def test_a_stopped_replay_goes_on_and_comes_to_the_same_end(
    make_task: MakeTask, make_runner: Callable[..., Any], tmp_path: Path
) -> None:
    whole = settle(make_task("claims", tmp_path / "a", rounds=2, limit=4), make_runner(), tmp_path / "a")
    task = make_task("claims", tmp_path / "b", rounds=2, limit=4)
    with pytest.raises(EnvironmentFailure):
        settle(task, make_runner(fails_after=90), tmp_path / "b")
    again = settle(task, make_runner(), tmp_path / "b")
    assert again.plan == whole.plan
    assert read_grade(tmp_path / "a").score == read_grade(tmp_path / "b").score


def test_rounds_in_words() -> None:
    plan = Plan(rounds=2, limit=8)
    assert counted(plan) == "2 to 8 rounds, until the recommendation is settled"
    assert counted(replace(plan, limit=0)) == "2 rounds"
    assert counted(Plan(rounds=1)) == "1 round"
    assert [Plan(rounds=n).claim_rounds for n in (1, 2, 4, 6, 8, 20)] == [2, 4, 8, 8, 8, 20]
