"""A worksheet filled in: a line for each point, by its topic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from exercises.flaky_agent_trace.papers.rulebook import days_over
from exercises.flaky_agent_trace.reading.quoting import quotes
from exercises.flaky_agent_trace.reading.worksheets import Worksheet
from harness.simulation.reading.values import Money, render

from .barred import each_barrier
from .case import Case
from .letter_parts import choices
from .telling import asks_told
from .wording import money_text, reason_text
from .working import working

_NONE = "none"


def filled(sheet: Worksheet, case: Case) -> str:
    """The lines, below the heading that the program has for them."""
    lines = []
    for place, (name, topics) in enumerate(sheet.points, 1):
        told = "; ".join(_ABOUT[one](case) for one in topics)
        mark = f"{place}." if sheet.numbered else "-"
        lines.append(
            f"{mark} {name[:1].upper()}{name[1:]}: {told}" if len(name) <= _NAME else f"{mark} {told}"
        )
    return "\n".join(filter(None, [sheet.heading, *lines, sheet.below]))


_NAME = 60
"""Characters of a point's name that is said again."""


def _wants(case: Case) -> str:
    told = [line.removeprefix("- ") for line in asks_told(case).splitlines()]
    return "; ".join(told) or "nothing that can be made out"


def _order(case: Case) -> str:
    concerned = case("orders_concerned") or []
    if len(concerned) > 1:
        return f"several: {', '.join(concerned)}"
    order = case("order_id")
    words = [f'"{words}"' for words in quotes(case.mind, "order", "item")[:2]]
    shown = f" ({', '.join(words)})" if words else ""
    if isinstance(order, str):
        return f"{order}{shown}"
    fitting = choices(case.mind)
    return f"cannot be told: {' and '.join(fitting)} fit" if len(fitting) > 1 else "cannot be told"


def _no_other(case: Case) -> str:
    order, shown = case("order_id"), case.mind.orders
    if not isinstance(order, str):
        return "nothing in the mail tells them apart" if len(shown) > 1 else "no order is shown that fits"
    return "no other order fits" if len(shown) > 1 else "it is the only order that is shown"


def _items(case: Case) -> str:
    told = [f"{int(item['quantity'] or 1)} x {item['name']}" for item in case("items") or () if item["name"]]
    return ", ".join(told) or _NONE


def _dates(case: Case) -> str:
    days = {"delivered": case("delivered"), "promised for": case("promised"), "first told": case("reported")}
    days["this mail"] = case.mind.mail.received
    told = ", ".join(f"{name} {render(day, 'date')}" for name, day in days.items() if day)
    return "; ".join(filter(None, (told, *_in_time(case)))) or "none that is known"


def _in_time(case: Case) -> Iterator[str]:
    """The days on which the decision turns, and whether they are kept."""
    own = case.resolution
    facts = own.facts or case.facts
    if facts.order is None or facts.order.delivered is None:
        return
    for ask in facts.asks:
        over = days_over(ask, facts, own.kept)
        if over is None:
            continue
        first = ask.reported if ask.issue in {"damaged", "wrong_item"} else None
        day = ((first or facts.received) - facts.order.delivered).days
        yield f"day {day} of {day - over}, so {'too late' if over > 0 else 'in time'}"


def _earlier(case: Case) -> str:
    past = [entry for entry in case("past_refunds") or () if isinstance(entry, dict)]
    told = [f"{_money(entry.get('amount'))} on {render(entry['refunded_on'], 'date')}" for entry in past]
    return ", ".join(told) or "nothing"


def _money(value: object) -> str:
    return f"{value.cents / 100:.2f}" if isinstance(value, Money) else str(value)


def _barred(case: Case) -> str:
    if case.resolution.action not in {"escalate", "need_info"}:
        return "nothing"
    return working(case) or _NONE


def _due(case: Case) -> str:
    own, said = case.resolution, working(case) or _NONE
    clause = re.search(r"\b[A-Z]-\d{1,2}\b", own.reason) if own.action == "refund" else None
    return f"{clause.group()}, {said}" if clause is not None else said


def _owner(case: Case) -> str:
    record = case.mind.orders.get(case.resolution.order_id or "")
    sender = case.mind.mail.sender
    if record is None or not sender:
        return "cannot be told"
    known = f"{record.get('email') or ''} {record.get('also') or ''}".casefold()
    ours = (
        "an address of the order's account"
        if sender.casefold() in known
        else "no address of the order's account"
    )
    return f"{sender} is {ours}"


def _each_barrier(case: Case) -> str:
    return "; ".join(each_barrier(case)) or _NONE


def _clause(case: Case) -> str:
    return reason_text(case.mind, case.resolution)


def _outcome(case: Case) -> str:
    own = case.resolution
    what = {
        "refund": f"a refund of {money_text(own)} is due", "deny": "no refund is due",
        "escalate": "it goes to the refunds desk", "need_info": "the customer has to be asked",
    }[own.action]  # fmt: skip
    return f"{what}: {reason_text(case.mind, own)}"


def _kind(case: Case) -> str:
    kinds = dict.fromkeys(ask.issue.replace("_", " ") for ask in case.facts.asks)
    return ", ".join(kinds) or "not said"


_ABOUT: dict[str, Callable[[Case], str]] = {
    "wants": _wants, "order": _order, "items": _items, "dates": _dates, "earlier": _earlier,
    "barred": _barred, "due": _due, "kind": _kind, "owner": _owner, "each barrier": _each_barrier,
    "no other": _no_other, "clause": _clause, "outcome": _outcome,
}  # fmt: skip
