"""`takehome validate ID --attacks`: what it prints, and with what it exits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graders.attacks import suite
from graders.attacks.attack import Attack
from graders.cli.commands import COMMANDS
from harness.cli.main import call
from harness.errors import EnvironmentFailure
from harness.sandbox.choose import Resolution

FIXTURES = Path(__file__).parents[1] / "fixtures"
QUICK = tuple(attack for attack in suite.ATTACKS if attack.id in {"22_forged_turns", "29_git_hooks"})


def validate(*more: str) -> int:
    where = [str(FIXTURES / "tiny"), "--vault", str(FIXTURES / "tiny_vault")]
    return call("validate", COMMANDS["validate"], [*where, "--attacks", *more])


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_what_it_prints(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(suite, "ATTACKS", QUICK)
    assert validate("--sandbox", "process", "--json") == 0
    found = told(capsys)
    assert (found["tried"], found["stopped"], found["gained"], found["not_tried"]) == (2, 2, 0, [])
    assert found["not_preventable"] == list(suite.NOT_PREVENTABLE)
    assert {(one["id"], one["where"]) for one in found["attacks"]} == {
        ("22_forged_turns", "process"),
        ("29_git_hooks", "host"),
    }


def test_a_gain_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    won = Attack("99_won", "wins", "none", lambda _: ["the \x1b[31mvault"], ("host",))
    monkeypatch.setattr(suite, "ATTACKS", (won,))
    assert validate("--sandbox", "process") == 1
    said = capsys.readouterr().out
    assert "tried 1, stopped 0, gained 1" in said
    assert "gained: 99_won (host): the \\u001b[31mvault" in said


def test_without_an_engine_attacks_on_docker_are_not_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "ATTACKS", QUICK)
    monkeypatch.setattr(suite, "resolution", lambda _: Resolution("process", "no engine answers"))
    assert validate("--json") == 1
    found = told(capsys)
    assert found["not_tried"] == ["22_forged_turns (docker): no docker: no engine answers"]
    assert (found["tried"], found["stopped"]) == (2, 2)


def test_docker_that_was_asked_for_and_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise EnvironmentFailure("no engine answers")

    monkeypatch.setattr(suite, "resolution", missing)
    assert validate("--sandbox", "docker") == 3
