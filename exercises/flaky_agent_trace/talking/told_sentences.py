"""What one sentence tells of a case: of an item, of its seal, of a day, of money that went back before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import cast

from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.outcomes import sum_in
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.narrow import article_names
from exercises.flaky_agent_trace.reading.one_article import article_in
from exercises.flaky_agent_trace.shop.policy import Ask, Facts
from exercises.flaky_agent_trace.shop.records import Issue, PastRefund
from harness.simulation.reading.counts import IN_WORDS, count_of

from .stated_facts import OF_DAY, Said, stated

_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?(?: of)?(?: [A-Z][a-z]{2,8})?|[A-Z][a-z]{2,8} \d{1,2}|20\d\d-\d\d-\d\d)"
_NOT_THAT_DAY = re.compile(
    rf",?\s(?:and |but )?(?:not|instead of|rather than)\s(?:on |by |the |from |only )*{_DAY}(?: 20\d\d)?\b"
)
_NOT_UNTIL = re.compile(
    r"(?:\b(?:was|were|did|has|had)(?:n['’]t| not)(?: been)?|\bnot)\s(?P<what>delivered|arrived?|come|came)"
    r"\s(?:until|before)\b", re.IGNORECASE
)  # fmt: skip
_NO_SUCH_DAY = re.compile(
    r"(?:n['’]t|\bnot|\bnever)\b[^.,]{0,20}\b(?:delivered|arrived?|come|came|reported|told"
    r"|wrote)\b[^.,]{0,12}\b(?:on|at)\b",
    re.IGNORECASE,
)
_OTHER_THINGS = re.compile(
    r"\bgift ?-?cards?\b|\bbank holiday\b|\bexchange rate\b|\bway back\b|\b(?:came|come|is|sent|was"
    r"|been) back\b"
    r"(?=[^.]{0,30}\b(?:yesterday|today|warehouse|here|us|already|on)\b)"
    r"|\bwithdr\w+\b(?![^.]{0,30}\b(?:chargeback|dispute)\b)"
    r"|\b(?:chargeback|dispute)\b[^.]{0,30}\b(?:form|threat\w*|consider\w*)\b",
    re.IGNORECASE,
)
"""Sounds like a fact that the handbook asks about, and is none, or one that is not known here."""
_OPENED_CASE = re.compile(
    r"\bopened (?=(?:a|an|the|his|her|their) (?:\w+ )?(?:chargeback|dispute|case|claim|ticket))",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:com(?:es?|ing)|go(?:es|ing)?|sen(?:ds?|ding|t)|giv(?:es?|ing)|tak(?:e|ing)|wants?) "
    r"(?:\w+ ){0,4}?back\b|\breturn\w*\b|\bsend\w*\b[^.]{0,30}\bback\b",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"\b(?:damaged|broken?|faulty|defective|crack(?:s|ed)?|smashed|shattered|chip(?:s|ped)|in pieces"
    r"|leak\w*|dead"
    r"|(?:does|do|did)(?:n['’]t| not) work|stopped working)\b",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\bwrong (?:item|article|colou?r|size|model|one)\b|\bnot what\b[^.]{0,30}\border", re.IGNORECASE
)
_KEEPS = re.compile(
    r"\bke(?:ep\w*|pt)\b|\bstay(?:s|ing)?\b|\bno longer (?:wants?|com\w+|go\w+|sen\w+|return\w*)\b"
    r"|\b(?:not|n['’]t|never)\b[^.]{0,20}\b(?:back|return\w*)\b|\bafter all\b[^.]{0,20}\bnot\b"
    r"|\bchang\w+ (?:his|her|their) mind\b",
    re.IGNORECASE,
)
_NEVER_CAME = re.compile(
    r"\b(?:never|not|n['’]t)\b[^.]{0,16}\b(?:arrived?|came|come|received|reached|got|get|turn\w* up)\b",
    re.IGNORECASE,
)
_REFUNDED = re.compile(
    r"\b(?:refunded|paid back|gave back|given back|paid out|reimbursed|credited)\b"
    r"|\b(?:gave|given|paid|got|gotten|had|sent|received|transferred"
    r"|wired)\b[^.?!]{0,40}\d[^.?!]{0,24}\bback\b"
    r"|\brefund of (?:[A-Z€£]{1,3} ?)?\d[^.?!]{0,40}\b(?:went|paid|made|issued|done|booked)\b",
    re.IGNORECASE,
)
_PIECES = re.compile(
    r"\b(?P<all>all|both|every)\b|\b(?P<more>another(?! (?:\d|two|three|four|five|six))|one more)\b"
    rf"|\b(?P<another>another )?(?P<n>\d{{1,2}}|{IN_WORDS})\b"
    r"(?! (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|days?|weeks?|months?|hours?)|[:%.]\d)"
    r"(?P<further> (?:more|further|other))?",
    re.IGNORECASE,
)


def _with_month(said: str, mind: Mind) -> str:
    """The sentence with the month of a day that it names by its number alone: the nearest such day."""
    known = [day for one in mind.orders.values() if isinstance(day := one.get("delivered"), dt.date)]
    known = known or [day for one in mind.orders.values() if isinstance(day := one.get("promised"), dt.date)]
    near = known[0] if len(mind.orders) == 1 and known else None
    met = _BARE_DAY.search(said)
    if near is None or met is None:
        return said
    days = [near + dt.timedelta(days=step) for step in range(-_HALF_A_MONTH, _HALF_A_MONTH + 1)]
    day = next((day for day in days if day.day == int(met["day"])), None)
    return f"{said[: met.start()]}on {day.isoformat()}{said[met.end() :]}" if day is not None else said


_HALF_A_MONTH = 14
_BARE_DAY = re.compile(
    r"\b(?:on |by )?(?:\w{3,6}day,? )?the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:of |day\b|[A-Z][a-z]{2}))",
    re.IGNORECASE,
)


def of_sentence(said: str, mind: Mind) -> Iterator[Said]:
    """What one sentence tells."""
    said = _with_month(_NOT_THAT_DAY.sub("", said), mind)
    said = _OPENED_CASE.sub("has ", _NOT_UNTIL.sub(r"was \g<what> on", _NOT_THAT_DAY.sub("", said)))
    beyond = _OTHER_THINGS.search(said) or _BY_OTHERS.search(said) or _NO_SUCH_DAY.search(said)
    if beyond or ORDER_ID.search(said):
        return
    sku = item_in(mind, said)
    year = mind.mail.received.year if mind.mail.received else 2026
    if _REFUNDED.search(said):
        yield from _refunded(said, sku)
    elif _NEVER_CAME.search(said) and not sku:
        yield Said("the parcel never arrived", lambda f: replace(f, asks=(Ask("not_arrived"),)), "items")
    elif _KEEPS.search(said):
        yield from _kept(sku, mind) if sku else ()
    elif sku and (told := tuple(_of_item(said, sku, mind))):
        yield from told
    else:
        known = stated(said, year)
        if (number := _PIECES.search(said)) and number["n"] and not {one.about for one in known} & _COUNTED:
            return  # of something that is not among the items
        if any(one.about in {"request", "delivered"} for one in known) and not OF_DAY.search(said):
            return
        yield from (one for one in known if one.about != "price" or len(article_names(mind)) == 1)


def order_meant(said: str, mind: Mind) -> Said | None:
    """Which order is meant, where a sentence says so and no more, and the order is one of those given."""
    ids = {id.upper() for id in ORDER_ID.findall(said)}
    if len(ids) != 1 or not ids <= {*mind.orders} or mind.feedback.order not in ids or not _MEANT.match(said):
        return None
    return Said(f"{ids.pop()} as the order that is meant", lambda facts: facts, "order")


_MEANT = re.compile(
    r"^\W*(?:(?:(?:the|her|his|their|right|correct|order|number|customer|client|one|she|he|they|it|that"
    r"|this|is|was"
    r"|means?|meant|meaning|answered|wrote|says?|said|sent|gave|confirmed|confirms|replied|us|me|back"
    r"|talking|about|of"
    r"|id|in|question|for)\b|['’]s|['’]re)\W*)*HL-\d{6}(?:\W*(?:she|he|they|the|customer|client|says?|said"
    r"|writes|wrote"
    r"|answered|is|was|it|one|order|meant|right|correct|now|that|they|means?|tells|told|us|me|confirmed"
    r"|confirms"
    r"|number)\b)*\W*$",
    re.IGNORECASE,
)


_COUNTED = frozenset({"request", "delivered", "delay", "promised", "price", "items"})
"""Facts that are told in numbers."""
_PLURAL = re.compile(r"\b(\w+(?:ss|x|ch|sh))es\b", re.IGNORECASE)


_BY_OTHERS = re.compile(
    r"\b(?:opened|used|unsealed|unboxed|tried)\b[^.?!]{0,30}\b(?:by|at) "
    r"(?!(?:the |our )?(?:customer|client|buyer|him|her|them|sender|recipient|home|mistake|accident))\w+"
    r"|\bnot by (?:him|her|them|the (?:customer|client|buyer))\b",
    re.IGNORECASE,
)
"""Somebody else did it, of which the handbook may say nothing."""
_NTH = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|last|other|remaining|rest of the) (?!items?\b|lines?\b)",
    re.IGNORECASE,
)


def item_in(mind: Mind, said: str) -> str:
    """The one item that a sentence names: `the decanter`, `all six glasses`; empty: none, or several."""
    articles, said = article_names(mind), _NTH.sub("", _PLURAL.sub(r"\1", said))
    return article_in(articles, said) or article_in(articles, _PIECES.sub("the", said))


def _of_item(said: str, sku: str, mind: Mind) -> Iterator[Said]:
    """What a sentence tells of one item: that it goes back too, arrived broken, cost something else."""
    name = article_names(mind)[sku]
    if not _asked(mind, "item") and not _asked(mind, "issue") <= _BESIDE and len(article_names(mind)) > 1:
        return  # of an order that is asked about as a whole
    issue = "wrong_item" if _WRONG.search(said) else "damaged" if _BROKEN.search(said) else ""
    issue = issue or ("changed_mind" if _BACK.search(said) else "")
    number = _PIECES.search(said)
    if issue or (number and not sum_in(said)):
        what = {
            "wrong_item": "not what was ordered",
            "damaged": "damaged or faulty",
            "changed_mind": "going back",
        }
        words = f"{_count_told(number)}{name} {what.get(issue, 'concerned')}"

        def asked(facts: Facts) -> Facts:
            return _asking(facts, sku, cast("Issue | None", issue or None), number)

        yield Said(words, asked, f"item {sku}")
    elif (money := sum_in(said)) is not None:
        price = Decimal(money.cents) / 100

        def priced(facts: Facts) -> Facts:
            if facts.order is None:
                return facts
            items = tuple(
                item.model_copy(update={"unit_price": price}) if item.sku == sku else item
                for item in facts.order.items
            )
            return replace(facts, order=facts.order.model_copy(update={"items": items}))

        yield Said(f"a price of {price:.2f} for the {name}", priced, f"price {sku}")


_BESIDE = frozenset({"late", "goodwill"})
"""Issues that are of no item."""


def _count_told(number: re.Match[str] | None) -> str:
    if number is None:
        return "the "
    more = " more" if number["another"] or number["further"] else ""
    return (
        f"{number['n'].lower()}{more} x " if number["n"] else "all of the " if number["all"] else "another "
    )


def _asking(facts: Facts, sku: str, issue: Issue | None, number: re.Match[str] | None) -> Facts:
    """The facts where something is asked for that item, besides what is asked for others."""
    before = next((ask for ask in facts.asks if sku in dict(ask.items)), None)
    if issue is None and before is None:
        return facts
    pieces = _pieces(number, dict(before.items)[sku] if before else None)
    first = before if before is not None else next(iter(facts.asks), Ask("changed_mind"))
    kind = issue or first.issue
    one = Ask(kind, ((sku, pieces),), opened=first.opened if before else False, reported=first.reported)
    others = () if before is None and kind == first.issue and not first.items else _without(facts.asks, sku)
    return replace(facts, asks=(*others, one))


def _pieces(number: re.Match[str] | None, before: int | None) -> int | None:
    """How many pieces: all where no number is told."""
    if number is None or number["all"]:
        return None
    if number["more"]:
        return (before or 0) + 1
    count = count_of(number["n"])
    return count + (before or 0) if number["further"] or number["another"] else count


def _kept(sku: str, mind: Mind) -> Iterator[Said]:
    """An item that stays; of the only one that is asked about it is not known what else is wanted then."""
    if _asked(mind, "item") == {sku} or not _asked(mind, "item"):
        return

    def kept(facts: Facts) -> Facts:
        return replace(facts, asks=_without(facts.asks, sku))

    yield Said(f"the {article_names(mind)[sku]} staying with the customer", kept, f"item {sku}")


def _asked(mind: Mind, fact: str) -> set[str]:
    """What the mail names of a kind: items, issues."""
    return {one.value for one in mind.mail.facts if one.fact == fact}


def _without(asks: tuple[Ask, ...], sku: str) -> tuple[Ask, ...]:
    """The requests without one item; those for the whole order are left as they are."""
    left = (replace(ask, items=tuple(item for item in ask.items if item[0] != sku)) for ask in asks)
    return tuple(new for new, old in zip(left, asks, strict=True) if new.items or not old.items)


def _refunded(said: str, sku: str) -> Iterator[Said]:
    """Money that has gone back already."""
    money = sum_in(said)
    if money is None:
        return
    amount = Decimal(money.cents) / 100

    def refunded(facts: Facts) -> Facts:
        if facts.order is None:
            return facts
        own = {one for ask in facts.asks for one, _ in ask.items}
        of = sku or (next(iter(own)) if len(own) == 1 else None)
        past = PastRefund(amount=amount, on=facts.received, sku=of, reason="other")
        return replace(facts, order=facts.order.model_copy(update={"refunds": (*facts.order.refunds, past)}))

    yield Said(f"{amount:.2f} refunded before", refunded, "refunds")
