"""Structured and plain calls to the model, with retries, fallbacks and a pinned snapshot."""

from __future__ import annotations

import logging
import os
import random
import time
from typing import TypeVar

import openai
from openai import OpenAI
from pydantic import BaseModel, ValidationError

log = logging.getLogger("llm")
Shape = TypeVar("Shape", bound=BaseModel)

# The snapshot that our evaluations were made with. Falls back to the alias when it is gone.
PINNED = {"MEDIUM": "meridian-3-medium-2026-06-18"}


class NoModel(Exception):
    """The provider gives no usable answer."""


class Llm:
    def __init__(self) -> None:
        self.client = OpenAI(max_retries=0, timeout=25)
        self.names = {size: os.environ[f"TAKEHOME_MODEL_{size}"] for size in ("LARGE", "MEDIUM", "SMALL")}
        try:
            listed = {model.id for model in self.client.models.list()}
            for size, snapshot in PINNED.items():
                if snapshot in listed:
                    self.names[size] = snapshot
        except openai.APIError as error:
            log.warning("cannot list models: %s", error)

    def structured(self, shape: type[Shape], messages: list[dict], size: str = "MEDIUM") -> Shape:
        """An answer in the given shape."""
        schema = {"name": shape.__name__, "strict": True, "schema": strict(shape.model_json_schema())}
        trouble = ""
        for attempt in range(4):
            text, finish = self._complete(
                messages, size, attempt, response_format={"type": "json_schema", "json_schema": schema}, max_tokens=1500
            )
            if finish == "length":
                trouble = "cut off"
                continue
            try:
                return shape.model_validate_json(text)
            except ValidationError as error:
                trouble = str(error)[:300]
                log.warning("not a %s: %s; it said %.300s", shape.__name__, trouble, text)
        raise NoModel(f"no {shape.__name__}: {trouble}")

    def text(self, messages: list[dict], size: str = "SMALL") -> str:
        for attempt in range(2):
            text, finish = self._complete(messages, size, attempt, max_tokens=500)
            if text.strip() and finish == "stop":
                return text.strip()
        raise NoModel("no text")

    def _complete(self, messages: list[dict], size: str, attempt: int, **options) -> tuple[str, str]:
        name = self.names[size]
        for again in range(5):
            try:
                answer = self.client.chat.completions.create(
                    model=name, messages=messages, temperature=0.0 if attempt == 0 else 0.5, **options
                )
                choice = answer.choices[0]
                if choice.message.refusal:
                    raise NoModel(f"refused: {choice.message.refusal}")
                return choice.message.content or "", choice.finish_reason
            except openai.NotFoundError:
                name = self.names[size] = os.environ[f"TAKEHOME_MODEL_{size}"]
            except openai.BadRequestError:
                raise
            except openai.APIError as error:
                log.warning("model call: %s", error)
                time.sleep(min(3.0, 0.2 * 2**again) * random.uniform(0.7, 1.3))
        raise NoModel("the provider does not answer")


def strict(schema: dict) -> dict:
    """Pydantic's schema in the form that strict structured outputs ask for: no defaults, no titles, all required."""

    def walk(node):
        if isinstance(node, dict):
            node = {key: walk(value) for key, value in node.items() if key not in ("default", "title")}
            if node.get("type") == "object" and "properties" in node:
                node["required"] = list(node["properties"])
                node["additionalProperties"] = False
            return node
        return [walk(value) for value in node] if isinstance(node, list) else node

    # A property may be called "title"; ours is not.
    return walk(schema)
