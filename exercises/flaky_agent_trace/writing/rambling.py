"""Grounds told at length: the mail, each order, the rules one by one."""

from __future__ import annotations

import datetime as dt
import json
import re

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters
from harness.simulation.noise import Noise
from harness.simulation.reading.records import Record


def at_length(mind: Mind, noise: Noise, text: str) -> str:
    """Sometimes a model goes through everything that it has read: a small limit then cuts its JSON."""
    fires = _has_room(mind) and noise.fires("rambles", mind.features, subject=mind.about)
    return rambling(mind, text) if fires else text


def rambling(mind: Mind, text: str) -> str:
    """Grounds with all that was gone through for them: the mail, each order, then the rules at hand."""
    said = []
    if mind.mail.present and mind.sender_name:
        when = f" of {mind.mail.received:%d %B %Y}" if mind.mail.received else ""
        said.append(f"First the mail{when} from {mind.sender_name}, as far as it bears on a refund.")
    said += [f"Order {id}: {_seen_of(order)}." for id, order in mind.orders.items()]
    said += [
        _weighed(number, id, text)
        for number, id in enumerate(id for id in mind.clauses if id in letters().matters)
    ]
    return " ".join([*said[:9], f"So: {text}"])


def _has_room(mind: Mind) -> bool:
    """Whether the form has a field for all that: one for thoughts, and not merely for a reason."""
    return mind.contract.schema is None or _THOUGHTS.search(json.dumps(mind.contract.schema)) is not None


_THOUGHTS = re.compile(
    r"\"\w{0,20}(?:reasoning|analys|think|thought|scratch|chain|steps|explanation|rationale|working"
    r"|notes)\w{0,20}\": ",
    re.IGNORECASE,
)


_ASIDE = (
    "does not come into it",
    "is not what this is about",
    "has nothing to say here",
    "can be left aside",
)


def _weighed(number: int, id: str, text: str) -> str:
    """Whether a rule is the one that the grounds name."""
    about = letters().matters[id]
    if id in text or any(said in text for said in letters().denials.get(id, ())):
        return f"{id}, on {about}: this is the one that applies."
    if id in {"I-1", "I-2"}:
        return f"{id}, on {about}: nothing is in doubt."
    return f"{id}, on {about}, {_ASIDE[number % len(_ASIDE)]}."


def _seen_of(order: Record) -> str:
    """What an order's record shows, in a few words."""
    dates = {
        "placed": order.get("placed"),
        "promised for": order.get("promised"),
        "delivered": order.get("delivered"),
    }
    said = [f"{name} {day:%d %B %Y}" for name, day in dates.items() if isinstance(day, dt.date)]
    items = [str(part.get("name") or part.get("sku")) for part in order.parts.get("items", [])]
    return "; ".join([*said, ", ".join(items)]).strip("; ") or "only its number is known"
