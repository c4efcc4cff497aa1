"""What leaves a machine or is handed to a candidate tells nothing of the vault."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

EXERCISE = "flaky_agent_trace"
Find = Callable[..., list[str]]


def takehome(candidate: Path, *arguments: str, inside: Path) -> str:
    """Run a command as a candidate has it: from the wheel, in an environment of its own."""
    ran = call(candidate, *arguments, inside=inside)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def call(candidate: Path, *arguments: str, inside: Path) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": f"{candidate}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(candidate.parent),
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(
        ["takehome", *arguments],
        executable=candidate / "takehome",
        cwd=inside,
        env=env,
        capture_output=True,
        check=False,
        text=True,
        timeout=110,
    )


@pytest.fixture(scope="module")
def desk(candidate: Path, tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A folder with a used workspace, its log, a submission, and a kit."""
    desk: Path = tmp_path_factory.mktemp("desk")
    takehome(candidate, "start", EXERCISE, "work", inside=desk)
    bank = root / "exercises" / EXERCISE / "practice" / "scenarios.jsonl"
    scenario = next(line for line in bank.read_text(encoding="utf-8").splitlines() if line.startswith("{"))
    work = desk / "work"
    takehome(candidate, "run", "--scenario", json.loads(scenario)["id"], "--sandbox", "process", inside=work)
    (desk / "log").write_text(takehome(candidate, "log", "--json", inside=work), encoding="utf-8")
    takehome(candidate, "submit", "--out", str(desk / "submission.zip"), inside=work)
    takehome(candidate, "kit", EXERCISE, "--out", str(desk / "kit"), inside=desk)
    return desk


@pytest.mark.parametrize("name", ["work", "log", "submission.zip", "kit"])
def test_nothing_of_the_vault(desk: Path, find_secrets: Find, name: str) -> None:
    assert find_secrets(desk / name) == []


def test_a_candidate_has_no_reviewers_command(candidate: Path, tmp_path: Path) -> None:
    assert EXERCISE in takehome(candidate, "list", inside=tmp_path)
    ran = call(candidate, "grade", "submission.zip", inside=tmp_path)
    assert ran.returncode == 2
    assert "there is no command `grade`" in ran.stderr


def test_the_kit_holds_the_public_half_alone(desk: Path) -> None:
    (wheel,) = (desk / "kit").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert f"exercises/{EXERCISE}/exercise.toml" in names
    assert f"exercises/{EXERCISE}/BRIEF.md" in names
    steps = [step for name in names for step in name.split("/")]
    assert not {"graders", "vault", "panel", "parameters.toml", "rubric.toml", ".git"} & set(steps)


def test_the_candidates_copy_of_a_report(desk: Path, root: Path, find_secrets: Find, tmp_path: Path) -> None:
    hidden = tmp_path / "vault"
    shutil.copytree(root / "graders" / "vault" / EXERCISE, hidden / EXERCISE)
    bank = hidden / EXERCISE / "scenarios.jsonl"
    scenarios = [line for line in bank.read_text(encoding="utf-8").splitlines(True) if line.startswith("{")]
    bank.write_text("".join(scenarios[::20]), encoding="utf-8")
    out = tmp_path / "grade"
    for arguments in (
        ["grade", str(desk / "submission.zip"), "--out", str(out), "--vault", str(hidden), "--rounds", "1",
         "--sandbox", "process", "--trust-submission"],
        ["report", str(out), "--candidate"],
        ["export", str(out), "--out", str(tmp_path / "export.zip")],
    ):  # fmt: skip
        subprocess.run(
            [sys.executable, "-m", "harness.cli.main", *arguments], check=True, cwd=tmp_path, timeout=110
        )
    assert find_secrets(out / "report.html", most=1), "the reviewer's page is known to show scenarios"
    assert find_secrets(out / "candidate.html") == []
    assert find_secrets(tmp_path / "export.zip") == []


@pytest.mark.docker
def test_no_canary_in_the_image(canaries: dict[str, str], tmp_path: Path) -> None:
    import docker

    from harness.sandbox.images import ensure_image

    client = docker.from_env()
    try:
        image = ensure_image(client)
        saved = tmp_path / "image.tar"
        with saved.open("wb") as file:
            for chunk in client.images.get(image.id).save():
                file.write(chunk)
    finally:
        client.close()
    marks = [canary.encode() for canary in canaries.values()]
    files = 0
    with tarfile.open(saved) as outer:
        for layer in outer.getmembers():
            opened = outer.extractfile(layer) if layer.isfile() else None
            if opened is None:
                continue
            data = opened.read()
            assert not [mark for mark in marks if mark in data], layer.name
            if tarfile.is_tarfile(io.BytesIO(data)):
                with tarfile.open(fileobj=io.BytesIO(data)) as inner:
                    names = inner.getnames()
                files += len(names)
                assert [name for name in names if "/graders" in name and "/openai/" not in name] == []
    assert files > 1000
