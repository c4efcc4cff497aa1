"""Calls to the model (Messages API): a forced tool for structured answers, plain text for letters."""

import json
import logging
import time

import anthropic
import jsonschema

log = logging.getLogger("llm")

TRIES = 4


class NoAnswer(Exception):
    """The model gave nothing usable."""


class Model:
    def __init__(self, client: anthropic.Anthropic, names: list[str]) -> None:
        self.client = client
        self.names = names

    def structured(self, system: str, messages: list[dict], tool: dict) -> dict:
        def read(response) -> dict:
            for block in response.content:
                if block.type == "tool_use" and block.name == tool["name"]:
                    value = block.input
                    value = json.loads(value) if isinstance(value, str) else value
                    jsonschema.validate(value, tool["input_schema"])
                    return value
            raise ValueError("no call of the tool")

        return self._call(
            read,
            system=system,
            messages=messages,
            tools=[tool],
            tool_choice={"type": "tool", "name": tool["name"]},
            max_tokens=2000,
        )

    def text(self, system: str, content: str) -> str:
        def read(response) -> str:
            text = "".join(block.text for block in response.content if block.type == "text").strip()
            if not text:
                raise ValueError("empty")
            return text

        return self._call(
            read, system=system, messages=[{"role": "user", "content": content}], max_tokens=700
        )

    def _call(self, read, **request):
        for attempt in range(TRIES * len(self.names)):
            if attempt:
                time.sleep(min(0.1 * 2**attempt, 2))
            name = self.names[attempt // TRIES]
            try:
                response = self.client.messages.create(model=name, **request)
                if response.stop_reason == "max_tokens":
                    raise ValueError("cut off")
                return read(response)
            except (anthropic.APIError, ValueError, jsonschema.ValidationError) as error:
                log.warning("%s: %.200s", name, error)
        raise NoAnswer
