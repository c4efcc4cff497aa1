from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from graders.audit import NAME, audit, findings, picked
from graders.grading import grade_folder
from graders.measure.trial import Trial
from graders.replay import Task, records, replay
from harness.exercise.parts import Verdict

Make = Callable[..., list[Trial]]
WON, LOST = Verdict(success=True, harm=False, label="ok"), Verdict(success=False, harm=False, label="wrong")


def test_one_trial_in_twenty_is_rerun_and_nobody_can_foresee_which(
    make_task: Callable[..., Task], tmp_path: Path
) -> None:
    keys = picked(make_task("null", tmp_path / "a", rounds=5))
    assert len(keys) == 6
    assert keys == picked(make_task("null", tmp_path / "a", rounds=5))
    assert keys != picked(make_task("reference", tmp_path / "b", rounds=5))


def test_trials_that_end_alike_are_no_finding(
    make_task: Callable[..., Task], make_runner: Callable[..., Any], tmp_path: Path
) -> None:
    out, runner = tmp_path / "a", make_runner()
    task = make_task("reference", out)
    replay(task, runner, out)
    audit(task, make_runner(), out)
    assert records(out, NAME).is_file()
    made = grade_folder(out, task.submission, task.exercise, task.vault)
    assert "warm_and_fresh_differ" not in {found.kind for found in made.integrity}


def test_a_work_that_is_better_warm_is_a_finding(make_trials: Make) -> None:
    fresh = make_trials(0.5, scenarios=12, replays=1)
    warm = [replace(trial, verdict=WON) for trial in fresh]
    cold = [replace(trial, verdict=LOST) for trial in fresh]
    assert findings(warm, warm) == []
    assert findings(warm, cold)[0].weight == "serious"
    assert findings(cold, warm)[0].weight == "note"
    assert findings(warm, cold[:1])[0].weight == "look"
    assert findings(warm, cold[:1], contended=True)[0].weight == "note"
    assert findings(warm, cold, contended=True)[0].weight == "serious"
    assert findings(warm, [replace(trial, verdict=None) for trial in fresh]) == []
