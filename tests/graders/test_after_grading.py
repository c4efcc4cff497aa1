"""What is done with finished grades: compared, graded again, handed over, erased."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders.belongings import erase, export
from graders.changes import changes
from graders.compare import compare, differences
from graders.grade import VERDICTS, Grade, PartEnd, Verdicts, read_grade, read_verdicts, write_json
from graders.grading import grade_folder
from graders.replay import Task, replay
from graders.vault_files import Vault
from harness.errors import UsageError

Graded = Callable[..., Path]


@pytest.fixture
def graded(make_task: Callable[..., Task], make_runner: Callable[..., Any], tmp_path: Path) -> Graded:
    def make(name: str, folder: str, **plan: Any) -> Path:
        out = tmp_path / folder
        task = make_task(name, out, **plan)
        replay(task, make_runner(), out)
        grade_folder(out, task.submission, task.exercise, task.vault)
        return out

    return make


def test_a_better_work_is_told_apart(graded: Graded) -> None:
    found = compare(graded("reference", "a"), graded("starter", "b"))
    success = found.differences[0]
    assert success.id == "success_rate"
    assert success.distinguishable
    assert success.value > 0.3
    assert success.pairs == 48


def test_the_same_work_is_not(graded: Graded) -> None:
    found = compare(graded("reference", "a"), graded("reference", "b"))
    assert not any(row.distinguishable for row in found.differences)
    assert all(row.detectable is not None for row in found.differences)


def test_other_rounds_compare_what_both_have(graded: Graded) -> None:
    found = compare(graded("reference", "a", rounds=3), graded("starter", "b"))
    assert found.differences[0].pairs == 48
    assert "3 and 2 rounds" in found.warnings[0]


def test_trials_of_many_tasks_are_compared_apart_and_it_is_said(graded: Graded) -> None:
    """The third scenario becomes a weekend: A spoils one of its four tasks, B two."""
    a, b = graded("reference", "a"), graded("reference", "b")
    for folder, spoiled in ((a, 1), (b, 2)):
        ends = read_verdicts(folder)
        name = sorted({end.scenario for end in ends.works["submission"]})[2]
        parts = tuple(
            PartEnd(
                hour=float(n), success=n >= spoiled, harm=n < spoiled, left=False, label="x", struck=n > 0
            )
            for n in range(4)
        )
        changed = tuple(
            end.model_copy(update={"parts": parts, "stratum": "weekend", "success": False, "usd": 0.4})
            if end.scenario == name
            else end
            for end in ends.works["submission"]
        )
        lost = changed[-1].model_copy(update={"scenario": name, "replay": 7, "success": None, "usd": 99.0})
        write_json(folder / VERDICTS, Verdicts(works=ends.works | {"submission": (*changed, lost)}))
    found = compare(a, b)
    rows = {row.id: row for row in found.differences}
    assert rows["weekend_success"].value == pytest.approx(0.25)
    assert rows["weekend_harm"].value == pytest.approx(-0.25)
    assert rows["weekend_success"].pairs == 8
    assert rows["weekend_recovery"].value == pytest.approx(1 / 3)
    assert rows["weekend_recovery"].pairs == 6
    assert rows["success_rate"].pairs == 46
    assert rows["usd_per_task"].value == 0
    assert "3 trials of many tasks (`weekend`) stand apart" in found.warnings[0]


def test_a_trial_that_could_not_be_run_has_no_cost_to_compare(graded: Graded) -> None:
    ends = read_verdicts(graded("reference", "a")).works["submission"]
    lost = ends[0].model_copy(update={"success": None, "harm": None, "usd": 0.0, "ended": "not_run"})
    rows = {row.id: row for row in differences((lost, *ends[1:]), ends)}
    assert {row.pairs for row in rows.values()} == {47}
    assert rows["usd_per_task"].value == 0


def test_other_seeds_are_no_pairs(graded: Graded) -> None:
    with pytest.raises(UsageError, match="another seed epoch"):
        compare(graded("reference", "a"), graded("starter", "b", seed_epoch=1))


def test_a_grade_of_the_same_records_says_the_same(
    graded: Graded, make_task: Callable[..., Task], vault: Vault
) -> None:
    out = graded("reference", "a")
    old = read_grade(out)
    task = make_task("reference", out)
    assert changes(old, grade_folder(out, task.submission, task.exercise, vault)) == []


def test_a_regrade_tells_an_old_grade_what_the_task_was_and_calls_it_no_change(
    graded: Graded, make_task: Callable[..., Task], vault: Vault
) -> None:
    out = graded("reference", "a")
    old = read_grade(out).model_copy(update={"summary": "", "timebox_minutes": None})
    task = make_task("reference", out)
    new = grade_folder(out, task.submission, task.exercise, vault)
    assert new.summary == task.exercise.spec.summary
    assert new.timebox_minutes == task.exercise.spec.timebox_minutes
    assert changes(old, new) == []


def test_a_regrade_tells_an_old_grade_from_where_to_where_points_go(
    graded: Graded, make_task: Callable[..., Task], vault: Vault
) -> None:
    out = graded("reference", "a")
    rows = read_grade(out).outcome
    assert all(row.zero is not None and row.full is not None for row in rows)
    old = read_grade(out).model_copy(
        update={"outcome": tuple(row.model_copy(update={"zero": None, "full": None}) for row in rows)}
    )
    task = make_task("reference", out)
    new = grade_folder(out, task.submission, task.exercise, vault)
    assert new.outcome == rows
    assert changes(old, new) == []


def test_a_regrade_that_tells_more_differences_changes_none(
    graded: Graded, make_task: Callable[..., Task], vault: Vault
) -> None:
    out = graded("reference", "a")
    old = read_grade(out).model_copy(update={"differences": ()})
    task = make_task("reference", out)
    assert changes(old, grade_folder(out, task.submission, task.exercise, vault)) == []


def test_a_changed_rubric_shows_in_versions_and_figures(
    graded: Graded, make_task: Callable[..., Task], vault: Vault
) -> None:
    out = graded("reference", "a")
    old = read_grade(out)
    items = tuple(
        item.model_copy(update={"points": {"success": 40, "harm": 25}.get(item.id, item.points)})
        for item in vault.rubric.item
    )
    other = replace(vault, rubric=vault.rubric.model_copy(update={"item": items, "version": "2"}))
    task = make_task("reference", out)
    names = [change.name for change in changes(old, grade_folder(out, task.submission, task.exercise, other))]
    assert names[0] == "versions.rubric"
    assert "outcome.success_rate.points" in names
    assert "score.value" not in names


def test_an_unfinished_grade_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished grade"):
        compare(tmp_path, tmp_path)


def test_what_is_handed_over_names_nothing_hidden(graded: Graded, vault: Vault, tmp_path: Path) -> None:
    path = export(graded("claims", "a"), tmp_path / "export.zip")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        text = b"\n".join(archive.read(name) for name in names if name != "submission.zip").decode()
    assert names == {"grade.json", "trials.json", "report.html", "submission.zip"}
    Grade.model_validate_json(zipfile.ZipFile(path).read("grade.json"))
    assert vault.parameters.canary not in text
    assert vault.parameters.secret not in text
    for scenario in vault.assessment.bank:
        assert scenario.id not in text
        assert scenario.world["mail"]["body"] not in text


def test_erasing_leaves_what_is_not_ours(graded: Graded) -> None:
    out = graded("null", "a")
    (out / "letter.txt").write_text("mine")
    erase(out)
    assert [path.name for path in out.iterdir()] == ["letter.txt"]
    with pytest.raises(UsageError, match="not a grade's folder"):
        erase(out)


def test_erasing_takes_the_folder_when_nothing_else_is_there(graded: Graded) -> None:
    out = graded("null", "a")
    erase(out)
    assert not out.exists()
