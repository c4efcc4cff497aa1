"""Text in, text out. No tools: every step of this agent is one question and one answer."""

import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TRIES = 5


class NoAnswer(Exception):
    """The provider is down, or gives nothing that can be used."""


class Model:
    def __init__(self, client: OpenAI, name: str) -> None:
        self.client = client
        self.name = name

    def chat(self, messages: list[dict], *, max_tokens: int, temperature: float = 0.2) -> str:
        problem = "?"
        for attempt in range(TRIES):
            if attempt:
                time.sleep(min(0.25 * 2**attempt, 3))
            try:
                response = self.client.chat.completions.create(
                    model=self.name, messages=messages, max_tokens=max_tokens, temperature=temperature
                )
            except openai.BadRequestError:
                raise
            except openai.APIError as error:
                problem = str(error)
                log.warning("model: %s", error)
                continue
            choice = response.choices[0]
            text = (choice.message.content or "").strip()
            if choice.finish_reason == "length":
                problem = "cut off"
                max_tokens = int(max_tokens * 1.7)
                continue
            if text:
                return text
            problem = "empty"
        raise NoAnswer(problem)
