"""Whole trials with real models, which another gateway stands for; then the same from a cassette."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.cli.live import chosen_models
from harness.errors import EnvironmentFailure, UsageError
from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.spec import LiveModel
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.process import GatewayProcess
from harness.trial.models import Models
from harness.trial.record import TrialKey, TrialStore
from harness.trial.session import Session

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"
KEY = "sk-upstream-0123456789abcdefghij"
KEYS = [TrialKey("stolen_card_1", replay, 0) for replay in range(2)]
SNOOP = """
import os, pathlib
print(dict(os.environ))
print(pathlib.Path("/proc/self/environ").read_text() if os.path.exists("/proc/self/environ") else "")
"""


@pytest.fixture(scope="module")
def tiny() -> Exercise:
    return find_exercise(str(TINY))


@pytest.fixture(scope="module")
def vendor(tiny: Exercise) -> Iterator[str]:
    """A gateway that never closes its trial, under a key of its own."""
    practice = tiny.practice
    with tempfile.TemporaryDirectory(prefix="th-") as folder:
        config = GatewayConfig(
            exercise=str(tiny.folder),
            secret="00" * 32,
            bank_digest="vendor",
            card=practice.card,
            admin_socket=Path(folder) / "admin.sock",
            hold_ms=0,
        )
        with GatewayProcess(config) as process:
            public = practice.bank["stolen_card_1"].public()
            process.open(OpenTrial(scenario=public, replay=0, epoch=0, keep=False, token=KEY))
            yield process.base_url


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    shutil.copytree(TINY / "starter", folder)
    main = folder / "main.py"
    code = main.read_text()
    head = "from __future__ import annotations\n"
    main.write_text(head + SNOOP + code.replace(head, ""))
    return folder


def models(url: str, **more: Any) -> Models:
    live: Any = {
        role: LiveModel(
            dialect="openai",
            base_url=f"{url}/v1",
            model=f"tiny-{role}",
            key_variable="TH_LIVE_KEY",
            input_usd=1,
            output_usd=2,
        )
        for role in ("large", "medium", "small", "judge")
    }
    return Models(live, **more)


def test_trials_run_live_and_again_from_a_cassette(
    tiny: Exercise, vendor: str, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TH_LIVE_KEY", KEY)
    cassette = tmp_path / "answers.jsonl"
    plan = models(vendor, cassette=cassette, max_usd=1.0)
    with Session(tiny, tiny.practice, sandbox="process", models=plan) as session:
        assert "holds for these models" in session.card_provenance
        live_key = session.store_key("s")
        store = TrialStore(tmp_path / "live.jsonl.gz", live_key)
        live = session.run(work, KEYS, store)
    for record in live:
        assert record.process.exit_code == 0, record.process.stderr
        assert record.gateway.charge.usd > 0
        assert KEY not in record.model_dump_json()
        assert "OPENAI_API_KEY" in record.process.stdout, "the program did show its environment"
    assert KEY not in cassette.read_text()
    monkeypatch.delenv("TH_LIVE_KEY")
    with Session(tiny, tiny.practice, sandbox="process", models=Models(cassette=cassette)) as session:
        assert session.store_key("s") != live_key
        again = session.run(work, KEYS, TrialStore(tmp_path / "again.jsonl.gz", session.store_key("s")))
    for first, second in zip(live, again, strict=True):
        assert second.gateway.end == first.gateway.end
        assert second.gateway.charge == first.gateway.charge
        assert all(call.understood for call in second.gateway.calls)


def test_an_upstream_that_is_gone_stops_the_run_and_blames_nobody(
    tiny: Exercise, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TH_LIVE_KEY", KEY)
    with Session(tiny, tiny.practice, sandbox="process", models=models("http://127.0.0.1:9")) as session:
        store = TrialStore(tmp_path / "live.jsonl.gz", session.store_key("s"))
        with pytest.raises(EnvironmentFailure, match="cannot be reached"):
            session.run(work, KEYS[:1], store)
    assert len(store) == 0


def test_options_name_models_by_role(tiny: Exercise) -> None:
    def choose(*named: str, **more: Any) -> Models:
        wanted: Any = {"live": True, "named": list(named), "max_usd": 2.0, "cassette": None, **more}
        return chosen_models(tiny, **wanted)

    found = choose("all=openai:gpt-5-mini", "judge=anthropic:claude-sonnet-4-5")
    assert (found.backend, found.max_usd) == ("live", 2.0)
    assert found.live["large"].model == "gpt-5-mini"
    assert found.live["judge"].url == "https://api.anthropic.com"
    assert choose(live=False).backend == "simulated"
    with pytest.raises(UsageError, match="roles large, medium"):
        choose("judge=openai:gpt-5-mini")
    with pytest.raises(UsageError, match="no price is known for home-made"):
        choose("all=openai:home-made@http://127.0.0.1:8000/v1")
    own = choose("all=openai:home-made@http://127.0.0.1:8000/v1,0.5/1.5").live["small"]
    assert (own.url, own.input_usd, own.output_usd) == ("http://127.0.0.1:8000/v1", 0.5, 1.5)
    dear = "all=openai:home-made,0.5/much"
    for wrong in (
        "huge=openai:gpt-5-mini",
        "all=acme:gpt-5-mini",
        "all=openai:",
        "all",
        dear,
        "all=openai:x,3",
    ):
        with pytest.raises(UsageError):
            choose(wrong)
    with pytest.raises(UsageError, match="for `--live`"):
        choose("all=openai:gpt-5-mini", live=False)


def test_the_specs_own_models_come_first(tiny: Exercise) -> None:
    text = json.dumps({"dialect": "openai", "model": "gpt-5-mini"})
    model = LiveModel.model_validate_json(text)
    assert (model.url, model.variable) == ("https://api.openai.com/v1", "OPENAI_API_KEY")
    assert model.title == "openai:gpt-5-mini"
    own = LiveModel(dialect="openai", model="gpt-5-mini", base_url="http://me:secret@llm.example:8000/v1")
    assert own.title == "openai:gpt-5-mini@llm.example", "it is not the vendor's"
    assert tiny.spec.live == {}
