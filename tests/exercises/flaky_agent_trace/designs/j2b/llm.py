"""A conversation with a model: whole turns, patiently asked for."""

from __future__ import annotations

import logging
import os
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")


class Speechless(Exception):
    """No usable turn from any model."""


class Models:
    def __init__(self) -> None:
        self.client = OpenAI(max_retries=0, timeout=40)
        self.medium = self._pin(os.environ["TAKEHOME_MODEL_MEDIUM"])
        self.large = self._pin(os.environ["TAKEHOME_MODEL_LARGE"])

    def _pin(self, alias: str) -> str:
        try:
            dated = sorted(m.id for m in self.client.models.list().data if m.id.startswith(f"{alias}-20"))
        except openai.APIError:
            dated = []
        return dated[0] if dated else alias

    def turn(self, messages: list[dict], room: int) -> str:
        for attempt, model in enumerate([self.medium, self.medium, self.medium, self.large, self.medium, self.large]):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, 1.5))
            try:
                got = self.client.chat.completions.create(
                    model=model, messages=messages, temperature=0.2, max_tokens=room
                )
                choice = got.choices[0]
                if choice.finish_reason == "length" or not choice.message.content:
                    raise ValueError(f"turn ended with {choice.finish_reason}")
            except (openai.APIError, ValueError, IndexError) as error:
                log.warning("%s: %s", model, str(error)[:160])
                continue
            return choice.message.content
        raise Speechless


class Conversation:
    def __init__(self, models: Models, system: str) -> None:
        self.models = models
        self.messages = [{"role": "system", "content": system}]

    def say(self, text: str, room: int = 700) -> str:
        self.messages.append({"role": "user", "content": text})
        answer = self.models.turn(self.messages, room)
        self.messages.append({"role": "assistant", "content": answer})
        log.info(">> %s\n<< %s", text[-200:], answer)
        return answer
