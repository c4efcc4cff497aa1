"""What would be due if one thing about the case were otherwise: decided again with that fact changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.papers.rulebook import days_over
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import Facts, decide
from exercises.flaky_agent_trace.writing.abroad import grounds_in, tongue_of
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text
from harness.simulation.reading.counts import IN_WORDS, count_of

from .explained import ends
from .stated_facts import Said, of_asks, stated, with_all

BEYOND = "how it would be if things were otherwise is beyond what is known here"
SUPPOSED = "supposed"
_SUPPOSES = re.compile(
    r"\b(?:what|and|even|but) if\b(?!,? any)|\bwhat (?:happens|changes|is due"
    r"|do we owe)[^.?!]{0,30}\b(?:if|when)\b"
    r"|\bsay (?:that )?(?:the|she|he|they|it|this)\b(?= \w+ (?:\w+ )?(?:was|were|had|is)\b)"
    r"|\blet['’]s (?:say|assume|suppose)\b|\b(?:suppos(?:e|ing)|hypothetical(?:ly)?|imagine|assum(?:e"
    r"|ing))\b(?! (?:that )?(?:you|i)\b)"
    r"|\bif (?:the |she|he|they|it|we|i|this|that|both|everything)\b[^.?!]{0,60}"
    r"\b(?:had|were|hadn['’]t|weren['’]t|would)\b"
    r"|\b(?:can|could|may|might|would) (?:the customer|the client|she|he|they|we)\b[^.?!]{0,40}"
    r"\b(?:store credit|vouchers?|replacements?|replaced|exchanged?)\b"
    r"|\b(?:would|could)\b[^.?!]{1,80}\bif\b|\bif\b[^.?!]{1,80}\bwould\b|\bhad (?:she|he|they|it|we)\b"
    r"|\b(?:und|was),? wenn\b|\bwas wäre\b|\bet si\b|\by si\b|\ben als\b|\ba gdyby\b",
    re.IGNORECASE,
)
_FOLLOWS = 60
"""Words of a turn that asks no more than that."""


def as_if(mind: Mind, answers: Answers) -> Answers | None:
    """The answers where what the message before the last one supposed is so; `None`: it supposed nothing."""
    before = mind.context.of("user")[-2:-1] if mind.context.said else ()
    text = next((said for piece in before if (said := _supposing(piece.text))), "")
    if not text:
        return None
    facts = answers.belief.facts
    changed = with_all(facts, stated(text, facts.received.year))
    return type(answers)(mind, replace(answers.belief, facts=changed), answers.noise)


def supposing(mind: Mind) -> str:
    """What the last message asks to suppose; empty where it supposes nothing."""
    return _supposing(mind.asked_last)


def _supposing(asked: str) -> str:
    met = _SUPPOSES.search(asked)
    if met is None:
        return ""
    start = max((one.end() for one in _ENDS.finditer(asked, 0, met.start())), default=0)
    after = " ".join(asked[start:].split())
    return after if "?" in after and len(after.split()) <= _FOLLOWS else ""


_ENDS = re.compile(r"[.?!:] |\n")


def supposes(mind: Mind) -> bool:
    """Whether what is to be supposed can be said in facts that the rules ask about."""
    case = bool(mind.clauses) and (mind.mail.present or mind.claims is not None)
    return case and bool(_supposed(supposing(mind), _ANY_YEAR))


def beyond(mind: Mind) -> bool:
    """Whether something is to be supposed that cannot be said in such facts."""
    said = "" if moot(mind) else supposing(mind)
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
    said = _supposed(supposing(mind), facts.received.year)
    several = any(one.about == "price" for one in said) and len(facts.order.items) > 1
    changed = with_all(facts, said)
    if several or not _can_be(changed):
        return f"{BEYOND[0].upper()}{BEYOND[1:]}."
    if changed == facts:
        return f"That is how it is already, as far as I can see: {_decided(mind, own)}"
    if _before_it_came(facts, changed):
        return (
            f"That can't be: the mail came on {facts.received}, before that day. Had nothing been delivered "
            f"by then, nothing could go back yet. As it stands, {_decided(mind, own)}"
        )
    rules = own.kept or {id: seen.clause for id, seen in mind.clauses.items()}
    decision = decide(changed, rules)
    then = replace(
        own, action=decision.action, amount=decision.amount, currency=decision.currency,
        reason=decision.reason, facts=changed, kept=rules,
    )  # fmt: skip
    return grounds_in(tongue_of(supposing(mind)), mind, then) or _told(mind, answers, then, said)


_PIECES = re.compile(
    r"\b(?:if|suppos(?:e|ing)|imagine|assum(?:e|ing)|say|wenn)\b[^.?!]{0,24}?\b(?:all |alle )?"
    rf"(?P<n>\d{{1,2}}|{IN_WORDS}|zwei|drei|vier|fünf)(?! (?:days?|weeks?|months?|years?|hours?|tage?"
    rf"|EUR|euros?"
    r"|GBP|pounds?|PLN|%|per ?cent|orders?|mails?|times?|lines?|different|clauses?))"
    r"(?: of (?:them|these|those|the)| davon)?(?: (?!and\b|or\b)[^\W\d]{3,12}){0,2}"
    r" (?:had|were|was|are|is|have|wären|hätten)\b",
    re.IGNORECASE,
)


def _supposed(asked: str, year: int) -> tuple[Said, ...]:
    """The facts that a question supposes: those that it states, and how many pieces are concerned."""
    said, met = stated(asked, year), _PIECES.search(asked)
    if met is None or {"items", "delay", "request"} & {one.about for one in said}:
        return said
    number = count_of(met["n"])
    words = f"{number} pieces concerned" if number > 1 else "one piece concerned"
    return (*said, Said(words, partial(_of_pieces, number=number), "items"))


def _of_pieces(facts: Facts, number: int) -> Facts:
    skus = {sku for ask in facts.asks for sku, _ in ask.items}
    skus = skus or {item.sku for item in (facts.order.items if facts.order is not None else ())}
    return of_asks(facts, items=tuple((sku, number) for sku in skus))


def _can_be(changed: Facts) -> bool:
    """Whether no more pieces are concerned than were ordered, and of one item where they are counted."""
    ordered = {item.sku: item.quantity for item in (changed.order.items if changed.order is not None else ())}
    counts = [(sku, count) for ask in changed.asks for sku, count in ask.items if count is not None]
    return all(0 < count <= ordered.get(sku, 0) for sku, count in counts)


def _decided(mind: Mind, own: Resolution) -> str:
    """What is due as it stands, in a clause."""
    return (
        f"{_WOULD.get(own.action, _ASKED).format(money=money_text(own))}: {reason_text(mind, own)}.".replace(
            "would be", "is"
        ).replace("would have to", "has to")
    )


_WOULD = {
    "refund": "a refund of {money} would be due", "deny": "no refund would be due",
    "escalate": "it would have to go to the refunds desk",
}  # fmt: skip
_ASKED = "the customer would have to be asked first"


def _before_it_came(facts: Facts, changed: Facts) -> bool:
    """Whether a delivery is supposed for a day after the mail that asks something of what was delivered."""
    order, asks = changed.order, {ask.issue for ask in facts.asks}
    if order is None or order.delivered is None or not asks - {"not_arrived", "cancel", "late"}:
        return False
    return changed.received == facts.received and order.delivered > facts.received


def otherwise(mind: Mind, answers: Answers) -> list[str]:
    """The single facts with which something else would be due, a sentence each."""
    own = answers.resolution
    facts, found = own.facts or answers.facts, []
    rules = own.kept or {id: seen.clause for id, seen in mind.clauses.items()}
    if facts.order is None:
        return ["Knowing which order is meant."]
    for said in _VARIED:
        given = stated(said, facts.received.year)
        changed = with_all(facts, given)
        if changed == facts or (said in _OF_RETURNS and "changed_mind" not in {a.issue for a in facts.asks}):
            continue
        found += _differs(own, changed, rules, given[0].words)
    delivered = facts.order.delivered
    for ask in facts.asks[:1]:
        over = days_over(ask, facts, rules)
        if over is None or delivered is None:
            break
        first = ask.reported if ask.issue in {"damaged", "wrong_item"} else None
        last = ((first or facts.received) - delivered).days - over
        when, day = ("still on", last) if over > 0 else ("only on", last + 1)
        asked = with_all(facts, stated(f"reported on day {day}", facts.received.year))
        found[:0] = _differs(own, asked, rules, f"the request {when} day {day}")
    return found


_OF_RETURNS = frozenset({"sealed", "opened it", "final sale"})
_VARIED = (
    "not a chargeback", "not a lawyer", "not a gift", "wanted the money", "sealed", "opened it", "final sale",
    "a gift", "an open chargeback", "a lawyer",
)  # fmt: skip
"""Facts as a question would state them; what stands in the way of money first."""


def _differs(own: Resolution, changed: Facts, rules: Mapping[str, Clause], given: str) -> list[str]:
    decision = decide(changed, rules)
    if (decision.action, decision.amount) == (own.action, own.amount):
        return []
    then = replace(
        own, action=decision.action, amount=decision.amount, currency=decision.currency,
        reason=decision.reason, facts=changed, kept=rules,
    )  # fmt: skip
    would = _WOULD.get(then.action, _ASKED).format(money=money_text(then))
    return [f"With {given}, {would} ({then.reason.split()[0]})."]


def moot(mind: Mind) -> bool:
    """Whether something is supposed of who the customer is that the handbook at hand does not speak of."""
    said = supposing(mind) if mind.context.said else ""
    met = _OF_PEOPLE.search(said) if said else None
    if met is None or stated(said, _ANY_YEAR):
        return False
    rules = " ".join(piece.text for piece in mind.context.of("system", "user")[:-1]).casefold()
    return not any(stem in rules for stem in _stems(met[0]))


def _stems(said: str) -> list[str]:
    return [word[:6] for word in re.findall(r"[^\W\d_]{3,}", said.casefold()) if word not in _ANYBODY] or [
        said.casefold()
    ]


_ANYBODY = frozenset({"customer", "client", "from", "with", "lived", "lives", "living"})
_OF_PEOPLE = re.compile(
    r"\b(?:business|corporate|company|commercial|regular|loyal|long-?standing|vip|premium|new"
    r"|first-time|rich|poor"
    r"|famous|important|difficult|big|wholesale) (?:customer|client|buyer|account|one)\b"
    r"|\b(?:vip|reseller|employee|journalist|influencer|blogger|student|pensioner|celebrity|relative)\b"
    r"|\b(?:very |more |been |really )?(?:polite|rude|angry|furious|friendly|old|young|ill|sick)\b"
    r"|\b(?:lived?|living|based|resident|came|come|were|was|is) (?:in|from) (?-i:[A-Z])\w{3,14}\b",
    re.IGNORECASE,
)


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
