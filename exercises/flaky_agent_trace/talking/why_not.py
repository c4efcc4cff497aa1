"""Why something is not otherwise: why not the shipping too, why not that clause, why is one glass left out.

The answer is about the thing asked: the clause that is for it, and the fact of the case by which it gives
something or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes, telling
from exercises.flaky_agent_trace.shop.policy import Ask, barriers
from exercises.flaky_agent_trace.shop.records import Item, Order
from exercises.flaky_agent_trace.writing.telling import named
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text

from .clause_grounds import clause_ground
from .in_prose import decided_in_prose, which_order
from .standing import counted
from .told_sentences import item_in
from .wondering import OF_CLAUSES, clauses_named, polar, wonders

_GOODS = frozenset({"changed_mind", "damaged", "wrong_item"})


def wondered(mind: Mind, answers: Answers, asked: str) -> str:
    """The answer, with a yes or no before it where it is asked whether something may be."""
    topic = wonders(mind, asked)
    if answers.facts.order is None and topic not in {"clause", "grounds"}:
        return f"Nothing can be said of that yet. {which_order(mind, answers)}"
    if topic == "clause":
        return " ".join(_of_clauses(mind, answers, asked))
    so, said = _of_topic(topic, mind, answers, asked)
    return f"{'Yes' if so else 'No'}. {said}" if polar(asked) and so is not None else said


_Told = tuple[bool | None, str]


def _of_topic(topic: str, mind: Mind, answers: Answers, asked: str) -> _Told:
    if topic in OF_CLAUSES:
        return _helps(topic, answers), clause_ground(topic, mind, answers)
    if topic == "item":
        return item_told(mind, answers, item_in(mind, asked))
    return _TOLD[topic](mind, answers)


def _helps(id: str, answers: Answers) -> bool:
    """Whether a clause decides the case, and gives what it is for."""
    own = answers.resolution
    return id in own.reason.split() and not (own.action == "deny" and id in _GIVING)


_GIVING = frozenset({"R-1", "R-2", "D-1", "L-1", "L-2", "L-4"})


def _of_clauses(mind: Mind, answers: Answers, asked: str) -> Iterator[str]:
    """What is to be said of the clauses that a question names, a yes or no before it where that is asked."""
    ids = clauses_named(asked)
    if len(ids) == 1 and polar(asked):
        yield "Yes." if ids[0] in answers.resolution.reason.split() else "No."
    for id in ids[:2]:
        yield clause_ground(id, mind, answers)


def grounds(mind: Mind, answers: Answers) -> _Told:
    """What was decided, the clause in its own words, and the facts of the case by which it holds."""
    ids = [id for id in answers.resolution.reason.split() if id in mind.clauses and id != "H-7"]
    said = [f"{id} says: “{' '.join(worded(mind.clauses[id]).split())}”" for id in ids[:2]]
    facts = [*_days(answers), *(f"The mail says: {told}" for told in _of_mail(mind, answers))]
    return None, " ".join([decided_in_prose(mind, answers), *said, *facts])


def _of_mail(mind: Mind, answers: Answers) -> Iterator[str]:
    """The customer's words that bear the decision out."""
    own = answers.resolution.reason.split()
    if answers.resolution.action == "escalate" and not {"H-5", "H-6", "L-3"} & {*own}:
        return
    fact = "legal" if "H-5" in own else "opened" if "R-2" in own else "wants" if "H-6" in own else "issue"
    found = quotes(mind, fact) or (() if fact == "legal" else quotes(mind))
    if found:
        yield f"“{telling(mind, found[0])}”"


def shipping_told(mind: Mind, answers: Answers) -> _Told:
    """Whether the shipping fee goes back, and by what of M-2 it does or does not."""
    own, facts, order = answers.resolution, answers.facts, _order(answers)
    fee = f"{order.shipping_fee:.2f} {order.currency}"
    steps = answers.reckoned.steps
    if not order.shipping_fee:
        return None, f"No shipping fee was paid for {order.id}, so there is none to give back."
    if own.action != "refund":
        return False, f"{nothing_paid(mind, answers)} The shipping fee of {fee} is no exception."
    if steps is not None and (
        steps.shipping or any(ask.issue in {"cancel", "not_arrived"} for ask in facts.asks)
    ):
        whole = f"the whole order goes back{by('M-2', mind)}"
        return True, f"The shipping fee of {fee} is in the {money_text(own)}: {whole}."
    stays = staying(answers, order)
    if not set(own.reason.split()) & {"R-1", "R-2", "D-1"}:
        why = f"it goes back only with a whole order{by('M-2', mind)}, and no goods go back here"
    elif stays:
        why = f"it goes back only with a whole order{by('M-2', mind)}, and {listed(stays)}"
    else:
        why = _late_for_shipping(mind, answers, order)
    return False, f"The shipping fee of {fee} stays with us: {why}."


