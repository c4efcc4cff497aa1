"""A package of one's own, from `start` to `grade`, by the commands that people use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.trial.record import read_trials
from tests.harness.workspace.wheelhouse import wheel

FIXTURES = Path(__file__).parents[1] / "fixtures"
TINY, VAULT = FIXTURES / "tiny", FIXTURES / "tiny_vault"
HELLO = b"def said():\n    return 'from my own package'\n"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.docker
def test_practice_and_grading_import_what_requirements_name(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "hello", "1.0", files={"hello.py": HELLO})
    env = {
        **os.environ, "PYTHONPATH": str(FIXTURES.parents[1]), "TAKEHOME_WHEELHOUSE": str(wheels),
    }  # fmt: skip
    work = tmp_path / "work"

    def takehome(*arguments: str, cwd: Path) -> str:
        command = [sys.executable, "-m", "harness.cli.main", *arguments]
        done = subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    takehome("start", str(TINY), str(work), cwd=tmp_path)
    (work / "requirements.txt").write_text("hello\n")
    main = work / "main.py"
    main.write_text(
        main.read_text()
        .replace("from openai import OpenAI", "import hello\nfrom openai import OpenAI")
        .replace("    task = world", "    print(hello.said())\n    task = world", 1)
    )
    for sandbox in ("docker", "process"):
        said = takehome("run", "--sandbox", sandbox, "--json", cwd=work)
        assert json.loads(said)["sandbox"] == sandbox
    stores = list((work / ".takehome" / "runs").glob("*/trials.jsonl.gz"))
    assert len(stores) == 2
    for store in stores:
        records = list(read_trials(store))
        assert {record.process.how for record in records} == {"exec"}
        assert all(record.process.stdout.startswith("from my own package\n") for record in records)
    takehome("submit", "--allow-dirty", "--out", str(tmp_path / "s.zip"), cwd=work)
    out = tmp_path / "grade"
    graded = takehome(
        "grade", str(tmp_path / "s.zip"), "--out", str(out), "--vault", str(VAULT), "--exercise", str(TINY),
        "--rounds", "1", "--sandbox", "docker", "--runtime", "runc", "--json", cwd=tmp_path,
    )  # fmt: skip
    assert json.loads(graded)["sandbox"]["packages"] == ["hello==1.0"]
    assert json.loads(graded)["sandbox"]["runtime"] == "runc"
    records = list(read_trials(out / "records" / "submission.trials.jsonl.gz"))
    assert all(record.process.stdout.startswith("from my own package\n") for record in records)
