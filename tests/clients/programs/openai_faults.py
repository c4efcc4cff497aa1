"""What the OpenAI SDK does when it is refused or disturbed: errors, retries, broken streams."""

from __future__ import annotations

import json
import socket
from typing import Any

import openai
from cases import LARGE, LONG, key, pauses, raises, run, same, seen, silent_server
from openai import AsyncOpenAI, OpenAI
from openai_sdk import ask, faulty, sdk


def named(error: openai.APIStatusError) -> bool:
    """Whether the refused request can be told from all others."""
    return (error.request_id or "").startswith("req_")


def case_errors() -> None:
    create = sdk().chat.completions.create
    stranger = OpenAI(api_key="sk-no")
    unknown = raises(openai.AuthenticationError, lambda: stranger.chat.completions.create(**ask("x")))
    same((unknown.code, named(unknown)), ("invalid_api_key", True))
    missing = raises(openai.NotFoundError, lambda: create(model="gpt-4", messages=ask("x")["messages"]))
    same((missing.code, missing.param, missing.status_code), ("model_not_found", "model", 404))
    assert named(missing)
    wrong = raises(openai.BadRequestError, lambda: create(**ask("x"), n=500))
    same((wrong.type, wrong.param), ("invalid_request_error", "n"))
    raises(openai.BadRequestError, lambda: create(**ask("x"), extra_body={"no_such_parameter": 1}))
    raises(openai.BadRequestError, lambda: create(model=LARGE, messages=[]))
    unanswered: Any = [*ask("x")["messages"], {"role": "tool", "tool_call_id": "call_9", "content": ""}]
    raises(openai.BadRequestError, lambda: create(model=LARGE, messages=unanswered))
    loose: Any = {"name": "f", "strict": True, "parameters": {"type": "object", "properties": {}}}
    shapeless = raises(
        openai.BadRequestError, lambda: create(**ask("x"), tools=[{"type": "function", "function": loose}])
    )
    same((shapeless.code, shapeless.param), ("invalid_function_parameters", "tools[0].function.parameters"))
    large = raises(openai.APIStatusError, lambda: create(**ask("x" * 5_000_000)))
    same((large.status_code, named(large)), (413, True))
    nowhere = raises(openai.NotFoundError, lambda: sdk().post("/nowhere", cast_to=object))
    same((nowhere.code, named(nowhere)), ("unknown_url", True))
    assert named(raises(openai.NotFoundError, lambda: sdk().models.retrieve("gpt-4")))


def case_spent_budget() -> str:
    client = faulty("spent")
    client.chat.completions.create(**ask("the last one"))
    refused = raises(openai.RateLimitError, lambda: client.chat.completions.create(**ask("one more")))
    same((refused.code, refused.type), ("budget_exceeded", "insufficient_quota"))
    return seen("spent", 2)


def retried(name: str, kind: type[openai.APIStatusError], status: int) -> str:
    """Refused for good: two more tries, then the error; a stream is refused before it begins."""
    client = faulty(name)
    error = raises(kind, lambda: client.chat.completions.create(**ask("whole")))
    same(error.status_code, status)
    raises(kind, lambda: client.chat.completions.create(**ask("streamed"), stream=True))
    raises(kind, lambda: faulty(name, max_retries=0).chat.completions.create(**ask("once")))
    return seen(name, 3 + 3 + 1)


def case_rate_limited() -> str:
    return retried("rate_limited", openai.RateLimitError, 429)


def case_overloaded() -> str:
    return retried("overloaded", openai.InternalServerError, 503)


def case_server_error() -> str:
    return retried("server_error", openai.InternalServerError, 500)


async def case_async_rate_limited() -> str:
    async with AsyncOpenAI(api_key=key("rate_limited")) as client:
        try:
            await client.chat.completions.create(**ask("async"))
        except openai.RateLimitError:
            return seen("rate_limited", 3)
    raise AssertionError("was not refused")


