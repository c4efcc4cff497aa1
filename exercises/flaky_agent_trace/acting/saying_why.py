"""The sentence beside a call where the program wants to read why it is made, in words of the case."""

from __future__ import annotations

import json
from collections.abc import Iterator

from exercises.flaky_agent_trace.deciding.calls import done_so_far
from exercises.flaky_agent_trace.deciding.judgement import Resolution, resolve
from exercises.flaky_agent_trace.deciding.perception import perceive
from exercises.flaky_agent_trace.deciding.questions import in_trouble
from exercises.flaky_agent_trace.papers.deeds import LOOKS
from exercises.flaky_agent_trace.reading.feedback import in_short
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.wording import outcome, thought
from harness.exchange import Text, ToolCall
from harness.simulation.calling.tools import Offered
from harness.simulation.noise import Noise
from harness.simulation.reading.text import fold

_DEEDS = frozenset({"refund", "escalate", "deny", "need_info"})


def with_why(
    mind: Mind, noise: Noise, parts: list[Text | ToolCall], meant: Resolution | None
) -> list[Text | ToolCall]:
    """The calls with what is said before them; as they are where the program wants none, or it is said.

    `meant`: what was carried out, where something was.
    """
    calls = [part for part in parts if isinstance(part, ToolCall)]
    wanted = mind.briefing.explains and calls and not mind.contract.required
    if not wanted or any(isinstance(part, Text) for part in parts):
        return parts
    tools = {tool.spec.name: tool for tool in mind.contract.tools}
    known = [(tools[part.name], part) for part in calls if part.name in tools]
    said = " ".join(dict.fromkeys(filter(None, _told(mind, noise, known, meant))))
    return [Text(said), *parts] if said else parts


def _told(
    mind: Mind, noise: Noise, calls: list[tuple[Offered, ToolCall]], meant: Resolution | None
) -> Iterator[str]:
    belief = perceive(mind, noise)
    own = meant or resolve(mind, belief, noise)
    if (deed := in_trouble(mind)) is not None and deed.trouble in {"invalid", "refused"}:
        error = in_short(deed.result or "")
        yield (
            f"That was turned down: “{error}”." if error else "That was turned down, so I go by what it says."
        )
    for tool, call in calls:
        if tool.kind in LOOKS:
            yield _looked_up(mind, tool, call)
        elif tool.kind in _DEEDS:
            yield thought(mind, own, noise)
        elif tool.kind == "reply":
            done = done_so_far(mind, belief)
            who = mind.sender_name or "the customer"
            yield thought(mind, own, noise) if done is None else f"{outcome(done)} Now {who} has to be told."
        else:
            yield f"Before I decide I call {tool.spec.name}{_with(call)}."


def _looked_up(mind: Mind, tool: Offered, call: ToolCall) -> str:
    """Why something is looked up."""
    if tool.kind == "get_policy":
        return "What is due depends on the rules, so I read them before I decide."
    if tool.kind == "search_orders":
        return f"I have to know which order this is about, so I look for the orders{_with(call)}."
    given = _arguments(call)
    ids = [str(one) for value in given.values() for one in (value if isinstance(value, list) else [value])]
    mail = fold(mind.scene.mail.plain)
    named = [id for id in ids if id and mind.mail.present and mail.has(id)]
    if named:
        return f"The mail names {' and '.join(named)}, so I read what was ordered, paid and delivered."
    which = " and ".join(filter(None, ids)) or "This order"
    return f"{which} may be the order that is meant, so I look into it."


def _arguments(call: ToolCall) -> dict[str, object]:
    try:
        given = json.loads(call.arguments)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _with(call: ToolCall) -> str:
    values = [
        str(value) for value in _arguments(call).values() if isinstance(value, str | int | float) and value
    ]
    return f" with {', '.join(values)}" if values else ""