def _late_for_shipping(mind: Mind, answers: Answers, order: Order) -> str:
    seen = mind.clauses.get("M-2")
    most = seen.clause.numbers.get("shipping_days") if seen is not None else None
    if most is None or order.delivered is None:
        return "no clause that I was given gives it back"
    days = (answers.facts.received - order.delivered).days
    asked = f"of a return it goes back only if asked within {most} days of delivery (M-2)"
    return f"{asked}, and this was day {days}"


def by(id: str, mind: Mind) -> str:
    return f" ({id})" if id in mind.clauses else ""


def _order(answers: Answers) -> Order:
    order = answers.facts.order
    assert order is not None
    return order


def nothing_paid(mind: Mind, answers: Answers) -> str:
    """Why nothing is paid from here."""
    return " ".join([decided_in_prose(mind, answers), *_days(answers)])


def _days(answers: Answers) -> list[str]:
    """The days by which it was decided: what goes to the desk goes whatever they are."""
    return [] if answers.resolution.action == "escalate" else [*counted(answers)]


def staying(answers: Answers, order: Order) -> list[str]:
    """What of an order is not asked about: its items, with pieces where some of them are."""
    asks = [ask for ask in answers.facts.asks if ask.issue in _GOODS]
    if not asks or any(not ask.items for ask in asks):
        return []
    return [said for item in order.items if (said := _stays(answers, item, asks))]


def _stays(answers: Answers, item: Item, asks: list[Ask]) -> str:
    name = _called(answers, item.sku)
    wanted = [dict(ask.items)[item.sku] for ask in asks if item.sku in dict(ask.items)]
    if not wanted:
        return f"the {name}"
    left = item.quantity - sum(item.quantity if pieces is None else pieces for pieces in wanted)
    return f"{left} of the {item.quantity} x {name}" if left > 0 else ""


def _called(answers: Answers, sku: str) -> str:
    """An item by its name alone."""
    return named(answers, sku).removesuffix(f" ({sku})")


def listed(stays: list[str]) -> str:
    """`the scale and 2 of the 4 x bowl are not asked about`."""
    *first, last = stays
    said = f"{', '.join(first)} and {last}" if first else last
    many = first or not last.startswith("the ")
    return f"{said} {'are' if many else 'is'} not among what is asked for"


def fee_told(mind: Mind, answers: Answers) -> _Told:
    """Whether a restocking fee is kept, and of what."""
    own, order = answers.resolution, _order(answers)
    if own.action != "refund":
        return None, f"No fee is kept, because nothing is paid from here: {reason_text(mind, own)}."
    steps, seen = answers.reckoned.steps, mind.clauses.get("R-2")
    if steps is not None and steps.lump:
        return None, clause_ground("L-1", mind, answers)
    kept = [line for line in steps.lines if line.fee] if steps is not None else []
    if not kept:
        return None, f"No restocking fee is kept here. {clause_ground('R-2', mind, answers)}"
    percent = seen.clause.numbers.get("restocking_percent") if seen is not None else None
    total = sum((line.fee for line in kept), Decimal(0))
    of = " and ".join(f"{percent} % of {line.price:.2f} = {line.fee:.2f} {order.currency}" for line in kept)
    opened = next((f" The mail says: “{telling(mind, one)}”" for one in quotes(mind, "opened")), "")
    waived = " and no clause lets us do without it" if percent is not None else ""
    name = " and ".join(_called(answers, line.sku) for line in kept)
    return False, (
        f"The {name} is electronics and has been opened, so R-2 keeps a restocking fee of "
        f"{of if percent is not None else f'{total:.2f} {order.currency}'},{waived}.{opened}"
    ).replace(",.", ".")


def _more(mind: Mind, answers: Answers) -> _Told:
    """What keeps a refund from being more."""
    own, order = answers.resolution, _order(answers)
    if own.action != "refund" or own.amount is None:
        return False, nothing_paid(mind, answers)
    if own.amount >= order.total:
        return True, f"{money_text(own)} is all that was paid for {order.id}."
    said = [*less_told(mind, answers, order)] or [decided_in_prose(mind, answers)]
    return False, " ".join([f"{money_text(own)} is what is due.", *said])


