"""`takehome grade` with the real gateway and the real sandbox, on the tiny exercise."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graders import panel
from graders.vault_files import open_vault
from harness.exercise.registry import open_exercise

FIXTURES = Path(__file__).parents[1] / "fixtures"
TINY, VAULT = FIXTURES / "tiny", FIXTURES / "tiny_vault"


def command(zip: Path, out: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "harness.cli.main", "grade", str(zip), "--out", str(out),
        "--vault", str(VAULT), "--exercise", str(TINY), "--rounds", "1", "--json", *more,
    ]  # fmt: skip


def run(arguments: list[str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "TAKEHOME_CACHE": str(tmp_path / "cache")}
    return subprocess.run(arguments, capture_output=True, text=True, env=env, timeout=600, check=False)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    exercise = open_exercise(TINY)
    return panel.submission(
        open_vault(VAULT, exercise), exercise, "reference", tmp_path_factory.mktemp("ref")
    )


def test_a_strangers_program_is_not_run_without_a_container(reference: Path, tmp_path: Path) -> None:
    done = run(command(reference, tmp_path / "a", "--sandbox", "process"), tmp_path)
    assert done.returncode == 2
    assert "--trust-submission" in done.stderr
    assert not (tmp_path / "a").exists()


def test_a_missing_vault_is_said_to_be_missing(reference: Path, tmp_path: Path) -> None:
    arguments = command(reference, tmp_path / "a", "--sandbox", "process", "--trust-submission")
    arguments[arguments.index("--vault") + 1] = str(tmp_path)
    done = run(arguments, tmp_path)
    assert done.returncode == 2
    assert "holds no vault for `tiny`" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.docker
def test_a_grade_survives_ctrl_c_and_says_the_same_as_an_uninterrupted_one(
    reference: Path, tmp_path: Path
) -> None:
    arguments = command(reference, tmp_path / "a", "--sandbox", "docker")
    env = {**os.environ, "TAKEHOME_CACHE": str(tmp_path / "cache")}
    store = tmp_path / "a" / "records" / "starter.trials.jsonl.gz"
    first = subprocess.Popen(
        arguments, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    for _ in range(1_200):
        if (store.is_file() and store.stat().st_size > 10_000) or first.poll() is not None:
            break
        time.sleep(0.1)
    os.killpg(first.pid, signal.SIGINT)
    _, said = first.communicate(timeout=120)
    assert first.returncode == 130, said
    assert not (tmp_path / "a" / "grade.json").exists()
    kept = store.stat().st_size
    done = run(arguments, tmp_path)
    assert done.returncode == 0, done.stderr
    assert store.stat().st_size > kept
    whole = run(command(reference, tmp_path / "b", "--sandbox", "docker"), tmp_path)
    assert whole.returncode == 0, whole.stderr
    resumed, uninterrupted = json.loads(done.stdout), json.loads(whole.stdout)
    assert resumed == uninterrupted
    assert resumed["score"]["value"] == pytest.approx(75, abs=0.01)
    assert (tmp_path / "a" / "report.html").is_file()
