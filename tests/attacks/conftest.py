"""The tiny exercise, its vault, and one set of sandboxes and one gateway for all attacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graders.attacks.arena import Arena
from graders.attacks.suite import Places
from graders.vault_files import Vault, open_vault
from harness.exercise.registry import Exercise, open_exercise
from harness.sandbox.base import Kind

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture(scope="session")
def attacked() -> Exercise:
    return open_exercise(FIXTURES / "tiny")


@pytest.fixture(scope="session")
def attacked_vault(attacked: Exercise) -> Vault:
    return open_vault(FIXTURES / "tiny_vault", attacked)


@pytest.fixture(scope="session")
def arena_of(attacked: Exercise, attacked_vault: Vault) -> Iterator[Callable[[Kind], Arena]]:
    """Opens the place of a kind when it is first asked for."""
    opened: dict[Kind, Places] = {}

    def arena(kind: Kind) -> Arena:
        if kind not in opened:
            needles = (attacked_vault.parameters.canary, attacked_vault.parameters.secret)
            opened[kind] = Places(attacked, attacked_vault.assessment, [kind], needles=needles)
        return opened[kind].arenas[kind]

    yield arena
    for places in opened.values():
        places.close()
