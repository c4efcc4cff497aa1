"""A live gateway whose upstream is another gateway: real HTTP, real streams, no network."""

from __future__ import annotations

import json
import threading
from typing import Any

import anthropic
import openai
import pytest

from harness.errors import UsageError
from harness.exercise.registry import Exercise
from tests.harness.gateway.backends.odd_upstreams import dripping, echoing
from tests.harness.gateway.backends.stand import FIND, MAIL, TURNS, live_gateway


def test_chat_goes_through_and_is_metered(tiny: Exercise, upstream: Any) -> None:
    with live_gateway(tiny, upstream.process.base_url) as live:
        with live.openai() as sdk:
            found = sdk.chat.completions.create(model="tiny-large", messages=TURNS, tools=[FIND])
        record = live.close()
    call = found.choices[0].message.tool_calls[0] if found.choices[0].message.tool_calls else None
    assert call is not None
    assert call.type == "function"
    assert json.loads(call.function.arguments) == {"name": "Ada Stone"}
    (seen,) = record.calls
    assert found.usage is not None
    assert (seen.charge.input, seen.charge.output) == (
        found.usage.prompt_tokens,
        found.usage.completion_tokens,
    )
    assert seen.charge.usd == pytest.approx((seen.charge.input * 2.5 + seen.charge.output * 10) / 1e6)
    assert seen.charge.priced
    assert record.charge == seen.charge
    assert record.contents[str(seen.reply)]["parts"][0]["name"] == "find_account"
    assert 0 < seen.end == record.virtual_seconds
    assert record.simulator.startswith("live large=openai:tiny-large@127.0.0.1, ")
    (sent,) = upstream.close().calls
    assert sent.max_tokens == 4_096, "what has no limit gets one"


@pytest.mark.parametrize("usage", [True, False])
def test_a_stream_goes_through_event_by_event(tiny: Exercise, upstream: Any, *, usage: bool) -> None:
    with live_gateway(tiny, upstream.process.base_url) as live:
        options: Any = {"stream_options": {"include_usage": True}} if usage else {}
        with live.openai() as sdk:
            chunks = list(
                sdk.chat.completions.create(model="tiny-large", messages=TURNS, stream=True, **options)
            )
        (seen,) = live.close().calls
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert any(chunk.usage for chunk in chunks) is usage
    assert all(chunk.choices for chunk in chunks) is not usage
    (sent,) = upstream.close().calls
    assert said
    assert (seen.charge.input, seen.charge.output) == (sent.charge.input, sent.charge.output)


def test_messages_in_both_dialects_of_the_vendor(tiny: Exercise, upstream: Any) -> None:
    ask: Any = {"model": "tiny-small", "max_tokens": 200, "messages": TURNS}
    with live_gateway(tiny, upstream.process.base_url, dialect="anthropic") as live:
        with live.anthropic() as sdk:
            whole = sdk.messages.create(**ask)
            with sdk.messages.stream(**ask) as stream:
                streamed = stream.get_final_message()
            old = sdk.messages.create(
                **ask, extra_headers={"anthropic-version": "2023-06-01"}, extra_body={"temperature": 0.2}
            )
        with live.openai() as other, pytest.raises(openai.NotFoundError, match="anthropic API only"):
            other.chat.completions.create(model="tiny-small", messages=TURNS)
        record = live.close()
    assert [message.stop_reason for message in (whole, streamed, old)] == ["end_turn"] * 3
    sent = upstream.close().calls
    assert [call.charge.input for call in record.calls[:3]] == [call.charge.input for call in sent]
    assert [call.charge.output for call in record.calls[:3]] == [call.charge.output for call in sent]
    assert sent[2].temperature == 0.2


