"""Facts of a case as a question states them in words: shipped, opened, told on day nine, a gift.

Who asks what would be if things were otherwise, or poses a case of his own, says what is so in a few words.
Each is a change of the facts that the handbook's reasoning takes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, cast

from exercises.flaky_agent_trace.papers.outcomes import sum_in
from exercises.flaky_agent_trace.shop.policy import Ask, Facts
from harness.simulation.reading.counts import IN_WORDS, count_of
from harness.simulation.reading.days import with_year
from harness.simulation.reading.values import dates

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Said:
    """One fact that is stated."""

    words: str
    """As the answer repeats it; `{…}` is filled from the facts that come of it."""
    change: Callable[[Facts], Facts]
    about: str
    """What it is a fact of: what is said of the same thing first holds."""


def stated(asked: str, year: int) -> tuple[Said, ...]:
    """The facts that a question states. `year`: of dates that have none."""
    if len(asked) > _LONGEST:
        return ()
    found: dict[str, Said] = {}
    for said in (*_dated(asked, year), *_counted(asked), *_named(asked), *_summed(asked)):
        found.setdefault(said.about, said)
    return tuple(found.values())


def with_all(facts: Facts, said: tuple[Said, ...]) -> Facts:
    """The facts as they are where all of that is so."""
    for one in sorted(said, key=lambda one: _ORDER.get(one.about, 0)):
        facts = one.change(facts)
    return facts


_LONGEST = 600
_ORDER = {"issue": -2, "delivered": -1, "delay": -1, "request": 1}
"""Days are counted from the delivery, so that is known first."""


def _of_order(facts: Facts, **changed: Any) -> Facts:
    return facts if facts.order is None else replace(facts, order=facts.order.model_copy(update=changed))


def _of_items(facts: Facts, **changed: Any) -> Facts:
    if facts.order is None:
        return facts
    own = {sku for ask in facts.asks for sku, _ in ask.items}
    items = tuple(
        item.model_copy(update=changed) if not own or item.sku in own else item for item in facts.order.items
    )
    return _of_order(facts, items=items)


def of_asks(facts: Facts, **changed: Any) -> Facts:
    return replace(facts, asks=tuple(replace(ask, **changed) for ask in facts.asks))


def _issue(facts: Facts, issue: str) -> Facts:
    asks = facts.asks or (Ask("changed_mind"),)
    return replace(facts, asks=tuple(replace(ask, issue=cast("Any", issue), reported=None) for ask in asks))


def _one_piece(facts: Facts) -> Facts:
    asks = tuple(
        replace(ask, items=tuple((sku, 1) for sku, _ in ask.items[:1]) or _first(facts)) for ask in facts.asks
    )
    return replace(facts, asks=asks)


def _first(facts: Facts) -> tuple[tuple[str, int | None], ...]:
    return () if facts.order is None else ((facts.order.items[0].sku, 1),)


def _own_address(facts: Facts) -> Facts:
    return facts if facts.order is None else replace(facts, sender=facts.order.customer.email)


def _delivered_on(facts: Facts, day: dt.date) -> Facts:
    return _of_order(facts, delivered=day, status="delivered")


def _requested_on(facts: Facts, day: dt.date) -> Facts:
    return replace(of_asks(facts, reported=None), received=day)


def _day_of(facts: Facts, days: int) -> Facts:
    if facts.order is None:
        return facts
    since = facts.order.delivered or facts.order.promised
    return _requested_on(_delivered_on(facts, since), since + dt.timedelta(days=days))


def _delayed(facts: Facts, days: int) -> Facts:
    if facts.order is None:
        return facts
    return _delivered_on(facts, facts.order.promised + dt.timedelta(days=days))


def _overdue(facts: Facts, days: int) -> Facts:
    if facts.order is None:
        return facts
    return replace(facts, received=facts.order.promised + dt.timedelta(days=days))


def _shifted(facts: Facts, days: int, *, delivery: bool) -> Facts:
    step = dt.timedelta(days=days)
    if delivery and facts.order is not None and facts.order.delivered is not None:
        return _delivered_on(facts, facts.order.delivered + step)
    asks = tuple(replace(ask, reported=ask.reported and ask.reported + step) for ask in facts.asks)
    return replace(facts, asks=asks, received=facts.received + step)


def _priced(facts: Facts, amount: Decimal) -> Facts:
    if facts.order is None or len(facts.order.items) != 1:
        return facts
    (item,) = facts.order.items
    return _of_order(
        facts, items=(item.model_copy(update={"unit_price": (amount / item.quantity).quantize(CENT)}),)
    )


_SENT = (
    r"(?:shipped|dispatched|sent (?:out|off)|gone out|on (?:its|the|their) way|in transit|with the carrier"
    r"|left (?:the|our) (?:warehouse|house|stock)|verschickt|versandt|unterwegs|expédiée?"
    r"|enviad[oa]|verzonden"
    r"|wysłan[aey])"
)
_NOT = (
    r"(?:\bnot|n['’]t|\bnever|\bno longer|\bwithout(?: an?)?|\bnor|\bnicht|\bniet|\bpas)"
    r"(?: yet| even| been| a| an| any| be)*"
)
_WORDS: tuple[tuple[str, str, str, Callable[[Facts], Facts]], ...] = (
    ("status", rf"{_NOT} {_SENT}|\b(?:still |yet )?(?:in|being) process(?:ing|ed)\b|\bunshipped\b",
     "the order still in processing", lambda f: _of_order(f, status="processing", delivered=None)),
    ("status", rf"\b{_SENT}\b", "the order shipped",
     lambda f: _of_order(f, status="shipped", delivered=None)),
    ("opened", (rf"{_NOT} (?:opened|used|unsealed|tried)\b|\b(?:un|not )opened\b|\bsealed\b|\bunused\b"
     r"|\b(?:un|nicht )(?:geöffnet|benutzt|gebraucht)\b|\b(?:original)?(?:versiegelt|verschlossen)\b"
     r"|\bpas (?:encore )?(?:été )?(?:ouvert|utilisé)\w?\b|\bscellé\w?\b|\bsin (?:abrir|usar)\b"
     r"|\bprecintad[oa]\b|\bno (?:lo |la |se )?(?:ha |había )?(?:sido )?(?:abiert[oa]|usad[oa])\b"
     r"|\b(?:on|niet )geopend\b|\bverzegeld\b|\b(?:niet |on)gebruikt\b"
     r"|\bnie (?:był\w? )?(?:otwiera\w+|otwart\w+|używan\w+)\b"
     r"|\bnieotwart\w+\b|\bnieużywan\w+\b"
     r"|\b(?:seals?|shrink-?wrap|wrapping)\b[^.?!]{0,30}\b(?:intact|unbroken|still on|untouched|in place)\b"),
     "the item sealed", lambda f: of_asks(f, opened=False)),
    ("opened", (r"\b(?:opened|unsealed|unboxed|used it|tried it|geöffnet\w{0,2}"
     r"|benutzt|ouverte?|utilisée?|abiert[oa]|usad[oa]|geopend|gebruikt|otwart\w{1,2}|używan\w{1,2}"
     r"|otworzył\w?|użył\w?)\b"), "the item opened",
     lambda f: of_asks(f, opened=True)),
    ("final_sale", rf"{_NOT} (?:marked )?(?:as )?(?:on )?final[- ]sale\b", "the item not on final sale",
     lambda f: _of_items(f, final_sale=False)),
    ("final_sale", r"\b(?:final[- ]sale|clearance)\b", "the item on final sale",
     lambda f: _of_items(f, final_sale=True)),
    ("gift", rf"{_NOT} gift\b", "no gift order", lambda f: _of_order(f, gift=False)),
    ("gift", (r"\b(?:gift|geschenk|cadeau|regalo"
    r"|prezent)\b"), "a gift order", lambda f: _of_order(f, gift=True)),
    ("chargeback", (rf"{_NOT} (?:chargeback|dispute)\b|\b(?:chargeback|dispute|bank)\b[^.?!]{{0,40}}"
     r"\b(?:closed|won|lost|over|withdrawn|not open|settled)\b"),
     "no chargeback open", lambda f: _of_order(f, chargeback="none")),
    ("chargeback", r"\b(?:chargeback|dispute|card company|bank)\b", "an open chargeback",
     lambda f: _of_order(f, chargeback="open")),
    ("legal", rf"{_NOT} (?:\w+ )?(?:lawyer|court|ombudsm[ae]n|solicitor|legal threat)\b",
     "no lawyer or court", lambda f: replace(f, legal=False)),
    ("legal", (r"\b(?:lawyers?|court|sue[ds]?|ombudsm[ae]n|solicitor|attorney|legal action"
     r"|(?:consumer )?authority|anwalt|gericht)\b"),
     "a lawyer or a court involved", lambda f: replace(f, legal=True)),
    ("wants", r"\b(?:store credit|voucher|gutschein)\b", "store credit wanted instead of money",
     lambda f: replace(f, wants="store_credit")),
    ("wants", (r"\b(?:replacement|exchange[ds]?|replaced|ersatz)\b"
     r"|\bnew \w+ (?:instead of|rather than) (?:the )?money"), "a replacement wanted instead of money",
     lambda f: replace(f, wants="replacement")),
    ("wants", r"\b(?:wanted|asked for|took|accepted) (?:the |her |his |their )?(?:money|a refund)\b",
     "money wanted", lambda f: replace(f, wants="refund")),
    ("sender", (r"\b(?:somebody|someone|anybody|person|neighbour|friend) else\b"
    r"|\banother (?:address|person)\b"
     r"|\b(?:unknown|unconfirmed|different|foreign) (?:address|e-?mail|sender|person)\b"),
     "a sender who is not on the account", lambda f: replace(f, sender="someone@else.invalid")),
    ("sender", (r"\b(?:own|right|confirmed|registered|account['’]s|order['’]s) (?:e-?mail|address)\b"
     r"|\b(?:address|e-?mail|sender|neighbour)\b[^.?!]{0,30}\b(?:were|was|is|been) (?:confirmed"
     r"|on the account"
     r"|registered)\b|\b(?:herself|himself|themselves)\b|\bcustomer (?:had )?(?:written|wrote)\b"),
     "a sender who is confirmed on the account", _own_address),
    ("items", (r"\b(?:whole|entire|complete|full) (?:order|set|lot)\b|\beverything\b|\bboth\b"
     r"|\ball (?:of )?(?:it|them|the (?:items|goods|pieces))\b"),
     "everything in the order concerned", lambda f: of_asks(f, items=())),
    ("items", r"\b(?:only|just) (?:a single |a |one|1)(?: (?:of|piece|item|part)\b)?",
     "one piece concerned", _one_piece),
    ("issue", (r"\b(?:change[ds]? (?:of|her|his|their|my) mind|(?:simply|just) (?:did ?n[o'’]t|does ?n[o'’]t)"
     r" (?:like|want|need)|unwanted|no longer (?:wants?|needs?|likes?))\b"),
     "a change of mind", lambda f: _issue(f, "changed_mind")),
    ("issue", r"\b(?:wrong item|not what (?:was|they|she|he|the customer) (?:had )?ordered)\b",
     "the wrong item sent", lambda f: _issue(f, "wrong_item")),
    ("issue", rf"{_NOT} (?:arrived?|come|delivered|turned up|received)\b|\bgot lost\b",
     "the parcel not arrived",
     lambda f: _of_order(_issue(f, "not_arrived"), status="shipped", delivered=None)),
    ("issue", (r"\b(?:arrived? |came |were |was |be |been |is )?(?:damaged|broken|faulty|defective|cracked"
     r"|smashed|dead on arrival|beschädigt|kaputt|defekt)\b"),
     "the item damaged or faulty", lambda f: _issue(f, "damaged")),
    ("delay", r"\b(?:on time|punctually|on the promised (?:day|date)|as promised)\b",
     "delivery on the promised day", lambda f: _delayed(f, 0)),
    ("status", r"\balready (?:been )?(?:delivered|arrived)\b", "the order delivered",
     lambda f: _delivered_on(f, f.received)),
)  # fmt: skip
_KNOWN = tuple(
    (about, re.compile(said, re.IGNORECASE), words, change) for about, said, words, change in _WORDS
)


def _named(asked: str) -> Iterator[Said]:
    for about, pattern, words, change in _KNOWN:
        if pattern.search(asked):
            yield Said(words, change, about)
    if found := _ADDRESS.search(asked):
        yield Said(
            f"the mail sent from {found[0]}", lambda f: replace(f, sender=found[0].casefold()), "sender"
        )


_ADDRESS = re.compile(r"\b[\w.+-]{1,40}@[\w-]{1,40}\.[\w.-]{1,30}\b")
_NUMBER = rf"(?P<n>\d{{1,3}}|an?|{IN_WORDS})"
_TOLD = r"(?:wrote|written|told|reported|asked|complained|mailed|noticed|contacted|requested|claimed|said)"
_DAY_N = re.compile(
    rf"\b(?:on |by |until )?(?:the )?day (?P<day>\d{{1,3}})\b|\b(?:am|an) (?P<tag>\d{{1,3}})\. ?tag\b"
    rf"|\b(?:the )?(?P<nth>\d{{1,3}})(?:st|nd|rd|th) day\b"
    rf"|\b{_NUMBER} (?P<unit>day|week)s? (?:after|past|since|from|following|on from) (?!the promised)"
    rf"|\b(?:after|within) (?P<after>\d{{1,3}}) days\b",
    re.IGNORECASE,
)
_LATE_BY = re.compile(
    rf"\b{_NUMBER} (?P<unit>day|week)s? (?:too )?(?P<late>late|overdue|after (?:the|its) promised"
    rf"|behind schedule|past (?:the|its) (?:due|promised))",
    re.IGNORECASE,
)
_SHIFT = re.compile(
    rf"\b{_NUMBER} (?P<unit>day|week)s? (?P<way>earlier|sooner|later|before that|after that)\b",
    re.IGNORECASE,
)
_ARRIVES = re.compile(
    r"\b(?:delivered|deliver|delivery|arrived?|came|come|brought|reached|geliefert|zugestellt)\b",
    re.IGNORECASE,
)


def _counted(asked: str) -> Iterator[Said]:
    """Days by their number."""
    if late := _LATE_BY.search(asked):
        days = _days(late)
        overdue = late["late"].casefold() == "overdue"
        yield Said(f"{days} days late", partial(_overdue if overdue else _delayed, days=days), "delay")
    for met in _DAY_N.finditer(asked):
        number = met["day"] or met["tag"] or met["nth"] or met["after"]
        days = int(number) if number else _days(met)
        yield Said(f"the request on day {days}", partial(_day_of, days=days), "request")
    if shift := _SHIFT.search(asked):
        days = _days(shift)
        sign = -1 if shift["way"].casefold() in {"earlier", "sooner", "before that"} else 1
        delivery = bool(_ARRIVES.search(asked)) and not re.search(rf"\b{_TOLD}\b", asked, re.IGNORECASE)
        what = "the delivery" if delivery else "the request"
        yield Said(
            f"{what} {days} days {'earlier' if sign < 0 else 'later'}",
            partial(_shifted, days=sign * days, delivery=delivery), "delivered" if delivery else "request",
        )  # fmt: skip


def _days(met: re.Match[str]) -> int:
    return count_of(met["n"]) * (7 if met["unit"].casefold() == "week" else 1)


OF_DAY = re.compile(
    r"\b(?:(?P<promised>promised|due|announced|expected|versprochen|zugesagt)"
    r"|(?P<request>(?:e-?mail|mail|message|request|letter) (?:\w{2,6} ){0,3}(?:come|came|arrived?"
    r"|sent|received|written)"
    r"|we (?:only )?(?:received|got)|wrote|written|writes|told|tells|reported|reports|asked|asks"
    r"|complained|mail\w*|request\w*|not (?:delivered|arrived|there|come)|hasn['’]t (?:arrived|come)"
    r"|still nothing|gemeldet|schrieb|meldet)"
    r"|(?P<delivered>delivered|arrived?|came|come|brought|reached|got it|received it|geliefert"
    r"|zugestellt))\b",
    re.IGNORECASE,
)


def _dated(asked: str, year: int) -> Iterator[Said]:
    """Days by their dates: what the last word before one says that happened then."""
    text = with_year(asked, str(year))
    before = 0
    for found in dates(text):
        told = [met.lastgroup for met in OF_DAY.finditer(text[before : found.start])]
        before = found.end
        about = told[-1] if told else "request"
        day = cast("dt.date", found.value)
        if about == "promised":
            yield Said(f"a promised date of {day}", partial(_of_order, promised=day), "promised")
        elif about == "delivered":
            yield Said(f"delivery on {day}", partial(_delivered_on, day=day), "delivered")
        else:
            yield Said(f"the request on {day}", partial(_requested_on, day=day), "request")


def _summed(asked: str) -> Iterator[Said]:
    told = _MONEY.search(asked) and not _OF_REFUND.search(asked)
    money = sum_in(asked) if told else None
    if money is not None:
        amount = Decimal(money.cents) / 100
        unit = f" {money.currency}" if money.currency else ""

        def priced(facts: Facts) -> Facts:
            return _priced(_of_order(facts, currency=money.currency) if money.currency else facts, amount)

        yield Said(f"a price of {amount:.2f}{unit}", priced, "price")


_OF_REFUND = re.compile(
    r"\b(?:refund\w*|pay(?:ing|s)?|paid|approve)(?: out| back)?(?: of| him| her| them| the"
    r"| a)? ?(?=[€£\d]|EUR|GBP|PLN)",
    re.IGNORECASE,
)
"""A sum that is to be paid, and none that the goods cost."""
_MONEY = re.compile(
    r"(?:EUR|GBP|PLN|[€£])\s?\d|\d\s?(?:EUR|GBP|PLN|€|£|euros?\b|pounds?\b|zł)", re.IGNORECASE
)
