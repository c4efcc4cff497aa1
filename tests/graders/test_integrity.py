import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders import integrity
from graders.cli.grade import exercise_of
from graders.replay import Task
from graders.vault_files import Vault
from harness.errors import UsageError
from harness.exercise.registry import Exercise
from harness.gateway.admin_api import Finding as Seen
from harness.trial.record import TrialKey

MakeTask = Callable[..., Task]


def kinds(task: Task, others: list[Path] | None = None) -> dict[str, str]:
    found = integrity.findings(task.submission, task.exercise, task.vault, others or [])
    return {each.kind: each.weight for each in found}


def test_an_honest_submission_has_no_findings(make_task: MakeTask, tmp_path: Path) -> None:
    assert kinds(make_task("claims", tmp_path / "a")) == {}


def test_the_hidden_half_is_found_wherever_it_stands(
    make_task: MakeTask, vault: Vault, tmp_path: Path
) -> None:
    for number, text in enumerate(
        (vault.parameters.canary, vault.parameters.secret, " ".join(s.id for s in vault.assessment.bank))
    ):
        task = make_task("claims", tmp_path / str(number))
        (task.submission.work / "notes.bin").write_bytes(b"\xff\0" + text.encode())
        assert kinds(task)["hidden_half"] == "serious"


def test_practice_ids_are_no_secret(make_task: MakeTask, tiny: Exercise, tmp_path: Path) -> None:
    task = make_task("claims", tmp_path / "a")
    (task.submission.work / "notes.txt").write_text("\n".join(s.id for s in tiny.bank))
    assert "hidden_half" not in kinds(task)


@pytest.mark.parametrize(
    "name", ["conftest.py", "sitecustomize.py", "AGENTS.md", "a.pth", ".vscode/tasks.json"]
)
def test_files_aimed_at_tools_are_named(make_task: MakeTask, tmp_path: Path, name: str) -> None:
    task = make_task("claims", tmp_path / "a")
    path = task.submission.work / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert kinds(task) == {"aimed_at_tools": "note"}


def test_another_candidates_work_is_recognised(make_task: MakeTask, tmp_path: Path) -> None:
    ours, theirs = make_task("claims", tmp_path / "a"), make_task("claims", tmp_path / "b")
    added = "\n".join(f"value_{n} = compute({n})" for n in range(30)) + "\n"
    for task in (ours, theirs):
        (task.submission.work / "more.py").write_text(added)
    (theirs.submission.work / "name.py").write_text("whose = 'theirs'\n")
    assert kinds(ours, [theirs.submission.work])["similar"] == "serious"
    (ours.submission.work / "more.py").write_text(added.replace("value", "other"))
    assert "similar" not in kinds(ours, [theirs.submission.work])


def test_the_very_same_submission_is_told_as_such(make_task: MakeTask, tmp_path: Path) -> None:
    """As on appeal, where it is graded again beside its first grade."""
    ours = make_task("claims", tmp_path / "a")
    added = "\n".join(f"value_{n} = compute({n})" for n in range(30)) + "\n"
    (ours.submission.work / "more.py").write_text(added)
    again = tmp_path / "a7" / "submission"
    shutil.copytree(ours.submission.work.parent, again)
    assert kinds(ours, [again / "work"])["similar"] == "note"
    (again / "claims.toml").write_text("# another's claims\n")
    assert kinds(ours, [again / "work"])["similar"] == "serious"


def test_what_all_have_from_the_starter_is_not_likeness(make_task: MakeTask, tmp_path: Path) -> None:
    ours, theirs = make_task("starter", tmp_path / "a"), make_task("starter", tmp_path / "b")
    assert kinds(ours, [theirs.submission.work]) == {"unchanged": "look"}


def test_findings_of_trials_are_counted_once_a_trial(make_runner: Callable[..., Any], vault: Vault) -> None:
    runner = make_runner()
    record = runner.trial(TrialKey(vault.assessment.bank.scenarios[0].id, 0, 0), 0.9)
    forged = Seen(kind="forged_turn", detail="said so")
    gateway = record.gateway.model_copy(update={"findings": (forged, forged), "refused": 3})
    killed = record.process.model_copy(update={"ended": "out_of_time"})
    bad = record.model_copy(update={"gateway": gateway, "process": killed})
    found = {each.kind: each for each in integrity.of_trials(map(integrity.note, (bad, bad, record)))}
    assert found["forged_turn"].trials == 2
    assert found["forged_turn"].weight == "look"
    assert found["budget_spent"].trials == 2
    assert found["ended_out_of_time"].weight == "note"


@pytest.mark.parametrize("name", ["./evil", "/etc", "..", "submission/work", "no_such_exercise", "\x1b[2J"])
def test_a_submission_cannot_name_code_to_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "exercise.toml").write_text("schema = 1")
    with pytest.raises(UsageError):
        exercise_of(name, None)


def test_a_folder_named_like_the_submission_does_not_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flaky_agent_trace").mkdir()
    (tmp_path / "flaky_agent_trace" / "exercise.toml").write_text("not even toml")
    with pytest.raises(UsageError):
        exercise_of("evil", "flaky_agent_trace")


def test_the_exercise_asked_for_must_be_the_submissions(tiny: Exercise) -> None:
    assert exercise_of("tiny", str(tiny.folder)).id == "tiny"
    with pytest.raises(UsageError, match="not of"):
        exercise_of("other", str(tiny.folder))


def test_locked_packages_are_named(make_task: MakeTask, tmp_path: Path) -> None:
    task = make_task("claims", tmp_path / "a")
    lock = task.submission.folder / "requirements.lock"
    lock.write_text("# CPython 3.11 on Linux x86_64\n")
    assert "own_dependencies" not in kinds(task)
    lock.write_text(f"# CPython 3.11 on Linux x86_64\nx==1 --hash=sha256:{'0' * 64}\n")
    assert kinds(task)["own_dependencies"] == "note"
