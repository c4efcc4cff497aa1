"""A case that somebody tells in a sentence of their own, in place of the mail, beside order and rules."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief, received
from exercises.flaky_agent_trace.papers.orders import described, order_from
from exercises.flaky_agent_trace.papers.rulebook import days_over
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.narrow import article_names
from exercises.flaky_agent_trace.reading.one_article import article_in
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import Ask, Facts, decide
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text

from .posed import issue_in
from .stated_facts import stated, with_all

_TELLS = re.compile(
    r"\b(?:customer|client|buyer|caller|shopper|lady|gentleman|woman|man|person|she|he|they)\b[^.?!\n]{0,50}?"
    r"\b(?:wants?|wanted|wrote|writes|calls?|called|(?:does|did)(?: not|n['’]t) (?:like|want)"
    r"|would like|asks?|asked|demands?|insists?|requests?|claims?|complains?|says?"
    r"|said|changed"
    r"|returns?|returned|never (?:got|received)|did(?: not|n['’]t) (?:get|receive)|is (?:un)?happy"
    r"|regrets?|sent"
    r"|cancels?|cancelled|needs?)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\b(?:money back|refund\w*|reimburs\w*|paid back|money)\b", re.IGNORECASE)
_FORM = re.compile(
    r"\b(?:json|xml|yaml|csv|draft|letter|reply|e-?mail|one word|translate|summari[sz]e)\b"
    r"|(?-i:\b[A-Z]{3,12}:)",
    re.IGNORECASE,
)
_LONGEST = 80
"""Words of what is told."""


def dispatched(mind: Mind) -> str:
    """What is due on the order as it is told, or what has to be known for that; empty where none is told."""
    told = _told_by(mind)
    if not told or not mind.clauses or len(mind.orders) != 1 or len(told.split()) > _LONGEST:
        return ""
    if not _TELLS.search(told) or _FORM.search(told):
        return ""
    (id, record), *_ = mind.orders.items()
    order = order_from(record, id, "") if described(record) else None
    issue = issue_in(told)
    if order is None or not (issue or _MONEY.search(told)):
        return ""
    rules = {known: seen.clause for known, seen in mind.clauses.items()}
    sku = article_in(article_names(mind), told)
    items = ((sku, None),) if sku else ()
    ask = Ask(cast("Any", issue or "changed_mind"), items)
    facts = Facts(order, (ask,), order.customer.email, received(mind, record))
    said = stated(told, facts.received.year)
    facts = with_all(facts, said)
    dated = "request" in {one.about for one in said}
    own = _resolution(facts, rules)
    if own.action == "escalate":
        return f"Whatever the reason, {id} has to go to the refunds desk: {reason_text(mind, own)}."
    if not issue:
        return _why_first(facts, rules, id)
    return _told(mind, own, dated=dated)


_A_SCRAP = 0.15
"""Of a mail: words that any sentence about it has."""


def _told_by(mind: Mind) -> str:
    """What the last message says in its own words; empty where a mail, a reading or a proposal is there."""
    if mind.mail.share > _A_SCRAP or mind.proposal or mind.deeds or mind.context.said:
        return ""
    if mind.claims is None:
        return mind.asked_last
    told = mind.claims.values.get("asks") or []
    own = [str(ask.get("said") or "") for ask in told if isinstance(ask, dict)]
    plain = mind.retold and all(own) and not mind.claims.own and not mind.claims.values.get("order_id")
    return "\n".join([*own, mind.asked_last]) if own and plain else ""


def _resolution(facts: Facts, rules: dict[str, Clause]) -> Resolution:
    decision = decide(facts, rules)
    order = facts.order.id if facts.order else None
    return Resolution(
        decision.action, order, decision.amount, decision.currency, decision.reason,
        Belief(order, facts, grounded=True), facts=facts, kept=rules,
    )  # fmt: skip


def _told(mind: Mind, own: Resolution, *, dated: bool) -> str:
    """The decision, with what it takes for granted where no day is told."""
    facts = own.facts
    assert facts is not None
    order = facts.order
    over = days_over(facts.asks[0], facts, own.kept)
    if dated or over is None or order is None or order.delivered is None or own.action != "refund":
        granted = ""
    else:
        allowed = (facts.received - order.delivered).days - over
        granted = (
            f", provided that the customer wrote within {allowed} days of the delivery on {order.delivered}"
        )
    due = {"refund": f"{money_text(own)} is due", "deny": "nothing is due"}.get(
        own.action, "the customer has to be asked first"
    )
    unsaid = granted and " You don't say when that was; the mail itself would settle it."
    return f"As you tell it, {due} on {own.order_id}{granted}: {reason_text(mind, own)}.{unsaid}"


def _why_first(facts: Facts, rules: dict[str, Clause], id: str) -> str:
    """What would be due for which reason, where only money is said to be wanted."""
    found = []
    for issue, opened, words in _REASONS:
        told = facts.asks[0].opened
        ask = replace(facts.asks[0], issue=cast("Any", issue), opened=opened if told is None else told)
        own = _resolution(replace(facts, asks=(ask,)), rules)
        due = {"refund": f"{money_text(own)} at most", "deny": "nothing"}.get(
            own.action, "a matter for the desk"
        )
        found.append(f"for {words} {due} ({own.reason.split()[0]})")
    return (
        f"That depends on why and when, which you don't say. On {id} it would be "
        f"{'; '.join(dict.fromkeys(found))}, each only within the handbook's days. "
        "Send me the mail, or tell me what is wrong and when the customer wrote."
    )


_REASONS = (
    ("changed_mind", False, "a change of mind"),
    ("damaged", None, "goods that arrived damaged or faulty"),
)
