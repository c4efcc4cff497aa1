"""The demo's own steps; that the whole of it works, `tests/e2e` shows."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from graders.cli import demo
from graders.grade import Scored
from harness.errors import NotHeld, UsageError

MEMBER = """
canary = "x"
level = 9
role = "reference"
description = "made up"
remove = ["old.py"]
"""


def scored(**fields: object) -> Scored:
    whole = {"id": "success_rate", "n": 94, "unit": "share", "group": "outcome", "points": 50.0} | fields
    return Scored.model_validate(whole)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"value": 0.82, "low": 0.74, "high": 0.9}, "82 [74, 90] %"),
        ({"value": 0.82}, "82 %"),
        ({"value": 0.0123, "low": 0.01, "high": 0.02, "unit": "usd"}, "0.0123 [0.0100, 0.0200] usd"),
        ({"value": None, "why_not_measured": "no trial"}, "not measured: no trial"),
    ],
)
def test_figure(fields: dict[str, object], text: str) -> None:
    assert demo.figure(scored(**fields)) == text


def test_an_earlier_demo_is_cleared_away(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "demo"
    demo.clear(out)
    (out / "left-over").touch()
    demo.clear(out)
    assert not (out / "left-over").exists()


def test_what_is_not_a_demo_stays(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UsageError, match="is not from a demo"):
        demo.clear(tmp_path)
    assert (tmp_path / "thesis.tex").exists()


def test_the_reference_is_laid_over_and_committed(tmp_path: Path) -> None:
    workspace = tmp_path / "candidate"
    workspace.mkdir()
    for name in ("main.py", "old.py"):
        (workspace / name).write_text("the starter's\n", encoding="utf-8")
    git(workspace, "init", "--quiet")
    git(workspace, "add", "--all")
    git(workspace, "-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet", "-m", "Start")
    member = tmp_path / "reference"
    (member / "work" / "deep").mkdir(parents=True)
    (member / "work" / "deep" / "new.py").write_text("# tiny-canary\nthe reference's\n", encoding="utf-8")
    (member / "member.toml").write_text(MEMBER, encoding="utf-8")
    (member / "claims.toml").write_text("# claims\n", encoding="utf-8")
    demo.apply(member / "work", workspace, canary="tiny-canary")
    assert git(workspace, "status", "--porcelain") == ""
    assert (workspace / "deep" / "new.py").read_text(encoding="utf-8") == "the reference's\n"
    assert git(workspace, "ls-files").split() == ["claims.toml", "deep/new.py", "main.py"]


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_command_that_fails_ends_the_demo(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotHeld, match=r"`takehome start nothing .*` ended with 2"):
        demo.takehome("start", "nothing", str(tmp_path / "x"))
    assert capfd.readouterr().err.startswith("$ takehome start nothing ")
