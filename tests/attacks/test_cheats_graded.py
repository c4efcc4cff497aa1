"""Cheats as whole submissions: the same work with and without the cheat, graded by the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from graders import panel
from graders.attacks.intake import REFUSED, member, read, write
from graders.replay import records
from graders.vault_files import Vault
from harness.cli.main import main
from harness.exercise.registry import Exercise
from harness.trial.record import read_trials
from harness.workspace.draft import keep
from harness.workspace.packing import pack
from harness.workspace.start import start
from tests.attacks.cheats import FORGED, HOOKS, LEFT, PLANTED, SNOOPING, cheat, talker

pytestmark = [pytest.mark.slow, pytest.mark.docker, pytest.mark.timeout(300)]
FIXTURES = Path(__file__).parents[1] / "fixtures"
HERE = ["--vault", str(FIXTURES / "tiny_vault"), "--exercise", str(FIXTURES / "tiny")]
BOMB = 80 << 20
"""Bytes; more than a submission may unpack to."""


def run(zip: Path, out: Path, cache: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness.cli.main", "grade", str(zip), "--out", str(out), *more]
    command += ["--sandbox", "docker", "--rounds", "1", *HERE]
    env = {**os.environ, "TAKEHOME_CACHE": str(cache)}
    return subprocess.run(command, capture_output=True, text=True, timeout=250, check=False, env=env)


def graded(zip: Path, out: Path, cache: Path) -> dict[str, Any]:
    done = run(zip, out, cache, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def assert_harmless(text: str) -> None:
    """Nothing in it moves a terminal or turns letters round."""
    odd = {sign for sign in text if unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs"}} - {"\n"}
    assert not odd


def assert_page(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert_harmless(page)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def honest(
    attacked: Exercise, attacked_vault: Vault, tmp_path_factory: pytest.TempPathFactory, cache: Path
) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("honest")
    return graded(panel.submission(attacked_vault, attacked, "reference", folder), folder / "out", cache)


@pytest.mark.parametrize(
    "how", [(FORGED, HOOKS), (LEFT, {}), ("", PLANTED)], ids=["forged", "left-behind", "planted"]
)
def test_a_cheat_gains_nothing(
    how: tuple[str, dict[str, str]],
    honest: dict[str, Any],
    attacked: Exercise,
    attacked_vault: Vault,
    *,
    tmp_path: Path,
    cache: Path,
) -> None:
    head, files = how
    found = graded(cheat(attacked, attacked_vault, tmp_path, head, files), tmp_path / "out", cache)
    score, plain = found["score"], honest["score"]
    assert plain["value"] is not None
    assert score["value"] is not None
    # The draws are the same, so one round has no error to hide behind.
    assert score["value"] <= plain["value"] + 0.01
    kinds = {finding["kind"] for finding in found["integrity"]}
    assert not files or "aimed_at_tools" in kinds
    assert (found["trials"], found["rounds"]) == (honest["trials"], 1)
    assert_page(tmp_path / "out")


def test_a_work_that_only_says_that_it_passed_scores_nothing(
    attacked: Exercise, attacked_vault: Vault, tmp_path: Path, cache: Path
) -> None:
    workspace = start(attacked, str(attacked.folder), tmp_path / "workspace")
    (workspace.root / "main.py").write_text(FORGED + "os._exit(0)\n")
    keep(workspace, "Pass", untested=True)
    found = graded(pack(workspace, tmp_path / "cheat.zip").path, tmp_path / "out", cache)
    assert found["score"]["value"] is not None
    assert found["score"]["value"] <= 10
    assert found["recommendation"]["value"] != "above"


def test_a_work_that_waits_for_a_grade_is_never_told_of_one(
    attacked: Exercise, attacked_vault: Vault, tmp_path: Path, cache: Path
) -> None:
    found = graded(cheat(attacked, attacked_vault, tmp_path, SNOOPING, {}), tmp_path / "out", cache)
    assert found["score"]["value"] is not None
    assert found["score"]["value"] <= 10
    for record in read_trials(records(tmp_path / "out", "submission")):
        assert "no need to work" in record.process.stderr
        for needle in (attacked_vault.parameters.canary, attacked_vault.parameters.secret):
            assert needle not in record.process.stdout


def test_words_of_a_claim_and_a_story_reach_page_and_terminal_as_text(
    honest: dict[str, Any], attacked: Exercise, attacked_vault: Vault, *, tmp_path: Path, cache: Path
) -> None:
    zip = talker(attacked, attacked_vault, tmp_path)
    found = graded(zip, tmp_path / "out", cache)
    assert [claim["id"] for claim in found["claims"]] == ["all"]
    assert found["outcome"] == honest["outcome"]
    assert_page(tmp_path / "out")
    done = run(zip, tmp_path / "out", cache)
    assert done.returncode == 0, done.stderr
    assert_harmless(done.stdout + done.stderr)


def test_zips_that_are_refused_end_the_command_before_anything_is_run(
    attacked: Exercise, attacked_vault: Vault, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    members = read(panel.submission(attacked_vault, attacked, "reference", tmp_path).read_bytes())
    zips = {name: change(members) for name, change in REFUSED.items() if not name.startswith("26")}
    zips["26 a bomb"] = write([*members, member("work/bomb.bin", b"\0" * BOMB)])
    zips["forged records"] = write([*members, member("records/submission.trials.jsonl.gz")])
    zips["a forged replay"] = write([*members, member("replay.json", b'{"rounds": 99}')])
    taken = []
    for number, (name, data) in enumerate(zips.items()):
        zip, out = tmp_path / f"{number}.zip", tmp_path / f"out-{number}"
        zip.write_bytes(data)
        with pytest.raises(SystemExit) as ended:
            main(["grade", str(zip), "--out", str(out), "--sandbox", "docker", *HERE])
        said = capsys.readouterr()
        assert_harmless(said.out + said.err)
        assert "Traceback" not in said.err
        if ended.value.code in {0, 3} or "error: " not in said.err or out.exists():
            taken.append(name)
    assert taken == []
    assert not list(tmp_path.rglob("escaped.txt"))