def case_retries_that_help() -> str:
    client = faulty("now_and_then", max_retries=25)
    for number in range(6):
        found = client.chat.completions.create(**ask(f"say {number}"))
        same(found.choices[0].message.content, str(number))
    return "6 answers in spite of 429 and 500"


def case_slow_in_virtual_time_only() -> None:
    faulty("slow", timeout=20).chat.completions.create(**ask("hello"))


def streams(name: str, times: int) -> set[str]:
    """How so many streams about different things ended."""
    ends = set()
    client = faulty(name)
    for number in range(times):
        finish, chunks = None, 0
        try:
            for chunk in client.chat.completions.create(**ask(f"say {number} {LONG}"), stream=True):
                chunks += 1
                finish = chunk.choices[0].finish_reason
        except openai.APIConnectionError:
            ends.add("connection broke" if chunks else "broke before it began")
        except openai.APIError as error:
            ends.add(type(error).__name__)
        except json.JSONDecodeError:
            ends.add("JSONDecodeError")
        else:
            ends.add("whole" if finish else "silently short")
    seen(name, times)
    return ends


def case_cut_streams() -> str:
    same(streams("cut_stream", 12), {"connection broke", "silently short"})
    return "half silent, half broken; none retried"


def case_malformed_chunks() -> str:
    same(streams("malformed_chunk", 6), {"JSONDecodeError"})
    return "none retried"


def case_error_events() -> str:
    """An `APIError` without a status: too late for one, and for another try."""
    same(streams("error_event", 6), {"APIError"})
    raises(openai.InternalServerError, lambda: faulty("error_event").chat.completions.create(**ask("whole")))
    seen("error_event", 3)
    return "none retried"


REFUSALS: dict[str, tuple[type[openai.APIStatusError], int, int]] = {
    "forbidden": (openai.PermissionDeniedError, 403, 1),
    "request_timeout": (openai.APIStatusError, 408, 3),
    "conflict": (openai.ConflictError, 409, 3),
    "unprocessable": (openai.UnprocessableEntityError, 422, 1),
    "timeout": (openai.InternalServerError, 504, 3),
}
"""Class, status, how often it is sent; the SDK has no class for 408."""


def case_other_refusals() -> str:
    for name, (kind, status, tries) in REFUSALS.items():
        error = raises(kind, lambda name=name: faulty(name).chat.completions.create(**ask("whole")))
        same((type(error), error.status_code, named(error)), (kind, status, True))
        same(error.request.headers["x-stainless-retry-count"], str(tries - 1))
        raises(kind, lambda name=name: faulty(name).chat.completions.create(**ask("streamed"), stream=True))
        seen(name, 2 * tries)
    return ", ".join(f"{name} sent {row[2]} times" for name, row in REFUSALS.items())


def case_retry_after_ms() -> str:
    """The SDK waits as long as it is told, not its own half second and more."""
    with pauses() as waited:
        retried("rate_limited", openai.RateLimitError, 429)
    same(waited, [0.025] * 4)
    return "25 ms before each new try"


def case_time_out() -> str:
    """Nobody answers in time: told nothing, the SDK waits as it likes."""
    with silent_server() as (url, heads), pauses() as waited:
        client = OpenAI(base_url=url, api_key="sk-x", timeout=0.4, max_retries=1)
        raises(openai.APITimeoutError, lambda: client.chat.completions.create(**ask("x")))
    counts = [head.partition("x-stainless-retry-count: ")[2][:1] for head in heads]
    same(counts, ["0", "1"])
    [pause] = waited
    assert 0.3 < pause <= 0.5
    return "tried twice"


def case_cut_whole_reply() -> str:
    raises(openai.APIConnectionError, lambda: faulty("cut_stream").chat.completions.create(**ask("whole")))
    return seen("cut_stream", 3)


def case_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client = OpenAI(base_url=f"http://127.0.0.1:{port}/v1", max_retries=1)
    raises(openai.APIConnectionError, lambda: client.chat.completions.create(**ask("x")))


if __name__ == "__main__":
    run(globals())
