"""What leaves a machine or is handed to a candidate tells nothing of the vault."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

EXERCISE = "flaky_agent_trace"
Find = Callable[[Path], list[str]]


def takehome(*arguments: str, inside: Path) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "harness.cli.main", *arguments],
        cwd=inside,
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull},
        capture_output=True,
        check=False,
        text=True,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A folder with a used workspace, its log and trace, a submission, and a kit."""
    desk: Path = tmp_path_factory.mktemp("desk")
    takehome("start", EXERCISE, "work", inside=desk)
    bank = root / "exercises" / EXERCISE / "practice" / "scenarios.jsonl"
    scenario = next(line for line in bank.read_text(encoding="utf-8").splitlines() if line.startswith("{"))
    work = desk / "work"
    takehome("run", "--scenario", json.loads(scenario)["id"], "--sandbox", "process", inside=work)
    (desk / "log").write_text(takehome("log", "--json", inside=work), encoding="utf-8")
    takehome("submit", "--out", str(desk / "submission.zip"), inside=work)
    takehome("kit", EXERCISE, "--out", str(desk / "kit"), inside=desk)
    return desk


@pytest.mark.parametrize("name", ["work", "log", "submission.zip", "kit"])
def test_nothing_of_the_vault(desk: Path, find_secrets: Find, name: str) -> None:
    assert find_secrets(desk / name) == []


def test_the_kit_works_alone(desk: Path) -> None:
    names = {path.name for path in (desk / "kit").rglob("*")}
    assert "BRIEF.md" in names
    assert not {"graders", "vault", "panel", "parameters.toml", "rubric.toml", ".git"} & names


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
