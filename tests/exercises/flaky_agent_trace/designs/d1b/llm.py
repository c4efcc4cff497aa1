"""Calls of the model: pinned snapshots, retries, and answers that are whole and valid or none at all."""

import json
import logging
import os
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")

TRIES = 5
# The traces: 16 % of the runs on this snapshot end badly, 27 % of those that the alias sends to 2026-11-03.
PINNED = "2026-06-18"


class NoAnswer(Exception):
    """The model gave nothing that can be used."""


class Unusable(Exception):
    """The model answers, but not with anything that holds. Waiting won't help."""


class Model:
    def __init__(self) -> None:
        # Retries are ours.
        self.client = OpenAI(max_retries=0, timeout=40)
        self.names: dict[str, str] = {}

    def name(self, size: str) -> str:
        """The snapshot to ask for, by size: LARGE, MEDIUM or SMALL."""
        if size not in self.names:
            alias = os.environ[f"TAKEHOME_MODEL_{size}"]
            try:
                listed = sorted(m.id for m in self.client.models.list() if m.id.startswith(alias + "-"))
            except openai.APIError as error:
                log.warning("cannot list models: %s", error)
                return alias
            pinned = [name for name in listed if name.endswith(PINNED)]
            self.names[size] = (pinned or listed or [alias])[0]
        return self.names[size]

    def text(self, size: str, messages: list[dict], max_tokens: int, check=None, **options) -> str:
        problem, unusable = "?", 0
        for attempt in range(TRIES):
            if attempt > unusable:  # no need to wait after an answer that merely wasn't any good
                time.sleep(min(0.4 * 2**attempt, 4))
            try:
                answer = self.client.chat.completions.create(
                    model=self.name(size), messages=messages, max_tokens=max_tokens,
                    temperature=0 if not attempt else 0.4, **options)
            except openai.BadRequestError:
                raise
            except openai.APIError as error:
                problem = str(error)
                log.warning("model call failed: %s", problem)
                continue
            if not answer.choices:
                problem = "no choice"
                continue
            choice = answer.choices[0]
            text = (choice.message.content or "").strip()
            if choice.finish_reason == "length" or not text:
                problem = f"finish_reason {choice.finish_reason}, {len(text)} characters"
                log.warning("%s", problem)
                continue
            try:
                return check(text) if check else text
            except (ValueError, KeyError, TypeError) as error:
                problem = f"unusable answer: {error}: {text[:1500]}"
                log.warning("%s", problem)
                unusable += 1
                if unusable == 3:
                    raise Unusable(problem) from error
        raise NoAnswer(problem)

    def json(self, size: str, messages: list[dict], name: str, schema: dict, check, max_tokens: int = 1500):
        """An object of that schema, passed through `check`, which raises ValueError for what doesn't hold."""
        form = {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}
        return self.text(size, messages, max_tokens, lambda text: check(json.loads(text)), response_format=form)