def test_responses_go_on_by_id_without_the_upstream_keeping_them(tiny: Exercise, upstream: Any) -> None:
    with live_gateway(tiny, upstream.process.base_url) as live:
        with live.openai() as sdk:
            first = sdk.responses.create(model="tiny-large", input=MAIL, instructions="brief")
            second = sdk.responses.create(model="tiny-large", input="and now?", previous_response_id=first.id)
            with sdk.responses.stream(model="tiny-large", input=MAIL) as stream:
                streamed = stream.get_final_response()
            assert sdk.responses.retrieve(first.id).output_text == first.output_text
        record = live.close()
    assert streamed.status == second.status == "completed"
    sent = upstream.close().calls
    assert [len(call.messages) for call in sent] == [2, 3, 1]
    assert [call.messages for call in record.calls] == [call.messages for call in sent]
    assert not record.findings


def test_what_reaches_further_stays_here(tiny: Exercise, upstream: Any) -> None:
    image: Any = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x"}}]}]
    with live_gateway(tiny, upstream.process.base_url) as live, live.openai() as sdk:
        for wrong in (
            {"messages": image},
            {"messages": TURNS, "web_search_options": {"search_context_size": "low"}},
            {"messages": TURNS, "tools": [{"type": "custom", "custom": {"name": "x"}}]},
            {"messages": TURNS, "extra_body": {"no_such_field": 1}},
        ):
            with pytest.raises(openai.BadRequestError):
                sdk.chat.completions.create(model="tiny-large", **wrong)
        with pytest.raises(openai.NotFoundError):
            sdk.chat.completions.create(model="gpt-5", messages=TURNS)
        for path in ("/files", "/batches", "/embeddings", "/images/generations"):
            with pytest.raises(openai.NotFoundError):
                sdk.post(path, body={}, cast_to=object)
    assert not upstream.close().calls


def test_an_upstreams_errors_reach_the_client_as_they_are(tiny: Exercise, upstream: Any) -> None:
    with live_gateway(tiny, upstream.process.base_url, model={"model": "renamed"}) as live:
        with live.openai() as sdk, pytest.raises(openai.NotFoundError) as refused:
            sdk.chat.completions.create(model="tiny-large", messages=TURNS)
        record = live.close()
    assert "`renamed` does not exist" in str(refused.value)
    assert (record.calls[0].status, record.charge.usd, record.environment) == (404, 0, None)


