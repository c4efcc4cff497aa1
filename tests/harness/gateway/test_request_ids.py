"""Every reply names its request, whoever asked and whatever became of it."""

from __future__ import annotations

from typing import Any

ANTHROPIC = {"anthropic-version": "2026-10-21"}
STRANGER = {"authorization": "Bearer sk-wrong"}
ASK = {"model": "tiny-small", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]}
ASKED: list[tuple[str, str, Any, dict[str, str], int]] = [
    ("POST", "/v1/chat/completions", ASK, {}, 200),
    ("POST", "/v1/chat/completions", {}, {}, 400),
    ("POST", "/v1/chat/completions", ASK, STRANGER, 401),
    ("GET", "/v1/chat/completions", None, {}, 405),
    ("POST", "/v1/embeddings", {}, {}, 404),
    ("GET", "/v1/models", None, {}, 200),
    ("GET", "/v1/models", None, {}, 200),
    ("GET", "/v1/models/gpt-4", None, {}, 404),
    ("GET", "/v1/responses/resp_1", None, {}, 404),
    ("POST", "/v1/responses/input_tokens", {}, {}, 400),
    ("POST", "/v1/messages", ASK, ANTHROPIC, 200),
    ("POST", "/v1/messages", ASK, {}, 400),
    ("POST", "/v1/messages", ASK, {**ANTHROPIC, **STRANGER}, 401),
    ("POST", "/v1/messages/batches", {}, ANTHROPIC, 404),
    ("POST", "/v1/messages/count_tokens", {}, {}, 400),
    ("DELETE", "/v1/messages", None, ANTHROPIC, 405),
    ("GET", "/v1/models", None, ANTHROPIC, 200),
    ("GET", "/v1/models/claude", None, ANTHROPIC, 404),
    ("GET", "/task", None, {}, 200),
    ("GET", "/task", None, STRANGER, 401),
    ("POST", "/task", {}, {}, 405),
    ("GET", "/nowhere", None, {}, 404),
    ("POST", "/tools/nothing", {}, {}, 404),
]


def test_no_reply_is_without_an_id_and_no_two_share_one(open_trial: Any) -> None:
    visitor = open_trial()
    found = []
    for method, path, body, headers, wanted in ASKED:
        status, lines, reply = visitor.ask(method, path, body, headers=headers)
        anthropic = path.startswith("/v1/messages") or headers.keys() >= ANTHROPIC.keys()
        name, other = ("request-id", "x-request-id")[:: 1 if anthropic else -1]
        assert (status, other in lines) == (wanted, False), (method, path, reply)
        assert lines[name].startswith("req_") or not path.startswith("/v1"), (method, path)
        if anthropic and status >= 400:
            assert reply["request_id"] == lines[name]
        found.append(lines[name])
    assert len(set(found)) == len(found)


def test_equal_trials_name_their_requests_alike(open_trial: Any) -> None:
    ids = []
    for _ in range(2):
        visitor = open_trial()
        ids.append([visitor.ask("GET", path)[1]["x-request-id"] for path in ("/v1/models", "/v1/x", "/task")])
    assert ids[0] == ids[1]
