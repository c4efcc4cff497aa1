"""Conversations that the gateway holds, as the SDK's thread helper uses them."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic

from harness.exchange import Message, Reply, Request, Text, Usage
from harness.gateway.threads import LIFE_SECONDS, MOST_KEPT, Threads
from harness.gateway.wire.base import Answer, Problem
from tests.harness.gateway.test_anthropic_sdk import FIND, MAIL, client

BETA = "message-threads-2026-08-12"
CREATE: Any = {"type": "create"}


def on_from(message: Any) -> Any:
    return {"type": "continue", "previous_message_id": message.id}


def turn(text: str) -> Any:
    return {"role": "user", "content": text}


def create(sdk: Anthropic, thread: Any, *messages: Any, **more: Any) -> Any:
    return sdk.beta.messages.create(
        model="tiny-large", max_tokens=200, betas=[BETA], thread=thread, messages=messages, **more
    )


def following(message: Any) -> Any:
    """What a program says next: results for all calls, or thanks."""
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": "no such account"}
        for block in message.content
        if block.type == "tool_use"
    ]
    return {"role": "user", "content": results or "thanks"}


def test_a_thread_is_the_conversation_sent_whole(open_trial: Any) -> None:
    kept, whole = open_trial(), open_trial()
    rules: Any = {"system": "Be brief.", "tools": [FIND]}
    with client(kept) as sdk:
        said = create(sdk, CREATE, turn(MAIL), **rules)
        for _ in range(2):
            said = create(sdk, on_from(said), following(said))
    with client(whole) as sdk:
        turns: list[Any] = [turn(MAIL)]
        for _ in range(3):
            found = sdk.messages.create(model="tiny-large", max_tokens=200, messages=turns, **rules)
            turns += [{"role": "assistant", "content": found.content}, following(found)]
    seen, wanted = kept.close(), whole.close()
    assert [call.messages for call in seen.calls] == [call.messages for call in wanted.calls]
    assert [call.tools for call in seen.calls] == [call.tools for call in wanted.calls]
    assert [call.charge for call in seen.calls] == [call.charge for call in wanted.calls]
    assert [call.draws for call in seen.calls] == [call.draws for call in wanted.calls]
    assert not seen.findings


def test_the_sdks_helper_and_its_runner(open_trial: Any) -> None:
    visitor = open_trial()
    asked = []

    @anthropic.beta_tool
    def find_account(name: str) -> str:
        """The account of a customer.

        Args:
            name: Whole name.
        """
        asked.append(name)
        return json.dumps({"account": None})

    with client(visitor) as sdk:
        thread = sdk.beta.messages.thread(model="tiny-large", max_tokens=200)
        first = thread.send(turn("hello"))
        with thread.stream(turn("and again")) as stream:
            second = stream.get_final_message()
        assert thread.previous_message_id == second.id != first.id
        runner = sdk.beta.messages.tool_runner(
            model="tiny-large", max_tokens=200, messages=[turn(MAIL)], tools=[find_account], max_iterations=3
        )
        runner.until_done()
    assert asked[0] == "Ada Stone"
    record = visitor.close()
    assert {call.status for call in record.calls} == {200}
    assert [len(call.messages) for call in record.calls][:4] == [1, 3, 1, 3]


def test_what_a_thread_refuses(open_trial: Any) -> None:
    with client(open_trial(), max_retries=0) as sdk:
        first = create(sdk, CREATE, turn(MAIL), tools=[FIND])
        for wrong in ({"system": "x"}, {"tools": [FIND]}):
            with pytest.raises(anthropic.BadRequestError, match="a thread keeps"):
                create(sdk, on_from(first), turn("x"), **wrong)
        with pytest.raises(anthropic.BadRequestError, match="without `tool_result` blocks"):
            create(sdk, on_from(first), turn("no result"))
        result = {"type": "tool_result", "tool_use_id": first.content[0].id, "content": "none"}
        create(sdk, on_from(first), {"role": "user", "content": [result]})
        with pytest.raises(anthropic.BadRequestError) as twice:
            create(sdk, on_from(first), {"role": "user", "content": [result]})
        with pytest.raises(anthropic.NotFoundError) as unknown:
            create(sdk, {"type": "continue", "previous_message_id": "msg_1"}, turn("x"))
        with pytest.raises(anthropic.BadRequestError, match="Extra inputs"):
            sdk.beta.messages.create(model="tiny-large", max_tokens=9, messages=[turn("x")], thread=CREATE)
    codes = [refused.value.body["error"]["details"]["error_code"] for refused in (twice, unknown)]  # type: ignore[index]
    assert codes == ["thread_already_continued", "thread_not_found"]


def test_another_trials_thread_is_not_there(open_trial: Any) -> None:
    with client(open_trial()) as one, client(open_trial(replay=1)) as other:
        first = create(one, CREATE, turn("hello"))
        with pytest.raises(anthropic.NotFoundError):
            create(other, on_from(first), turn("x"))


def test_a_cut_stream_does_not_end_a_conversation(open_trial: Any) -> None:
    """The helper learns that the answer was kept, and sends everything again."""
    faults = {"model_faults": [{"kind": "cut_stream", "rate": 0.5}]}
    visitor = open_trial(changes=faults)
    with client(visitor, max_retries=10) as sdk:
        thread = sdk.beta.messages.thread(model="tiny-large", max_tokens=200)
        for number in range(6):
            assert thread.send(turn(f"A-10{number}")).content
    record = visitor.close()
    assert any(call.fault for call in record.calls)
    assert {call.status for call in record.calls} <= {200, 400}


def asking(previous: str | None, *texts: str) -> Request:
    turns = tuple(Message("user", (Text(text),)) for text in texts)
    marks = ((0, 0),) if previous else ((-2, 0), (0, 0))
    return Request("m", turns, cache_marks=marks, extra={"previous": previous})


def answer(id: str, request: Request) -> Answer:
    return Answer(id, 0, request, (Reply((Text("yes"),), "end"),), Usage(1, 1))


def test_a_thread_lives_five_virtual_minutes() -> None:
    threads = Threads()
    threads.keep(answer("1", asking(None, "one")), 10.0)
    going_on = asking("msg_1", "two")
    whole = threads.continued(going_on, 10.0 + LIFE_SECONDS)
    assert [message.text for message in whole.messages] == ["one", "yes", "two"]
    assert whole.cache_marks == ((-2, 0), (2, 0))
    with pytest.raises(Problem, match="no thread was found"):
        threads.continued(going_on, 10.1 + LIFE_SECONDS)


def test_a_trial_without_end_keeps_so_many() -> None:
    threads = Threads(bounded=True)
    for number in range(MOST_KEPT + 1):
        threads.keep(answer(str(number), asking(None, "one")), 0.0)
    with pytest.raises(Problem, match="no thread was found"):
        threads.continued(asking("msg_0", "two"), 0.0)
    assert threads.continued(asking(f"msg_{MOST_KEPT}", "two"), 0.0).messages
