import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders import vectors
from graders.cli.commands import COMMANDS
from graders.cli.signal import named
from graders.standings import Panel, grade_panel
from graders.vault_files import open_vault
from harness.cli.main import call
from harness.errors import UsageError
from harness.exercise.registry import Exercise

FIXTURES = Path(__file__).parents[2] / "fixtures"


def signal(vault: Path, *more: object) -> int:
    arguments = [FIXTURES / "tiny", "--vault", vault, *more]
    return call("signal", COMMANDS["signal"], [str(argument) for argument in arguments])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "tiny_vault", tmp_path / "vault"))


def test_members_come_by_commas_and_repeated_each_once() -> None:
    known = ("starter", "reference", "c-01", "c-02")
    assert named(["c-01, starter", "c-02,c-01"], known) == ("c-01", "starter", "c-02")
    assert named([], known) == ()
    with pytest.raises(UsageError, match="no member c-03"):
        named(["starter", "c-03"], known)


def test_what_a_vault_keeps_is_reported_and_what_misses_sets_the_exit_code(
    home: Path,
    tiny: Exercise,
    make_runner: Callable[..., Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    vault = open_vault(home, tiny)
    for _, vector, shared in grade_panel(Panel(tiny, vault, 2, 0), make_runner(), tmp_path / "panel"):
        vectors.keep(vault.folder, vector, shared)
    page = tmp_path / "signal.html"
    code = signal(home, "--json", "--html", page)
    made = json.loads(capsys.readouterr().out)
    assert {row["id"] for row in made["panel"]} == set(vault.members)
    assert code == int(any(figure["met"] is False for figure in made["figures"]))
    assert "tiny" in page.read_text(encoding="utf-8")


def test_a_vault_that_keeps_nothing_says_how_to_measure(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert signal(home) == 2
    assert "--fresh" in capsys.readouterr().err
