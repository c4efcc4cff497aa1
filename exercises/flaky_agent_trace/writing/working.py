"""The working of what the model holds right: the steps of a sum, else why nothing is paid from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from exercises.flaky_agent_trace.deciding.reckoned import Reckoned
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import CENT, ZERO, Line, Sum

from .abroad import grounds_abroad
from .case import Case
from .wording import money_text, reason_text


class _Astray(Exception):
    """Steps that do not add up."""


def working(case: Case) -> str | None:
    """In a line; `None` where nothing can be said. Steps only where they come to the sum that is given."""
    mind = case.mind
    if not (mind.mail.present or mind.orders or mind.claims):
        return None
    own = case.resolution
    abroad = grounds_abroad(mind, own) if own.reason else None
    why = abroad or reason_text(mind, own) if own.reason else None
    if own.action != "refund" or own.amount is None:
        return f"nothing is due: {why}" if own.action == "deny" and why and not abroad else why
    reckoned = Reckoned(mind, case.belief, lambda: own)
    steps = added_up(reckoned.steps, reckoned.clauses, own.amount) if reckoned.steps else ""
    return steps or money_text(own)


def added_up(reckoned: Sum, clauses: Mapping[str, Clause], amount: Decimal) -> str:
    """The steps of a sum in a line; empty where it has none, or they do not come to the amount."""
    try:
        return "; ".join(_steps(reckoned, clauses, amount))
    except _Astray:
        return ""


def _steps(way: Sum, clauses: Mapping[str, Clause], amount: Decimal) -> Iterator[str]:
    terms = [line.due for line in way.lines]
    for line in way.lines:
        yield from _of_line(line, clauses)
    if way.lump:
        terms.append(way.lump)
    if way.lump and not ("L-1" in clauses and "late_flat_cents" in clauses["L-1"].numbers):
        yield _share(way.base, _number(clauses, "L-1", "late_percent"), way.uncapped) + (
            f", at most {way.lump:.2f}" if way.lump < way.uncapped else ""
        )
    terms += [way.shipping] if way.shipping else []
    total = sum(terms, ZERO)
    if len(terms) > 1:
        yield f"{' + '.join(f'{term:.2f}' for term in terms)} = {total:.2f}"
    if way.less:
        yield f"{total:.2f} - {way.less:.2f} = {total - way.less:.2f}"
    if not terms or total - way.less != amount:
        raise _Astray


def _of_line(line: Line, clauses: Mapping[str, Clause]) -> Iterator[str]:
    """What an item brings, step by step; nothing of a single piece of which nothing comes off."""
    left = line.price
    if line.pieces * line.unit_price != line.price or line.price - line.fee - line.before != line.due:
        raise _Astray
    if line.pieces > 1:
        yield f"{line.pieces} x {line.unit_price:.2f} = {line.price:.2f}"
    if line.fee:
        yield _share(line.price, _number(clauses, "R-2", "restocking_percent"), line.fee)
    for off in (line.fee, line.before):
        if off:
            yield f"{left:.2f} - {off:.2f} = {left - off:.2f}"
            left -= off


def _share(whole: Decimal, percent: int, part: Decimal) -> str:
    if abs(whole * percent / 100 - part) >= CENT:
        raise _Astray
    return f"{percent} % of {whole:.2f} = {part:.2f}"


def _number(clauses: Mapping[str, Clause], id: str, name: str) -> int:
    if id not in clauses or name not in clauses[id].numbers:
        raise _Astray
    return clauses[id].numbers[name]
