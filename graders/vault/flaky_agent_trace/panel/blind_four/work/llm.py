"""One question to a model: JSON by a schema, retried while the endpoint has its moments."""

import json
import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

MAX_TOKENS = 900
TRIES = 6


class NoAnswer(Exception):
    """The endpoint does not answer now."""


class Model:
    """A chat model that fills in a form."""

    def __init__(self, client: OpenAI) -> None:
        self.client = client
        self.tokens = 0

    def fill(self, model: str, messages: list[dict], schema: dict, temperature: float = 0.0) -> dict:
        for attempt in range(TRIES):
            try:
                # In one piece: a stream that is cut may end as if it were whole.
                answer = self.client.chat.completions.create(
                    model=model,
                    messages=messages,
                    temperature=temperature,
                    max_tokens=MAX_TOKENS,
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": "reading", "strict": True, "schema": schema},
                    },
                )
                if answer.usage:
                    self.tokens += answer.usage.total_tokens
                return json.loads(answer.choices[0].message.content or "")
            except (openai.APIError, json.JSONDecodeError, IndexError) as error:
                log.warning("model call failed: %s", error)
                time.sleep(0.03 * 2**attempt)
        raise NoAnswer

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
