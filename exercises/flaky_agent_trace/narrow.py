"""A narrow question about the case that leaves only some answers: which fact it asks, and which answer fits.

An arbiter between two readings asks so, and whoever wants one thing settled: of which order, for how many
pieces of this article, yes or no, one of these words. What is said is one of the answers, as it stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.simulation.asking import Ask
from harness.simulation.contract import Contract
from harness.simulation.meant import slot_meant
from harness.simulation.offering import Offer, offer_in, role_of, unknowing
from harness.simulation.operations import operation_of
from harness.simulation.slots import flag_option, words_of
from harness.simulation.text import fold, stem
from harness.simulation.values import Money, canonical, render

from .answers import Answers
from .labels import fitting
from .mind import Mind
from .offers import Labels
from .ontology import ORDER_ID, vocabulary
from .queries import GROUNDS, answerable, closed_query, wordings
from .replies import holds
from .told_fields import issues_told, meanings

_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_YES = frozenset({"yes", "true", "y", "ja", "oui", "si", "sí", "tak"})
_NO = frozenset({"no", "false", "n", "nein", "non", "nee", "nie"})
_NUMBER_OF_ORDER = re.compile(
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


@dataclass(frozen=True, slots=True)
class Narrow:
    """One such question. `kind`: `order`, `pieces`, `article`, `polar`, `word`, `flag` or `value`."""

    offer: Offer
    kind: str
    slot: str
    query: Any = None
    sku: str = ""
    labels: Labels | None = None


def narrow_of(mind: Mind) -> Narrow | None:
    """The narrow question of a request for plain words; `None`: it asks none, or none that is understood."""
    if (
        mind.contract.form != "text"
        or mind.contract.tools
        or mind.proposal is not None
        or not mind.mail.present
    ):
        return None
    system = mind.scene.instructions(mind.context.of("system"))
    offer = offer_in(mind.asked_last)
    if offer is None and "?" in mind.asked_last:
        offer = offer_in(f"{mind.asked_last}\n{system}")
    if offer is None or (is_polar(offer) and not offer.listed):
        return None  # a mere yes or no is told of in sentences that are known elsewhere
    return next(readings(article_names(mind), replace(offer, told=f"{offer.told}\n{system}")), None)


def readings(articles: Mapping[str, str], offer: Offer) -> Iterator[Narrow]:
    """What a question may be, the surest first. `articles`: SKU → name of those that it may be about."""
    values = [answer for answer in offer.answers if answer != unknowing(offer.answers)]
    said = {value.casefold() for value in values}
    sku = article_in(articles, offer.question)
    numbered = any(ORDER_ID.fullmatch(value) or _NUMBER_OF_ORDER.search(value) for value in values)
    roles = [role for value in offer.answers if (role := role_of(value, offer.told))]
    polar_pair = said <= _YES | _NO
    which = _OF_ORDER.search(offer.question) and 2 * len(roles) >= len(offer.answers)
    if numbered or (which and not polar_pair):
        yield Narrow(offer, "order", "order_id")
    elif not values:
        return
    elif polar_pair and said & _YES and said & _NO:
        if sku and _BACK.search(offer.question):
            yield Narrow(offer, "pieces", "items", sku=sku)
        if (query := closed_query(_asked(offer), offer.question)) is not None:
            yield Narrow(offer, "polar", query.slot, query)
    elif all(value.isdigit() for value in values):
        if sku:
            yield Narrow(offer, "pieces", "items", sku=sku)
        if slot := asked_slot(offer, "number", "money", "list"):
            yield Narrow(offer, "value", slot)
    elif all(_DATE.fullmatch(value) for value in values):
        if slot := asked_slot(offer, "date"):
            yield Narrow(offer, "value", slot)
    elif any(value in articles for value in values):
        yield Narrow(offer, "article", "items")
    else:
        yield from _of_words(offer, values)


def _of_words(offer: Offer, values: list[str]) -> Iterator[Narrow]:
    """A choice of words: of a thing's state, or of what the most of them are values of."""
    ontology = vocabulary().ontology
    flag = ontology.slot_of("_", "", tuple(values))
    if flag is not None and ontology.slots[flag].kind == "flag":
        yield Narrow(offer, "flag", flag)
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


def note_narrow(mind: Mind) -> bool:
    """Whether the program asks such a question, which then says what the operation is."""
    mind.narrow = narrow_of(mind)
    if mind.narrow is None:
        return False
    mind.points, mind.told, mind.rule, mind.lacking, mind.labels = (), "", "", "", None
    mind.craft, mind.question = "", None
    slots = mind.narrow.query.slots if mind.narrow.query is not None else frozenset({mind.narrow.slot})
    mind.contract = replace(
        mind.contract, slots=slots | ({"order_match"} if mind.narrow.kind == "order" else set())
    )
    formal = Contract("schema", {}, slots=mind.contract.slots)
    mind.operation = operation_of(formal, vocabulary().cues, quotes_own=False, proposal=False, asked="")
    return True


def narrowly(narrow: Narrow, answers: Answers) -> str:
    """The answer that fits, as it was offered; else the one for what is not known."""
    said = _fits(narrow, answers)
    open_one = unknowing(narrow.offer.answers)
    return said or open_one or narrow.offer.answers[-1]


