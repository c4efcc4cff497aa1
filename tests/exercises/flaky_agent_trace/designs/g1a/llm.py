"""Model access: pinned snapshots, retries, strict JSON into pydantic models."""

import json
import logging
import time
from typing import TypeVar

import openai
from openai import OpenAI
from pydantic import BaseModel, ValidationError

log = logging.getLogger("llm")

TRIES = 4


class ModelDown(Exception):
    """The provider gives no usable answer."""


def strict(schema: dict) -> dict:
    """A pydantic schema as the strict mode of structured outputs wants it."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" or "properties" in schema:
            schema["additionalProperties"] = False
            schema["required"] = list(schema.get("properties", {}))
        schema.pop("default", None)
        schema.pop("title", None) if isinstance(schema.get("title"), str) else None
        for value in schema.values():
            strict(value)
    elif isinstance(schema, list):
        for value in schema:
            strict(value)
    return schema


T = TypeVar("T", bound=BaseModel)


class Model:
    def __init__(self, client: OpenAI, alias: str) -> None:
        self.client, self.alias = client, alias
        self.name = self._pin(alias)

    def _pin(self, alias: str) -> str:
        """The oldest dated snapshot behind the alias: aliases move without notice."""
        for _ in range(3):
            try:
                dated = sorted(m.id for m in self.client.models.list() if m.id.startswith(alias + "-"))
                return dated[0] if dated else alias
            except openai.APIError as error:
                log.warning("cannot list models: %s", error)
                time.sleep(0.2)
        return alias

    def complete(self, messages: list[dict], **options):
        """One non-streamed completion, with retries."""
        pause = 0.2
        for attempt in range(1, TRIES + 1):
            try:
                response = self.client.chat.completions.create(model=self.name, messages=messages, temperature=0, **options)
                choice = response.choices[0]
                if choice.finish_reason == "length":
                    raise ValueError("cut off")
                return choice.message
            except openai.NotFoundError:
                if self.name == self.alias:
                    raise ModelDown("no such model") from None
                self.name = self.alias
            except (openai.APIError, ValueError, IndexError) as error:
                if isinstance(error, openai.BadRequestError):
                    raise
                log.warning("model call failed (%d/%d): %s", attempt, TRIES, error)
                time.sleep(pause)
                pause *= 2
        raise ModelDown(self.name)

    def extract(self, kind: type[T], system: str, user: str, max_tokens: int = 1500) -> T:
        """An answer of the given shape."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        response_format = {
            "type": "json_schema",
            "json_schema": {"name": kind.__name__.lower(), "strict": True, "schema": strict(kind.model_json_schema())},
        }
        for _ in range(3):
            message = self.complete(messages, response_format=response_format, max_tokens=max_tokens)
            text = (message.content or "").strip().removeprefix("```json").removeprefix("```").removesuffix("```")
            try:
                return kind.model_validate_json(text)
            except ValidationError as error:
                log.warning("%s: %s", kind.__name__, error)
                messages = [
                    *messages[:2],
                    {"role": "assistant", "content": message.content or ""},
                    {"role": "user", "content": f"That does not match the schema: {error}. Answer again with corrected JSON only."},
                ]
        raise ModelDown(f"no valid {kind.__name__}")

    def text(self, system: str, user: str, max_tokens: int = 600) -> str:
        message = self.complete(
            [{"role": "system", "content": system}, {"role": "user", "content": user}], max_tokens=max_tokens
        )
        return (message.content or "").strip()
