from __future__ import annotations

from typing import Any

import pytest

from harness.exercise.spec import LiveModel
from harness.gateway.backends.forward import upstream_body
from harness.gateway.wire.openai_chat import OpenAIChat

TURNS: Any = [{"role": "user", "content": "hi"}]


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("", "max_completion_tokens"),
        ("https://api.openai.com/v1/", "max_completion_tokens"),
        ("http://127.0.0.1:8000/v1", "max_tokens"),
    ],
)
@pytest.mark.parametrize("asked", [{}, {"max_completion_tokens": 9}, {"max_tokens": 9}])
def test_the_limit_arrives_under_a_name_that_the_server_knows(
    base_url: str, name: str, asked: dict[str, int]
) -> None:
    """The vendor's newest models refuse the old name; compatible servers may know no other."""
    body = {"model": "x", "messages": TURNS, **asked}
    model = LiveModel(dialect="openai", model="real", base_url=base_url)
    sent = upstream_body("openai.chat", body, OpenAIChat().parse(body, {}), model, 4_096)
    kept = "max_tokens" if "max_tokens" in asked else name
    assert sent == {"model": "real", "messages": TURNS, kept: 9 if asked else 4_096}
