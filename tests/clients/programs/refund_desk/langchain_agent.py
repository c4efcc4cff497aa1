"""LangChain's own agent at the refund desk."""

from __future__ import annotations

from typing import Any

from desk import GOES, MODEL, Desk, work
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI


def answer(desk: Desk, system: str, mail: str) -> None:
    model = ChatOpenAI(model=MODEL, api_key=desk.token, temperature=0, max_retries=6)
    agent = create_agent(model, [tool(each) for each in desk.tools], system_prompt=system)
    messages: list[Any] = [HumanMessage(mail)]
    for _ in range(GOES):
        messages = agent.invoke({"messages": messages}, {"recursion_limit": 40})["messages"]
        if desk.replied:
            return
        messages.append(HumanMessage("Go on."))


work(answer)
