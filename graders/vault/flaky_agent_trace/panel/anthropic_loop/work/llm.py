"""One model call, on the Messages API."""

import json
import logging
from dataclasses import dataclass, field

import anthropic
from anthropic import Anthropic

log = logging.getLogger("llm")

MAX_TOKENS = 700


@dataclass
class Call:
    """A tool call as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass
class Answer:
    """A model's turn."""

    text: str = ""
    calls: list[Call] = field(default_factory=list)

    def message(self) -> dict:
        blocks: list[dict] = [{"type": "text", "text": self.text}] if self.text else []
        blocks += [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.arguments)}
            for call in self.calls
        ]
        return {"role": "assistant", "content": blocks or [{"type": "text", "text": "…"}]}


class Model:
    """A chat model with tools."""

    def __init__(self, client: Anthropic, name: str) -> None:
        self.client = client
        self.name = name
        self.tokens = 0

    def answer(self, messages: list[dict], tools: list[dict]) -> Answer | None:
        """The model's next turn, `None` when the endpoint doesn't give one."""
        functions = [tool["function"] for tool in tools]
        try:
            reply = self.client.messages.create(
                model=self.name,
                system=messages[0]["content"],
                messages=messages[1:],
                tools=[
                    {"name": f["name"], "description": f["description"], "input_schema": f["parameters"]}
                    for f in functions
                ],
                max_tokens=MAX_TOKENS,
            )
        except anthropic.APIError as error:
            log.warning("model call failed: %s", error)
            return None
        self.tokens += reply.usage.input_tokens + reply.usage.output_tokens
        answer = Answer()
        for block in reply.content:
            if block.type == "text":
                answer.text += block.text
            elif block.type == "tool_use":
                answer.calls.append(Call(block.id, block.name, json.dumps(block.input)))
        return answer

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
