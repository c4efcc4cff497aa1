"""Faults of the model endpoints, as the vendors' SDKs meet them."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import openai
import pytest

ASK: Any = {"model": "tiny-large", "messages": [{"role": "user", "content": "Ada Stone: A-107 or A-103"}]}


def fault(kind: str, **more: Any) -> dict[str, Any]:
    return {"model_faults": [{"kind": kind, "rate": 1.0, **more}]}


def client(visitor: Any, **more: Any) -> openai.OpenAI:
    env = visitor.env
    return openai.OpenAI(base_url=env["OPENAI_BASE_URL"], api_key=env["OPENAI_API_KEY"], **more)


def anthropic_client(visitor: Any, **more: Any) -> anthropic.Anthropic:
    env = visitor.env
    return anthropic.Anthropic(base_url=env["ANTHROPIC_BASE_URL"], api_key=env["ANTHROPIC_API_KEY"], **more)


@pytest.mark.parametrize(
    ("kind", "error", "status"),
    [
        ("rate_limited", openai.RateLimitError, 429),
        ("overloaded", openai.InternalServerError, 503),
        ("server_error", openai.InternalServerError, 500),
    ],
)
def test_the_sdk_retries_and_then_raises(
    open_trial: Any, kind: str, error: type[openai.APIStatusError], status: int
) -> None:
    visitor = open_trial(changes=fault(kind))
    with client(visitor) as sdk, pytest.raises(error):
        sdk.chat.completions.create(**ASK)
    record = visitor.close()
    assert [(call.status, call.fault, call.client_retry) for call in record.calls] == [
        (status, kind, retry) for retry in range(3)
    ]
    assert record.charge.usd == 0


def test_the_other_vendors_status_for_overload(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("overloaded"))
    with anthropic_client(visitor, max_retries=0) as sdk, pytest.raises(anthropic.APIStatusError) as caught:
        sdk.messages.create(**ASK, max_tokens=100)
    assert caught.value.status_code == 529


def test_a_refused_request_uses_up_no_attempt(open_trial: Any) -> None:
    """What was drawn for the first answer stays the first answer's, however many faults come before."""
    faulty = open_trial(changes={"model_faults": [{"kind": "rate_limited", "rate": 0.5}]})
    clean = open_trial()
    for visitor in (faulty, clean):
        with client(visitor, max_retries=8) as sdk:
            for _ in range(6):
                sdk.chat.completions.create(**ASK)
    answered = [call for call in faulty.close().calls if call.status == 200]
    assert any(call.fault == "rate_limited" for call in faulty.close().calls)
    assert [call.modes for call in answered] == [call.modes for call in clean.close().calls]


def test_faults_may_meet_only_some_roles(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("server_error", roles=["large"]))
    with client(visitor, max_retries=0) as sdk:
        sdk.chat.completions.create(**{**ASK, "model": "tiny-small"})
        with pytest.raises(openai.InternalServerError):
            sdk.chat.completions.create(**ASK)


def test_a_slow_reply_is_slow_in_virtual_time_only(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("slow", seconds=500))
    with client(visitor) as sdk:
        sdk.chat.completions.create(**ASK)
    assert visitor.close().virtual_seconds > 500


def streams(visitor: Any, times: int) -> set[str]:
    """How so many streams about other subjects ended, each in a trial of its own replay."""
    ends = set()
    with client(visitor, max_retries=0) as sdk:
        for _ in range(times):
            chunks, finish = 0, None
            try:
                for chunk in sdk.chat.completions.create(**ASK, stream=True):
                    chunks += 1
                    finish = chunk.choices[0].finish_reason
            except openai.APIConnectionError:
                ends.add("broken" if chunks else "broken before it began")
            except json.JSONDecodeError:
                ends.add("malformed")
            else:
                ends.add("whole" if finish else "silently short")
    return ends


def test_cut_streams_end_silently_or_break(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("cut_stream"))
    assert streams(visitor, 12) == {"silently short", "broken"}
    record = visitor.close()
    assert {call.attempt for call in record.calls} == {0}
    assert all(call.charge.usd > 0 for call in record.calls)


def test_a_malformed_chunk_is_malformed(open_trial: Any) -> None:
    assert streams(open_trial(changes=fault("malformed_chunk")), 6) == {"malformed"}


def test_an_error_event_raises_in_the_middle_of_a_stream(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("error_event"))
    seen = []
    with client(visitor) as sdk, pytest.raises(openai.APIError, match="Overloaded") as caught:
        seen += [*sdk.chat.completions.create(**ASK, stream=True)]
    assert not isinstance(caught.value, openai.APIStatusError)
    with anthropic_client(visitor) as other, pytest.raises(anthropic.APIStatusError) as refused:
        list(other.messages.create(**ASK, max_tokens=100, stream=True))
    assert (refused.value.status_code, refused.value.type) == (200, "overloaded_error")
    record = visitor.close()
    assert [(call.status, call.attempt, call.fault) for call in record.calls] == [(200, 0, "error_event")] * 2
    assert all(call.charge.usd > 0 for call in record.calls)


def test_the_responses_api_has_an_error_event_of_its_own(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("error_event"))
    with client(visitor) as sdk:
        events = list(sdk.responses.create(model=ASK["model"], input="Ada Stone: A-107", stream=True))
    assert events[-1].type == "error"
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_an_error_event_needs_a_stream(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("error_event"))
    with anthropic_client(visitor, max_retries=0) as sdk, pytest.raises(anthropic.APIStatusError) as caught:
        sdk.messages.create(**ASK, max_tokens=100)
    assert caught.value.status_code == 529
    assert visitor.close().charge.usd == 0


def test_a_whole_reply_that_is_cut_breaks_the_connection(open_trial: Any) -> None:
    visitor = open_trial(changes=fault("cut_stream"))
    with client(visitor) as sdk, pytest.raises(openai.APIConnectionError):
        sdk.chat.completions.create(**ASK)
    assert [call.client_retry for call in visitor.close().calls] == [0, 1, 2]


def test_the_try_after_a_cut_meets_the_same_draws(open_trial: Any) -> None:
    visitor = open_trial(changes={"model_faults": [{"kind": "cut_stream", "rate": 0.5}]})
    with client(visitor, max_retries=10) as sdk:
        for _ in range(6):
            sdk.chat.completions.create(**ASK)
    record = visitor.close()
    whole = [call for call in record.calls if call.fault is None]
    cut = [call for call in record.calls if call.fault]
    assert cut
    assert [call.attempt for call in whole] == list(range(6))
    by_attempt = {call.attempt: call.modes for call in whole}
    assert all(by_attempt[call.attempt] == call.modes for call in cut)
