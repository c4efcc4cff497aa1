"""LiteLLM's proxy as a live upstream, in an environment of its own, with our gateway as its vendor."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.exercise.registry import Exercise
from tests.harness.gateway.backends.test_live import FIND, TURNS, live_gateway

ROOT = Path(__file__).parents[3]
VENV = ROOT / "build" / "venvs" / "litellm"
KEY = f"sk-{secrets.token_hex(24)}"
START_SECONDS = 240
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def program() -> Path:
    found = VENV / "bin" / "litellm"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "litellm[proxy]"]
        if subprocess.run(pip, check=False, capture_output=True).returncode:
            pytest.skip("LiteLLM's proxy does not install here")
    return found


@pytest.fixture
def proxy(program: Path, open_trial: Any, tmp_path: Path) -> Iterator[tuple[str, Any]]:
    """Its URL, and the trial that it asks."""
    vendor = open_trial(budget={"requests": 1000, "usd": 100, "tool_calls": 1})
    names = [f"tiny-{role}" for role in ("large", "medium", "small", "judge")]
    models = [
        {
            "model_name": name,
            "litellm_params": {
                "model": f"openai/{name}",
                "api_base": vendor.env["OPENAI_BASE_URL"],
                "api_key": vendor.opened.token,
            },
        }
        for name in names
    ]
    config = tmp_path / "litellm.yaml"
    config.write_text(json.dumps({"model_list": models, "general_settings": {"master_key": KEY}}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [str(program), "--config", str(config), "--port", str(port), "--host", "127.0.0.1"]
    env = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    log = tmp_path / "litellm.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True, env=env)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(START_SECONDS):
            assert process.poll() is None, log.read_text()[-2_000:]
            try:
                with urllib.request.urlopen(f"{url}/health/liveliness", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(1)
        yield url, vendor
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_whole_and_streamed_through_litellm(
    tiny: Exercise, proxy: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, vendor = proxy
    monkeypatch.setenv("TH_UPSTREAM_KEY", KEY)
    with live_gateway(tiny, url) as live:
        with live.openai() as sdk:
            whole = sdk.chat.completions.create(model="tiny-large", messages=TURNS, tools=[FIND])
            chunks = list(sdk.chat.completions.create(model="tiny-large", messages=TURNS, stream=True))
        record = live.close()
    calls = whole.choices[0].message.tool_calls
    assert calls is not None
    assert calls[0].type == "function"
    assert json.loads(calls[0].function.arguments) == {"name": "Ada Stone"}
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert not any(chunk.usage for chunk in chunks)
    sent = vendor.close().calls
    assert [call.status for call in record.calls] == [200, 200]
    assert [(c.charge.input, c.charge.output) for c in record.calls] == [
        (c.charge.input, c.charge.output) for c in sent
    ]
    assert record.environment is None
    assert KEY not in record.model_dump_json()
