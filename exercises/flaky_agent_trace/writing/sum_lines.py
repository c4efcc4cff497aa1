"""A sum line by line: items, a fee, a compensation, shipping, what was paid back before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import Line, Sum
from harness.simulation.reading.values import Money, cents

from .wording import counted

Named = Callable[[str], str]
_Line = tuple[str, str, Decimal]
"""What it is, how it is worked out, and what it brings."""


def sum_lines(
    own: Resolution, way: Sum | None, clauses: Mapping[str, Clause], named: Named
) -> list[dict[str, Any]]:
    """The lines of the sum that is paid; none where nothing is. They add up to it: of a sum that came about
    in no known way there is one line.
    """
    if own.action != "refund" or own.amount is None:
        return []
    lines = list(_lines(way, clauses, named)) if way is not None else []
    if not lines or sum(line[2] for line in lines) != own.amount:
        lines = [("refund", f"{own.amount:.2f}", own.amount)]
    return [
        {
            "line_what": what, "line_working": how, "text": f"{what}: {how} = {due:.2f}",
            "line_sum": Money(cents(float(due)), own.currency),
        }
        for what, how, due in lines
    ]  # fmt: skip


def _lines(way: Sum, clauses: Mapping[str, Clause], named: Named) -> Iterator[_Line]:
    for line in way.lines:
        yield from _of_item(line, clauses, named)
    if way.lump:
        percent = _number(clauses, "L-1", "late_percent")
        most = f", at most {way.lump:.2f}" if way.lump < way.uncapped else ""
        share = f"{percent} % of {way.base:.2f}{most}" if percent else f"{way.lump:.2f}"
        yield "compensation for the late delivery", share, way.lump
    if way.shipping:
        yield "shipping fee", f"{way.shipping:.2f}", way.shipping
    if way.less:
        yield "paid back earlier", f"-{way.less:.2f}", -way.less


def _of_item(line: Line, clauses: Mapping[str, Clause], named: Named) -> Iterator[_Line]:
    name = named(line.sku)
    yield counted(name, line.pieces), f"{line.pieces} x {line.unit_price:.2f}", line.price
    if line.fee:
        percent = _number(clauses, "R-2", "restocking_percent")
        share = f"-{percent} % of {line.price:.2f}" if percent else f"-{line.fee:.2f}"
        yield f"restocking fee for {name}", share, -line.fee
    if line.before:
        yield f"paid back earlier for {name}", f"-{line.before:.2f}", -line.before


def _number(clauses: Mapping[str, Clause], id: str, name: str) -> int | None:
    return clauses[id].numbers.get(name) if id in clauses else None


def sum_parts(
    own: Resolution, way: Sum | None, entry: Callable[[str, int | None], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The same by what is paid for: each article less what comes off for it, a compensation, the shipping.

    `entry`: an article as the context has it.
    """
    assert own.amount is not None
    less = way.less if way is not None else Decimal(0)
    found: list[dict[str, Any]] = []
    for line in way.lines if way is not None else ():
        off, less = min(less, line.due), max(Decimal(0), less - line.due)
        money = {"amount": line.due - off, "restocking_fee": line.fee, "fee_kept": line.fee,
                 "refunded_before": line.before + off, "line_total": line.price}  # fmt: skip
        shown = entry(line.sku, line.pieces)
        found.append(
            {**shown, "line_price": shown.get("item_price"), **_moneys(money, own), "sum_kind": "goods"}
        )
    for kind, due in (("compensation", way.lump), ("shipping", way.shipping)) if way is not None else ():
        if due:
            found.append({**_NO_ARTICLE, **_moneys({"amount": due, **_NOTHING_OFF}, own), "sum_kind": kind})
    if not found:
        money = {"amount": own.amount, **_NOTHING_OFF}
        found = [{**_NO_ARTICLE, **_moneys(money, own), "sum_kind": "goods"}]
    return found


_NO_ARTICLE = dict.fromkeys(("sku", "name", "item", "quantity", "line_price", "line_total", "opened"))
_NOTHING_OFF = dict.fromkeys(("restocking_fee", "fee_kept", "refunded_before"), Decimal(0))


def _moneys(sums: Mapping[str, Decimal], own: Resolution) -> dict[str, Money]:
    return {slot: Money(cents(float(due)), own.currency) for slot, due in sums.items()}
