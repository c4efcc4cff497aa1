"""Chat turns with tools, retried with back-off; a second model when the first one stays silent."""

import json
import logging
import random
import time

import openai
from openai import OpenAI

log = logging.getLogger("llm")


class ModelDown(Exception):
    pass


class Chat:
    def __init__(self) -> None:
        self.client = OpenAI(max_retries=0, timeout=25)

    def turn(self, models: list[str], messages: list[dict], tools: list[dict]) -> dict:
        """The assistant's message, with tool calls whose arguments parse."""
        problem: object = None
        max_tokens = 1600
        for attempt in range(7):
            if attempt:
                time.sleep(min(4.0, 0.3 * 2**attempt) * random.uniform(0.7, 1.3))
            try:
                answer = self.client.chat.completions.create(
                    model=models[min(attempt // 4, len(models) - 1)],
                    messages=messages,
                    tools=tools,
                    tool_choice="required",
                    temperature=0.2,
                    max_tokens=max_tokens,
                )
            except openai.APIError as error:
                problem = error
                continue
            choice = answer.choices[0]
            if choice.finish_reason == "length":
                problem, max_tokens = "cut off", max_tokens * 2
                continue
            calls = choice.message.tool_calls or []
            try:
                for call in calls:
                    if not isinstance(json.loads(call.function.arguments or "{}"), dict):
                        raise ValueError("arguments are no object")
            except ValueError as error:
                problem = error
                continue
            message: dict = {"role": "assistant", "content": choice.message.content}
            if calls:
                message["tool_calls"] = [
                    {
                        "id": call.id,
                        "type": "function",
                        "function": {"name": call.function.name, "arguments": call.function.arguments or "{}"},
                    }
                    for call in calls
                ]
            return message
        raise ModelDown(str(problem))
