"""What the Anthropic SDK does when it is refused or disturbed: errors, retries, broken streams."""

from __future__ import annotations

import json
import socket
from typing import Any

import anthropic
import httpx2
from anthropic import Anthropic, AsyncAnthropic
from anthropic_sdk import ask, faulty, sdk, text_of
from cases import LONG, key, pauses, raises, run, same, seen, silent_server


def named(error: anthropic.APIStatusError) -> bool:
    """Whether header and body name the refused request, by the same id."""
    body: Any = error.body
    same(body["request_id"], error.request_id)
    return (error.request_id or "").startswith("req_")


def case_errors() -> None:
    create = sdk().messages.create
    stranger = sdk().with_options(api_key="sk-ant-no")
    assert named(raises(anthropic.AuthenticationError, lambda: stranger.messages.create(**ask("x"))))
    missing = raises(anthropic.NotFoundError, lambda: create(**{**ask("x"), "model": "claude"}))
    body: Any = missing.body
    same((body["type"], body["error"]["type"]), ("error", "not_found_error"))
    assert named(missing)
    raises(anthropic.BadRequestError, lambda: create(**{**ask("x"), "messages": []}))
    raises(anthropic.BadRequestError, lambda: create(**ask("x"), extra_body={"no_such_parameter": 1}))
    for budget in (1_023, 500):
        thinking: Any = {"type": "enabled", "budget_tokens": budget}
        raises(anthropic.BadRequestError, lambda thinking=thinking: create(**ask("x", thinking=thinking)))
    result: Any = {"type": "tool_result", "tool_use_id": "toolu_9", "content": "?"}
    alone: Any = {**ask("x"), "messages": [{"role": "user", "content": [result]}]}
    raises(anthropic.BadRequestError, lambda: create(**alone))
    large = raises(anthropic.APIStatusError, lambda: create(**ask("x" * 5_000_000)))
    same((large.status_code, named(large)), (413, True))
    assert named(raises(anthropic.NotFoundError, lambda: sdk().post("/v1/nowhere", cast_to=object)))
    assert named(raises(anthropic.NotFoundError, lambda: sdk().models.retrieve("claude")))
    count: Any = {"model": "claude", "messages": ask("x")["messages"]}
    assert named(raises(anthropic.NotFoundError, lambda: sdk().messages.count_tokens(**count)))


def case_spent_budget() -> str:
    client = faulty("spent")
    client.messages.create(**ask("the last one"))
    refused = raises(anthropic.APIStatusError, lambda: client.messages.create(**ask("one more")))
    same(refused.status_code, 402)
    return seen("spent", 2)


def retried(name: str, kind: type[anthropic.APIStatusError], status: int) -> str:
    """Refused for good: two more tries, then the error; a stream is refused before it begins."""
    client = faulty(name)
    error = raises(kind, lambda: client.messages.create(**ask("whole")))
    same(error.status_code, status)
    raises(kind, lambda: client.messages.create(**ask("streamed"), stream=True))
    raises(kind, lambda: faulty(name, max_retries=0).messages.create(**ask("once")))
    return seen(name, 3 + 3 + 1)


def case_rate_limited() -> str:
    return retried("rate_limited", anthropic.RateLimitError, 429)


def case_overloaded() -> str:
    return retried("overloaded", anthropic.InternalServerError, 529)


def case_server_error() -> str:
    return retried("server_error", anthropic.InternalServerError, 500)


async def case_async_rate_limited() -> str:
    async with AsyncAnthropic(api_key=key("rate_limited")) as client:
        try:
            await client.messages.create(**ask("async"))
        except anthropic.RateLimitError:
            return seen("rate_limited", 3)
    raise AssertionError("was not refused")


def case_retries_that_help() -> str:
    client = faulty("now_and_then", max_retries=25)
    for number in range(6):
        same(text_of(client.messages.create(**ask(f"say {number}"))), str(number))
    return "6 answers in spite of 429 and 500"


