"""One model call: streamed (the support console shows it live), retried, put back together."""

import json
import logging
import time
from dataclasses import dataclass, field

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TEMPERATURE = 0.7
MAX_TOKENS = 700
TRIES = 10


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

    def answer(self, messages: list[dict], tools: list[dict]) -> Answer | None:
        """The model's next turn, `None` when the endpoint doesn't give one."""
        for attempt in range(TRIES):
            try:
                return self._stream(messages, tools)
            except (openai.APIError, json.JSONDecodeError) as error:
                log.warning("model call failed: %s", error)
                time.sleep(min(0.1, 0.04 * 2**attempt))
        return None

    def _stream(self, messages: list[dict], tools: list[dict]) -> Answer:
        answer = Answer()
        stream = self.client.chat.completions.create(
            model=self.name,
            messages=messages,
            tools=tools,
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
        for call in answer.calls:
            call.arguments = tidy(call.arguments)
        return answer


def tidy(arguments: str) -> str:
    """Arguments as valid JSON. Models sometimes forget a bracket or wrap the object in a code fence."""
    text = arguments.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    for ending in ("", "}", '"}', " null}"):
        try:
            json.loads(text + ending)
        except json.JSONDecodeError:
            continue
        return text + ending
    log.warning("cannot read arguments: %.120s", arguments)
    return "{}"

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
