"""Exercises are found by entry point or folder, and their mistakes are named."""

import shutil
from pathlib import Path

import pytest

from harness.errors import SpecError, UsageError
from harness.exercise.registry import exercise_ids, find_exercise

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"


def test_a_folder_is_an_exercise() -> None:
    exercise = find_exercise(str(TINY))
    assert exercise.folder == TINY
    assert len(exercise.bank) > 0
    assert exercise.practice.name == "practice"


def test_an_unknown_id_lists_the_known() -> None:
    with pytest.raises(UsageError) as error:
        find_exercise("no_such_exercise")
    for known in exercise_ids():
        assert known in error.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema = 1\nid = ", "not valid TOML"),
        ("schema = 1\n", "`title`"),
        ("schema = 2\n", "`schema`"),
        ("surprise = 1\n", "`surprise`"),
    ],
)
def test_a_malformed_spec_says_where(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "exercise.toml").write_text(text)
    with pytest.raises(SpecError) as error:
        find_exercise(str(tmp_path))
    assert said in str(error.value)


def test_the_digest_follows_any_file(tmp_path: Path) -> None:
    copy = tmp_path / "tiny"
    shutil.copytree(TINY, copy)
    before = find_exercise(str(copy)).digest
    (copy / "starter" / "more.txt").write_text("x")
    assert find_exercise(str(copy)).digest != before
