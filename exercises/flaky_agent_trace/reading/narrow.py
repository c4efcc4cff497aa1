"""A narrow question about the case that leaves only some answers, and which fact it asks.

An arbiter between two readings asks so, and whoever wants one thing settled: of which order, for how many
pieces of this article, yes or no, one of these words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.offers import Labels
from exercises.flaky_agent_trace.shop.dues import OF_GOODS
from harness.simulation.forms.contract import Contract
from harness.simulation.meaning.meant import slot_meant
from harness.simulation.meaning.offering import Offer, offer_in, role_of, unknowing
from harness.simulation.operations import operation_of
from harness.simulation.reading.asking import Ask

from .counting import counted, counts_others, range_of
from .marked import (
    asks_bare_day,
    asks_share,
    lines_form,
    order_form,
    order_marks,
    question_in,
    rival_asked,
    shares_in,
)
from .mind import Mind
from .one_article import Articles, Meant, article_in, asked_of_article, said_of_article
from .points import Narrow, Query
from .queries import DECIDED_BY, GROUNDS, answerable, closed_query, wordings
from .told_fields import issues_told
from .told_first import first_told
from .writers import sides_of

DATE = re.compile(r"20\d\d-\d\d-\d\d")
YES = frozenset({"yes", "true", "y", "ja", "oui", "si", "sí", "tak"})
NO = frozenset({"no", "false", "n", "nein", "non", "nee", "nie"})
NUMBER_OF_ORDER = re.compile(
    r"\b(?:order|purchase)(?: |['’]s )(?:number|id|no\b)|\bnumber of the (?:order|purchase)\b|\bid\b"
    r"|\b(?:bestell|bestel)nummer\b|\bnuméro de commande\b|\bnúmero de pedido\b|\bnumer zamówienia\b",
    re.IGNORECASE,
)
"""Stands for any order where answers are offered."""
_BACK = re.compile(
    r"\b(?:back|money|refund\w*|return\w*|wants?|claims?|claimed|asks?|asked|request\w*|concern\w*|meant|about"
    r"|affected|damaged|broken|faulty|wrong|goes|sent|sends?)\b",
    re.IGNORECASE,
)
"""Asks whether an article is among those that something is wanted for."""
_OF_ORDER = re.compile(
    r"\b(?:which|what|identify|welche\w*|quelle|qué|cuál|welke|które\w*)\b[^?]{0,30}"
    r"\b(?:order|purchase|bestellung|commande|pedido|bestelling|zamówieni\w{1,2})s?\b"
    r"|\border (?:number|id)\b|\bnumber of the order\b",
    re.IGNORECASE,
)


def narrow_of(mind: Mind) -> Narrow | None:
    """The narrow question of a request for plain words; `None`: it asks none, or none that is understood."""
    if (
        mind.contract.form != "text"
        or mind.contract.tools
        or mind.proposal is not None
        or not mind.mail.present
    ):
        return None
    if (marked := _marked(mind)) is not None:
        return marked
    system = mind.scene.instructions(mind.context.of("system"))
    offer = offer_in(mind.asked_last)
    if offer is None and "?" in mind.asked_last:
        offer = offer_in(f"{mind.asked_last}\n{system}")
    if offer is None or (is_polar(offer) and not offer.listed):
        return None  # a mere yes or no is told of in sentences that are known elsewhere
    return next(readings(article_names(mind), replace(offer, told=f"{offer.told}\n{system}")), None)


def _marked(mind: Mind) -> Narrow | None:
    """A question that is answered by marks, a day or a share, in the form that it tells."""
    asked = mind.asked_last
    offer = Offer(question_in(asked), (), asked)
    if not offer.question:
        return None
    lists = order_marks(map(mind.scene.without_mail, mind.context.of("system", "user")))
    if (form := order_form(asked, lists)) is not None:
        return Narrow(offer, "orders_marked", "orders_concerned", form=form)
    if (form := lines_form(asked)) is not None:
        return Narrow(offer, "lines_marked", "items", form=form)
    if asks_share(asked) and mind.clauses:
        return Narrow(offer, "share", "amount", sku=article_in(article_names(mind), offer.question))
    if asks_bare_day(asked) and (day := asked_day(offer)):
        return Narrow(offer, "day", day)
    return None


def marks_orders(mind: Mind) -> bool:
    """Whether it is asked which of the orders that are shown is meant, by its mark: no answers to compare."""
    found = _marked(mind)
    return found is not None and found.kind == "orders_marked"


def readings(articles: Mapping[str, str], offer: Offer) -> Iterator[Narrow]:
    """What a question may be, the surest first. `articles`: SKU → name of those that it may be about."""
    values = [answer for answer in offer.answers if answer != unknowing(offer.answers)]
    said = {value.casefold() for value in values}
    sku = article_in(articles, offer.question)
    numbered = any(ORDER_ID.fullmatch(value) or NUMBER_OF_ORDER.search(value) for value in values)
    roles = [role for value in offer.answers if (role := role_of(value, offer.told))]
    polar_pair = said <= YES | NO
    which = _OF_ORDER.search(offer.question) and 2 * len(roles) >= len(offer.answers)
    if numbered or (which and not polar_pair):
        yield Narrow(offer, "order", "order_id")
    elif not values:
        return
    elif rival_asked(offer.question) and polar_pair:
        query = Query(_asked(offer), "order_match", "one", "other")
        yield Narrow(offer, "polar", "order_match", query)
    elif shares_in(offer):
        yield Narrow(offer, "share", "amount", sku=sku)
    elif (order := order_in(offer.question)) and (meant := _said_of_order(offer, values)) is not None:
        labels = Labels(tuple(values), "issue", meant)
        yield Narrow(offer, "of_order", "orders_concerned", sku=order, labels=labels)
    elif polar_pair and said & YES and said & NO:
        yield from _polar(offer, values, sku)
    elif (found := _figures(offer, values, sku)) is not None:
        yield from found
    elif any(value in articles for value in values):
        yield Narrow(offer, "article", "items")
    elif sku and (meant := said_of_article(offer)) is not None:
        yield Narrow(offer, "wish", "asks", sku=sku, labels=Labels(tuple(values), "issue", meant))
    else:
        yield from _of_words(offer, values, sku)


def _polar(offer: Offer, values: list[str], sku: str) -> Iterator[Narrow]:
    """A question for yes or no: whether this is the matter with an article, or anything; else of a slot."""
    if sku and (issues := asked_of_article(offer.question)):
        yes = tuple((value, issues if value.casefold() in YES else frozenset[str]()) for value in values)
        yield Narrow(offer, "wish", "asks", sku=sku, labels=Labels(tuple(values), "issue", yes))
    if sku and _BACK.search(offer.question):
        yield Narrow(offer, "pieces", "items", sku=sku)
    if (query := closed_query(_asked(offer), offer.question)) is not None:
        yield Narrow(offer, "polar", query.slot, query)


def _figures(offer: Offer, values: list[str], sku: str) -> list[Narrow] | None:
    """A choice of counts, numbers or days; `None` where the answers are none of these."""
    if all(map(range_of, values)) and (counted(offer.question) or counts_others(offer.question)):
        slot = counted(offer.question)
        return [Narrow(offer, "count", slot)] if slot else []
    if all(value.isdigit() for value in values):
        number = asked_slot(offer, "number", "money", "list")
        pieces = [Narrow(offer, "pieces", "items", sku=sku)] if sku else []
        return [*pieces, *([Narrow(offer, "value", number)] if number else [])]
    if all(DATE.fullmatch(value) for value in values):
        day = asked_day(offer)
        return [Narrow(offer, "value", day, sku=sku)] if day else []
    return None


_WANTED = re.compile(
    r"\b(?:wants?|wanted|ask(?:s|ed|ing)?|request\w*|claim(?:s|ed)?|demand\w*|complain\w*|(?:some|any)thing)\b",
    re.IGNORECASE,
)


_MEANT = frozenset({"meant", "refund_request"})


def order_in(question: str) -> str:
    """The one order that a question names; empty where it names none or several."""
    named = {found.upper() for found in ORDER_ID.findall(question)}
    return named.pop() if len(named) == 1 else ""


def _said_of_order(offer: Offer, values: list[str]) -> Meant | None:
    """What each answer says of what is wanted on one order; `None`: something else is asked of it."""
    if not _WANTED.search(offer.question):
        return None
    said = {value.casefold() for value in values}
    if not (said <= YES | NO and said & YES and said & NO):
        return said_of_article(offer)
    query = closed_query(_asked(offer), ORDER_ID.sub(" ", offer.question))
    if query is not None and not query.slots <= DECIDED_BY | _MEANT:
        return None  # a fact of that order is asked, and not whether it is meant
    return tuple((value, OF_GOODS if value.casefold() in YES else frozenset[str]()) for value in values)


def _of_words(offer: Offer, values: list[str], sku: str) -> Iterator[Narrow]:
    """A choice of words: of a thing's state, or of what the most of them are values of."""
    ontology = vocabulary().ontology
    if (sides := sides_of(offer, values)) is not None:
        yield Narrow(offer, "sides", "third_party", labels=sides)
        return
    flag = ontology.slot_of("_", "", tuple(values))
    if flag is not None and ontology.slots[flag].kind == "flag":
        yield Narrow(offer, "flag", flag, sku=sku)
        return
    meant = tuple((value, issues_told(value, offer.told)) for value in values)
    known = {
        slot: len({ontology.value_of(slot, value) for value in values} - {None})
        for slot in sorted((answerable() | {"order_match"}) - GROUNDS)
        if ontology.slots[slot].kind == "word" and not ontology.slots[slot].exact
    }
    told = slot_meant(offer.question, ontology, sorted(known), {"word"}, wordings())
    best = max(known, key=lambda slot: (known[slot], slot == told, slot == "issue"))
    explained = len([word for word, issues in meant if issues])
    if explained > known[best] and known["issue"]:
        best = "issue"
    if 2 * max(known[best], explained * (best == "issue")) > len(values):
        yield Narrow(
            offer, "word", best, labels=Labels(offer.answers, best, meant if best == "issue" else ())
        )


