from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from harness.errors import EnvironmentFailure, WorkspaceError
from harness.exercise.registry import Exercise, find_exercise
from harness.workspace import git, tree
from harness.workspace.folder import Workspace, alone, find_workspace, open_workspace
from harness.workspace.packing import check, pack
from harness.workspace.start import start
from harness.workspace.submission import unpack


def test_a_workspace_is_the_starter_and_what_lies_beside_it(workspace: Workspace) -> None:
    names = {path.name for path in workspace.root.iterdir()}
    assert {".git", ".takehome", "BRIEF.md", "claims.toml", "practice", "main.py"} <= names
    assert workspace.changes() == []
    assert git.head(workspace.root) == workspace.state.commit
    (event,) = workspace.journal.read().events
    assert event.type == "start"


def test_practice_scenarios_show_what_comes_in_and_not_what_goes_wrong(tmp_path: Path) -> None:
    exercise = find_exercise("flaky_agent_trace")
    made = start(exercise, exercise.id, tmp_path / "made")
    lines = (made.root / "practice" / "scenarios.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [scenario.id for scenario in exercise.bank]
    for line in lines:
        shown = json.loads(line)
        assert shown.keys() == {"id", "family", "tags", "world", "expected"}
        weekend = shown["tags"]["stratum"] == "weekend"
        assert shown["world"].keys() == ({"start"} if weekend else {"ticket"})
        assert shown["tags"].keys() == {"language", "stratum"}


def test_the_fresh_work_is_the_starter(workspace: Workspace, exercise: Exercise, tmp_path: Path) -> None:
    assert workspace.digest() == tree.digest(exercise.starter)
    assert workspace.copy_commit("HEAD", tmp_path / "copy") == workspace.digest()
    assert workspace.copy_now(tmp_path / "now") == workspace.digest()


def test_a_folder_that_holds_anything_is_left_alone(exercise: Exercise, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(WorkspaceError):
        start(exercise, "tiny", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_without_git_nothing_is_made(
    exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFailure) as caught:
        start(exercise, "tiny", tmp_path / "space")
    assert "install git" in caught.value.hint
    assert not (tmp_path / "space").exists()


def test_no_git_configuration_is_needed_and_foreign_variables_do_no_harm(
    exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    assert start(exercise, "tiny", tmp_path / "space").changes() == []


def test_it_is_found_from_below_only(workspace: Workspace, tmp_path: Path) -> None:
    inner = workspace.root / "lib" / "deep"
    inner.mkdir(parents=True)
    assert find_workspace(inner).root == workspace.root
    with pytest.raises(WorkspaceError):
        find_workspace(tmp_path)


def test_a_damaged_state_is_said(workspace: Workspace) -> None:
    (workspace.home / "workspace.json").write_text("{")
    with pytest.raises(WorkspaceError):
        open_workspace(workspace.root)


def test_what_git_ignores_is_no_work(workspace: Workspace) -> None:
    before = workspace.digest()
    (workspace.root / ".env").write_text("SECRET=1")
    (workspace.root / "__pycache__").mkdir()
    (workspace.root / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"x")
    assert workspace.digest() == before
    assert workspace.changes() == []


def test_new_files_are_work_and_deleted_ones_are_not(workspace: Workspace) -> None:
    (workspace.root / "new.py").write_text("x = 1\n")
    (workspace.root / "main.py").unlink()
    assert [str(path) for path in workspace.files()] == ["new.py"]


def test_a_link_cannot_be_work(workspace: Workspace) -> None:
    (workspace.root / "link.py").symlink_to("main.py")
    with pytest.raises(WorkspaceError) as caught:
        workspace.files()
    assert "link.py" in caught.value.message


def test_packing_is_reproducible_and_unpacks_without_findings(workspace: Workspace, tmp_path: Path) -> None:
    first = pack(workspace, tmp_path / "a.zip")
    second = pack(workspace, tmp_path / "b.zip")
    assert first.digest == second.digest
    found = unpack(first.path, tmp_path / "into")
    assert found.findings == ()
    assert found.digest == first.digest
    assert found.work_digest == workspace.digest()
    assert found.meta.commit == workspace.state.commit
    assert [event.type for event in found.journal.events] == ["start"]


def test_uncommitted_work_is_packed_only_when_asked(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.root / "new.py").write_text("x = 1\n")
    with pytest.raises(WorkspaceError) as caught:
        pack(workspace, tmp_path / "a.zip")
    assert "`new.py`" in caught.value.message
    packed = pack(workspace, tmp_path / "a.zip", allow_dirty=True)
    assert packed.meta.uncommitted
    assert "work/new.py" in packed.names


def test_a_bad_claim_keeps_it_from_being_packed(workspace: Workspace) -> None:
    (workspace.root / "claims.toml").write_text("[[claim]]\n")
    git.commit(workspace.root, "claims")
    assert any("claims.toml" in line for line in check(workspace))


def test_git_sees_nothing_of_ours(workspace: Workspace) -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=workspace.root, capture_output=True, text=True, check=True
    ).stdout
    assert ".takehome" not in listed


def test_two_commands_cannot_run_trials_at_once(workspace: Workspace) -> None:
    with alone(workspace):
        with pytest.raises(WorkspaceError) as caught, alone(open_workspace(workspace.root)):
            pass
        assert "another" in caught.value.message
    with alone(workspace):
        pass


def test_what_no_submission_may_hold_is_said_before(workspace: Workspace) -> None:
    (workspace.root / "aux.py").write_text("")
    (workspace.root / "big.bin").write_bytes(bytes(17 * 2**20))
    git.commit(workspace.root, "odd files")
    problems = check(workspace)
    assert any("Windows" in line for line in problems)
    assert any("`big.bin`" in line for line in problems)


def test_a_name_that_is_no_text_is_refused(workspace: Workspace) -> None:
    (Path(os.fsdecode(os.fsencode(workspace.root) + b"/odd\xff.py"))).write_text("")
    with pytest.raises(WorkspaceError) as caught:
        workspace.digest()
    assert "UTF-8" in caught.value.message
