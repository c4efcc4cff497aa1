"""Reads one mail and lets a model deal with it, tool by tool."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any

from openai import OpenAI

RULES = """You answer the mails of a parcel service. Look the parcel up with get_parcel, then take exactly one action.

- A parcel that has not been scanned for more than 10 days counts as lost: open a claim. Until then tell the customer where it is.
- Damage has to be reported within 7 days of delivery: open a claim. Later than that, hand it over.
- Where the record says delivered and the customer did not receive it, hand it over.
- Claims are for the declared value of the record, whatever the customer asks for.
- Hand over claims above 500 EUR.
"""


def tool(name: str, description: str, **properties: Any) -> Any:
    """A tool as the API wants it."""
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


ID = {"type": "string", "description": "Such as PX-123456."}
TOOLS = [
    tool("get_parcel", "Show the record of one parcel.", tracking_id=ID),
    tool("send_status", "Tell the customer where the parcel is.", tracking_id=ID),
    tool(
        "open_claim", "Open a claim for a lost or damaged parcel.", tracking_id=ID,
        kind={"type": "string", "enum": ["lost", "damaged"]}, value={"type": "number", "description": "In euros."},
    ),
    tool("hand_over", "Hand the case over to a colleague.", reason={"type": "string"}),
]  # fmt: skip


def world(method: str, path: str, body: dict[str, Any] | None = None) -> str:
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
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.read().decode()
    except urllib.error.HTTPError as error:
        return json.dumps({"error": {"status": error.code, "body": error.read().decode()}})


def main() -> None:
    """One mail."""
    task = json.loads(world("GET", "/task"))
    mail = task["mail"]
    messages: list[Any] = [
        {"role": "system", "content": f"{RULES}\nToday is {task['now'][:10]}."},
        {"role": "user", "content": f"From: {mail['name']} <{mail['from']}>\nSubject: {mail['subject']}\n\n{mail['body']}"},
    ]
    client = OpenAI()
    for _ in range(8):
        answer = client.chat.completions.create(model=os.environ["TAKEHOME_MODEL_LARGE"], messages=messages, tools=TOOLS)
        message = answer.choices[0].message
        messages.append(message.model_dump(exclude_none=True))
        if not message.tool_calls:
            print(message.content)
            return
        for call in message.tool_calls:
            try:
                result = world("POST", f"/tools/{call.function.name}", json.loads(call.function.arguments))
            except json.JSONDecodeError:
                result = '{"error": "the arguments are not JSON"}'
            print(call.function.name, call.function.arguments, "->", result)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})


if __name__ == "__main__":
    main()
