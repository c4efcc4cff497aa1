"""One question to the model: retried, and answered in the form asked for or not at all."""

import json
import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TRIES = 6


class Unavailable(Exception):
    """The endpoint gives no usable answer for now."""


class Model:
    def __init__(self, client: OpenAI) -> None:
        self.client = client
        self.tokens = 0

    def ask(self, name: str, system: str, user: str, schema: dict | None = None, *, max_tokens: int = 900,
            temperature: float = 0.0, tries: int = TRIES):
        """The answer: an object of the schema, or text where none is given."""
        extra = {}
        if schema:
            extra["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            }
        pause = 0.3
        for attempt in range(1, tries + 1):
            try:
                result = self.client.chat.completions.create(
                    model=name,
                    messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                    temperature=temperature,
                    max_tokens=max_tokens,
                    **extra,
                )
                if result.usage:
                    self.tokens += result.usage.total_tokens
                choice = result.choices[0]
                text = choice.message.content or ""
                if choice.finish_reason != "stop" or not text.strip():
                    raise ValueError(f"stopped because of {choice.finish_reason}")
                if not schema:
                    return text.strip()
                answer = json.loads(text)
                if missing := [key for key in schema["required"] if key not in answer]:
                    raise ValueError(f"without {missing}")
                return answer
            except openai.APIStatusError as error:
                log.warning("%s: HTTP %d (attempt %d) %.200s", name, error.status_code, attempt, error)
                if error.status_code == 404 and name[-11:-6].startswith("-20"):
                    name = name[:-11]  # the dated snapshot is gone: take what the alias points to
                    continue
                if error.status_code < 500 and error.status_code not in (408, 409, 429):
                    raise Unavailable(str(error)) from error
                wait = error.response.headers.get("retry-after")
                time.sleep(min(float(wait), 3.0) if wait and wait.replace(".", "", 1).isdigit() else pause)
                pause = min(pause * 2, 3.0)
            except (openai.APIError, ValueError) as error:
                log.warning("%s: %s (attempt %d)", name, error, attempt)
                time.sleep(0.1)
        raise Unavailable(f"{name} gave no answer")
# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
