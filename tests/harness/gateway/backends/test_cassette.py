"""Record from a live upstream, then replay without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.exchange import Message, Reply, Request, Text, ToolCall, ToolResult
from harness.exercise.parts import TrialView
from harness.exercise.registry import Exercise
from harness.exercise.spec import LiveModel
from harness.gateway.backends.base import Ask, Completion
from harness.gateway.backends.cassette import Recorder, read_cassette
from harness.gateway.backends.live import meaning
from harness.rng import Draws
from tests.harness.gateway.backends.stand import MAIL, TURNS, live_gateway

OFF: Any = {"live": {}, "backend": "cassette"}
ASK: Any = {"model": "tiny-large", "messages": TURNS}


def play(live: Any, *, stream: bool = False) -> list[str]:
    """The same question twice, then another, then one by another API."""
    with live.openai() as sdk:
        said = [str(sdk.chat.completions.create(**ASK).choices[0].message.content) for _ in range(2)]
        if stream:
            chunks = list(sdk.chat.completions.create(**ASK, temperature=0.5, stream=True))
            said.append("".join(chunk.choices[0].delta.content or "" for chunk in chunks))
        else:
            found = sdk.chat.completions.create(**ASK, temperature=0.5)
            said.append(str(found.choices[0].message.content))
        said.append(sdk.responses.create(model="tiny-small", input=MAIL).output_text)
    return said


def test_what_was_recorded_is_replayed(tiny: Exercise, upstream: Any, tmp_path: Path) -> None:
    cassette = tmp_path / "answers.jsonl"
    url, more = upstream.process.base_url, {"cassette": str(cassette)}
    with live_gateway(tiny, url, backend="cassette", **more) as live:
        said = play(live)
        recorded = live.close()
    with live_gateway(tiny, url, **OFF, **more) as live:
        assert play(live, stream=True) == said
        with live.openai() as sdk:
            with pytest.raises(openai.NotFoundError) as missed:
                sdk.chat.completions.create(**ASK)
            assert missed.value.code == "cassette_miss"
        replayed = live.close()
    with live_gateway(tiny, url, **OFF, **more, trial={"replay": 1}) as live:
        with live.openai() as sdk, pytest.raises(openai.NotFoundError):
            sdk.chat.completions.create(**ASK)
        live.close()
    assert len(upstream.close().calls) == 4, "a replay calls nobody"
    assert replayed.charge == recorded.charge
    assert replayed.virtual_seconds == pytest.approx(recorded.virtual_seconds, abs=0.01)
    assert [call.understood for call in replayed.calls] == [True] * 4 + [False]
    assert replayed.calls[-1].why_not == "cassette_miss"
    assert replayed.simulator == recorded.simulator
    assert upstream.opened.token not in cassette.read_text()


def test_a_recorded_answer_is_paid_for_at_its_own_price(
    tiny: Exercise, upstream: Any, tmp_path: Path
) -> None:
    """The sheet's price would let it through; what it cost once does not fit into the budget."""
    url, more = upstream.process.base_url, {"cassette": str(tmp_path / "answers.jsonl")}
    budget = {"requests": 10, "usd": 1_000, "tool_calls": 1}
    dear: Any = {"model": {"output_usd": 100_000}, "trial": {"budget": budget}}
    with live_gateway(tiny, url, backend="cassette", **more, **dear) as live:
        with live.openai() as sdk:
            sdk.chat.completions.create(**ASK, max_tokens=30)
        cost = live.close().charge.usd
    assert cost > 0.1
    for usd in (cost * 0.9, cost):
        with live_gateway(tiny, url, **OFF, **more, trial={"budget": {**budget, "usd": usd}}) as live:
            with live.openai() as sdk:
                if usd < cost:
                    with pytest.raises(openai.RateLimitError, match="does not pay"):
                        sdk.chat.completions.create(**ASK, max_tokens=30)
                else:
                    sdk.chat.completions.create(**ASK, max_tokens=30)
            assert live.close().charge.usd == (0 if usd < cost else cost)


def test_secrets_are_scrubbed_and_other_models_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TH_UPSTREAM_KEY", "my-upstream-key")
    models: Any = {"large": LiveModel(dialect="openai", model="m", key_variable="TH_UPSTREAM_KEY")}
    path = tmp_path / "c.jsonl"
    view: Any = TrialView(None, (), frozenset(), "large")  # type: ignore[arg-type]
    ask = Ask(Request("m", ()), None, view, Draws(b"", ("bank", "v", "s_1", 0, 0)))  # type: ignore[arg-type]
    text = "keys: my-upstream-key sk-proj-abcdefghijklmnopqrstuvwxyz0123"
    Recorder(path, models).keep(ask, 0, Completion((Reply((Text(text),), "end"),), 0.1, 0.2))
    assert "my-upstream-key" not in path.read_text()
    _, tracks = read_cassette(path)
    (track,) = tracks.values()
    assert track.replies[0].parts[0].text == "keys: [secret] [secret]"
    other: Any = {"large": LiveModel(dialect="openai", model="n", key_variable="TH_UPSTREAM_KEY")}
    with pytest.raises(UsageError, match="other models"):
        Recorder(path, other)
    with path.open("a") as file:
        file.write('{"torn')
    assert len(read_cassette(path)[1]) == 1
    path.write_text("hello\n")
    with pytest.raises(UsageError, match="not a cassette"):
        read_cassette(path)


IDS = st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True)


@given(IDS, IDS)
def test_the_meaning_is_the_same_whatever_the_ids(one: list[str], other: list[str]) -> None:
    def asked(ids: list[str], answers: tuple[str, str]) -> str:
        calls = tuple(ToolCall(id, "f", "{}") for id in ids)
        results = tuple(ToolResult(id, answer) for id, answer in zip(ids, answers, strict=True))
        return meaning(Request("m", (Message("assistant", calls), Message("user", results))))

    assert asked(one, ("a", "b")) == asked(other, ("a", "b"))
    assert asked(one, ("a", "b")) != asked(other, ("b", "a"))