def less_told(mind: Mind, answers: Answers, order: Order) -> Iterator[str]:
    """What is not paid of an order, and by which clause."""
    steps = answers.reckoned.steps
    if stays := staying(answers, order):
        said = listed(stays)
        yield f"{said[0].upper()}{said[1:]}, and only what is concerned is paid for{by('M-1', mind)}."
    if steps is not None and any(line.fee for line in steps.lines):
        yield fee_told(mind, answers)[1]
    if steps is not None and steps.lump:
        yield clause_ground("L-1", mind, answers)
    if steps is not None and (any(line.before for line in steps.lines) or steps.less):
        yield clause_ground("M-3", mind, answers)
    if order.shipping_fee and (told := shipping_told(mind, answers))[0] is False:
        yield f"Shipping goes back only with a whole order{by('M-2', mind)}." if stays else told[1]


def item_told(mind: Mind, answers: Answers, sku: str) -> _Told:
    """Whether something is paid for one item, and why not."""
    own, order = answers.resolution, _order(answers)
    name = _called(answers, sku)
    item = next((one for one in order.items if one.sku == sku), None)
    if item is None:
        return False, f"{name} is not on {order.id}, which is the order that the mail is about."
    if own.action != "refund":
        return False, nothing_paid(mind, answers)
    asks = [ask for ask in answers.facts.asks if ask.issue in _GOODS]
    stays = _stays(answers, item, asks) if asks and all(ask.items for ask in asks) else ""
    if not asks:
        return False, f"Nothing is asked for the {name} itself: {reason_text(mind, own)}."
    if not stays:
        return True, f"The {name} is in it: {decided_in_prose(mind, answers)}"
    asked = next(
        (f" In the customer's words: “{telling(mind, one)}”" for one in quotes(mind, "item", "issue")), ""
    )
    said = f"{stays[0].upper()}{stays[1:]}"
    many = not stays.startswith("the ")
    return False, (
        f"{said} {'are' if many else 'is'} not among what the customer asks for, and only what is concerned "
        f"is paid for{by('M-1', mind)}.{asked}"
    )


def _goodwill(mind: Mind, answers: Answers) -> _Told:
    del answers
    if "M-4" not in mind.clauses:
        return False, "No clause that I was given allows it, and I pay by the clauses alone."
    return False, f"M-4 rules it out: “{' '.join(worded(mind.clauses['M-4']).split())}”"


def _exchange(mind: Mind, answers: Answers) -> _Told:
    if answers.facts.wants in {"replacement", "store_credit"}:
        return None, decided_in_prose(mind, answers)
    said = "The customer does not insist on a replacement or on store credit"
    return (
        False,
        f"{said}, and from here only money can be paid{by('H-6', mind)}. {decided_in_prose(mind, answers)}",
    )


def _desk(mind: Mind, answers: Answers) -> _Told:
    own, facts = answers.resolution, answers.facts
    if own.action == "escalate":
        return True, grounds(mind, answers)[1]
    if found := [id for id in barriers(facts) if id in mind.clauses]:
        return None, " ".join(clause_ground(id, mind, answers) for id in found)
    limits = mind.clauses.get("H-2")
    limit = (
        f", the sum does not exceed the limit{by('H-2', mind)}" if limits and own.action == "refund" else ""
    )
    return False, (
        "Nothing in it is for the refunds desk: one order is concerned, the sender's address is the "
        f"account's, there is no open chargeback, no gift order, no lawyer and no promise{limit}. "
        f"{decided_in_prose(mind, answers)}"
    )


def _settled_by(action: str) -> Callable[[Mind, Answers], _Told]:
    def told(mind: Mind, answers: Answers) -> _Told:
        return answers.resolution.action == action, grounds(mind, answers)[1]

    return told


def _ask(mind: Mind, answers: Answers) -> _Told:
    return answers.resolution.action == "need_info", which_order(mind, answers)


def _opened(mind: Mind, answers: Answers) -> _Told:
    said = next((f"The mail says: “{telling(mind, one)}”" for one in quotes(mind, "opened")), "")
    if any(ask.opened for ask in answers.facts.asks):
        return True, said or "I take that from what I was given."
    return False, f"Nothing that I was given says that it has been opened. {said}".strip()


def _time(mind: Mind, answers: Answers) -> _Told:
    return None, " ".join(counted(answers)) or decided_in_prose(mind, answers)


_TOLD: dict[str, Callable[[Mind, Answers], _Told]] = {
    "grounds": grounds, "shipping": shipping_told, "fee": fee_told, "more": _more, "goodwill": _goodwill,
    "exchange": _exchange, "desk": _desk, "ask": _ask, "opened": _opened, "time": _time,
    "deny": _settled_by("deny"), "pay": _settled_by("refund"),
}  # fmt: skip
