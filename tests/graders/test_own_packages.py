"""A submission's own packages: which works run with them, what the grade says, whose failures are whose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders import audit
from graders.grading import grade_folder
from graders.replay import Task, records, replay
from harness.errors import EnvironmentFailure, SubmissionError, UsageError
from harness.sandbox.target import Target
from harness.trial.record import read_store_key
from harness.workspace.dependencies import Lock
from tests.harness.workspace.wheelhouse import wheel

MakeTask = Callable[..., Task]
TARGET = Target("3.11", "x86_64")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("TAKEHOME_WHEELHOUSE", str(folder))
    return folder


@pytest.fixture
def runner(make_runner: Callable[..., Any]) -> Any:
    made = make_runner()
    made.sandbox_kind, made.target, made.runtime = "docker", TARGET, "runc"
    return made


def with_packages(task: Task, digest: str) -> Task:
    (task.submission.work / "requirements.txt").write_text("alpha\n")
    lock = Lock({TARGET: (f"alpha==1.0 --hash=sha256:{digest}",)})
    (task.submission.folder / "requirements.lock").write_bytes(lock.to_bytes())
    return task


def packages_of(out: Path) -> dict[str, str]:
    found = {}
    for path in (out / "records").iterdir():
        key = read_store_key(path)
        assert key is not None
        found[path.name.partition(".")[0]] = key.packages
    return found


def test_the_work_has_them_and_the_anchors_have_not(
    make_task: MakeTask, runner: Any, wheels: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    task = with_packages(make_task("claims", out, rounds=1), wheel(wheels, "alpha", "1.0"))
    done = replay(task, runner, out)
    audit.audit(task, runner, out)
    own = done.sandbox.packages_digest
    assert len(own) == 64
    found = packages_of(out)
    assert {name for name, packages in found.items() if packages == own} == {
        # "taken-out" starts from the work, "sender" and "dollars" from the starter.
        "submission", "claim-work", "audit", "variant-taken-out",
    }  # fmt: skip
    assert {name for name, packages in found.items() if not packages} == {
        "starter", "reference", "claim-starter", "variant-sender",
    }  # fmt: skip
    made = grade_folder(out, task.submission, task.exercise, task.vault)
    assert made.sandbox.packages == ("alpha==1.0",)
    assert made.sandbox.runtime == "runc"
    assert {f.kind: f.detail for f in made.integrity}["own_dependencies"].endswith("alpha 1.0")


def test_records_of_other_packages_are_not_graded(
    make_task: MakeTask, runner: Any, wheels: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a"
    task = with_packages(make_task("null", out, rounds=1), wheel(wheels, "alpha", "1.0"))
    replay(task, runner, out)
    text = (out / "replay.json").read_text()
    (out / "replay.json").write_text(text.replace('"packages_digest": "', '"packages_digest": "0'))
    with pytest.raises(UsageError, match="packages"):
        grade_folder(out, task.submission, task.exercise, task.vault)


def test_a_bad_wheel_is_the_candidate_s_and_nothing_runs(
    make_task: MakeTask, runner: Any, wheels: Path, tmp_path: Path
) -> None:
    digest = wheel(wheels, "alpha", "1.0", files={"openai.py": b""})
    with pytest.raises(SubmissionError, match="`openai`"):
        replay(with_packages(make_task("null", tmp_path / "a"), digest), runner, tmp_path / "a")
    assert runner.ran == []


def test_a_folder_without_the_wheel_is_the_environment_s_and_nothing_runs(
    make_task: MakeTask, runner: Any, wheels: Path, tmp_path: Path
) -> None:
    with pytest.raises(EnvironmentFailure):
        replay(with_packages(make_task("null", tmp_path / "a"), "0" * 64), runner, tmp_path / "a")
    assert runner.ran == []
    assert not records(tmp_path / "a", "starter").exists()
