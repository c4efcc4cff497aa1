"""Why a case comes to one sum and not to another: what each sum named would be, and why it is not due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import ZERO
from exercises.flaky_agent_trace.shop.records import Order
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text
from harness.simulation.reading.asked_parts import of_parts_alone
from harness.simulation.reading.asking import sentences_in
from harness.simulation.reading.values import sums

from .in_prose import which_order
from .standing import counted, last_turn
from .why_not import fee_told, item_told, less_told, nothing_paid, shipping_told, staying
from .wondering import asks_why, polar

SUMS = "sums"
UNKNOWN_SUM = "what that sum is made of is not clear to me"
_LONGEST = 40
"""Words of the question."""
_IN_SENTENCES = re.compile(
    r"^\W*(?:(?:please|and|just)\b\W*)*(?:answer|explain|repl\w+|say|tell|keep|put|respond|be|use|no|call"
    r"|don['’]t"
    r"|do not|in|one|two|a)\b[^.?!]{0,20}\b(?:(?:one|a single|two|three|a few|\d(?: ?(?:to|-|–) ?\d)?"
    r"|three to five)"
    r" (?:short |plain )?(?:sentences?|lines?)|briefly|brief|short|plain english"
    r"|tools?)\b[^.?!]{0,30}[.!]?\W*$"
    r"|^\W*(?:stop|wait|hold on|before you \w+)\b[^.?!]{0,60}$",
    re.IGNORECASE,
)
"""How long the answer may be, and nothing else."""
_MORE = re.compile(
    r"\?|\b(?:json|yaml|csv|write|draft|decide|return|classify|summari[sz]e|translate|list|then|letter)\b",
    re.IGNORECASE,
)
"""Asks for something besides."""
_ONE = re.compile(r"\b(?:one|a single|1) (?:short |plain )?(?:sentence|line)\b", re.IGNORECASE)
_OTHERWISE = re.compile(r"\b(?:if|suppos\w+|assum\w+|imagine|had)\b", re.IGNORECASE)


def sums_asked(mind: Mind) -> str:
    """`SUMS` where the last message asks why it is that sum, or not another; empty: it asks no such thing."""
    if not (mind.clauses and mind.orders and mind.mail.present):
        return ""
    return SUMS if _named(mind) else ""


def _question(mind: Mind) -> str:
    """The one sentence that asks it."""
    if mind.contract.form != "text" or mind.contract.tools:
        return ""
    said_last = last_turn(mind) if mind.context.said else mind.asked_last
    lines = said_last.splitlines() if mind.context.of("user") else []
    said = _with_what_is_meant([one for line in lines for one in sentences_in(line)])
    asking = [
        one
        for one in said
        if sums(one) and "?" in one and (asks_why(one) or polar(one) or _RIGHT(one) or _WRONG(one))
    ]
    rest = [
        one for one in said if one not in asking and not (_IN_SENTENCES.match(one) or of_parts_alone(one))
    ]
    if len(asking) != 1 or any(_MORE.search(one) for one in rest) or _OTHERWISE.search(asking[0]):
        return ""
    return asking[0] if len(asking[0].split()) <= _LONGEST else ""


def _with_what_is_meant(said: list[str]) -> list[str]:
    """The sentences, one that asks whether "this" is right together with the sum named right before it."""
    found: list[str] = []
    for one in said:
        if found and _IS_THIS_RIGHT.match(one) and not sums(one) and len(sums(found[-1])) == 1:
            found[-1] = f"{found[-1].rstrip('.')}: {one}"
        else:
            found.append(one)
    return found


_IS_THIS_RIGHT = re.compile(
    r"^\W*(?:so |and |verify: |check: )?"
    r"(?:(?:is|was) (?:this|that|it|he|she|the (?:sum|amount|figure))(?: \w+)? )?(?:the )?"
    r"(?:right|correct|accurate|ok(?:ay)?|true)(?: (?:sum|amount|figure|one|total))?"
    r"(?: or (?:wrong|not|incorrect|false))?"
    r"(?: \((?:yes|no)[^()\n]{0,10}\))?\?",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"\b(?:is|was|are)\b[^?]{0,40}\b(?:right|correct|accurate|due|owed)\b[^?]{0,20}\?"
    r"|: \W*(?:so |and )?(?:right|correct|accurate|ok(?:ay)?|true)\b[^?]{0,20}\?",
    re.IGNORECASE,
).search
"""Asks whether a sum that is named is the right one."""
_WRONG = re.compile(
    r"\b(?:is|was|are)\b[^?]{0,30}(?<!or )\b(?:wrong|incorrect|false)\b[^?]{0,20}\?", re.IGNORECASE
).search
"""Asks whether it is another."""


def _verdict(mind: Mind, *, other: bool) -> str:
    """The word before the grounds, where it is asked whether a sum is right. `other`: it is not due."""
    asked = _question(mind)
    if _WRONG(asked):
        return "Yes. " if other else "No. "
    if _RIGHT(asked):
        return "No. " if other else "Yes. "
    return "No. " if polar(asked) and other else ""


def _named(mind: Mind) -> list[Decimal]:
    """The sums of the question, each once."""
    return list(dict.fromkeys(Decimal(one.value.cents) / 100 for one in sums(_question(mind))))


def sums_told(mind: Mind, answers: Answers) -> str:
    """What is due and why, and of each other sum what it would be and why it is not due."""
    own, order = answers.resolution, answers.facts.order
    if order is None:
        return f"No sum can be told yet. {which_order(mind, answers)}"
    if own.action != "refund":
        return f"{_verdict(mind, other=True)}{nothing_paid(mind, answers)}"
    others = [one for one in _named(mind) if one != own.amount]
    meant = [_meaning(one, mind, answers, order) for one in others]
    if (_RIGHT(_question(mind)) or _WRONG(_question(mind))) and not _WHERE.search(mind.asked_last):
        meant = [one for one in meant if UNKNOWN_SUM not in one.casefold()]  # the right one is ground enough
    said = [_due(mind, answers), *meant]
    said += [] if others else counted(answers)
    told = list(dict.fromkeys(one for part in said for one in _SENTENCE.split(part)))
    if _ONE.search(mind.asked_last):
        first, *rest = (one.rstrip(".") for one in told)
        return f"{'; '.join([first, *map(_within, rest)])}."
    return _verdict(mind, other=bool(others)) + " ".join(told)


_WHERE = re.compile(r"\bwhere\b[^.?]{0,40}\bwrong\b|\bwhat (?:went|is|was) wrong\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.”]) (?=[A-Z“])")


def _within(said: str) -> str:
    """A sentence within another."""
    return f"{said[:1].lower()}{said[1:]}" if said[1:2].islower() else said


def _due(mind: Mind, answers: Answers) -> str:
    own = answers.resolution
    steps = answers.reckoned.steps
    fees = [line for line in steps.lines if line.fee] if steps is not None else []
    price = sum((line.price for line in steps.lines), ZERO) if steps is not None else ZERO
    kept = sum((line.fee for line in fees), ZERO)
    if not fees or price - kept != own.amount:
        return f"{money_text(own)} is what is due: {reason_text(mind, own)}."
    made = f"{price:.2f} less a restocking fee of {kept:.2f}"
    return f"{money_text(own)} is what is due, {made}: {reason_text(mind, own)}."


def _meaning(named: Decimal, mind: Mind, answers: Answers, order: Order) -> str:
    """What a sum would be and why it is not due."""
    known = (told for amount, told in _known(mind, answers, order) if amount == named)
    return next(known, f"{UNKNOWN_SUM[:1].upper()}{UNKNOWN_SUM[1:]}: {named:.2f} {order.currency}.")


def _known(mind: Mind, answers: Answers, order: Order) -> Iterator[tuple[Decimal, str]]:
    """Sums that somebody might take to be due, each with why it is not."""
    own, steps, unit = answers.resolution, answers.reckoned.steps, order.currency
    amount = own.amount or ZERO
    price = sum((line.price for line in steps.lines), ZERO) if steps is not None else ZERO
    stays = staying(answers, order)
    less = " ".join(less_told(mind, answers, order))
    shipped = shipping_told(mind, answers)[1] if order.shipping_fee else ""
    if price and price != amount:
        yield price, f"{price:.2f} {unit} is the price without the fee. {fee_told(mind, answers)[1]}"
    if order.shipping_fee:
        full = f"{price + order.shipping_fee:.2f} {unit} would be the full price with shipping. {shipped}"
        more = f"{amount + order.shipping_fee:.2f} {unit} would be that with shipping. {shipped}"
        yield from () if price in {ZERO, amount, order.goods} else [(price + order.shipping_fee, full)]
        yield from () if amount == order.goods else [(amount + order.shipping_fee, more)]
    yield order.total, f"{order.total:.2f} {unit} is all that was paid for {order.id}. {less}"
    if stays:
        yield order.goods, f"{order.goods:.2f} {unit} would be for all the goods of {order.id}. {less}"
    for item in order.items:
        line = item.unit_price * item.quantity
        yield (
            line,
            f"{line:.2f} {unit} is the price of the {item.name}. {item_told(mind, answers, item.sku)[1]}",
        )
    if order.shipping_fee:
        yield order.shipping_fee, f"{order.shipping_fee:.2f} {unit} is the shipping fee. {shipped}"
