"""The answer to a narrow question: of those that it leaves the one that fits, as it stands there."""

from __future__ import annotations

from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.offers import Labels
from exercises.flaky_agent_trace.reading.counting import range_of
from exercises.flaky_agent_trace.reading.narrow import DATE, NO, NUMBER_OF_ORDER, YES, is_polar
from exercises.flaky_agent_trace.reading.one_article import ELSE
from exercises.flaky_agent_trace.reading.points import Narrow
from exercises.flaky_agent_trace.reading.told_fields import meanings
from exercises.flaky_agent_trace.reading.verdicts import BAD, GOOD
from exercises.flaky_agent_trace.shop.dues import OF_GOODS
from exercises.flaky_agent_trace.shop.policy import Ask
from harness.simulation.meaning.offering import Offer, role_of, unknowing
from harness.simulation.meaning.slots import flag_option, words_of
from harness.simulation.reading.values import Money, render

from .answers import Answers
from .labels import fitting
from .marked import MARKED, marked
from .outcomes_offered import outcome_due
from .replies import holds


def narrowly(narrow: Narrow, answers: Answers) -> str:
    """The answer that fits, as it was offered; else the one for what is not known.

    Where neither is offered, none of them is said: which one holds is not clear then.
    """
    if not (said := found(narrow, answers) or _none(narrow.offer)):
        answers.mind.unable = "which of the answers that are offered holds"
    return said


def found(narrow: Narrow, answers: Answers) -> str:
    """The answer that fits, or the one for what is not known; empty where there is neither."""
    return _fits(narrow, answers) or unknowing(narrow.offer.answers)


def _fits(narrow: Narrow, answers: Answers) -> str:  # noqa: PLR0911  (one kind a line)
    offer = narrow.offer
    if narrow.kind in MARKED:
        return marked(narrow, answers)
    match narrow.kind:
        case "order":
            return _order(offer, answers)
        case "outcome":
            return outcome_due(offer.answers, answers)
        case "pieces":
            return _pieces(narrow, answers)
        case "wish" if narrow.labels is not None:
            return _of_article(narrow, narrow.labels, answers)
        case "of_order" if narrow.labels is not None:
            return _of_order(narrow, narrow.labels, answers)
        case "count":
            return _counted(narrow, answers)
        case "sides" | "verdict" if narrow.labels is not None:
            good = narrow.kind == "verdict"
            side = (GOOD if good else "other") if answers(narrow.slot) else BAD if good else "own"
            return next((word for word, sides in narrow.labels.meant if side in sides), "")
        case "article":
            wanted = {str(item["sku"]) for item in answers("items")}
            return next((answer for answer in offer.answers if answer in wanted), _none(offer))
        case "polar" if narrow.query is not None:
            held = holds(narrow.query, answers)
            silent = held is None or all(answers(slot) is None for slot in narrow.query.slots)
            return "" if silent and unknowing(offer.answers) else polar(offer, held is True)
        case "flag":
            spec = vocabulary().ontology.slots[narrow.slot]
            value = _of_one(narrow, answers)
            return "" if value is None else flag_option(spec, bool(value), offer.answers) or ""
        case "word" if narrow.labels is not None:
            return _word(narrow.labels, offer, answers)
    return _same(narrow, answers)


def _word(labels: Labels, offer: Offer, answers: Answers) -> str:
    """The word for what is so; the one that says that nothing is where no other can say it."""
    said = answers(labels.slot)
    every = said if isinstance(said, list) else [said]
    value_of = vocabulary().ontology.value_of
    told = dict(labels.meant)
    fits = [
        word
        for word in labels.words
        if value_of(labels.slot, word) in every or any(one in told.get(word, ()) for one in every)
    ]
    nothing = next((word for word in labels.words if next(iter(words_of(word)), "") in _NOTHING), "")
    if not fits and (near := meanings(labels.slot, labels.words, offer.told).get(str(said))):
        return near
    return nothing if nothing and not fits else fitting(labels, answers)


_NOTHING = frozenset({"no", "none", "nothing", "neither", "nichts", "keine", "rien", "aucun", "nada"})


def polar(offer: Offer, held: bool) -> str:
    """The word for yes, or for no."""
    return next(answer for answer in offer.answers if answer.casefold() in (YES if held else NO))


def _request(sku: str, answers: Answers) -> Ask | None:
    """The request that an article belongs to, of those that the model believes in."""
    facts = answers.facts
    own = next((ask for ask in facts.asks if any(sku == one for one, _ in ask.items)), None)
    if own is not None or facts.order is None:
        return own
    shown = {item.sku for item in facts.order.items}
    return next((ask for ask in facts.asks if not ask.items and ask.issue in _OF_ALL and sku in shown), None)


_OF_ALL = frozenset({*OF_GOODS, "cancel", "not_arrived"})
"""Issues that are about all of an order's articles where none is named."""


def _of_one(narrow: Narrow, answers: Answers) -> Any:
    """A flag, of the article that is asked of where the mail speaks of several."""
    value = answers(narrow.slot)
    ask = _request(narrow.sku, answers) if narrow.sku and narrow.slot in _BY_ARTICLE else None
    if not narrow.sku or narrow.slot not in _BY_ARTICLE or not answers.facts.asks:
        return value
    if ask is None:
        return None
    if len(answers.facts.asks) == 1:
        return value
    opened = answers.items.opened(ask)
    return None if opened is None else opened is (narrow.slot == "opened")


_BY_ARTICLE = frozenset({"opened", "sealed"})


