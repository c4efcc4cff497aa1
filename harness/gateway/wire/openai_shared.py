"""What OpenAI's APIs have in common: errors, headers, checks of tools and schemas."""

from __future__ import annotations

from typing import Any

import orjson

from harness.gateway.wire.base import Fields, Kind, Problem, Standing

Json = Any
SAMPLING = {"frequency_penalty": (-2, 2), "presence_penalty": (-2, 2), "top_p": (0, 1)}
"""Checked and otherwise ignored: a simulated model's luck is keyed by meaning."""
HEADERS = (
    b"x-request-id: req_%b\r\n"
    b"x-ratelimit-limit-requests: %d\r\n"
    b"x-ratelimit-remaining-requests: %d\r\n"
    b"x-ratelimit-limit-tokens: %d\r\n"
    b"x-ratelimit-remaining-tokens: %d\r\n"
    b"openai-version: 2020-10-01\r\n"
    b"x-ratelimit-reset-requests: 12ms\r\n"
    b"x-ratelimit-reset-tokens: 6ms\r\n"
)
STATUS: dict[Kind, tuple[int, str]] = {
    "invalid": (400, "invalid_request_error"),
    "auth": (401, "invalid_request_error"),
    "forbidden": (403, "invalid_request_error"),
    "not_found": (404, "invalid_request_error"),
    "method": (405, "invalid_request_error"),
    "request_timeout": (408, "server_error"),
    "conflict": (409, "invalid_request_error"),
    "too_large": (413, "invalid_request_error"),
    "encoding": (415, "invalid_request_error"),
    "unprocessable": (422, "invalid_request_error"),
    "budget": (429, "insufficient_quota"),
    "rate_limited": (429, "requests"),
    "server_error": (500, "server_error"),
    "overloaded": (503, "server_error"),
    "timeout": (504, "server_error"),
}


def error_body(problem: Problem) -> tuple[int, bytes]:
    """Status and `{"error": {message, type, param, code}}`."""
    status, type = STATUS[problem.kind]
    error = {"message": problem.message, "type": type, "param": problem.param, "code": problem.code}
    return status, orjson.dumps({"error": error})


def reply_headers(standing: Standing) -> bytes:
    """`x-request-id` and `x-ratelimit-*`."""
    id, limit, left, tokens, tokens_left, _ = standing
    return HEADERS % (id.encode(), limit, left, tokens, tokens_left)


def refuse_set(body: dict[str, Json], names: frozenset[str]) -> None:
    """Raises `Problem` for a parameter of `names` that is set to anything."""
    for name in names & body.keys():
        if body[name]:
            raise Problem(
                "invalid",
                f"Unsupported parameter: '{name}' is not supported with this model.",
                code="unsupported_parameter",
                param=name,
            )


def check_sampling(given: Fields) -> None:
    """Raises `Problem` for penalties and `top_p` out of bounds."""
    for name, (low, high) in SAMPLING.items():
        if name in given.data:
            given.number(name, low, high)
