import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders import validation
from graders.validation import Check, on_paper
from graders.vault_files import Vault, open_vault
from harness.errors import SpecError, UsageError
from harness.exercise.parts import Verdict
from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.scenario import make_bank


def by_id(checks: list[Check]) -> dict[str, Check]:
    return {check.id: check for check in checks}


def test_the_tiny_exercise_on_paper(tiny: Exercise, vault: Vault) -> None:
    found = by_id(on_paper(tiny, vault))
    lacking = {id for id, check in found.items() if not check.held}
    assert lacking <= {"bank_size", "brief"}
    assert "24 scenarios in 8 families" in found["bank_size"].detail


def test_a_leak_and_a_bare_file_are_found(tiny: Exercise, vault: Vault, tmp_path: Path) -> None:
    parameters = vault.parameters.model_copy(update={"canary": "class Flagger"})
    found = by_id(on_paper(tiny, replace(vault, parameters=parameters)))
    assert not found["no_leak"].held
    assert "model.py" in found["no_leak"].detail
    assert not found["canary_everywhere"].held


def test_a_panel_that_needs_packages_of_its_own_is_found(
    tiny: Exercise, vault: Vault, tmp_path: Path
) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(tiny.folder, folder)
    (folder / "starter" / "requirements.txt").write_text("numpy\n")
    found = by_id(on_paper(replace(tiny, folder=folder), vault))["image_packages"]
    assert not found.held
    assert "starter" in found.detail


def test_a_member_that_is_graded_as_a_submission_may_have_packages_of_its_own(
    tiny: Exercise, vault: Vault, tmp_path: Path
) -> None:
    shutil.copytree(vault.folder.parent, tmp_path / "vault")
    for name, role in (("framework", "panel"), ("cheating", "cheat")):
        member = tmp_path / "vault" / tiny.id / "panel" / name
        (member / "work").mkdir(parents=True)
        (member / "work" / "requirements.txt").write_text("numpy\n")
        (member / "member.toml").write_text(
            f'canary = "{vault.parameters.canary}"\nlevel = 1\nrole = "{role}"\ndescription = "with numpy"\n'
        )
    opened = open_vault(tmp_path / "vault", tiny)
    found = by_id(on_paper(tiny, opened))["image_packages"]
    assert not found.held
    assert "cheating" in found.detail
    assert "framework" not in found.detail


def test_a_scenario_that_practice_has_too_is_found(tiny: Exercise, vault: Vault) -> None:
    bank = make_bank([*vault.assessment.bank, tiny.bank.scenarios[0]])
    found = by_id(on_paper(tiny, replace(vault, assessment=replace(vault.assessment, bank=bank))))
    assert not found["practice_apart"].held


def test_a_judge_that_takes_nothing_for_success_is_found(tiny: Exercise, vault: Vault) -> None:
    class Generous(Exercise):
        @property
        def judge(self) -> Any:
            return lambda scenario, end: Verdict(success=True, harm=False, label="ok")

    class Broken(Exercise):
        @property
        def judge(self) -> Any:
            def judge(scenario: object, end: object) -> None:
                raise KeyError("x")

            return judge

    for kind in (Generous, Broken):
        exercise = kind(tiny.spec, tiny.folder, tiny.package)
        assert not by_id(on_paper(exercise, vault))["nothing_done"].held


def test_the_demonstration_vault_opens_and_bears_its_canary() -> None:
    exercise = find_exercise("flaky_agent_trace")
    found = by_id(on_paper(exercise, open_vault(None, exercise)))
    for id in ("practice_apart", "canary_everywhere", "no_leak", "nothing_done", "judge_pure", "anchors"):
        assert found[id].held, found[id].detail


def test_a_vault_that_is_not_there(tiny: Exercise, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no vault for `tiny`"):
        open_vault(tmp_path, tiny)


def test_a_rubric_that_does_not_add_up_is_refused(tiny: Exercise, vault: Vault, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(vault.folder, tmp_path / "tiny")
    path = tmp_path / "tiny" / "rubric.toml"
    path.write_text(path.read_text().replace("points = 50", "points = 51"))
    with pytest.raises(SpecError, match="add up to 101"):
        open_vault(tmp_path, tiny)


def test_names_are_cut() -> None:
    assert validation.listed("things", range(7)) == "7 things: 0, 1, 2, 3, 4 and 2 more"
