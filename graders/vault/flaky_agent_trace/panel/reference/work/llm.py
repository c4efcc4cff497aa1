"""One model call: streamed (the support console shows it live), retried, and whole or not at all."""

import json
import logging
import random
import time
from dataclasses import dataclass, field

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TEMPERATURE = 0.2
MAX_TOKENS = 1500
TRIES = 7


class ModelError(Exception):
    """The endpoint gave no whole answer."""


@dataclass
class Call:
    """A tool call as the model wrote it."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class Answer:
    """A model's turn."""

    text: str = ""
    calls: list[Call] = field(default_factory=list)
    finish: str | None = None

    def message(self) -> dict:
        message: dict = {"role": "assistant", "content": self.text or None}
        if self.calls:
            message["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in self.calls
            ]
        return message

    @property
    def whole(self) -> bool:
        """Whether the model came to its end, and every call's arguments are an object."""
        try:
            return self.finish in ("stop", "tool_calls") and all(
                isinstance(json.loads(call.arguments), dict) for call in self.calls
            )
        except json.JSONDecodeError:
            return False


class Model:
    """A chat model with tools."""

    def __init__(self, client: OpenAI, name: str) -> None:
        self.client = client
        self.name = name
        self.tokens = 0

    def answer(self, messages: list[dict], tools: list[dict]) -> Answer:
        """The model's next turn. Raises `ModelError`."""
        for attempt in range(TRIES):
            try:
                answer = self._stream(messages, tools)
                if answer.whole:
                    return answer
                log.warning("torn answer (finish: %s), asking again", answer.finish)
            except (openai.APIError, json.JSONDecodeError) as error:
                log.warning("model call failed: %s", error)
            time.sleep(min(2.0, 0.04 * 2**attempt) * random.uniform(0.5, 1.0))
        raise ModelError(f"no whole answer in {TRIES} tries")

    def extract(self, messages: list[dict], schema: dict) -> dict:
        """An object that fits the schema. Raises `ModelError`."""
        for attempt in range(TRIES):
            try:
                reply = self.client.chat.completions.create(
                    model=self.name,
                    messages=messages,
                    temperature=0,
                    max_tokens=MAX_TOKENS,
                    response_format={"type": "json_schema", "json_schema": {"name": "check", "strict": True, "schema": schema}},
                )
                if reply.usage:
                    self.tokens += reply.usage.total_tokens
                if reply.choices[0].finish_reason == "stop":
                    return json.loads(reply.choices[0].message.content)
            except (openai.APIError, json.JSONDecodeError) as error:
                log.warning("model call failed: %s", error)
            time.sleep(min(2.0, 0.04 * 2**attempt) * random.uniform(0.5, 1.0))
        raise ModelError(f"no whole answer in {TRIES} tries")

    def _stream(self, messages: list[dict], tools: list[dict]) -> Answer:
        answer = Answer()
        stream = self.client.chat.completions.create(
            model=self.name,
            messages=messages,
            tools=tools,
            parallel_tool_calls=False,
            temperature=TEMPERATURE,
            max_tokens=MAX_TOKENS,
            stream=True,
            stream_options={"include_usage": True},
        )
        for chunk in stream:
            if chunk.usage:
                self.tokens += chunk.usage.total_tokens
            if not chunk.choices:
                continue
            choice = chunk.choices[0]
            answer.finish = choice.finish_reason or answer.finish
            if choice.delta.content:
                answer.text += choice.delta.content
            for piece in choice.delta.tool_calls or []:
                while len(answer.calls) <= piece.index:
                    answer.calls.append(Call())
                call = answer.calls[piece.index]
                call.id = piece.id or call.id
                if piece.function:
                    call.name += piece.function.name or ""
                    call.arguments += piece.function.arguments or ""
        return answer

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