def _asked(offer: Offer) -> Ask:
    return Ask(offer.question, offer.question, closed=True, brief=True)


def asked_slot(offer: Offer, *kinds: str) -> str | None:
    """The slot of one of these kinds that a question asks for."""
    return slot_meant(offer.question, vocabulary().ontology, sorted(answerable()), {*kinds}, wordings())


def asked_day(offer: Offer) -> str | None:
    """The slot of the day that a question asks for; when something was first told has many wordings."""
    if first_told(offer.question):
        return "reported"
    slot = asked_slot(offer, "date")
    return "reported" if slot == "mentioned" else slot


def note_narrow(mind: Mind) -> bool:
    """Whether the program asks such a question, which then says what the operation is."""
    mind.narrow = narrow_of(mind)
    if mind.narrow is None:
        return False
    mind.points, mind.told, mind.rule, mind.lacking, mind.labels = (), "", "", "", None
    mind.craft, mind.question = "", None
    slots = mind.narrow.query.slots if mind.narrow.query is not None else frozenset({mind.narrow.slot})
    found = {"order_match"} if mind.narrow.kind in {"order", "orders_marked"} else set[str]()
    mind.contract = replace(mind.contract, slots=slots | found)
    formal = Contract("schema", {}, slots=mind.contract.slots)
    mind.operation = operation_of(formal, vocabulary().cues, quotes_own=False, proposal=False, asked="")
    return True


def is_polar(offer: Offer) -> bool:
    """Whether yes and no are all the answers."""
    return {answer.casefold() for answer in offer.answers} <= YES | NO


def article_names(mind: Mind) -> Articles:
    """SKU → name of all that the orders of the context hold."""
    parts = (part for order in mind.orders.values() for part in order.parts.get("items", ()))
    found = Articles((str(part.get("sku") or part.id), str(part.get("name") or "")) for part in parts)
    found.one_order = len(mind.orders) == 1
    return found
