"""One structured model call: retried, checked against its schema's required fields, with a second choice of model."""

import json
import logging
import os
import random
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

SMALL, MEDIUM, LARGE = (os.environ[f"TAKEHOME_MODEL_{size}"] for size in ("SMALL", "MEDIUM", "LARGE"))


class ModelDown(Exception):
    pass


class Model:
    def __init__(self) -> None:
        self.client = OpenAI(max_retries=0, timeout=20)
        self.calls = 0

    def _complete(self, model: str, messages: list[dict], max_tokens: int, **more: object) -> tuple[str, str]:
        self.calls += 1
        answer = self.client.chat.completions.create(
            model=model, messages=messages, temperature=0, max_tokens=max_tokens, **more
        )
        choice = answer.choices[0]
        return choice.message.content or "", choice.finish_reason

    def extract(self, models: list[str], system: str, user: str, name: str, schema: dict) -> dict:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        form = {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}
        problem: object = None
        max_tokens = 1500
        for attempt in range(6):
            model = models[min(attempt // 4, len(models) - 1)]
            if attempt:
                time.sleep(min(4.0, 0.3 * 2**attempt) * random.uniform(0.7, 1.3))
            try:
                text, reason = self._complete(model, messages, max_tokens, response_format=form)
            except openai.APIError as error:
                problem = error
                continue
            if reason == "length":
                max_tokens *= 2
                problem = "cut off"
                continue
            try:
                data = json.loads(text)
            except json.JSONDecodeError as error:
                problem = error
                continue
            if isinstance(data, dict) and all(key in data for key in schema["required"]):
                return data
            problem = "fields missing"
        raise ModelDown(str(problem))

    def sentence(self, system: str, user: str) -> str:
        """A line of prose; empty when it can't be had, since no ticket should fail for it."""
        try:
            text, reason = self._complete(
                SMALL, [{"role": "system", "content": system}, {"role": "user", "content": user}], 120
            )
        except openai.APIError:
            return ""
        return "" if reason == "length" else " ".join(text.split())
