"""llama-cpp-python's server as a live upstream, with a model of random weights made here.

It is built from source, which takes ten minutes where two processors have nothing else to do.
"""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from harness.exercise.registry import Exercise
from tests.harness.gateway.backends.stand import TURNS, live_gateway
from tests.harness.gateway.upstreams import environment, free_port, running

KEY = f"sk-{secrets.token_hex(24)}"
PACKAGES = ["llama-cpp-python[server]==0.3.36", "gguf==0.19.0"]
PORTABLE = {"CMAKE_ARGS": "-DGGML_NATIVE=OFF", "CMAKE_BUILD_PARALLEL_LEVEL": "2"}
MODEL: Any = {"model": "random"}
PROGRAMS = Path(__file__).parents[2] / "clients" / "programs"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its URL."""
    programs = environment("llama", PACKAGES, **PORTABLE)
    folder = tmp_path_factory.mktemp("llama")
    python, model = str(programs / "python"), str(folder / "random.gguf")
    writer = str(PROGRAMS / "random_gguf.py")
    subprocess.run([python, writer, model], check=True)
    port = free_port()
    command = [python, "-m", "llama_cpp.server", "--model", model, "--model_alias", "random"]
    command += ["--n_ctx", "2048", "--chat_format", "chatml", "--host", "127.0.0.1", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with running(command, f"{url}/openapi.json", folder / "llama.log", API_KEY=KEY):
        yield url


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TH_UPSTREAM_KEY", KEY)


def test_whole_and_streamed_through_llama(tiny: Exercise, llama: str) -> None:
    ask: Any = {"model": "tiny-large", "messages": TURNS, "seed": 7}  # noise, but the same noise
    with live_gateway(tiny, llama, model=MODEL) as live:
        with live.openai() as sdk:
            whole = sdk.chat.completions.create(**ask, max_completion_tokens=40)
            chunks = list(sdk.chat.completions.create(**ask, max_tokens=40, stream=True))
        record = live.close()
    assert whole.choices[0].message.role == "assistant"
    assert whole.usage is not None
    assert 0 < whole.usage.completion_tokens < 200, "the limit arrived, under the name that it knows"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert chunks[-1].choices[0].finish_reason in ("stop", "length")
    first, second = record.calls
    assert first.charge.input == whole.usage.prompt_tokens
    assert first.charge.output == whole.usage.completion_tokens
    assert second.charge.output > 0
    assert [finding.kind for finding in record.findings] == ["usage_estimated"], "it bills no streams"
    assert (record.environment, record.failure) == (None, None)
    assert KEY not in record.model_dump_json()


def test_llamas_refusals_are_its_own(tiny: Exercise, llama: str, monkeypatch: pytest.MonkeyPatch) -> None:
    long: Any = [{"role": "user", "content": "parcel " * 700}]
    with live_gateway(tiny, llama, model=MODEL) as live, live.openai() as sdk:
        with pytest.raises(openai.BadRequestError, match="maximum context length"):
            sdk.chat.completions.create(model="tiny-large", messages=long, max_tokens=20)
        assert live.close().charge.usd == 0
    monkeypatch.setenv("TH_UPSTREAM_KEY", "sk-wrong-0123456789")
    with live_gateway(tiny, llama, model=MODEL) as live, live.openai() as sdk:
        with pytest.raises(openai.AuthenticationError) as refused:
            sdk.chat.completions.create(model="tiny-large", messages=TURNS, max_tokens=20)
        assert refused.value.response.json() == {"detail": "Invalid API key"}
        assert live.close().calls[0].status == 401


def test_faults_strike_over_llama(tiny: Exercise, llama: str) -> None:
    faults = {"model_faults": [{"kind": "error_event", "rate": 1.0}]}
    with live_gateway(tiny, llama, model=MODEL, changes=faults) as live:
        with live.openai() as sdk, pytest.raises(openai.APIError, match="Overloaded"):
            list(sdk.chat.completions.create(model="tiny-large", messages=TURNS, max_tokens=40, stream=True))
        assert live.close().charge.output > 0


def test_llama_is_recorded_once_and_replayed(tiny: Exercise, llama: str, tmp_path: Path) -> None:
    cassette = str(tmp_path / "llama.jsonl")

    def play(**config: Any) -> list[str]:
        more = {"backend": "cassette", "cassette": cassette, **config}
        with live_gateway(tiny, llama, model=MODEL, **more) as live, live.openai() as sdk:
            said = [
                sdk.chat.completions.create(model="tiny-large", messages=TURNS, max_tokens=40)
                for _ in range(2)
            ]
        return [str(found.choices[0].message.content) for found in said]

    first = play()
    assert len(set(first)) == 2, "random weights, random words"
    assert play(live={}) == first
    assert KEY not in Path(cassette).read_text(encoding="utf-8")
