"""The reviewer's commands on a finished grade; `grade` itself runs in tests/e2e."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.cli.commands import COMMANDS
from graders.cli.summary import headline
from graders.cli.validate import exit_code, show
from graders.grade import LOG, Recommendation, Score
from graders.grading import grade_folder
from graders.replay import Task, replay
from graders.summary import SCORING
from graders.validation import Check
from harness.cli.main import call
from harness.workspace.journal import verify

FIXTURES = Path(__file__).parents[1] / "fixtures"
WHERE = ["--vault", str(FIXTURES / "tiny_vault"), "--exercise", str(FIXTURES / "tiny")]


def run(name: str, *arguments: object) -> int:
    return call(name, COMMANDS[name], [str(argument) for argument in arguments])


@pytest.fixture
def graded(make_task: Callable[..., Task], make_runner: Callable[..., Any], tmp_path: Path) -> Path:
    out = tmp_path / "a"
    task = make_task("claims", out)
    replay(task, make_runner(), out)
    grade_folder(out, task.submission, task.exercise, task.vault)
    return out


def test_every_command_is_there_and_explains_itself() -> None:
    import importlib

    for name, command in COMMANDS.items():
        if name != "demo":
            assert importlib.import_module(command.module).run.__doc__, name


def test_regrade_says_what_changed_and_logs_it(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("regrade", graded, *WHERE) == 0
    said = capsys.readouterr().out
    assert "nothing changed" in said
    assert "claim `sender`" in said
    assert said.count("with fewer than 24 families that is not so sure") == 1
    assert (graded / "report.html").is_file()
    path = graded / "grade.json"
    path.write_text(path.read_text().replace(f'"scoring": "{SCORING}"', '"scoring": "0"'))
    assert run("regrade", graded, *WHERE, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [change["name"] for change in told["changes"]] == ["versions.scoring"]
    reading = verify((graded / LOG).read_bytes())
    assert reading.broken is None
    assert [event.type for event in reading.events] == ["regrade", "regrade"]


def test_regrade_needs_no_old_grade(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (graded / "grade.json").write_text("{}")
    assert run("regrade", graded, *WHERE) == 0
    assert "cannot be read" in capsys.readouterr().err
    assert json.loads((graded / "grade.json").read_text())["format"] == 1


def test_compare_says_aloud_what_cannot_be_told_apart(
    graded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("compare", graded, graded) == 0
    said = capsys.readouterr().out
    assert said.count("not distinguishable") == 3
    assert said.count("no pair differed (48 pairs)") == 3
    assert said.count("could have been missed") == 2, "what dollars could hide is not known"
    assert run("compare", graded, graded, "--json") == 0
    assert json.loads(capsys.readouterr().out)["differences"][0]["value"] == 0


def test_delete_asks_first(graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("delete", graded) == 0
    assert "nothing was deleted" in capsys.readouterr().out
    assert (graded / "submission.zip").is_file()
    assert run("delete", graded, "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["deleted"]
    assert not graded.exists()


def test_a_folder_without_a_grade_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("regrade", "report", "delete", "export"):
        assert run(name, tmp_path) == 2
        assert "hint:" in capsys.readouterr().err


def test_validate_on_paper_exits_with_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("validate", FIXTURES / "tiny", "--vault", FIXTURES / "tiny_vault", "--paper") == 1
    assert "bank_size: does not hold" in capsys.readouterr().out


def test_what_was_not_run_is_said_and_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    held, lost = Check("a", held=True, detail="x"), Check("b", held=None, detail="no score")
    skipped = Check("experts", held=None, detail="`--experts` runs `blind`", asked=False)
    show([held, lost, skipped])
    assert capsys.readouterr().out.splitlines() == [
        "a: holds (x)",
        "b: not measured (no score)",
        "experts: not run (`--experts` runs `blind`)",
    ]
    assert exit_code([held, skipped]) == 0
    assert exit_code([held, lost]) == 1


def test_the_headline_never_says_more_than_is_known() -> None:
    none = Score(value=None, sem_replay=None, sem_general=None, low=None, high=None, why_not_measured="x")
    refer = Recommendation(value="refer", p_same=None, bar=60)
    assert headline(refer, none) == "refer to a person (60); no score"
    known = Score(value=71.24, sem_replay=None, sem_general=3.0, low=65, high=77)
    assert headline(refer, known) == "refer to a person (60); score 71.2 ± 3.0 on another bank"
    sure = Recommendation(value="above", p_same=0.9996, bar=60)
    assert headline(sure, known).endswith("a regrade says the same with a probability of over 99 %")
