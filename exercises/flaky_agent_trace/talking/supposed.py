"""What would be due if one thing about the case were otherwise: decided again with that fact changed."""

from __future__ import annotations

import re
from dataclasses import replace

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import decide
from exercises.flaky_agent_trace.writing.abroad import grounds_in, tongue_of
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text

from .explained import ends
from .stated_facts import Said, stated, with_all

BEYOND = "how it would be if things were otherwise is beyond what is known here"
SUPPOSED = "supposed"
_SUPPOSES = re.compile(
    r"\b(?:what|and|even|but) if\b(?!,? any)|\bwhat (?:happens|changes|is due"
    r"|do we owe)[^.?!]{0,30}\b(?:if|when)\b"
    r"|\bsay (?:that )?(?:the|she|he|they|it|this)\b(?= \w+ (?:\w+ )?(?:was|were|had|is)\b)"
    r"|\b(?:suppos(?:e|ing)|hypothetical(?:ly)?|imagine|assum(?:e|ing))\b(?! (?:that )?(?:you|i)\b)"
    r"|\bif (?:the |she|he|they|it|we|i|this|that|both|everything)\b[^.?!]{0,60}"
    r"\b(?:had|were|hadn['’]t|weren['’]t|would)\b"
    r"|\b(?:would|could)\b[^.?!]{1,80}\bif\b|\bif\b[^.?!]{1,80}\bwould\b|\bhad (?:she|he|they|it|we)\b"
    r"|\b(?:und|was),? wenn\b|\bwas wäre\b|\bet si\b|\by si\b|\ben als\b|\ba gdyby\b",
    re.IGNORECASE,
)
_FOLLOWS = 60
"""Words of a turn that asks no more than that."""


def supposing(mind: Mind) -> str:
    """What the last message asks to suppose; empty where it supposes nothing."""
    asked = mind.asked_last
    met = _SUPPOSES.search(asked)
    if met is None:
        return ""
    start = max(asked.rfind(mark, 0, met.start()) + len(mark) for mark in (". ", "? ", "! ", ": ", "\n"))
    after = " ".join(asked[max(start, 0) :].split())
    return after if "?" in after and len(after.split()) <= _FOLLOWS else ""


def supposes(mind: Mind) -> bool:
    """Whether what is to be supposed can be said in facts that the rules ask about."""
    case = bool(mind.clauses) and (mind.mail.present or mind.claims is not None)
    return case and bool(stated(supposing(mind), _ANY_YEAR))


def beyond(mind: Mind) -> bool:
    """Whether something is to be supposed that cannot be said in such facts."""
    said = supposing(mind)
    return bool(said) and mind.told != SUPPOSED and (bool(mind.context.said) or bool(_PLAINLY.match(said)))


_PLAINLY = re.compile(
    r"\W{0,3}(?:so |but |ok,? )?(?:what if(?!,? any)|and if|suppos(?:e|ing)(?! you)|imagine(?! you)"
    r"|was wäre,? wenn|et si)\b",
    re.IGNORECASE,
)


_ANY_YEAR = 2026


def as_supposed(mind: Mind, answers: Answers) -> str:
    """What would be due then, and what that changes."""
    own = answers.resolution
    facts = own.facts or answers.facts
    if facts.order is None:
        return f"Even so, the customer would have to be asked first: {reason_text(mind, own)}."
    said = stated(supposing(mind), facts.received.year)
    if any(one.about == "price" for one in said) and len(facts.order.items) > 1:
        return f"{BEYOND[0].upper()}{BEYOND[1:]}."
    changed = with_all(facts, said)
    rules = own.kept or {id: seen.clause for id, seen in mind.clauses.items()}
    decision = decide(changed, rules)
    then = replace(
        own, action=decision.action, amount=decision.amount, currency=decision.currency,
        reason=decision.reason, facts=changed, kept=rules,
    )  # fmt: skip
    return grounds_in(tongue_of(supposing(mind)), mind, then) or _told(mind, answers, then, said)


def _told(mind: Mind, answers: Answers, then: Resolution, said: tuple[Said, ...]) -> str:
    own = answers.resolution
    given = " and ".join(one.words for one in said)
    would = {
        "refund": f"a refund of {money_text(then)} would be due",
        "deny": "no refund would be due",
        "escalate": "it would have to go to the refunds desk",
    }.get(then.action, "the customer would have to be asked first")
    same = (then.action, then.amount) == (own.action, own.amount)
    would = f"still {would}" if same and then.action == "deny" else would
    would = would.replace(" would ", " would still ", 1) if same and then.action != "deny" else would
    later = " It could be returned after delivery." if _stopped(then) else ""
    now = "" if same else f" As it stands, {ends(answers).removeprefix('So ')}."
    return f"With {given}, {would}: {reason_text(mind, then)}.{later}{now}"


def _stopped(then: Resolution) -> bool:
    """Whether it is only for the parcel's being on its way that nothing is due."""
    order = then.facts.order if then.facts is not None else None
    return then.action == "deny" and then.reason == "L-4" and order is not None and order.status == "shipped"
