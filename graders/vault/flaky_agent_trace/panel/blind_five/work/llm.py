"""One model call: a form to fill in, enforced by the API, retried with back-off."""

import json
import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

MAX_TOKENS = 700
TRIES = 4


class Down(Exception):
    """The endpoint gives no answer."""


class Model:
    """Chat models that fill in forms."""

    def __init__(self, client: OpenAI) -> None:
        self.client = client
        self.tokens = 0
        self.calls = 0

    def fill(self, model: str, system: str, user: str, name: str, schema: dict) -> dict:
        """The form, filled in. Raises `Down`."""
        last: Exception | None = None
        for attempt in range(TRIES):
            if attempt:
                time.sleep(min(1.5, 0.1 * 2**attempt))
            try:
                self.calls += 1
                answer = self.client.chat.completions.create(
                    model=model,
                    messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                    response_format={"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}},
                    temperature=0,
                    max_tokens=MAX_TOKENS,
                )
                if answer.usage:
                    self.tokens += answer.usage.total_tokens
                choice = answer.choices[0]
                if choice.finish_reason == "length":
                    raise ValueError("cut at the limit")
                value = json.loads(choice.message.content or "")
                if isinstance(value, dict):
                    return value
            except (openai.APIError, json.JSONDecodeError, ValueError, IndexError) as error:
                log.warning("%s failed (attempt %d): %s", model, attempt + 1, error)
                last = error
        raise Down(str(last))

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
