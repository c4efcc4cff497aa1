"""One model call: streamed (the support console shows it live), retried, put back together."""

import json
import logging
import random
import time
from dataclasses import dataclass, field

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TEMPERATURE = 0.0
RETRY_TEMPERATURE = 0.5
MAX_TOKENS = 2000
TRIES = 5


class Incomplete(Exception):
    """The stream ended before the answer did."""


@dataclass
class Call:
    """A tool call as the model wrote it."""

    id: str = ""
    name: str = ""
    arguments: str = ""
    broken: bool = False

    def parsed(self) -> dict | None:
        return None if self.broken else json.loads(self.arguments)


@dataclass
class Answer:
    """A model's turn."""

    text: str = ""
    calls: list[Call] = field(default_factory=list)

    def message(self) -> dict:
        message: dict = {"role": "assistant", "content": self.text or ("" if not self.calls else None)}
        if self.calls:
            message["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in self.calls
            ]
        return message


class Model:
    """A chat model with tools."""

    def __init__(self, client: OpenAI, name: str, spare: str | None = None) -> None:
        self.client = client
        self.alias = name
        self.name = name  # becomes the dated snapshot that answers first: an alias may move under us
        self.spare = spare
        self.tokens = 0

    def answer(self, messages: list[dict], tools: list[dict]) -> Answer | None:
        """The model's next turn, `None` when the endpoint doesn't give one."""
        name, temperature = self.name, TEMPERATURE
        for attempt in range(1, TRIES + 1):
            if attempt == TRIES and self.spare:
                name = self.spare
            wait = min(0.4 * 2 ** (attempt - 1), 4) * random.uniform(0.8, 1.2)
            try:
                return self._stream(name, temperature, messages, tools)
            except Incomplete as error:
                log.warning("%s (attempt %d)", error, attempt)
                temperature, wait = RETRY_TEMPERATURE, 0.05
            except openai.NotFoundError as error:
                log.warning("no model %s: %s", name, error)
                name = self.name = self.alias
            except openai.APIStatusError as error:
                log.warning("model call failed: %s (attempt %d)", error, attempt)
                if error.status_code in (400, 401, 403, 422):
                    return None
                wait = max(wait, retry_after(error.response))
            except Exception as error:  # transport errors in mid-stream are not openai's
                log.warning("model call failed: %r (attempt %d)", error, attempt)
            if attempt < TRIES:
                time.sleep(wait)
        return None

    def _stream(self, name: str, temperature: float, messages: list[dict], tools: list[dict]) -> Answer:
        answer = Answer()
        finish = None
        snapshot = None
        by_index: dict[int, Call] = {}
        stream = self.client.chat.completions.create(
            model=name,
            messages=messages,
            tools=tools,
            temperature=temperature,
            max_tokens=MAX_TOKENS,
            stream=True,
            stream_options={"include_usage": True},
        )
        for chunk in stream:
            snapshot = chunk.model or snapshot
            if chunk.usage:
                self.tokens += chunk.usage.total_tokens
            if not chunk.choices:
                continue
            finish = chunk.choices[0].finish_reason or finish
            delta = chunk.choices[0].delta
            if delta is None:
                continue
            if delta.content:
                answer.text += delta.content
            for piece in delta.tool_calls or []:
                call = by_index.get(piece.index)
                if call is None or (piece.id and call.id and piece.id != call.id):
                    call = by_index[piece.index] = Call()
                    answer.calls.append(call)
                call.id = piece.id or call.id
                if piece.function:
                    call.name += piece.function.name or ""
                    call.arguments += piece.function.arguments or ""
        # Half an answer is none: half an amount would be paid out.
        if finish is None:
            raise Incomplete("the stream was cut")
        if finish == "length":
            raise Incomplete("the answer hit max_tokens")
        if not answer.calls and not answer.text.strip():
            raise Incomplete("empty answer")
        for number, call in enumerate(answer.calls):
            call.id = call.id or f"call_{time.monotonic_ns()}_{number}"
            arguments = tidy(call.arguments)
            call.broken = arguments is None
            call.arguments = arguments or "{}"
        if name == self.alias and snapshot and snapshot != self.alias and snapshot.startswith(self.alias):
            log.info("staying with %s", snapshot)
            self.name = snapshot
        return answer


def retry_after(response) -> float:
    try:
        return min(float(response.headers.get("retry-after", 0)), 6.0)
    except (TypeError, ValueError):
        return 0.0


def tidy(arguments: str) -> str | None:
    """Arguments as a JSON object, out of a code fence if need be. Nothing is ever completed by guess."""
    text = arguments.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip() or "{}"
    try:
        if isinstance(json.loads(text), dict):
            return text
    except json.JSONDecodeError:
        pass
    log.warning("cannot read arguments: %.120s", arguments)
    return None

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
