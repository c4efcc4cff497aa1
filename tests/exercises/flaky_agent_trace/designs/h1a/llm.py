"""Text in, text out, with back-off and a fallback to the next size when one is overloaded."""

import logging
import os
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

SMALL, MEDIUM, LARGE = (os.environ[f"TAKEHOME_MODEL_{size}"] for size in ("SMALL", "MEDIUM", "LARGE"))


class ModelDown(Exception):
    """No size of the model answers."""


class Model:
    def __init__(self) -> None:
        self.client = OpenAI(max_retries=0, timeout=30)
        self.tokens = 0
        self.calls = 0

    def chat(self, model: str, system: str, user: str | list[dict], max_tokens: int = 2500, **options) -> str:
        messages = [{"role": "system", "content": system}]
        messages += [{"role": "user", "content": user}] if isinstance(user, str) else user
        for name in dict.fromkeys([model, LARGE if model != LARGE else MEDIUM]):
            for attempt in range(4):
                if attempt:
                    time.sleep(min(0.3 * 2**attempt, 3))
                try:
                    self.calls += 1
                    answer = self.client.chat.completions.create(
                        model=name, messages=messages, max_tokens=max_tokens, temperature=0, **options
                    )
                except openai.BadRequestError:
                    raise
                except openai.APIError as error:
                    log.warning("%s: %s", name, error)
                    continue
                if answer.usage:
                    self.tokens += answer.usage.total_tokens
                if not answer.choices:
                    continue
                choice = answer.choices[0]
                if choice.finish_reason == "length":
                    max_tokens = min(max_tokens * 2, 8000)
                    continue
                if choice.message.content and choice.message.content.strip():
                    return choice.message.content
        raise ModelDown(model)
