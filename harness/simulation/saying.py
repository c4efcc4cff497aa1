"""Putting an answer as a model does: calls, JSON, prose; fenced or torn where it slips.

Lengths, stop sequences and call ids are the gateway's: it shapes every reply as the API would.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from harness.exchange import Reply, Text, ToolCall
from harness.simulation.noise import Noise

Json = Any

UNCLEAR = "what is wanted, and in which form, is not clear"
"""What is said of a task or a form that is not understood, whatever was given."""


def call(name: str, arguments: dict[str, Json]) -> ToolCall:
    """A tool call; the gateway gives it its id."""
    return ToolCall("", name, json.dumps(arguments, ensure_ascii=False))


def say(text: str) -> Reply:
    """Plain prose."""
    return Reply((Text(text),), "end")


def ended(words: str, label: str = "", thought: str = "") -> Reply:
    """The end of a run of thoughts and actions; `label`: what the program calls its line."""
    return say(f"Thought: {thought or 'I now know the final answer.'}\n{label or 'Final Answer'}: {words}")


def variant(noise: Noise, options: tuple[str, ...], choice: str) -> str:
    """One of several ways to say the same."""
    return options[noise.pick(len(options), choice)]


def json_reply(value: Json, *, fenced: bool = False, chatty: str = "") -> Reply:
    """JSON as text; models that are not held to a schema like to wrap it."""
    text = json.dumps(value, ensure_ascii=False, indent=2 if fenced else None)
    if fenced:
        text = f"```json\n{text}\n```"
    return say(f"{chatty}\n\n{text}" if chatty else text)


def torn(text: str, share: float) -> str:
    """JSON that breaks off: its last bracket forgotten (below .5), or a longer tail."""
    return text[:-1] if share < 0.5 else text[: max(1, int(len(text) * share))]


def said_in(part: Text | ToolCall) -> str:
    """What a part of a reply says: its text, or a call's arguments."""
    return part.text if isinstance(part, Text) else part.arguments


def words_in(parts: Iterable[Text | ToolCall]) -> str:
    """The texts of a reply, without its calls."""
    return "\n".join(part.text for part in parts if isinstance(part, Text))
