"""Pydantic AI's agent at the refund desk."""

from __future__ import annotations

from desk import GOES, MODEL, Desk, work
from openai import AsyncOpenAI
from pydantic_ai import Agent, Tool
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


def answer(desk: Desk, system: str, mail: str) -> None:
    client = AsyncOpenAI(api_key=desk.token, max_retries=6)
    model = OpenAIChatModel(MODEL, provider=OpenAIProvider(openai_client=client))
    agent = Agent(
        model, system_prompt=system, tools=[Tool(each, sequential=True) for each in desk.tools], retries=4
    )
    history = []
    for _ in range(GOES):
        done = agent.run_sync(mail, message_history=history, model_settings={"temperature": 0})
        if desk.replied:
            return
        history, mail = done.all_messages(), "Go on."


work(answer)
