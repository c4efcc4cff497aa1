"""`takehome grade --live`: real HTTP to a model of somebody else's, which another gateway stands for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders import panel
from graders.vault_files import open_vault
from harness.exercise.registry import open_exercise
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.process import GatewayProcess

FIXTURES = Path(__file__).parents[1] / "fixtures"
TINY = FIXTURES / "tiny"
KEY = "sk-upstream-0123456789abcdefghij"
FEW = 3


@pytest.fixture
def vendor() -> Iterator[str]:
    """The base URL of a server whose models are called as those of the exercise are."""
    tiny = open_exercise(TINY)
    with tempfile.TemporaryDirectory(prefix="th-") as folder:
        config = GatewayConfig.of(tiny, tiny.practice, Path(folder), hold_ms=0)
        with GatewayProcess(config) as process:
            public = tiny.practice.bank["stolen_card_1"].public()
            process.open(OpenTrial(scenario=public, replay=0, epoch=0, keep=False, token=KEY))
            yield f"{process.base_url}/v1"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The tiny vault with a few of its scenarios."""
    folder = tmp_path / "vault"
    shutil.copytree(FIXTURES / "tiny_vault", folder)
    bank = folder / "tiny" / "scenarios.jsonl"
    lines = bank.read_text().splitlines(keepends=True)
    hidden = [line for line in lines if line.startswith("{")]
    bank.write_text("".join(line for line in lines if line not in hidden[FEW:]))
    return folder


@pytest.mark.timeout(600)
def test_a_live_grade_says_which_models_it_holds_for_and_when(
    vendor: str, vault: Path, tmp_path: Path
) -> None:
    tiny, out = open_exercise(TINY), tmp_path / "grade"
    zip = panel.submission(open_vault(vault, tiny), tiny, "reference", tmp_path)
    command = [
        sys.executable, "-m", "harness.cli.main", "grade", str(zip), "--out", str(out), "--vault", str(vault),
        "--exercise", str(TINY), "--rounds", "1", "--sandbox", "process", "--trust-submission", "--json",
        "--live", "--live-model", f"all=openai:tiny-large@{vendor},2.5/10",
        "--live-model", f"small=openai:tiny-small@{vendor},0.1/0.4",
    ]  # fmt: skip
    env = {**os.environ, "TAKEHOME_CACHE": str(tmp_path / "cache"), "OPENAI_API_KEY": KEY}
    days = {datetime.now(UTC).date().isoformat()}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=500, check=False)
    days.add(datetime.now(UTC).date().isoformat())
    assert done.returncode == 0, done.stderr
    grade = json.loads((out / "grade.json").read_text())
    assert grade == json.loads(done.stdout)
    said = grade["card_provenance"]
    for model in ("large=openai:tiny-large@127.0.0.1", "small=openai:tiny-small@127.0.0.1"):
        assert model in said
        assert model in grade["versions"]["simulator"]
    assert any(f"on {day}; holds for these models at that time" in said for day in days)
    assert grade["cost"]["usd"] > 0
    assert grade["trials"] == FEW
    report = (out / "report.html").read_text()
    assert report.count(said) >= 2, "where it is measured, and among the versions"
    assert KEY not in report + done.stdout + done.stderr
