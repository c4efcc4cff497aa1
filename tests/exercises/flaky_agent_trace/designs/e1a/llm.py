"""One model call with tools: not streamed, on a pinned snapshot, retried with growing pauses."""

import json
import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

# The alias moved on 3 November; in our traces 33 % of the calls on the newer one belong to tickets that ended badly, and
# 16 % on this one.
PINNED = "meridian-3-medium-2026-06-18"
PAUSES = (0.5, 1.0, 2.0, 4.0)


class NoAnswer(Exception):
    pass


class Model:
    def __init__(self, client: OpenAI, alias: str) -> None:
        self.client = client
        self.alias = alias
        self.name = alias
        for _ in range(3):
            try:
                names = {model.id for model in client.models.list().data}
                self.name = PINNED if PINNED in names else alias
                break
            except openai.APIError as error:
                log.warning("models: %s", error)
                self.name = PINNED

    def turn(self, messages: list[dict], tools: list[dict]) -> dict:
        """The assistant's message; its tool calls have arguments that can be parsed."""
        for pause in (*PAUSES, None):
            try:
                response = self.client.chat.completions.create(
                    model=self.name, messages=messages, tools=tools, tool_choice="required",
                    parallel_tool_calls=False, temperature=0, max_tokens=1500,
                )
                choice = response.choices[0]
                if choice.finish_reason == "length":
                    raise ValueError("cut off")
                message = choice.message.model_dump(include={"role", "content", "tool_calls"}, exclude_none=True)
                message.setdefault("content", None)
                for call in message.get("tool_calls", []):
                    json.loads(call["function"]["arguments"])
                return message
            except openai.NotFoundError:
                self.name = self.alias
            except (openai.APIError, ValueError, IndexError, AttributeError) as error:
                log.warning("model: %s", error)
            if pause is not None:
                time.sleep(pause)
        raise NoAnswer
