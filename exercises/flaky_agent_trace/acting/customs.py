"""Tools of a program's own: one to say which order is meant, to ask the customer, to turn a request down."""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.judgement import Resolution, resolve
from exercises.flaky_agent_trace.deciding.perception import Belief, perceive
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.orders import described
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.wording import reason_text, reply_body
from harness.exchange import ToolCall
from harness.simulation.calling.tools import Offered
from harness.simulation.filling.defined import applies, with_definitions
from harness.simulation.filling.schema import Filling

from .hands import Hands

Json = Any
_QUESTION = re.compile(r"question|clarif|query|prompt|ask", re.IGNORECASE)
_FROM_ONE = re.compile(
    r"\b(?:from|at|with) (?:1|one)\b|\b(?:1|one)[ -]based\b|\b1 (?:is|=|for|means) (?:the )?first",
    re.IGNORECASE,
)
_NONE = re.compile(r"(?<![\w.])-1\b")
_LAST_RESORT = ("need_info", "escalate", "reply", "get_policy", "get_order", "search_orders", "select_order")
"""What is called where something must be and nothing fits: never what moves money."""


class Customs(Hands):
    """The tools that a program has made up, where they fit."""

    def _selection(self, belief: Belief) -> ToolCall | None:
        """The order that is meant, said by the tool for it; asked back where that is not settled."""
        select, ask = self.mind.contract.tool("select_order"), self.mind.contract.tool("need_info")
        told = [deed for deed in self.mind.deeds if deed.kind == "select_order"]
        if select is None or len(told) > 1 or any(not deed.trouble for deed in told):
            return None
        if belief.order_id is None and ask is not None:
            return self._own(ask, resolve(self.mind, belief, self.noise))
        return self._select(select, belief.order_id)

    def _select(self, select: Offered, order_id: str | None) -> ToolCall:
        own = select.named("index")
        part = (select.spec.schema.get("properties") or {}).get(own, {}) if own else {}
        told = f"{self.mind.instructions}\n{select.spec.description}\n{part.get('description') or ''}"
        index: int | None = None
        if order_id is not None:
            index = place(self.mind, order_id) + bool(_FROM_ONE.search(told))
        elif _NONE.search(told):
            index = -1
        why = f"{order_id} is the order that the mail is about" if order_id else "it is not settled"
        arguments: dict[str, Json] = {"order_id": order_id, "index": index, "reason": why}
        return self._call(select, arguments, self._besides(select))

    def _besides(self, tool: Offered) -> dict[str, Json]:
        """What else such a tool wants to know, by its own names."""
        schema = tool.spec.schema
        filling = Filling(vocabulary().ontology, schema)
        answers = Answers(self.mind, perceive(self.mind, self.noise), self.noise)
        properties = schema.get("properties")
        needed, table = schema.get("required") or (), filling.ontology.predicates
        return {
            own: filling.fill(with_definitions(part, self.mind.instructions), answers, path=own)
            for own, part in (properties.items() if isinstance(properties, dict) else ())
            if own not in tool.arguments
            and (
                own in needed or applies(table, str(filling.resolve(part).get("description") or ""), answers)
            )
        }

    def _own(self, tool: Offered, resolution: Resolution) -> ToolCall:
        """A call of a tool that ends the case in a way of its own."""
        mind = self.mind
        asking = tool.kind == "need_info"
        if asking and resolution.action != "need_info":
            resolution = Resolution("need_info", resolution.order_id, None, None, "", resolution.belief)
        body = reply_body(mind, resolution, self.noise)
        own = tool.named("body") or ""
        if asking and _QUESTION.search(own):
            body = body.split("\n\n")[1]
        why = reason_text(mind, resolution) if resolution.reason else "the order has to be known"
        missing = tool.named("missing")
        kind = (tool.spec.schema.get("properties") or {}).get(missing, {}).get("type") if missing else ""
        arguments: dict[str, Json] = {
            "order_id": resolution.order_id,
            "reason": why,
            "body": body,
            "missing": ["order number"] if kind == "array" else "order number",
        }
        return self._call(tool, arguments, self._besides(tool))

    def _must(self, resolution: Resolution) -> ToolCall | None:
        """The call where the API wants one and none fits."""
        mind = self.mind
        tools = [tool for tool in mind.contract.tools if mind.contract.forced in {"", tool.spec.name}]
        fitting = {tool.kind: tool for tool in reversed(tools)}
        kind = next((kind for kind in (resolution.action, *_LAST_RESORT) if kind in fitting), "")
        if not kind:
            return None
        tool = fitting[kind]
        if kind == "select_order":
            return self._select(tool, resolution.order_id)
        if kind in {"need_info", "deny"}:
            return self._own(tool, resolution)
        if kind == "reply":
            body = reply_body(mind, resolution, self.noise)
            return self._call(tool, self._told(resolution, body))
        sender = resolution.belief.facts.sender
        return self._call(tool, {"topic": "all", "email": sender, **self._case(resolution)})


def place(mind: Mind, order_id: str) -> int:
    """Where an order stands among those that the context shows, from 0."""
    shown = [id for id, record in mind.orders.items() if described(record)]
    return shown.index(order_id) if order_id in shown else 0
