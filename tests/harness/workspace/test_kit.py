from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harness.errors import SpecError, WorkspaceError
from harness.exercise.registry import Exercise, exercise_ids, find_exercise, open_exercise
from harness.workspace import kit
from harness.workspace.scaffolding import scaffold


def wheel_of(folder: Path) -> Path:
    (found,) = folder.glob("*.whl")
    return found


def test_an_exercise_in_a_folder_lies_beside_the_wheel(exercise: Exercise, tmp_path: Path) -> None:
    made = kit.make(exercise, tmp_path / "kit")
    assert {name.split("/")[0] for name in made.files} == {
        wheel_of(tmp_path / "kit").name, "constraints.txt", "README.md", "tiny",
    }  # fmt: skip
    assert open_exercise(tmp_path / "kit" / "tiny").digest == exercise.digest
    assert "takehome start ./tiny work" in (tmp_path / "kit" / "README.md").read_text()


def test_the_wheel_holds_the_harness_and_nothing_of_the_graders(exercise: Exercise, tmp_path: Path) -> None:
    kit.make(exercise, tmp_path / "kit")
    with zipfile.ZipFile(wheel_of(tmp_path / "kit")) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        assert {top.split("-")[0] for top in tops} == {"harness", "takehome"}
        points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "graders" not in archive.read(points).decode()


@pytest.mark.skipif(not exercise_ids(), reason="no exercise is installed")
def test_an_installed_exercise_is_in_the_wheel_alone(tmp_path: Path) -> None:
    ids = exercise_ids()
    found = find_exercise(ids[0])
    kit.make(found, tmp_path / "kit")
    with zipfile.ZipFile(wheel_of(tmp_path / "kit")) as archive:
        names = archive.namelist()
    assert f"exercises/{ids[0]}/exercise.toml" in names
    assert not [name for name in names if any(f"/{other}/" in name for other in ids[1:])]


def test_the_wheel_installs_and_its_record_holds(exercise: Exercise, tmp_path: Path) -> None:
    """By pip itself, without what it depends on: pip checks every hash of the record."""
    kit.make(exercise, tmp_path / "kit")
    target = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--disable-pip-version-check", "--target", str(target), str(wheel_of(tmp_path / "kit"))],
        check=True, capture_output=True,
    )  # fmt: skip
    steps = "sys.path.insert(0, sys.argv[1])", "import harness.errors", "print(harness.__path__[0])"
    program = "; ".join(("import sys", *steps))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(target)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == str(target / "harness")
    assert (target / "bin" / "takehome").is_file()


def test_the_same_kit_is_the_same_bytes(exercise: Exercise, tmp_path: Path) -> None:
    one, two = (kit.make(exercise, tmp_path / f"{n}.zip").path.read_bytes() for n in range(2))
    assert one == two


@pytest.mark.parametrize("name", ["vault", "panel", "Graders"])
def test_the_reviewer_s_half_is_never_sent(tmp_path: Path, name: str) -> None:
    made = scaffold("sample", tmp_path / "sample")
    (made.folder / name).mkdir()
    (made.folder / name / "scenarios.jsonl").write_text("")
    with pytest.raises(SpecError):
        kit.make(made, tmp_path / "kit")
    assert not (tmp_path / "kit").exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    made = scaffold("sample", tmp_path / "sample")
    (made.folder / "notes.txt").symlink_to("/etc/hostname")
    with pytest.raises(SpecError):
        kit.make(made, tmp_path / "kit")


def test_a_folder_that_holds_anything_is_left_alone(exercise: Exercise, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(WorkspaceError):
        kit.make(exercise, tmp_path)


def test_constraints_pin_what_is_installed() -> None:
    lines = kit.constraints().splitlines()
    assert all(line.count("==") == 1 for line in lines)
    assert {"pydantic", "typer", "openai"} <= {line.split("==")[0] for line in lines}
    names = [line.split("==")[0] for line in lines]
    assert names == sorted(names)
    assert "takehome" not in names
