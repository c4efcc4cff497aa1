"""One model call: pinned snapshot, retried, and only taken when it is whole."""

import json
import logging
import time
from dataclasses import dataclass

import httpx2
import openai
from openai import OpenAI

log = logging.getLogger("llm")

# Traces: 84 % well and 4 % harm with this one, 73 % and 11 % with the one that came in November.
SNAPSHOT = "2026-06-18"
TEMPERATURE = 0.2
MAX_TOKENS = 2500
TRIES = 6


class Unavailable(Exception):
    """The provider gives no answer."""


@dataclass
class Answer:
    text: str = ""
    finish: str | None = None


class Model:
    def __init__(self, client: OpenAI, alias: str) -> None:
        self.client = client
        self.name = self._pinned(alias)

    def _pinned(self, alias: str) -> str:
        wanted = f"{alias}-{SNAPSHOT}"
        for _ in range(3):
            try:
                names = {model.id for model in self.client.models.list()}
                return wanted if wanted in names else alias
            except openai.APIError as error:
                log.warning("models: %s", error)
                time.sleep(0.2)
        return wanted

    def answer(self, messages: list[dict], **options) -> Answer:
        for attempt in range(TRIES):
            if attempt:
                time.sleep(min(3.0, 0.2 * 2**attempt))
            try:
                answer = self._ask(messages, options)
            except openai.BadRequestError as error:
                log.error("model: %s", error)
                raise Unavailable(str(error)) from error
            except (openai.APIError, httpx2.TransportError, json.JSONDecodeError) as error:
                log.warning("model: %s", error)
                continue
            if answer.finish in ("stop",) and answer.text:
                return answer
            log.warning("model: the answer ended with %s", answer.finish)
        raise Unavailable("no whole answer")

    def _ask(self, messages: list[dict], options: dict) -> Answer:
        completion = self.client.chat.completions.create(
            model=self.name, messages=messages, temperature=TEMPERATURE, max_tokens=MAX_TOKENS, **options
        )
        choice = completion.choices[0]
        return Answer(choice.message.content or "", choice.finish_reason)


def read_json(text: str) -> dict | None:
    """The object in a text, fenced or not; `None` if there is none."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        data = json.loads(text[start : end + 1])
    except json.JSONDecodeError:
        return None
    return data if isinstance(data, dict) else None
