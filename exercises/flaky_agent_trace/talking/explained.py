"""How a decision comes about, why another would be wrong, and what is to be done next: from its own "
"reasons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.answering.case_texts import next_step_told
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.papers.deeds import LOOKS
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.abroad import asked_in, grounds_in
from exercises.flaky_agent_trace.writing.planned import plan_steps
from exercises.flaky_agent_trace.writing.telling import named, retold
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text, thought
from exercises.flaky_agent_trace.writing.working import working
from harness.simulation.reading.values import Money

from .conceding import agrees, nothing_found, put_forward

_HOW = re.compile(
    r"\b(?:explain|show|describe|tell me|walk (?:me|us) through|lay out|set out|justify|demonstrate|break "
    r"down|detail)\b"
    r"[^.?\n]{0,60}\b(?:how|why|step by step|steps|calculat\w+|comput\w+|working|reasoning|decision|amount"
    r"|sum|maths?"
    r"|conclusion|result|answer|it|refund)\b"
    r"|\bhow (?:did|do|would|have|had|could) (?:you|we|i|one)\b[^.?\n]{0,30}\b(?:get|got|arrive\w*|come"
    r"|came|reach\w*|calculat\w+"
    r"|comput\w+|work\w*|conclude\w*|decid\w+|know|derive\w*)\b"
    r"|\b(?:which|what) (?:facts?|details?|points?)\b[^.?\n]{0,40}\b(?:decid|settl|matter|count|turn)\w*"
    r"|\bhow (?:is|was|are|were) (?:the|this|that|your)\b[^.?\n]{0,40}\b(?:calculat\w+|comput\w+|worked "
    r"out|made up|composed"
    r"|derived|reached|arrived)\b|\bwhat (?:is|are) (?:the|your) (?:reasons?|reasoning|grounds)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"^\W{0,6}(?:and |so |but )?why\b[^.\n]{3,160}|\breasons? (?:why|that)\b[^.\n]{3,100}"
    r"|\bwhat (?:speaks|argues) (?:against|for)\b"
    r"|\b(?:argue|make the case|play devil)[^.\n]{0,60}\b(?:against|advocate|for)\b",
    re.IGNORECASE | re.MULTILINE,
)
_AGAINST = re.compile(
    r"\b(?:wrong|mistake\w*|not|deny|denied|declin\w+|reject\w*|refus\w+|against|devil\w*|incorrect"
    r"|problem\w*|no (?:refund|money)|nothing)\b|n['’]t\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\b(?:refund\w*|pay\w*|paid|money|amount|sum|due)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\bwhat(?:['’]s| is| should| must| would| do| needs| has| comes)\b[^.?\n]{0,40}\b(?:next|now|then|do "
    r"about)\b"
    r"|\bwhat now\b|\bnext (?:steps?|action|move)\b|\bhow (?:should|do|would) (?:we|i|you) (?:proceed|go "
    r"on|continue)\b",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"\b(?:list|which|what|name|show|give|write)\b[^.?\n]{0,30}\b(?:tool|function|api) calls?\b"
    r"|\b(?:which|what) (?:tools?|functions?)\b[^.?\n]{0,30}\b(?:call|use|invoke)\b",
    re.IGNORECASE,
)
_REWRITE = re.compile(
    r"(?:^|[.!?:]\s+|\b(?:please|then|now) )\W{0,4}(?:rewrite|rephrase|reword|restate|paraphrase|put"
    r"|simplify)\b"
    r"[^.\n]{0,60}\b(?:e?-?mail|message|request|letter|ticket|complaint)\b"
    r"(?=[^.\n]{0,80}\b(?:plain|simple|simpler|own|other|few|everyday|clear words|stands? on its own"
    r"|English|without|leav\w+|no)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_CLEANED = re.compile(
    r"\b(?:without|leav\w+ out|remov\w+|strip\w*|drop\w*|omit\w*)\b[^.\n]{0,50}\b(?:instruct\w*|command\w*"
    r"|injection\w*|order\w* to)\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"\b(?:refund|call|payment|request)\b[^.\n]{0,40}\b(?:timed? ?out|no (?:answer|response)|did not "
    r"(?:answer|return)"
    r"|hung|unknown|connection|dropped)\b",
    re.IGNORECASE,
)
OF_A_LETTER = re.compile(r"\b(?:reply|customer that|to the customer|tone|letter|draft)\b", re.IGNORECASE)


def telling_asked(mind: Mind, asked: str) -> str:  # noqa: PLR0911  (the first that it is)
    """Which of them a program asks for: `how`, `why`, `next`, `calls`, `rewrite`, `cleaned`; empty: none."""
    if mind.mail.present and _REWRITE.search(asked):
        return "cleaned" if _CLEANED.search(asked) else "rewrite"
    if mind.mail.present and not mind.clauses and _CALLS.search(asked) and _TOOLS.search(_seen(mind)):
        return "first"
    if not mind.clauses or not (mind.mail.present or mind.claims):
        return ""
    if _CALLS.search(asked):
        return "calls"
    if _LESS.search(asked) or (_WHY.search(asked) and (_MONEY.search(asked) or _AGAINST.search(asked))):
        return "why"
    if _HOW.search(asked) and not OF_A_LETTER.search(asked):
        return "how"
    return "next" if _NEXT.search(asked) else ""


def told_of(which: str, mind: Mind, answers: Answers) -> str:  # noqa: PLR0911  (one text a kind)
    """The text."""
    asked = mind.asked_last if mind.asked_last.strip() else mind.instructions
    match which:
        case "rewrite":
            return retold(answers)
        case "first":
            return _first(mind, answers)
        case "calls":
            return _numbered(_calls(mind, answers))
        case "next":
            return _next(mind, answers)
        case "why":
            return _why(mind, answers, against=bool(_AGAINST.search(asked)))
    if _FEW_SENTENCES.search(asked):
        return _in_sentences(mind, answers, asked)
    return _numbered(_steps(mind, answers))


_FEW_SENTENCES = re.compile(
    r"\b(?P<n>one|a|1|two|2|three|3|a few|few) (?:short )?sentences?\b", re.IGNORECASE
)


def _in_sentences(mind: Mind, answers: Answers, asked: str) -> str:
    """The grounds in a sentence, with what the mail is about before it where there is room."""
    said = f"{ends(answers)}: {reason_text(mind, answers.resolution)}."
    if re.search(r"\b(?:one|a|1) (?:short )?sentence\b", asked, re.IGNORECASE):
        return said
    return f"{next(_steps(mind, answers))} {said}"


def _numbered(lines: Iterator[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def _steps(mind: Mind, answers: Answers) -> Iterator[str]:
    """The way to the decision: what is asked, by which rule, and the sum."""
    own = answers.resolution
    order = own.order_id or answers.belief.order_id
    if answers.facts.asks and order:
        issues = ", ".join(ask.issue.replace("_", " ") for ask in answers.facts.asks)
        yield f"The mail is about order {order}: {issues}."
    elif order is None:
        yield "The mail does not settle which order is meant."
    for id in own.reason.split():
        if (seen := mind.clauses.get(id)) is not None:
            yield f"{id}: {' '.join(worded(seen).split())}"
    if own.action == "refund":
        yield from summed(answers)
    yield f"{ends(answers)}."


def summed(answers: Answers) -> Iterator[str]:
    """How the sum is made up, as far as the order shows it."""
    facts, own = answers.facts, answers.resolution
    order = facts.order
    if order is None or own.amount is None:
        return
    unit, total = own.currency or order.currency, Decimal(0)
    goods = {"changed_mind", "damaged", "wrong_item"}
    for ask in facts.asks:
        wanted = dict(ask.items) or {item.sku: None for item in order.items}
        for item in order.items if ask.issue in goods else ():
            if item.sku in wanted:
                pieces = min(wanted[item.sku] or item.quantity, item.quantity)
                worth = item.unit_price * pieces
                total += worth
                yield f"{named(answers, item.sku)}: {pieces} x {item.unit_price:.2f} = {worth:.2f} {unit}."
        if ask.issue == "late":
            yield f"What the goods cost: {order.goods:.2f} {unit}."
    fee = answers("restocking_fee")
    if isinstance(fee, Money) and fee.cents:
        total -= Decimal(fee.cents) / 100
        yield f"Less the restocking fee: {fee.cents / 100:.2f} {unit}."
    before = sum((past.amount for past in order.refunds), Decimal(0))
    if before:
        yield f"Refunded on this order before: {before:.2f} {unit}."
    if total and own.amount - total == order.shipping_fee and order.shipping_fee:
        yield f"Plus the shipping fee, as the whole order goes back: {order.shipping_fee:.2f} {unit}."


def ends(answers: Answers) -> str:
    own = answers.resolution
    return {
        "refund": f"So a refund of {money_text(own)} is due",
        "deny": "So no refund is due",
        "escalate": "So this has to go to the refunds desk",
    }.get(own.action, "So the customer has to be asked first")


def _why(mind: Mind, answers: Answers, *, against: bool) -> str:
    """The grounds; where the question takes for granted what is not so, that it is not."""
    own = answers.resolution
    if own.action == "refund" and _LESS.search(mind.asked_last):
        return _not_more(mind, answers)
    grounds = grounds_in(asked_in(mind), mind, own) or thought(mind, own, answers.noise)
    if own.action == "refund" and _SPEAKS.search(mind.asked_last):
        if (put := put_forward(mind)) and not agrees(put, own):
            return f"What is due is {money_text(own)}. {grounds}"
        return nothing_found(mind.asked_last) or f"I see nothing against it. {grounds}"
    if (own.action == "refund") is against:
        return f"I don't think that {'it would be wrong' if against else 'a refund is due'}. {grounds}"
    return grounds


_LESS = re.compile(
    r"\bwhy\b[^.?\n]{0,24}\b(?:not|n['’]t)\b[^.?\n]{0,24}\b(?:full|whole|entire|complete|more|everything|all)\b"
    r"|\bwhy\b[^.?\n]{0,20}\b(?:only|just|so little|less|a fee|(?:keep|deduct|withh[eo]ld)\w*)\b",
    re.IGNORECASE,
)
"""Asks why it is not more."""


def _not_more(mind: Mind, answers: Answers) -> str:
    """What keeps a refund from being more: the steps of its sum and the rule."""
    own = answers.resolution
    steps, why = working(answers), reason_text(mind, own)
    return f"{money_text(own)} is what is due: {why}.{f' The sum: {steps}.' if steps else ''}"


_SPEAKS = re.compile(
    r"\b(?:speaks|argues|is there|anything|reasons?)\b[^.?\n]{0,20}\bagainst\b", re.IGNORECASE
)


def _next(mind: Mind, answers: Answers) -> str:
    own = answers.resolution
    if _LOST.search(mind.asked_last):
        order = own.order_id or "the order"
        return f"Look at {order} again to see whether the refund was made, and make it once more only if not."
    return next_step_told(mind, own)


_TOOLS = re.compile(r"\b(?:get_order|search_orders|get_policy)\b")


def _seen(mind: Mind) -> str:
    return "\n".join(piece.text for piece in mind.context.of("system", "user"))


def _first(mind: Mind, answers: Answers) -> str:
    """The look-ups that come before anything is decided, with what is given to them."""
    steps = plan_steps(mind, answers.belief, mind.mail.sender)
    calls = [_call(step["tool_name"], step["tool_arguments"]) for step in steps if step["tool_name"] in LOOKS]
    return f"First {' and '.join(calls)}; what comes then depends on what they show."


def _call(name: str, arguments: dict[str, Any]) -> str:
    return f"{name}({', '.join(f'{key}={json.dumps(value)}' for key, value in arguments.items())})"


def _calls(mind: Mind, answers: Answers) -> Iterator[str]:
    """The calls that are left: look-ups of what the context does not show, the deed, the reply."""
    own = answers.resolution
    if not mind.sees_orders and mind.mail.sender:
        yield f'search_orders(email="{mind.mail.sender}")'
    order = f'order_id="{own.order_id}", ' if own.order_id else ""
    if own.action == "refund":
        yield f'refund({order}amount={own.amount}, reason="{own.reason}")'
    if own.action == "escalate":
        yield f'escalate({order}reason="{own.reason}")'
    outcome = {"refund": "refunded", "deny": "denied", "escalate": "escalated"}.get(own.action, own.action)
    amount = f", amount={own.amount}" if own.action == "refund" else ""
    yield f'reply({order}outcome="{outcome}"{amount}, body="...")'