def _fits(narrow: Narrow, answers: Answers) -> str:  # noqa: PLR0911  (one kind a line)
    offer = narrow.offer
    match narrow.kind:
        case "order":
            return _order(offer, answers)
        case "pieces":
            return _pieces(narrow, answers)
        case "article":
            wanted = {str(item["sku"]) for item in answers("items")}
            return next((answer for answer in offer.answers if answer in wanted), _none(offer))
        case "polar":
            held = holds(narrow.query, answers)
            silent = held is None or all(answers(slot) is None for slot in narrow.query.slots)
            return "" if silent and unknowing(offer.answers) else polar(offer, held is True)
        case "flag":
            value, spec = answers(narrow.slot), vocabulary().ontology.slots[narrow.slot]
            return "" if value is None else flag_option(spec, bool(value), offer.answers) or ""
        case "word" if narrow.labels is not None:
            return _word(narrow.labels, offer, answers)
    return _nearest(narrow, answers)


def _word(labels: Labels, offer: Offer, answers: Answers) -> str:
    """The word for what is so; the one that says that nothing is where no other can say it."""
    said = answers(labels.slot)
    value_of = vocabulary().ontology.value_of
    told = dict(labels.meant)
    fits = [
        word for word in labels.words if said == value_of(labels.slot, word) or said in told.get(word, ())
    ]
    nothing = next((word for word in labels.words if words_of(word)[0] in _NOTHING), "")
    if not fits and (near := meanings(labels.slot, labels.words, offer.told).get(str(said))):
        return near
    return nothing if nothing and not fits else fitting(labels, answers)


_NOTHING = frozenset({"no", "none", "nothing", "neither", "nichts", "keine", "rien", "aucun", "nada"})


def is_polar(offer: Offer) -> bool:
    """Whether yes and no are all the answers."""
    return {answer.casefold() for answer in offer.answers} <= _YES | _NO


def polar(offer: Offer, held: bool) -> str:
    """The word for yes, or for no."""
    return next(answer for answer in offer.answers if answer.casefold() in (_YES if held else _NO))


def _none(offer: Offer) -> str:
    return next((answer for answer in offer.answers if role_of(answer, offer.told) == "none"), "")


def _order(offer: Offer, answers: Answers) -> str:
    """The order, or the word for why it is none of them."""
    words = [answer for answer in offer.answers if not ORDER_ID.fullmatch(answer)]
    roles = {role_of(word, offer.told): word for word in reversed(words) if not _NUMBER_OF_ORDER.search(word)}
    said, id = answers("order_match"), answers("order_id")
    matches = said if isinstance(said, list) else [said]  # the fittest first
    match = next((one for one in matches if one in roles), matches[0])
    if match != "one" and match in roles:
        return roles[match]
    if match in {"unclear", "none"}:
        return next((roles[role] for role in ("unclear", "none") if role in roles), "") or str(id or "")
    return str(id or "") or next((roles[role] for role in ("unclear", "none") if role in roles), "")


def _pieces(narrow: Narrow, answers: Answers) -> str:
    """How many pieces of one article something is wanted for, or whether for any."""
    item = next((item for item in answers("items") if item["sku"] == narrow.sku), None)
    count = int(item["quantity"] or 1) if item is not None else 0
    numbers = {int(answer): answer for answer in narrow.offer.answers if answer.isdigit()}
    if not narrow.offer.answers:
        return str(count)
    if not numbers:
        return polar(narrow.offer, count > 0)
    return numbers[min(numbers, key=lambda number: abs(number - count))]


def _nearest(narrow: Narrow, answers: Answers) -> str:
    """A number or a day among those offered."""
    spec, value = vocabulary().ontology.slots[narrow.slot], answers(narrow.slot)
    if value is None and spec.instead:
        value = answers(spec.instead)
    if value is None:
        return ""
    value = len(value) if isinstance(value, list) else value
    value = value.cents / 100 if isinstance(value, Money) else value
    if isinstance(value, int | float):
        numbers = {float(answer): answer for answer in narrow.offer.answers if answer.isdigit()}
        return numbers[min(numbers, key=lambda number: abs(number - value))]
    said = str(render(value, "date"))
    days = [answer for answer in narrow.offer.answers if _DATE.fullmatch(answer)]
    if said in days:
        return said
    apart = {day: abs((canonical(day, "date") - value).days) for day in days}
    return min(apart, key=lambda day: apart[day], default="")


def article_names(mind: Mind) -> dict[str, str]:
    """SKU → name of all that the orders of the context hold."""
    parts = (part for order in mind.orders.values() for part in order.parts.get("items", ()))
    return {str(part.get("sku") or part.id): str(part.get("name") or "") for part in parts}


def article_in(articles: Mapping[str, str], question: str) -> str:
    """The one article that a question names, by number or by name; empty where it names none or several."""
    said = fold(question)
    numbered = [sku for sku in articles if said.has(sku)]
    if numbered:
        return numbered[0] if len(numbered) == 1 else ""
    words = {stem(word) for word in words_of(question)}
    named = [sku for sku, name in articles.items() if name and {stem(w) for w in words_of(name)} <= words]
    return named[0] if len(named) == 1 else ""
