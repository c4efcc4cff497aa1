"""Chat model with tools: pinned snapshot, other sizes when it is overloaded, whole answers only."""

import json
import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TRIES = 5


class ModelDown(Exception):
    """No usable turn from any model."""


class Model:
    def __init__(self, client: OpenAI, main: str, spare: str) -> None:
        self.client = client
        self.names = [self._pin(main), self._pin(spare)]
        self.aliases = [main, spare]

    def _pin(self, alias: str) -> str:
        for _ in range(3):
            try:
                dated = sorted(m.id for m in self.client.models.list() if m.id.startswith(alias + "-"))
                return dated[0] if dated else alias
            except openai.APIError:
                time.sleep(0.2)
        return alias

    def turn(self, messages: list[dict], tools: list[dict]):
        """The next assistant message, its tool arguments being valid JSON."""
        pause = 0.2
        for attempt in range(TRIES):
            which = 0 if attempt < TRIES - 2 else 1
            try:
                response = self.client.chat.completions.create(
                    model=self.names[which], messages=messages, tools=tools, temperature=0, max_tokens=2000
                )
                choice = response.choices[0]
                if choice.finish_reason == "length":
                    raise ValueError("cut off")
                for call in choice.message.tool_calls or []:
                    json.loads(call.function.arguments)
                return choice.message
            except openai.NotFoundError:
                self.names[which] = self.aliases[which]
            except openai.BadRequestError:
                raise
            except (openai.APIError, ValueError, IndexError) as error:
                log.warning("model call failed (%d): %s", attempt + 1, error)
                time.sleep(pause)
                pause *= 2
        raise ModelDown
