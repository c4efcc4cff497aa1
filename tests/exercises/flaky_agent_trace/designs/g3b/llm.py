"""Model calls: not streamed, retried with back-off, pinned to the snapshot that was current at the start."""

import logging
import os
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")


BUDGET = 55  # calls per ticket; main.py refills it. The house allows 60.


class ModelDown(Exception):
    pass


class Model:
    def __init__(self) -> None:
        self.client = OpenAI(max_retries=0, timeout=20)
        self.pinned: dict[str, str] = {}
        self.left = BUDGET

    def ask(self, size: str, system: str, user: str, *, max_tokens: int = 500, temperature: float = 0.3, **more) -> str:
        alias = os.environ[f"TAKEHOME_MODEL_{size.upper()}"]
        for attempt in range(5):
            if attempt:
                time.sleep(min(0.25 * 2**attempt, 4))
            self.left -= 1
            if self.left < 0:
                raise ModelDown("out of calls for this ticket")
            try:
                r = self.client.chat.completions.create(
                    model=self.pinned.get(alias, alias), max_tokens=max_tokens, temperature=temperature,
                    messages=[{"role": "system", "content": system}, {"role": "user", "content": user}], **more)
            except openai.APIError as error:
                if isinstance(error, openai.NotFoundError):
                    self.pinned.pop(alias, None)
                log.warning("model: %s", str(error)[:120])
                continue
            self.pinned.setdefault(alias, r.model)
            choice = r.choices[0]
            if choice.message.content and choice.finish_reason != "length":
                return choice.message.content
        raise ModelDown(alias)
