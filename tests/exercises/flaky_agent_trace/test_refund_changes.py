"""The named changes that panel members are composed of: each is one that the starter takes."""

from pathlib import Path

import pytest

from graders import compositions
from graders.compositions import Composition, compose
from graders.vault_files import open_vault
from harness.exercise.registry import find_exercise
from harness.workspace import tree

EXERCISE = find_exercise("flaky_agent_trace")
PANEL = open_vault(None, EXERCISE).panel
CHANGES = [change.id for change in compositions.load(PANEL).change]


def made(changes: tuple[str, ...], work: Path) -> Path:
    tree.copy(EXERCISE.starter, work)
    compose(PANEL, Composition(id="made", level=0, changes=changes), work)
    return work


def test_every_diff_is_listed() -> None:
    assert sorted(path.stem for path in (PANEL / compositions.CHANGES).iterdir()) == sorted(CHANGES)
    assert len(CHANGES) >= 24


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_alone_makes_another_program_that_compiles(change: str, tmp_path: Path) -> None:
    work = made((change,), tmp_path / "work")
    assert tree.digest(work) != tree.digest(EXERCISE.starter)
    for path in work.glob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")


def test_all_fixes_go_together(tmp_path: Path) -> None:
    fixes = tuple(change.id for change in compositions.load(PANEL).change if change.kind == "fix")
    work = made(fixes, tmp_path / "work")
    for path in work.glob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    assert "idempotency_key" in (work / "shop.py").read_text(encoding="utf-8")
