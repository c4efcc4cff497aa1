"""Reads one mail, asks a model for its queue, and files it."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Any

from openai import OpenAI

TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "file_mail",
            "description": "File the mail into a queue.",
            "parameters": {
                "type": "object",
                "properties": {"queue": {"type": "string", "enum": ["billing", "shipping", "returns"]}},
                "required": ["queue"],
            },
        },
    }
]


def world(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask the world: `GET /task`, `POST /tools/NAME`."""
    request = urllib.request.Request(
        os.environ["TAKEHOME_WORLD_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.loads(reply.read() or b"null")


def main() -> None:
    """One mail."""
    mail = world("GET", "/task")["mail"]
    answer = OpenAI().chat.completions.create(
        model=os.environ["TAKEHOME_MODEL_LARGE"],
        messages=[
            {"role": "system", "content": "File the customer's mail into the right queue."},
            {"role": "user", "content": mail["body"]},
        ],
        tools=TOOLS,
    )
    for call in answer.choices[0].message.tool_calls or []:
        print(world("POST", "/tools/file_mail", json.loads(call.function.arguments)))


if __name__ == "__main__":
    main()
