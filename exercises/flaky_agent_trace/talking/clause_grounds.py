"""What one clause comes to in a case: that it decides, or the fact by which it gives nothing here."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.papers.rulebook import days_over
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.shop.policy import Facts
from exercises.flaky_agent_trace.shop.records import Item, Order
from exercises.flaky_agent_trace.writing.barred import no_barrier
from exercises.flaky_agent_trace.writing.telling import named
from exercises.flaky_agent_trace.writing.wording import reason_text

from .standing import counted

_ISSUES = {
    "changed_mind": "a return for a change of mind", "damaged": "damaged or faulty goods",
    "wrong_item": "a wrong item", "late": "a late delivery", "not_arrived": "a parcel that has not come",
    "cancel": "a cancellation", "goodwill": "goodwill", "already_paid_back": "money that went back already",
}  # fmt: skip
_BROKEN = frozenset({"damaged", "wrong_item"})


def clause_ground(id: str, mind: Mind, answers: Answers) -> str:
    """What a clause says of this case, and which one decides where it does not."""
    seen = mind.clauses.get(id)
    if seen is None:
        return f"There is no clause {id} in what I was given."
    own = answers.resolution
    text = " ".join(worded(seen).split())
    if id in own.reason.split():
        days = " ".join(counted(answers)) if own.action != "escalate" else ""
        return f"{id} is what decides here: “{text}” {days}".rstrip()
    if seen.clause.own or answers.facts.order is None:
        return f"{id} says: “{text}” I went by something else: {reason_text(mind, own)}."
    about = f"{id} is about {letters().matters[id]}" if id in letters().matters else f"{id} says: “{text}”"
    fact = _fact(id, mind, answers, answers.facts, answers.facts.order)
    return f"{about}{f', and {fact}' if fact else ''}. What decides here: {reason_text(mind, own)}."


def _fact(id: str, mind: Mind, answers: Answers, facts: Facts, order: Order) -> str:
    """The fact by which a clause gives nothing here; empty where there is none to tell."""
    issues = {ask.issue for ask in facts.asks}
    asked = " and ".join(_ISSUES[ask.issue] for ask in facts.asks) or "nothing of the kind"
    first = answers.resolution.reason.split()[0]
    late = any((days_over(ask, facts, answers.resolution.kept) or 0) > 0 for ask in facts.asks)
    if id in {"R-1", "R-2", "R-3"} and "changed_mind" not in issues:
        return f"the mail is about {asked}"
    if id in {"D-1", "D-2"} and not issues & _BROKEN:
        return f"the mail reports no damage and no wrong item, but {asked}"
    if id == "D-1":
        return "it was told too late for that" if late else f"{first} goes before it here"
    if id == "L-1":
        return _no_delay(issues, order, mind.clauses[id].clause.numbers, asked)
    if id == "R-2":
        return _no_opened_electronics(answers, facts, order)
    plain = {
        "R-1": f"{first} goes before it here", "R-3": "nothing that is asked about is marked final sale",
        "D-2": "" if late else "it was told in time",
        "L-2": f"{order.id} was delivered on {order.delivered}" if order.delivered else "",
        "L-3": "" if "not_arrived" in issues else "the mail does not say that the parcel never came",
        "L-4": "" if "cancel" in issues else f"no cancellation is asked for; {order.id} is {order.status}",
    }  # fmt: skip
    return plain[id] if id in plain else no_barrier(id, facts, order)


def _no_delay(issues: Collection[str], order: Order, numbers: Mapping[str, int], asked: str) -> str:
    """How late it came, and that nobody complains of it."""
    least = numbers.get("late_days")
    if order.delivered is None:
        return f"{order.id} has not been delivered"
    days = (order.delivered - order.promised).days
    late = f"{days} days after" if days > 0 else "no later than" if days < 0 else "on"
    said = f"{order.id} was delivered on {order.delivered}, {late} the promised date"
    if least is not None and days <= least:
        return f"{said}, where more than {least} days count"
    return (
        said if "late" in issues else f"{said}, but the mail does not complain of that: it is about {asked}"
    )


def _no_opened_electronics(answers: Answers, facts: Facts, order: Order) -> str:
    wanted = {sku for ask in facts.asks for sku, _ in ask.items}
    items = [item for item in order.items if not wanted or item.sku in wanted]
    if electronics := [item for item in items if item.category == "electronics"]:
        return f"nothing says that the {_names(answers, electronics)} has been opened"
    return f"the {_names(answers, items)} {'is' if len(items) == 1 else 'are'} not electronics"


def _names(answers: Answers, items: list[Item]) -> str:
    return " and ".join(named(answers, item.sku).removesuffix(f" ({item.sku})") for item in items)