def case_slow_in_virtual_time_only() -> None:
    faulty("slow", timeout=20).messages.create(**ask("hello"))


def streams(name: str, times: int) -> set[str]:
    """How so many streams about different things ended."""
    ends = set()
    client = faulty(name)
    for number in range(times):
        stop, begun = None, False
        try:
            for event in client.messages.create(**ask(f"say {number} {LONG}"), stream=True):
                begun = True
                stop = event.delta.stop_reason if event.type == "message_delta" else stop
        except httpx2.RemoteProtocolError:
            ends.add("RemoteProtocolError" if begun else "broke before it began")
        except anthropic.APIStatusError as error:
            ends.add(f"{error.type}, status {error.status_code}")
        except json.JSONDecodeError:
            ends.add("JSONDecodeError")
        else:
            ends.add("whole" if stop else "silently short")
    seen(name, times)
    return ends


def case_cut_streams() -> str:
    same(streams("cut_stream", 12), {"RemoteProtocolError", "silently short"})
    return "half silent, half broken; none retried"


def case_malformed_chunks() -> str:
    same(streams("malformed_chunk", 6), {"JSONDecodeError"})
    return "none retried"


def case_error_events() -> str:
    """An `OverloadedError` with status 200: too late for another one, and for another try."""
    same(streams("error_event", 6), {"overloaded_error, status 200"})
    raises(anthropic.InternalServerError, lambda: faulty("error_event").messages.create(**ask("whole")))
    seen("error_event", 3)
    return "none retried"


REFUSALS: dict[str, tuple[type[anthropic.APIStatusError], int, int, str]] = {
    "forbidden": (anthropic.PermissionDeniedError, 403, 1, "permission_error"),
    "request_timeout": (anthropic.RequestTimeoutError, 408, 3, "timeout_error"),
    "conflict": (anthropic.ConflictError, 409, 3, "conflict_error"),
    "unprocessable": (anthropic.UnprocessableEntityError, 422, 1, "invalid_request_error"),
    "timeout": (anthropic.GatewayTimeoutError, 504, 3, "timeout_error"),
}
"""Class, status, how often it is sent, type."""


def case_other_refusals() -> str:
    for name, (kind, status, tries, said) in REFUSALS.items():
        error = raises(kind, lambda name=name: faulty(name).messages.create(**ask("whole")))
        same((type(error), error.status_code, named(error)), (kind, status, True))
        same(error.type, said)
        same(error.request.headers["x-stainless-retry-count"], str(tries - 1))
        raises(kind, lambda name=name: faulty(name).messages.create(**ask("streamed"), stream=True))
        seen(name, 2 * tries)
    return ", ".join(f"{name} sent {row[2]} times" for name, row in REFUSALS.items())


def case_retry_after_ms() -> str:
    """The SDK waits as long as it is told, not its own half second and more."""
    with pauses() as waited:
        retried("rate_limited", anthropic.RateLimitError, 429)
    same(waited, [0.025] * 4)
    return "25 ms before each new try"


def case_time_out() -> str:
    """Nobody answers in time: told nothing, the SDK waits as it likes."""
    with silent_server() as (url, heads), pauses() as waited:
        client = Anthropic(base_url=url, api_key="sk-x", timeout=0.4, max_retries=1)
        raises(anthropic.APITimeoutError, lambda: client.messages.create(**ask("x")))
    counts = [head.partition("x-stainless-retry-count: ")[2][:1] for head in heads]
    same(counts, ["0", "1"])
    [pause] = waited
    assert 0.3 < pause <= 0.5
    return "tried twice"


def case_cut_whole_reply() -> str:
    raises(anthropic.APIConnectionError, lambda: faulty("cut_stream").messages.create(**ask("whole")))
    return seen("cut_stream", 3)


def case_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client = Anthropic(base_url=f"http://127.0.0.1:{port}", max_retries=1)
    raises(anthropic.APIConnectionError, lambda: client.messages.create(**ask("x")))


if __name__ == "__main__":
    run(globals())
