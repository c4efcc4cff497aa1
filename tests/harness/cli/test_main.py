"""The command table: what is loaded when, and how every end becomes a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Annotated, Any

import pytest
import typer

from harness.cli.main import COMMANDS, Command, all_commands, call, main
from harness.errors import EnvironmentFailure, GraderError, NotHeld, UsageError

Register = Callable[[Callable[..., Any]], Command]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Make a function the `run` of a command module."""

    def registered(run: Callable[..., Any]) -> Command:
        module = ModuleType("made_up_command")
        module.run = run  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return Command(module.__name__, "candidate", "made up")

    return registered


def raises(error: BaseException) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (UsageError("no such thing", hint="name another"), 2, "error: no such thing\nhint: name another\n"),
        (NotHeld("it does not hold"), 1, "error: it does not hold\n"),
        (EnvironmentFailure("no disk"), 3, "error: no disk\n"),
        (GraderError("our fault"), 3, "error: our fault\n"),
        (KeyboardInterrupt(), 130, "error: interrupted; what was finished is kept\n"),
        (typer.Exit(1), 1, ""),
        (ZeroDivisionError(), 3, "ZeroDivisionError\nerror: takehome itself failed"),
    ],
)
def test_errors_become_exit_codes(
    register: Register, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, says: str
) -> None:
    assert call("made-up", register(raises(error)), []) == code
    assert says in capsys.readouterr().err


def test_returned_codes(register: Register) -> None:
    assert call("made-up", register(lambda: 1), []) == 1
    assert call("made-up", register(lambda: None), []) == 0


def test_wrong_options_are_usage(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    def run(number: Annotated[int, typer.Option()] = 0) -> None:
        """Made up."""

    for arguments in (["--nummer", "1"], ["--number", "one"], ["surplus"]):
        assert call("made-up", register(run), arguments) == 2
        assert "hint: `takehome made-up --help` says what it takes" in capsys.readouterr().err


def test_unknown_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["frobnicate"])
    assert "there is no command `frobnicate`" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_the_overview_names_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(arguments)
    page = capsys.readouterr().out
    assert all(f"\n  {name} " in page for name in all_commands())


def test_other_distributions_add_commands_and_replace_none() -> None:
    table = all_commands()
    assert {"grade", "compare"} <= set(table)
    assert {name: table[name] for name in COMMANDS} == COMMANDS
