"""A worksheet filled in: a line for each point, by its topic."""

from __future__ import annotations

import re
from collections.abc import Callable

from exercises.flaky_agent_trace.reading.quoting import quotes
from exercises.flaky_agent_trace.reading.worksheets import Worksheet
from harness.simulation.reading.values import Money, render

from .case import Case
from .telling import asks_told
from .working import working

_NONE = "none"


def filled(sheet: Worksheet, case: Case) -> str:
    """The lines, below the heading that the program has for them."""
    lines = [f"- {name}: {'; '.join(_ABOUT[one](case) for one in topics)}" for name, topics in sheet.points]
    return "\n".join(filter(None, [sheet.heading, *lines, sheet.below]))


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
    return f"{order}{shown}" if isinstance(order, str) else "cannot be told"


def _items(case: Case) -> str:
    told = [f"{int(item['quantity'] or 1)} x {item['name']}" for item in case("items") or () if item["name"]]
    return ", ".join(told) or _NONE


def _dates(case: Case) -> str:
    days = {"delivered": case("delivered"), "promised for": case("promised"), "first told": case("reported")}
    days["this mail"] = case.mind.mail.received
    return (
        ", ".join(f"{name} {render(day, 'date')}" for name, day in days.items() if day)
        or "none that is known"
    )


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


def _kind(case: Case) -> str:
    kinds = dict.fromkeys(ask.issue.replace("_", " ") for ask in case.facts.asks)
    return ", ".join(kinds) or "not said"


_ABOUT: dict[str, Callable[[Case], str]] = {
    "wants": _wants, "order": _order, "items": _items, "dates": _dates, "earlier": _earlier,
    "barred": _barred, "due": _due, "kind": _kind,
}  # fmt: skip
