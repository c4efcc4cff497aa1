"""One model call: pinned snapshot, streamed, retried, and only taken when it is whole."""

import json
import logging
import time
from dataclasses import dataclass, field

import httpx2
import openai
from openai import OpenAI

log = logging.getLogger("llm")

# Traces: 84 % well and 4 % harm with this one, 73 % and 11 % with the one that came in November.
SNAPSHOT = "2026-06-18"
TEMPERATURE = 0.2
MAX_TOKENS = 2500
TRIES = 6


class Unavailable(Exception):
    """The provider gives no answer."""


@dataclass
class Call:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class Answer:
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


class Model:
    def __init__(self, client: OpenAI, alias: str) -> None:
        self.client = client
        self.name = self._pinned(alias)

    def _pinned(self, alias: str) -> str:
        wanted = f"{alias}-{SNAPSHOT}"
        for _ in range(3):
            try:
                names = {model.id for model in self.client.models.list()}
                return wanted if wanted in names else alias
            except openai.APIError as error:
                log.warning("models: %s", error)
                time.sleep(0.2)
        return wanted

    def answer(self, messages: list[dict], **options) -> Answer:
        for attempt in range(TRIES):
            if attempt:
                time.sleep(min(3.0, 0.2 * 2**attempt))
            try:
                answer = self._stream(messages, options)
            except openai.BadRequestError as error:
                log.error("model: %s", error)
                raise Unavailable(str(error)) from error
            except (openai.APIError, httpx2.TransportError, json.JSONDecodeError) as error:
                log.warning("model: %s", error)
                continue
            if answer.finish in ("stop", "tool_calls") and (answer.text or answer.calls):
                return answer
            log.warning("model: the answer ended with %s", answer.finish)
        raise Unavailable("no whole answer")

    def _stream(self, messages: list[dict], options: dict) -> Answer:
        answer = Answer()
        stream = self.client.chat.completions.create(
            model=self.name, messages=messages, temperature=TEMPERATURE, max_tokens=MAX_TOKENS,
            stream=True, stream_options={"include_usage": True}, **options,
        )
        for chunk in stream:
            if not chunk.choices:
                continue
            choice = chunk.choices[0]
            answer.finish = choice.finish_reason or answer.finish
            answer.text += choice.delta.content or ""
            for piece in choice.delta.tool_calls or []:
                while len(answer.calls) <= piece.index:
                    answer.calls.append(Call())
                call = answer.calls[piece.index]
                call.id = piece.id or call.id
                if piece.function:
                    call.name += piece.function.name or ""
                    call.arguments += piece.function.arguments or ""
        return answer


def read_json(text: str) -> dict | None:
    """The object in a text, fenced or not; `None` if there is none."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        data = json.loads(text[start : end + 1])
    except json.JSONDecodeError:
        return None
    return data if isinstance(data, dict) else None
