"""The facts of a mail from what its sentences say one after the other, and the orders that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from exercises.flaky_agent_trace.shop.dues import OF_GOODS
from exercises.flaky_agent_trace.shop.records import Fact

from .sentences import Says

Shown = dict[str, dict[str, str]]
"""Order → SKU → name of what is in it."""


class Ware(NamedTuple):
    """An article of an order that is shown: how many pieces of it, and whether its state matters."""

    pieces: int = 1
    electronic: bool = False


Wares = Mapping[str, Ware]
"""SKU → what is known of it."""


def amended(
    kept: tuple[Fact, ...], said: list[Says], wares: Wares, *, anew: bool = False
) -> tuple[Fact, ...]:
    """The facts that are left, and those of the sentences that are new. `anew`: every sentence is."""
    facts = list(kept)
    for one in _resumed(said):
        span = (one.text,)
        if one.retracts:
            facts = [fact for fact in facts if fact.fact not in _RETRACTED]
        facts += [Fact(fact="legal", value="yes", spans=span)] if one.legal else []
        if one.wants:
            facts = [fact for fact in facts if fact.fact != "wants"]
            facts.append(Fact(fact="wants", value=one.wants, spans=span))
        if one.order and not one.settled and not any(fact.fact == "order" for fact in facts):
            facts.append(Fact(fact="order", value=one.order, spans=span))
        if one.reported and not any(fact.fact == "reported" for fact in facts):
            facts.append(Fact(fact="reported", value=one.reported, spans=span))
        if one.also and one.items and one.opened and any(fact.fact == "item" for fact in facts):
            facts += _besides(facts, one)
            continue
        if one.issue in _OF_ORDERS and not one.items and any(map(_of_goods, facts)):
            facts.append(_ask(one.issue, span, 1 + max(fact.ask for fact in facts)))
            continue
        if anew and _another_fault(facts, one):
            facts += _besides(facts, one)
            continue
        told = any(fact.fact == "issue" and fact.value not in _MILD for fact in facts)
        faults = {fact.value for fact in facts if fact.fact == "issue"} & _FAULTS
        again = len(faults) > 1 and one.issue in faults
        if one.issue and one.items and anew and _only_late(facts) and one.issue not in _OF_ORDERS:
            facts = [fact.model_copy(update={"ask": 1}) if fact.fact == "issue" else fact for fact in facts]
        if one.issue and not again and not (one.issue in _MILD and told):
            facts = [fact for fact in facts if fact.fact != "issue" or fact.ask]
            facts.append(_ask(one.issue, span, 0))
        if one.opened and (one.issue or not one.stays):
            facts = [fact for fact in facts if fact.fact != "opened"]
            facts.append(Fact(fact="opened", value=one.opened, spans=span))
        if not (one.opened and not one.issue and any(other.whole for other in said)):
            facts = _with_items(facts, one, more=anew and not one.instead)
    return tuple(_left(_whole(facts, said) if anew else facts, said, wares))


def with_topics(said: Iterable[Says]) -> Iterator[Says]:
    """What is said, a complaint that names no article with the one that was named last before it."""
    topic: tuple[str, ...] = ()
    for one in said:
        bare = not (one.items or one.whole or one.stays or one.orders)
        if bare and len(topic) == 1 and (one.count or one.spared or (one.issue in OF_GOODS and one.refers)):
            yield replace(one, items=topic)
            continue
        spares = one.spared is not None and not (one.issue or one.money) and bool(topic)
        topic = one.items if one.items and not (one.stays or spares) else topic
        yield one


def in_their_state(
    facts: tuple[Fact, ...], said: list[Says], goods: Iterable[str], wares: Wares
) -> tuple[Fact, ...]:
    """The facts with the state of the one article of which it matters, whatever is said of the others."""
    electronic = [sku for sku in goods if wares.get(sku, Ware()).electronic]
    told = states(electronic[0], said) if len(electronic) == 1 else []
    if len({one.opened for one in told}) != 1 or sum(fact.fact == "opened" for fact in facts) != 1:
        return facts
    return tuple(
        fact.model_copy(update={"value": told[-1].opened, "spans": (told[-1].text,)})
        if fact.fact == "opened"
        else fact
        for fact in facts
    )


def states(sku: str, said: Iterable[Says]) -> list[Says]:
    """The sentences that say of an article whether it was opened."""
    told = [one for one in said if one.opened and not one.stays and (not one.items or sku in one.items)]
    return [one for one in told if sku in one.items] or told


def _left(facts: list[Fact], said: list[Says], wares: Wares) -> list[Fact]:
    """The facts, with so many pieces of each article as are told, or are not said to be fine."""
    alone = sum(fact.fact == "item" for fact in facts) == 1
    asked = [one for one in said if alone and one.issue and not one.items]
    return [
        fact.model_copy(
            update={
                "quantity": _pieces_of(fact.value, [one for one in said if fact.value in one.items], wares)
                or _pieces_of(fact.value, asked, wares)
            }
        )
        if fact.fact == "item" and fact.quantity is None
        else fact
        for fact in facts
    ]


def _pieces_of(sku: str, said: Iterable[Says], wares: Wares) -> int | None:
    """How many pieces of an article are meant where no sentence that asks for something says so."""
    about = [one for one in said if not one.stays]
    every = wares.get(sku, Ware()).pieces
    told = {one.count for one in about if one.count} or {every - one.spared for one in about if one.spared}
    few = {pieces for pieces in told if 0 < pieces < every}
    return few.pop() if len(few) == 1 else None


def _resumed(said: Iterable[Says]) -> Iterator[Says]:
    """What is said, with the wish that was taken back for the article that is named instead."""
    asked, withdrawn = None, None
    for one in said:
        if one.retracts:
            asked, withdrawn = None, asked or withdrawn
        goes_on = one.instead and one.items and not (one.issue or one.wants or one.stays)
        resumed = replace(one, issue=withdrawn) if goes_on and withdrawn else one
        asked = resumed.issue or asked
        yield resumed


_MILD = frozenset({"changed_mind", "goodwill"})
"""Issues that say nothing against another one: who sends a broken thing back does not want it either."""


def _only_late(facts: Iterable[Fact]) -> bool:
    return {fact.value for fact in facts if fact.fact == "issue"} == {"late"}


def _whole(facts: list[Fact], said: list[Says]) -> list[Fact]:
    """The facts without single articles, where all of it goes back and nothing stays."""
    if not any(one.whole for one in said) or any(one.stays and one.items for one in said):
        return facts
    return [fact for fact in facts if fact.fact != "item"]


def _of_goods(fact: Fact) -> bool:
    """Whether it says that something is wanted for an article."""
    return fact.fact == "issue" and fact.value in OF_GOODS


def _ask(issue: str, span: tuple[str, ...], ask: int) -> Fact:
    return Fact.model_validate({"fact": "issue", "value": issue, "spans": span, "ask": ask})


_RETRACTED = frozenset({"issue", "item", "opened", "wants"})


def _another_fault(facts: list[Fact], one: Says) -> bool:
    """Whether another article has another fault: one is broken, and one was never ordered."""
    faults = {fact.value for fact in facts if fact.fact == "issue"} & _FAULTS
    before = {fact.value for fact in facts if fact.fact == "item"}
    return bool(one.issue in _FAULTS - faults and faults and before and {*one.items} - before)


def _besides(facts: list[Fact], one: Says) -> Iterator[Fact]:
    """Another article that goes back too, in another state than the first or for another reason."""
    ask = 1 + max(fact.ask for fact in facts)
    issue = next((fact.value for fact in facts if fact.fact == "issue"), None) or one.issue
    told = [("issue", one.issue or issue), ("opened", one.opened), *(("item", sku) for sku in one.items)]
    for fact, value in told:
        if value:
            yield Fact.model_validate({"fact": fact, "value": value, "spans": (one.text,), "ask": ask})


def _with_items(facts: list[Fact], one: Says, *, more: bool) -> list[Fact]:
    """`more`: what was named before goes back too."""
    items = [fact for fact in facts if fact.fact == "item"]
    others = [fact for fact in facts if fact.fact != "item"]
    if one.whole:
        return others
    if one.stays:
        return others + [fact for fact in items if fact.value not in one.items]
    if one.items and (one.issue or one.money or one.wants or one.also or one.opened):
        known = {fact.value: fact for fact in items}
        named = [
            Fact(
                fact="item",
                value=sku,
                spans=(one.text,),
                quantity=one.count or (known[sku].quantity if sku in known else None),
                ask=known[sku].ask if sku in known else 0,
            )
            for sku in one.items
        ]
        before = [fact for fact in items if fact.value not in one.items]
        return others + (before if more or one.also or not one.issue else []) + named
    if one.count is not None and len(items) == 1 and (one.issue or one.money or one.opened or not more):
        return [*others, items[0].model_copy(update={"quantity": one.count})]
    return facts


def concerned(
    facts: Iterable[Fact], said: list[Says], shown: Shown, left: tuple[str, ...]
) -> tuple[str, ...]:
    """The orders that a mail asks something about, the one that its facts name first.

    `left`: those that it was about before, as far as they still are.
    """
    named = [fact.value for fact in facts if fact.fact == "order"]
    homes = {sku: id for id, items in shown.items() for sku in items}
    own = {sku for id in named for sku in shown.get(id, ())}
    wanted = [one for one in said if not one.stays and (one.issue or one.money or one.wants)]
    others = [id for one in wanted for id in (one.orders if one.every else one.orders[:1])]
    others += [homes[sku] for one in wanted if own for sku in one.items if sku not in own]
    return tuple(dict.fromkeys((*named, *left, *others)))


def strange(said: list[Says], shown: Shown) -> bool:
    """Whether a sentence seems to be about an article that is not known by the name that it has there."""
    if any(one.also and one.issue and not (one.items or one.whole or one.refers) for one in said):
        return True
    if sum(map(len, shown.values())) < _SEVERAL or any(one.whole for one in said):
        return False
    first = next((one for one in said if one.issue in OF_GOODS), None)
    before = said[: said.index(first)] if first is not None else []
    named = any(one.items or one.refers for one in (*before, *filter(None, [first])))
    return first is not None and not named and any(one.items for one in said if one is not first)


def settles(facts: Iterable[Fact]) -> bool:
    """Whether a mail says what makes it a matter for people, whatever else it asks for."""
    return any(fact.fact == "legal" or (fact.fact == "wants" and fact.value != "refund") for fact in facts)


def whatever_for(facts: Iterable[Fact]) -> Iterator[Fact]:
    """What is asked for in a mail that is for people anyway, and does not say why."""
    told = next((fact for fact in facts if settles([fact])), None)
    if told is not None:
        yield Fact(fact="issue", value="changed_mind", spans=told.spans)


_SEVERAL = 2
_FAULTS = frozenset({"damaged", "wrong_item"})


def kinds(facts: Iterable[Fact]) -> set[str]:
    return {fact.fact for fact in facts}


def of_all(facts: Iterable[Fact]) -> bool:
    """Whether what is asked for is about an order as a whole, whatever is in it."""
    return any(fact.fact == "issue" and fact.value in _OF_ORDERS for fact in facts)


_OF_ORDERS = frozenset({"late", "not_arrived", "cancel", "goodwill", "already_paid_back"})


def only_order(facts: Iterable[Fact], said: list[Says], shown: Shown) -> Iterator[Fact]:
    """The order of a mail that names none: the one that holds its articles, or the only one there is."""
    stays = {sku for one in said if one.stays for sku in one.items}
    wanted = {fact.value for fact in facts if fact.fact == "item"} or {
        sku for one in said for sku in one.items if sku not in stays
    }
    homes = {id for id, items in shown.items() if wanted & {*items}} if wanted else {*shown}
    one = next((one for one in said if one.items or one.issue), None)
    if len(homes) == 1 and one is not None:
        yield Fact(fact="order", value=homes.pop(), spans=(one.text,))


def mentioned(said: list[Says]) -> list[Fact]:
    """The articles of a mail that names some apart from what it says of them."""
    stays = {sku for one in said if one.stays for sku in one.items}
    last = max((at for at, one in enumerate(said) if one.issue or one.money), default=len(said))
    named = {sku: one for one in said[: last + 1] for sku in one.items if sku not in stays}
    if len({one.text for one in named.values()}) > 1:  # who knows which of them
        return []
    return [Fact(fact="item", value=sku, spans=(one.text,), quantity=one.count) for sku, one in named.items()]


def only_article(shown: Shown, said: list[Says]) -> list[Fact]:
    """What a mail is about that no longer names it, where the request shows nothing else that goes."""
    skus = {sku for items in shown.values() for sku in items}
    if not (len(skus) == 1 and any(one.issue in _FAULTS for one in said)):
        skus -= {sku for one in said if one.stays for sku in one.items}
    one = next((one for one in said if one.issue or one.count), None)
    if len(skus) != 1 or one is None or one.whole:
        return []
    return [Fact(fact="item", value=min(skus), spans=(one.text,), quantity=one.count)]


def settled_anew(said: Iterable[Says]) -> set[str]:
    """What a mail without items or an order says all the same: that it is about all of it."""
    return {"item"} if any(one.whole for one in said) else set()