def test_an_upstream_that_is_gone_is_the_environments_failure(
    tiny: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TH_UPSTREAM_KEY", "none-needed")
    with live_gateway(tiny, "http://127.0.0.1:9") as live:
        with live.openai() as sdk, pytest.raises(openai.InternalServerError):
            sdk.chat.completions.create(model="tiny-large", messages=TURNS)
        record = live.close()
    assert record.environment is not None
    assert "cannot be reached" in record.environment
    assert record.failure is None
    assert record.charge.usd == 0


def test_the_scenarios_faults_strike_over_live(tiny: Exercise, upstream: Any) -> None:
    for kind, error in (
        ("rate_limited", openai.RateLimitError),
        ("server_error", openai.InternalServerError),
    ):
        faults = [{"kind": kind, "rate": 1.0}]
        with live_gateway(tiny, upstream.process.base_url, changes={"model_faults": faults}) as live:
            with live.openai() as sdk, pytest.raises(error):
                sdk.chat.completions.create(model="tiny-large", messages=TURNS)
            assert live.close().calls[0].fault == kind
    faults = [{"kind": "malformed_chunk", "rate": 1.0}]
    with live_gateway(tiny, upstream.process.base_url, changes={"model_faults": faults}) as live:
        with live.openai() as sdk, pytest.raises(json.JSONDecodeError):
            list(sdk.chat.completions.create(model="tiny-large", messages=TURNS, stream=True))
        record = live.close()
    assert record.charge.output > 0, "a damaged answer was bought all the same"
    faults = [{"kind": "slow", "rate": 1.0, "seconds": 30}]
    with live_gateway(tiny, upstream.process.base_url, changes={"model_faults": faults}) as live:
        with live.openai() as sdk:
            sdk.chat.completions.create(model="tiny-large", messages=TURNS)
        assert 30 < live.close().virtual_seconds < 60


def test_money_is_reserved_at_the_real_price(tiny: Exercise, upstream: Any) -> None:
    budget = {"requests": 10, "usd": 0.001, "tool_calls": 1}
    with live_gateway(tiny, upstream.process.base_url, trial={"budget": budget}) as live:
        with live.openai() as sdk:
            with pytest.raises(openai.RateLimitError, match="does not pay"):
                sdk.chat.completions.create(model="tiny-large", messages=TURNS)
            sdk.chat.completions.create(model="tiny-large", messages=TURNS, max_tokens=30)
        assert live.close().environment is None
    with live_gateway(tiny, upstream.process.base_url, max_usd=0.001) as live:
        with live.openai() as sdk, pytest.raises(openai.RateLimitError, match="no fault"):
            sdk.chat.completions.create(model="tiny-large", messages=TURNS)
        assert "the cap of 0.001 USD" in str(live.close().environment)


def test_an_unknown_price_is_not_a_price_of_nothing(tiny: Exercise, upstream: Any) -> None:
    prices = {"input_usd": None, "output_usd": None}
    with live_gateway(tiny, upstream.process.base_url, model=prices) as live:
        with live.openai() as sdk:
            sdk.chat.completions.create(model="tiny-large", messages=TURNS)
        record = live.close()
    assert not record.calls[0].charge.priced
    assert not record.charge.priced
    assert record.charge.input > 0


def test_the_key_stands_nowhere(tiny: Exercise, upstream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    key = upstream.opened.token
    with live_gateway(tiny, upstream.process.base_url) as live:
        with live.openai() as sdk:
            sdk.chat.completions.create(model="tiny-large", messages=TURNS)
        assert key not in live.close().model_dump_json()
    with echoing(key) as url, live_gateway(tiny, url) as live:
        with live.openai() as sdk, pytest.raises(openai.AuthenticationError) as refused:
            sdk.chat.completions.create(model="tiny-large", messages=TURNS)
        assert key not in str(refused.value)
        assert "[key]" in str(refused.value)
        assert key not in live.close().model_dump_json()
    monkeypatch.delenv("TH_UPSTREAM_KEY")
    with pytest.raises(UsageError, match="TH_UPSTREAM_KEY"), live_gateway(tiny, "http://127.0.0.1:9"):
        pass


def test_a_role_without_a_model_is_a_mistake(tiny: Exercise, upstream: Any) -> None:
    with (
        pytest.raises(UsageError, match="large, medium, small, judge"),
        live_gateway(tiny, upstream.process.base_url, live={}),
    ):
        pass


def test_events_come_before_the_stream_ends(tiny: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TH_UPSTREAM_KEY", "k" * 20)
    go_on = threading.Event()
    with dripping(go_on) as url, live_gateway(tiny, url) as live:
        with live.openai() as sdk:
            stream = sdk.chat.completions.create(model="tiny-large", messages=TURNS, stream=True)
            first = next(stream)
            assert first.choices[0].delta.content == "early"
            go_on.set()
            rest = list(stream)
        record = live.close()
    assert rest[-1].choices[0].finish_reason == "stop"
    assert [finding.kind for finding in record.findings] == ["usage_estimated"]
    assert record.contents[str(record.calls[0].reply)]["parts"] == [{"text": "early and late"}]


def test_a_stream_that_breaks_off_is_the_environments_failure(
    tiny: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TH_UPSTREAM_KEY", "k" * 20)
    go_on = threading.Event()
    go_on.set()
    with dripping(go_on, breaks=True) as url, live_gateway(tiny, url) as live:
        with live.openai() as sdk, pytest.raises(openai.APIConnectionError):
            list(sdk.chat.completions.create(model="tiny-large", messages=TURNS, stream=True))
        assert "broke off" in str(live.close().environment)


def test_anthropics_errors_stay_anthropics(tiny: Exercise, upstream: Any) -> None:
    with live_gateway(tiny, upstream.process.base_url, dialect="anthropic", model={"model": "gone"}) as live:
        with live.anthropic() as sdk, pytest.raises(anthropic.NotFoundError):
            sdk.messages.create(model="tiny-large", max_tokens=50, messages=TURNS)
        assert live.close().calls[0].status == 404
