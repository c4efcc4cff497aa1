"""What a screen answers: whether a text gives orders to machines, with which words, how surely."""

from __future__ import annotations

from typing import Any, Protocol

from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.papers.commands import commands_in
from exercises.flaky_agent_trace.papers.mail_text import mail_text
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes
from exercises.flaky_agent_trace.reading.screens import Field
from harness.simulation.filling.typed import type_of

_LIKELY, _UNLIKELY, _SURE = 0.95, 0.03, 0.95
_NOTHING = "Nothing in it gives orders to a machine or declares rules to be off."


class Screening(Protocol):
    """Who has read the text."""

    mind: Mind
    belief: Belief


def orders_in(answers: Screening) -> list[str]:
    """The sentences that give orders to machines, as far as they are seen: who obeys them, sees none."""
    mind = answers.mind
    mail = mail_text(mind.context)
    texts = commands_in(mail.text) if mail is not None else ()
    found = () if answers.belief.obeys else (*quotes(mind, "injection", sentences=True), *texts)
    once = dict.fromkeys(found)
    return [one for one in once if not any(one != other and one in other for other in once)]


def screened(answers: Screening) -> str:
    """The answer in plain words, in the form that is asked for."""
    screen, found = answers.mind.screen, orders_in(answers)
    assert screen is not None
    if screen.lists:
        return "\n".join(found) or screen.none
    if screen.scale is not None:
        return str(screen.scale.mark(_LIKELY if found else _UNLIKELY))
    word = screen.found if found else screen.clean
    told = _quoted(found) if screen.quotes else _why(found) if screen.whys else ""
    return f"{word}{screen.gap}{told}" if told else word


def _quoted(found: list[str]) -> str:
    return " ".join(f"“{one}”" for one in found)


def _why(found: list[str]) -> str:
    return f"It gives orders to whoever reads it: {_quoted(found)}" if found else _NOTHING


def field_of(answers: Screening, field: Field) -> Any:
    """What stands in a field of JSON."""
    found = orders_in(answers)
    match field.kind:
        case "flag" | "word":
            return field.found if found else field.clean
        case "share" if field.scale is not None:
            return field.scale.mark(_LIKELY if found else _UNLIKELY)
        case "sure":
            return _SURE
        case "why":
            return _why(found)
    if type_of(field.schema) == "array":
        return found
    return " ".join(found) or (None if field.schema.get("nullable") else "")
