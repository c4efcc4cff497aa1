"""LiteLLM's proxy as a live upstream, in an environment of its own, with our gateway as its vendor."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.exercise.registry import Exercise
from tests.harness.gateway.backends.stand import FIND, ROLES, TURNS, live_gateway
from tests.harness.gateway.upstreams import environment, free_port, running

KEY = f"sk-{secrets.token_hex(24)}"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def proxy(open_trial: Any, tmp_path: Path) -> Iterator[tuple[str, Any]]:
    """Its URL, and the trial that it asks."""
    program = environment("litellm", ["litellm[proxy]"]) / "litellm"
    vendor = open_trial(budget={"requests": 1000, "usd": 100, "tool_calls": 1})
    models = [
        {
            "model_name": f"tiny-{role}",
            "litellm_params": {
                "model": f"openai/tiny-{role}",
                "api_base": vendor.env["OPENAI_BASE_URL"],
                "api_key": vendor.opened.token,
            },
        }
        for role in ROLES
    ]
    config = tmp_path / "litellm.yaml"
    config.write_text(json.dumps({"model_list": models, "general_settings": {"master_key": KEY}}))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(program), "--config", str(config), "--port", str(port), "--host", "127.0.0.1"]
    more = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    with running(command, f"{url}/health/liveliness", tmp_path / "litellm.log", **more):
        yield url, vendor


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
