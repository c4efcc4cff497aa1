"""A line for each question that a prompt numbers: what the case says to it, and what a proposal has wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.deciding.aspects import held, looked_at
from exercises.flaky_agent_trace.reading.gone_through import numbered, wants_each
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.topics import topics_of
from exercises.flaky_agent_trace.reading.worksheets import worksheet_in
from exercises.flaky_agent_trace.shop.policy import barriers
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text
from exercises.flaky_agent_trace.writing.worksheets import filled

_FIRST = re.compile(r"(?<=[?.:;])\s")
_LINES = (
    "sender", "desk", "settled", "earlier", "amount", "order", "items", "time", "rules", "issue", "action",
)  # fmt: skip
"""The topics for which there is a line, what is rarer before what many questions touch upon."""
_ASPECT = {"amount": "amount", "order": "order", "items": "items", "action": "action", "time": "action",
           "rules": "action"}  # fmt: skip


def each_in_a_line(answers: Any, slot: str) -> str:
    """The answers below one another; empty where none are asked for, or one of them is not understood."""
    mind: Mind = answers.mind
    if mind.at_a_loss or not wants_each(mind.contract.schema, slot):
        return ""
    lists = (numbered(mind.scene.without_mail(piece)) for piece in mind.context.of("system", "user"))
    questions = next((found for found in reversed([*lists]) if found), ())
    told = [_topics(question) for question in questions]
    if not told or not all(told) or not (answers.facts.asks and answers.resolution):
        return ""
    objections, lines = list(answers.objections), []
    for topics in told:
        said = "; ".join(filter(None, (_ABOUT[topic](answers) for topic in topics)))
        against = [one for topic in topics for one in _against(topic, answers) if one in objections]
        objections = [one for one in objections if one not in against]
        lines.append("; ".join(dict.fromkeys((said, *against))))
    lines[-1] = "; ".join(filter(None, (lines[-1], *objections)))
    return "\n".join(f"{number}. {_begun(line)}." for number, line in enumerate(lines, 1))


def points_thought_of(answers: Any) -> str:
    """The points that a program wants written down where an answer is thought out, if all are understood."""
    mind: Mind = answers.mind
    sheet = worksheet_in(mind.instructions)
    decides = mind.operation in {"decide", "revise"} and mind.mail.present and not mind.at_a_loss
    return filled(sheet, answers) if sheet is not None and sheet.known and decides else ""


def _begun(line: str) -> str:
    """A line as one begins: with a capital, unless with an address."""
    return line if "@" in line.partition(" ")[0] else f"{line[:1].upper()}{line[1:]}"


def _topics(question: str) -> list[str]:
    """What a question is about: what its first sentence says, else all of it."""
    for part in (_FIRST.split(question)[0], question):
        found = topics_of(part)
        if "order" in found and "items" in found and "amount" not in found:
            return ["order", "items"]
        if topic := next((name for name in _LINES if name in found), None):
            return [topic]
    return []


def _against(topic: str, answers: Any) -> list[str]:
    """What is held against a proposal of what a question is about."""
    aspect = _ASPECT.get(topic, "")
    if topic == "desk" and answers.resolution.action == "escalate":
        aspect = "action"
    if not aspect or (aspect == "action" and topic != "desk" and answers.resolution.action == "escalate"):
        return []
    return held(aspect, answers.mind, answers.resolution, answers.objections)


def _looked_at(name: str, answers: Any) -> str:
    found = dict(looked_at(answers.mind, answers.resolution))
    return found.get(name, "").removeprefix(f"{name}: ")


def _sender(answers: Any) -> str:
    return _looked_at("sender", answers) or "no address is shown to hold the sender's against"


def _desk(answers: Any) -> str:
    own = answers.resolution
    if own.action == "escalate":
        return f"yes: {reason_text(answers.mind, own)}"
    return "no clause sends it to the refunds desk"


def _settled(answers: Any) -> str:
    past = answers("past_refunds")
    return "something was paid back on this order before" if past else "nothing of it was settled before"


def _amount(answers: Any) -> str:
    own = answers.resolution
    if own.action != "refund" or own.amount is None:
        return "nothing is to be paid from here"
    return answers("working") or money_text(own)


def _order(answers: Any) -> str:
    own = answers.resolution
    if own.action == "need_info" or own.order_id is None:
        return "it is not settled which order is meant"
    one = len(answers.mind.orders) > 1 and not answers.belief.guessed
    return f"{own.order_id}{', and no other order of the customer fits' if one else ''}"


def _items(answers: Any) -> str:
    facts = answers.resolution.belief.facts
    entries = [entry for ask in facts.asks for entry in answers.items.of(ask)]
    told = dict.fromkeys(f"{int(e['quantity'] or 1)} x {e['name']}" for e in entries if e.get("name"))
    return ", ".join(told)


def _rules(answers: Any) -> str:
    mind, own = answers.mind, answers.resolution
    days = _looked_at("days", answers)
    if own.action in {"refund", "deny"}:
        ground = f"{'yes' if own.action == 'refund' else 'no'}: {reason_text(mind, own)}"
        return "; ".join(filter(None, (ground, days)))
    kinds = dict.fromkeys(ask.issue.replace("_", " ") for ask in answers.facts.asks)
    barred = bool(barriers(answers.facts)) or own.action == "escalate"
    return "; ".join(filter(None, (", ".join(kinds), days, "not for us to decide" if barred else "")))


def _issue(answers: Any) -> str:
    return ", ".join(dict.fromkeys(ask.issue.replace("_", " ") for ask in answers.facts.asks))


def _action(answers: Any) -> str:
    own = answers.resolution
    what = {
        "refund": f"a refund of {money_text(own)} is due", "deny": "no refund is due",
        "escalate": "it goes to the refunds desk", "need_info": "the customer has to be asked",
    }  # fmt: skip
    return f"{what[own.action]}: {reason_text(answers.mind, own)}"


_ABOUT: dict[str, Callable[[Any], str]] = {
    "sender": _sender, "desk": _desk, "settled": _settled, "earlier": _settled, "amount": _amount,
    "order": _order, "items": _items, "time": _rules, "rules": _rules, "issue": _issue, "action": _action,
}  # fmt: skip
