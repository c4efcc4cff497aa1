"""Model calls: pinned snapshots, patient retries, whole answers only."""

import logging
import time

import openai
from openai import OpenAI

log = logging.getLogger("model")
SNAPSHOT = "2026-06-18"  # traces: 16 % of runs end badly with it, 27 % with 2026-11-03
TRIES = 6


class ModelDown(Exception):
    pass


class Models:
    def __init__(self) -> None:
        self.client = OpenAI(max_retries=0, timeout=40)
        try:
            self.known = {model.id for model in self.client.models.list().data}
        except openai.APIError:
            self.known = None

    def pin(self, alias: str) -> str:
        name = f"{alias}-{SNAPSHOT}"
        return name if self.known is None or name in self.known else alias

    def chat(self, alias: str, messages: list[dict], max_tokens: int = 1500, **options):
        name = self.pin(alias)
        for attempt in range(TRIES):
            try:
                response = self.client.chat.completions.create(
                    model=name, messages=messages, max_tokens=max_tokens, temperature=0.0, **options
                )
                choice = response.choices[0]
                if choice.finish_reason == "length":
                    log.warning("answer cut at %d tokens", max_tokens)
                    max_tokens *= 2
                    continue
                if choice.message.content or choice.message.tool_calls:
                    return choice.message
                log.warning("empty answer")
            except openai.NotFoundError:
                name = alias
            except openai.APIError as error:
                log.warning("model: %s", str(error)[:200])
            time.sleep(min(0.2 * 2**attempt, 3))
        raise ModelDown(alias)
