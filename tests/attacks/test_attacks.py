"""Every attack, tried wherever protection is claimed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graders.attacks.arena import Arena
from graders.attacks.attack import Attack, Tried, Where
from graders.attacks.suite import ATTACKS, try_attack
from graders.attacks.table import bullets, table
from harness.sandbox.base import Kind

ROOT = Path(__file__).parents[2]
PLAN = [
    pytest.param(
        attack, where, id=f"{attack.id}-{where}", marks=[pytest.mark.docker] if where == "docker" else []
    )
    for where in ("docker", "process", "host")
    for attack in ATTACKS
    if where in attack.where
]


@pytest.mark.parametrize(("attack", "where"), PLAN)
def test_attack(attack: Attack, where: Where, arena_of: Callable[[Kind], Arena]) -> None:
    arena = arena_of("docker" if where == "docker" else "process")
    assert try_attack(attack, where, arena) == Tried(attack.id, attack.title, where, "stopped")


def test_every_program_belongs_to_an_attack() -> None:
    works = ROOT / "graders" / "attacks" / "works"
    programs = {path.name for path in works.iterdir() if (path / "main.py").is_file()}
    assert programs - {attack.id for attack in ATTACKS} == {"honest"}


def test_the_documentation_holds_every_attack_and_what_no_wall_stops() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert table() in page
    assert bullets() in page
