"""One model call: streamed, retried with back-off, put back together, and checked for being whole."""

import json
import logging
import os
import random
import time
from dataclasses import dataclass, field

import httpx2
import openai
from openai import OpenAI

log = logging.getLogger("llm")

TEMPERATURE = 0.7
MAX_TOKENS = 1500
TRIES = 6


class Unavailable(Exception):
    """The endpoint gives no whole answer, however often it is asked."""


class Broken(Exception):
    """An answer that was cut or can't be read."""


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

    def message(self) -> dict:
        message: dict = {"role": "assistant", "content": self.text or None}
        if self.calls:
            message["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in self.calls
            ]
        return message


class Model:
    """A chat model with tools."""

    def __init__(self, client: OpenAI, name: str) -> None:
        self.client = client
        self.name = name
        self.tokens = 0

    def answer(self, messages: list[dict], tools: list[dict], temperature: float = TEMPERATURE) -> Answer:
        """The model's next turn; `Unavailable` when the endpoint doesn't give one."""
        error: Exception | None = None
        for attempt in range(TRIES):
            try:
                return self._stream(messages, tools, temperature)
            except openai.BadRequestError:
                raise
            except (openai.APIError, httpx2.HTTPError, Broken, json.JSONDecodeError) as problem:
                error = problem
                log.warning("model call failed: %s", problem)
            time.sleep(min(1.6, 0.1 * 2**attempt) * (0.5 + random.random()))
        raise Unavailable(str(error))

    def _stream(self, messages: list[dict], tools: list[dict], temperature: float) -> Answer:
        answer = Answer()
        finish = None
        stream = self.client.chat.completions.create(
            model=self.name,
            messages=messages,
            tools=tools,
            temperature=temperature,
            max_tokens=MAX_TOKENS,
            stream=True,
            stream_options={"include_usage": True},
        )
        for chunk in stream:
            if chunk.usage:
                self.tokens += chunk.usage.total_tokens
            if not chunk.choices:
                continue
            finish = chunk.choices[0].finish_reason or finish
            delta = chunk.choices[0].delta
            if delta.content:
                answer.text += delta.content
            for piece in delta.tool_calls or []:
                while len(answer.calls) <= piece.index:
                    answer.calls.append(Call())
                call = answer.calls[piece.index]
                call.id = piece.id or call.id
                if piece.function:
                    call.name += piece.function.name or ""
                    call.arguments += piece.function.arguments or ""
        if finish is None or finish == "length":
            raise Broken(f"cut answer (finish reason {finish})")
        for call in answer.calls:
            call.arguments = tidy(call.arguments)
        return answer


def tidy(arguments: str) -> str:
    """Arguments as valid JSON, a code fence taken off. Anything that is not whole is not guessed at."""
    text = arguments.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    try:
        if isinstance(json.loads(text), dict):
            return text
    except json.JSONDecodeError:
        pass
    raise Broken(f"cannot read arguments: {arguments:.120}")

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
