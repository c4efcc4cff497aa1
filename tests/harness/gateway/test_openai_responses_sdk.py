"""The real OpenAI SDK's Responses API against a running gateway."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel

MAIL = "I am Ada Stone. My card was stolen last night, please stop all payments."
FIND: Any = {
    "type": "function",
    "name": "find_account",
    "parameters": {"type": "object", "properties": {"name": {"type": "string"}}},
    "strict": False,
}
ASK: Any = {"model": "tiny-large", "input": MAIL}


def client(visitor: Any) -> OpenAI:
    return OpenAI(base_url=visitor.env["OPENAI_BASE_URL"], api_key=visitor.env["OPENAI_API_KEY"])


def test_a_tool_call_and_its_record(open_trial: Any) -> None:
    visitor = open_trial()
    with client(visitor) as sdk:
        found = sdk.responses.create(**ASK, tools=[FIND])
    [call] = found.output
    assert call.type == "function_call"
    assert json.loads(call.arguments) == {"name": "Ada Stone"}
    record = visitor.close()
    (seen,) = record.calls
    assert (seen.face, seen.role, seen.status, seen.stop) == ("openai.responses", "large", 200, "tool")
    assert found.usage is not None
    assert (seen.charge.input, seen.charge.output) == (found.usage.input_tokens, found.usage.output_tokens)


def test_the_draws_are_those_of_chat_completions(open_trial: Any) -> None:
    one, other = open_trial(), open_trial()
    with client(one) as sdk:
        sdk.responses.create(**ASK)
    with client(other) as sdk:
        sdk.chat.completions.create(model="tiny-large", messages=[{"role": "user", "content": MAIL}])
    mine, chats = one.close().calls[0], other.close().calls[0]
    assert mine.draws == chats.draws
    assert (mine.reply, mine.messages) == (chats.reply, chats.messages)


def test_streams_end_with_the_whole_response(open_trial: Any) -> None:
    with client(open_trial()) as sdk:
        plain = sdk.responses.create(**ASK, tools=[FIND], store=False)
    with client(open_trial()) as sdk:
        events = list(sdk.responses.create(**ASK, tools=[FIND], stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].type == "response.completed"
    assert events[-1].response.output == plain.output
    with client(open_trial()) as sdk, sdk.responses.stream(**ASK, tools=[FIND]) as stream:
        for _ in stream:
            pass
        final = stream.get_final_response()
    [call] = final.output
    assert call.type == "function_call"
    assert call.parsed_arguments is None or call.arguments == plain.output[0].arguments


def test_parse_with_a_schema(open_trial: Any) -> None:
    class Flagging(BaseModel):
        account_id: str
        flag: str

    with client(open_trial()) as sdk:
        found = sdk.responses.parse(
            model="tiny-large", input=f"{MAIL} Accounts: A-107, A-103", text_format=Flagging
        )
    assert found.output_parsed is not None
    assert found.output_parsed.flag == "fraud"


def test_a_conversation_goes_on_by_id(open_trial: Any) -> None:
    visitor = open_trial()
    with client(visitor) as sdk:
        first = sdk.responses.create(**ASK, tools=[FIND], instructions="be brief")
        [call] = first.output
        assert call.type == "function_call"
        result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "A-107, A-103"}
        second = sdk.responses.create(
            model="tiny-large", input=[result], previous_response_id=first.id, tools=[FIND]
        )
        assert second.previous_response_id == first.id
        again = sdk.responses.create(
            model="tiny-large",
            input=[{"role": "user", "content": MAIL}, call.to_dict(), result],
            tools=[FIND],
        )
        assert sdk.responses.retrieve(first.id) == first
        listed = list(sdk.responses.input_items.list(second.id))
        assert [item.type for item in listed] == ["message", "function_call", "function_call_output"]
        sdk.responses.delete(first.id)
        with pytest.raises(openai.NotFoundError):
            sdk.responses.retrieve(first.id)
        with pytest.raises(openai.BadRequestError, match="No tool call found"):
            sdk.responses.create(model="tiny-large", input=[result])
    assert again.id != second.id
    record = visitor.close()
    one, two, three, four = record.calls
    assert len(one.messages) == 2
    assert two.messages == three.messages, "by id or by hand, the model sees the same"
    assert two.decision == three.decision == "choose"
    assert not record.findings, "what goes on by id was said by the model"
    assert four.status == 400


def test_ids_are_the_trials_own(open_trial: Any) -> None:
    mine, yours = open_trial(), open_trial(replay=1)
    with client(mine) as sdk:
        kept = sdk.responses.create(**ASK)
        forgotten = sdk.responses.create(**ASK, store=False)
        with pytest.raises(openai.NotFoundError):
            sdk.responses.retrieve(forgotten.id)
    with client(yours) as sdk:
        with pytest.raises(openai.BadRequestError) as refused:
            sdk.responses.create(**ASK, previous_response_id=kept.id)
        assert refused.value.code == "previous_response_not_found"
        with pytest.raises(openai.NotFoundError):
            sdk.responses.retrieve(kept.id)
        with pytest.raises(openai.NotFoundError):
            sdk.responses.cancel("resp_none")


def test_counted_tokens_are_those_of_usage(open_trial: Any) -> None:
    with client(open_trial()) as sdk:
        counted = sdk.responses.input_tokens.count(model="tiny-large", input=MAIL, tools=[FIND])
        found = sdk.responses.create(**ASK, tools=[FIND])
        assert found.usage is not None
        assert counted.input_tokens == found.usage.input_tokens


def test_a_long_prompt_is_cached(open_trial: Any) -> None:
    with client(open_trial()) as sdk:
        long: Any = {"model": "tiny-large", "input": "a rather long story " * 600, "max_output_tokens": 16}
        first = sdk.responses.create(**long)
        second = sdk.responses.create(**long)
    assert first.usage is not None
    assert second.usage is not None
    assert first.usage.input_tokens_details.cached_tokens == 0
    assert second.usage.input_tokens_details.cached_tokens >= 2_048
