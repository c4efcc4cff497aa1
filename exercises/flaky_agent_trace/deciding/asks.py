"""What the model takes a mail to ask for: requests, items, pieces, and what the customer says of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.restated import READERS, restated_asks, stated_asks, telling
from exercises.flaky_agent_trace.shop.policy import Ask
from exercises.flaky_agent_trace.shop.records import Fact, Issue
from harness.simulation.noise import Noise
from harness.simulation.reading.records import Record

_MISTAKEN: dict[str, tuple[Issue, ...]] = {
    "changed_mind": ("wrong_item",),
    "damaged": ("changed_mind", "wrong_item"),
    "wrong_item": ("changed_mind", "damaged"),
    "late": ("not_arrived", "goodwill"),
    "not_arrived": ("late",),
    "cancel": ("changed_mind",),
    "goodwill": ("late", "damaged"),
    "already_paid_back": ("changed_mind", "damaged"),
}
"""What each issue is taken for when it is misread."""
Items = tuple[tuple[str, int | None], ...]


def read_asks(mind: Mind, noise: Noise, record: Record | None) -> tuple[Ask, ...]:
    """Every request that the model believes the mail to make; none where the context says nothing."""
    restated = restated_asks(mind, record)
    if restated is not None:
        return _completed(mind, noise, record, restated)
    numbers = sorted({fact.ask for fact in mind.mail.facts if fact.fact == "issue"})
    if len(numbers) > 1 and misreads(mind, noise, "missed_ask", "asks"):
        numbers = numbers[:-1] if noise.pick(3, "which ask") else numbers[1:]
    return tuple(_ask(mind, noise, record, number) for number in numbers)


def _completed(mind: Mind, noise: Noise, record: Record | None, asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """Requests told in sentences, with what these leave out where the mail stands there too."""
    told = mind.claims.values.get("asks") if mind.claims is not None and not mind.claims.own else None
    if not mind.mail.present or mind.retold or not told or not all("said" in one for one in told):
        return asks
    numbers = {fact.value: fact.ask for fact in mind.mail.facts if fact.fact == "issue"}
    found = []
    for ask in asks:
        own = _ask(mind, noise, record, numbers[ask.issue]) if ask.issue in numbers else ask
        found.append(
            replace(
                ask,
                items=ask.items or own.items,
                opened=own.opened if ask.opened is None else ask.opened,
                reported=ask.reported or own.reported,
            )
        )
    return tuple(found)


def misreads(
    mind: Mind, noise: Noise, mode: str, what: str, choice: str = "", *, asked: str = "", **more: float
) -> bool:
    """Whether the model errs this way in reading one thing: by itself, or by giving up what was right.

    `asked`: what a program that asks for it calls it, where that is not `what`.
    """
    features = {
        **mind.features,
        "asked": mind.features.get(f"asked_{asked or what}", 0.0),
        "checked": float(what in mind.checked),
        **more,
    }
    if noise.fires(mode, features, choice, subject=mind.ticket_id):
        return True
    return what in mind.pointed and noise.fires(
        "second_thoughts", features, choice or what, subject=mind.ticket_id
    )


def leans(mind: Mind, noise: Noise, what: str) -> bool:
    """Whether a reading that differs from an earlier one in the context gives way to it, right or wrong."""
    told = what in mind.checked
    return not told and noise.fires("leans_on_draft", mind.features, what, subject=mind.ticket_id)


def of_that_order(mind: Mind, record: Record | None, asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """The requests of a reader who has taken another order for the one that is meant.

    Who looks at the wrong order finds the items there: what goes by a like name, else whatever stands first.
    """
    shown = _shown(record)
    if not shown:
        return asks
    names = {sku: name for order in mind.orders.values() for sku, name in _shown(order).items()}

    def found(sku: str) -> str:
        if sku in shown:
            return sku
        wanted = telling(names.get(sku, ""))
        return max(shown, key=lambda own: len(wanted & telling(shown[own])))

    return tuple(
        replace(ask, items=tuple({found(sku): pieces for sku, pieces in ask.items}.items())) for ask in asks
    )


def swayed(mind: Mind, noise: Noise, record: Record | None, asks: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """What is left of a reading beside a draft: a checker that is shown one leans on it."""
    drafts = stated_asks(mind, record) if mind.operation in READERS else ()
    if not drafts or drafts == asks:
        return asks
    if len(drafts) != len(asks):
        return drafts if leans(mind, noise, "asks") else asks
    found = []
    for ask, draft in zip(asks, drafts, strict=True):
        stated = {
            what: said
            for what in ("issue", "items", "opened", "reported")
            if (said := getattr(draft, what)) not in {None, ()} and said != getattr(ask, what)
        }
        found.append(replace(ask, **{w: said for w, said in stated.items() if leans(mind, noise, w)}))
    return tuple(found)


def _ask(mind: Mind, noise: Noise, record: Record | None, number: int) -> Ask:
    own = [fact for fact in mind.mail.facts if fact.ask == number]
    values: dict[str, str] = {fact.fact: fact.value for fact in own}
    choice = str(number) if number else ""
    issue = _issue(mind, noise, values["issue"], choice)
    opened = _opened(mind, noise, values, choice)
    reported = _reported(mind, noise, values, choice)
    items = _items(mind, noise, [fact for fact in own if fact.fact == "item"], record, choice)
    return Ask(issue, items, opened, reported)


def _issue(mind: Mind, noise: Noise, issue: str, choice: str) -> Issue:
    decoys = [decoy.value for decoy in mind.mail.decoys if decoy.fact == "issue" and decoy.value != issue]
    if misreads(mind, noise, "wrong_issue", "issue", choice, decoy=float(bool(decoys))):
        options = decoys or _MISTAKEN[issue]
        return cast("Issue", options[noise.pick(len(options), f"issue{choice}", "mode:which_issue")])
    return cast("Issue", issue)


def _opened(mind: Mind, noise: Noise, values: dict[str, str], choice: str) -> bool | None:
    """Whether the customer says that it was opened; `None` where the mail is silent, or taken to be."""
    said = values.get("opened")
    if said == "yes":
        return None if misreads(mind, noise, "missed_detail", "opened", f"opened{choice}") else True
    if values["issue"] == "changed_mind":
        silent = float(said is None)
        if misreads(mind, noise, "imagined_detail", "opened", f"opened{choice}", silent=silent):
            return True
    return False if said == "no" else None


def _reported(mind: Mind, noise: Noise, values: dict[str, str], choice: str) -> dt.date | None:
    """When it was first reported, if before this mail; another date of the mail where that is mistaken."""
    others = [decoy.value for decoy in mind.mail.decoys if decoy.fact == "date"]
    if said := values.get("reported"):
        if misreads(mind, noise, "missed_detail", "reported", f"reported{choice}"):
            return None
        return dt.date.fromisoformat(said)
    day = _day(others) if values["issue"] in {"damaged", "wrong_item"} else None
    if day is None:
        return None
    imagined = misreads(mind, noise, "imagined_detail", "reported", f"reported{choice}", decoy=1.0)
    return day if imagined else None


def _day(values: Iterable[str]) -> dt.date | None:
    for value in values:
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            continue
    return None


def _items(mind: Mind, noise: Noise, facts: list[Fact], record: Record | None, choice: str) -> Items:
    """(SKU, pieces) of the items concerned; none means the whole order."""
    found: Items = tuple((fact.value, fact.quantity) for fact in facts)
    shown = _shown(record)
    if not found or (len(shown) == 1 and found[0][1] is None):
        return found  # nothing to mix up
    decoys = [d.value for d in mind.mail.lookalikes("item") if all(d.value != sku for sku, _ in found)]
    alike = decoys or _alike([sku for sku, _ in found], shown)
    if misreads(
        mind, noise, "wrong_items", "items", choice,
        items=float(min(4, max(0, len(shown) - 1))),
        lookalike=1.0 if decoys else 0.5 * bool(alike),
        evidence=float(len(shown) > 0),
    ):  # fmt: skip
        others = [sku for sku in shown if all(sku != own for own, _ in found)]
        return _mistaken_items(
            found, alike, others, one=bool(noise.pick(3, f"pieces{choice}", "mode:which_pieces"))
        )
    return found


def _mistaken_items(found: Items, alike: list[str], others: list[str], *, one: bool) -> Items:
    """What looks like it, one piece or all for some, one of several lost, or another of the order."""
    if alike:
        return ((alike[0], found[0][1]),)
    if any(quantity is not None for _, quantity in found):
        return tuple((sku, 1 if one and quantity != 1 else None) for sku, quantity in found)
    if len(found) > 1:
        return found[:-1]
    return ((others[0], None),) if others else ()


def _shown(record: Record | None) -> dict[str, str]:
    """SKU → name of every item of the order that the context shows."""
    if record is None:
        return {}
    return {
        str(part.get("sku") or part.id): str(part.get("name") or "") for part in record.parts.get("items", [])
    }


def _alike(wanted: list[str], shown: dict[str, str]) -> list[str]:
    """Other items of the order whose names share a word with a wanted one."""
    said = {word for sku in wanted for word in telling(shown.get(sku, ""))}
    return [sku for sku, name in shown.items() if sku not in wanted and said & telling(name)]
