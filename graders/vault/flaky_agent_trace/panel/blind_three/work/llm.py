"""Model calls: in one piece, retried, against a named snapshot, with an enforced schema."""

import json
import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TEMPERATURE = 0
MAX_TOKENS = 900
TRIES = 6


class NoAnswer(Exception):
    """The endpoint gives none for now."""


class Model:
    """Drafts by the small model, readings by the medium one, second readings by the large one, all pinned to their oldest snapshot on offer.

    An alias moves without notice; what was measured is a snapshot.
    """

    def __init__(self, client: OpenAI, small: str, medium: str, large: str) -> None:
        self.client = client
        self.small, self.medium, self.large = small, medium, large
        self.pinned = False
        self.calls = 0

    def pin(self) -> None:
        if self.pinned:
            return
        for attempt in range(3):
            try:
                names = sorted(model.id for model in self.client.models.list())
            except openai.APIError as error:
                log.warning("no list of models: %s", error)
                time.sleep(0.05 * 2**attempt)
                continue
            for role in ("small", "medium", "large"):
                alias = getattr(self, role)
                dated = [name for name in names if name.startswith(f"{alias}-20")]
                if dated:
                    setattr(self, role, dated[0])
            self.pinned = True
            return

    def json(self, model: str, messages: list[dict], schema: dict) -> dict:
        """An answer that fits the schema. Raises `NoAnswer`."""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(min(0.03 * 2 ** (attempt - 1), 0.6))
            self.calls += 1
            try:
                answer = self.client.chat.completions.create(
                    model=model,
                    messages=messages,
                    temperature=TEMPERATURE,
                    max_tokens=MAX_TOKENS,
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": "reading", "strict": True, "schema": schema},
                    },
                )
                choice = answer.choices[0]
                if choice.finish_reason == "length":
                    log.warning("answer cut off")
                    continue
                value = json.loads(choice.message.content or "")
                if isinstance(value, dict):
                    return value
            except (openai.APIError, json.JSONDecodeError, IndexError) as error:
                log.warning("model call failed: %.200s", error)
        raise NoAnswer(model)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
