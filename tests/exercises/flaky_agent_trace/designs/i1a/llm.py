"""The model, with patience. Plain text, or a turn with tool calls."""

import json
import logging
import time
from types import SimpleNamespace

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TRIES = 5


class ModelDown(Exception):
    """The provider gives no answer at all."""


class Model:
    def __init__(self, client: OpenAI, name: str) -> None:
        self.client = client
        self.name = name
        self.calls = 0

    def text(self, system: str, user: str, *, max_tokens: int, temperature: float = 0.0) -> str:
        """One question, one answer."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        turn = self.turn(messages, None, max_tokens=max_tokens, temperature=temperature)
        return (turn.content or "").strip()

    def turn(self, messages: list[dict], tools: list[dict] | None, *, max_tokens: int, temperature: float = 0.0):
        """The next message of the assistant; its tool calls have arguments that are JSON objects."""
        options = {"tools": tools, "tool_choice": "auto"} if tools else {}
        problem: object = None
        for attempt in range(TRIES):
            if attempt:
                time.sleep(min(0.25 * 2**attempt, 3))
            self.calls += 1
            try:
                response = self.client.chat.completions.create(
                    model=self.name,
                    messages=messages,
                    temperature=temperature if attempt < 2 else 0.4,
                    max_tokens=max_tokens,
                    **options,
                )
            except openai.BadRequestError:
                raise
            except openai.APIError as error:
                problem = error
                log.warning("model: %s", error)
                continue
            choice = response.choices[0]
            if choice.finish_reason == "length":
                problem = "cut off"
                max_tokens *= 2
                continue
            message = choice.message
            calls = []
            try:
                for call in message.tool_calls or []:
                    arguments = json.loads(call.function.arguments or "{}")
                    if not isinstance(arguments, dict):
                        raise ValueError("arguments are no object")
                    calls.append(SimpleNamespace(id=call.id, name=call.function.name, arguments=arguments))
            except ValueError as error:
                problem = error
                log.warning("bad tool arguments: %s", error)
                continue
            if not calls and not (message.content or "").strip():
                problem = "empty answer"
                continue
            return SimpleNamespace(content=message.content, calls=calls)
        raise ModelDown(str(problem))
