"""One model call that fills a form, tried again where the endpoint fails, on a model that does not move."""

import json
import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

# Dated snapshots, measured: what an alias stands for changes under us. First in the list that exists wins.
PINNED = {"medium": ("2026-06-18",), "large": ("2026-06-18",), "small": ("2026-06-18",)}
MAX_TOKENS = 900
TRIES = 9
PAUSE = 0.05


class NoAnswer(Exception):
    """The endpoint gives none, however often it is asked."""


class Model:
    """A chat model that answers in JSON."""

    def __init__(self, client: OpenAI, alias: str, size: str) -> None:
        self.client = client
        self.alias = alias
        self.size = size
        self._name: str | None = None
        self.tokens = 0

    @property
    def name(self) -> str:
        """The snapshot behind the alias that we measured; the alias where it is not offered."""
        if self._name is None:
            try:
                offered = {model.id for model in self.client.models.list()}
            except openai.OpenAIError as error:
                log.warning("models: %s", error)
                offered = set()
            wanted = [f"{self.alias}-{date}" for date in PINNED.get(self.size, ())]
            # A list that cannot be had is no reason to fall for a newer snapshot: the name is known.
            self._name = next((name for name in wanted if name in offered or not offered), self.alias)
        return self._name

    def fill(self, messages: list[dict], schema: dict, temperature: float = 0.0, tries: int = TRIES) -> tuple[dict, str]:
        """The filled form, and its text. Raises `NoAnswer`."""
        for attempt in range(tries):
            try:
                response = self.client.chat.completions.create(
                    model=self.name,
                    messages=messages,
                    temperature=temperature,
                    max_tokens=MAX_TOKENS,
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": "reading", "strict": True, "schema": schema},
                    },
                )
                if response.usage:
                    self.tokens += response.usage.total_tokens
                text = response.choices[0].message.content or ""
                value = json.loads(text)
                if isinstance(value, dict):
                    return value, text
                log.warning("the model's answer is no object")
            except (openai.OpenAIError, ValueError, IndexError) as error:
                log.warning("%s: %s (try %d)", self.size, str(error)[:150], attempt + 1)
            time.sleep(PAUSE * min(attempt + 1, 6))
        raise NoAnswer(self.size)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