def _of_article(narrow: Narrow, labels: Labels, answers: Answers) -> str:
    """What is wanted for one article, or that nothing is."""
    if not answers.facts.asks:
        return ""
    ask = _request(narrow.sku, answers)
    nothing = next((word for word, issues in labels.meant if not issues), "")
    if ask is None:
        return nothing
    if any(issues == ELSE for _, issues in labels.meant) and (wish := _wished(labels, answers)):
        return wish
    fits = [(len(issues), word) for word, issues in labels.meant if ask.issue in issues]
    if fits:
        own = vocabulary().ontology.value_of
        return next((w for _, w in fits if own("issue", w) == ask.issue), min(fits)[1])
    some = [word for word, issues in labels.meant if issues]
    if is_polar(narrow.offer):
        return nothing
    near = meanings("issue", labels.words, narrow.offer.told).get(ask.issue, "")
    return some[0] if len(some) == 1 and ask.issue in _OF_ALL else near if near in some else ""


def _wished(labels: Labels, answers: Answers) -> str:
    """The answer for what the customer wants to have: `exchange`."""
    value_of, wish = vocabulary().ontology.value_of, answers("wants")
    return next((word for word, issues in labels.meant if issues and value_of("wants", word) == wish), "")


def _of_order(narrow: Narrow, labels: Labels, answers: Answers) -> str:
    """What is wanted on one order, or that nothing is; nothing is known while it is open which is meant."""
    concerned = answers("orders_concerned")
    if not answers.facts.asks or not concerned:
        return ""
    if narrow.sku not in concerned:
        return next((word for word, issues in labels.meant if not issues), "")
    some = [word for word, issues in labels.meant if issues]
    if any(issues == ELSE for _, issues in labels.meant) and (wish := _wished(labels, answers)):
        return wish
    issue = _issue_of(narrow.sku, answers)
    if issue is None:
        return ""
    fits = [(len(issues), word) for word, issues in labels.meant if issue in issues]
    return min(fits)[1] if fits else some[0] if len(some) == 1 else ""


def _issue_of(order: str, answers: Answers) -> str | None:
    """What is the matter with one order: of several that are concerned its own; `None`: that is not known."""
    asks = answers.facts.asks
    if answers.facts.orders_concerned < 2 or len({ask.issue for ask in asks}) == 1:
        return asks[0].issue
    if order == answers.belief.order_id and len(asks) == 1:
        return asks[0].issue
    every = answers("asks") or ()
    own = {entry["issue"] for entry in every if order in {entry.get("order_id"), entry.get("order")}}
    return own.pop() if len(own) == 1 else None


def _counted(narrow: Narrow, answers: Answers) -> str:
    """The narrowest of the counts offered that holds."""
    facts = answers.facts
    if not facts.asks:
        return ""
    counts = {"orders_concerned": facts.orders_concerned, "asks": len(facts.asks)}
    number = counts[narrow.slot] if narrow.slot in counts else len(answers(narrow.slot) or ())
    ranges = {answer: told for answer in narrow.offer.answers if (told := range_of(answer)) is not None}
    holding = [answer for answer, (least, most) in ranges.items() if least <= number <= most]
    return min(holding, key=lambda answer: ranges[answer][1] - ranges[answer][0], default="")


def _none(offer: Offer) -> str:
    return next((answer for answer in offer.answers if role_of(answer, offer.told) == "none"), "")


def _order(offer: Offer, answers: Answers) -> str:
    """The order, or the word for why it is none of them."""
    words = [answer for answer in offer.answers if not ORDER_ID.fullmatch(answer)]
    roles = {role_of(word, offer.told): word for word in reversed(words) if not NUMBER_OF_ORDER.search(word)}
    found, id = answers("order_match"), answers("order_id")
    fitting = found if isinstance(found, list) else [found]
    if fitting != ["one"] and (said := next((roles[match] for match in fitting if match in roles), "")):
        return said
    otherwise = next((roles[role] for role in ("unclear", "none") if role in roles), "")
    return otherwise or str(id or "") if "unclear" in fitting else str(id or "") or otherwise


def _pieces(narrow: Narrow, answers: Answers) -> str:
    """How many pieces of one article something is wanted for, or whether for any."""
    if not answers.facts.asks:
        return ""
    item = next((item for item in answers("items") if item["sku"] == narrow.sku), None)
    count = int(item["quantity"] or 1) if item is not None else 0
    numbers = {int(answer): answer for answer in narrow.offer.answers if answer.isdigit()}
    if not narrow.offer.answers:
        return str(count)
    if not numbers:
        return polar(narrow.offer, count > 0)
    return numbers.get(count, "")


def _same(narrow: Narrow, answers: Answers) -> str:
    """A number or a day among those offered."""
    spec, value = vocabulary().ontology.slots[narrow.slot], answers(narrow.slot)
    if narrow.slot == "reported" and narrow.sku and (ask := _request(narrow.sku, answers)) is not None:
        value = ask.reported
    if value is None and spec.instead:
        value = answers(spec.instead)
    if value is None:
        return ""
    value = len(value) if isinstance(value, list) else value
    value = value.cents / 100 if isinstance(value, Money) else value
    if isinstance(value, int | float):
        numbers = {float(answer): answer for answer in narrow.offer.answers if answer.isdigit()}
        return numbers.get(float(value), "")
    said = str(render(value, "date"))
    days = [answer for answer in narrow.offer.answers if DATE.fullmatch(answer)]
    return said if said in days else ""
