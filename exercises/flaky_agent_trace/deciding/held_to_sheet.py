"""What a letter says beyond the sheet of facts that it is held against: sums, orders, what is promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.drafted import PAID, PROMISES
from exercises.flaky_agent_trace.papers.sheets import Sheet
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.text import content_words
from harness.simulation.reading.values import moneys

from .handed import sheet_given
from .told_letters import Untrue

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_KEPT_BACK = re.compile(
    r"\b(?:fees?|kept|keep|withheld|deduct\w*|price|cost|gebühr\w*|einbehalten|abgezogen|preis|frais|retenu\w*|prix"
    r"|tarifa|comisión|gastos|retenid\w+|precio|kosten|ingehouden|prijs|opłat\w+|potrąc\w+|cen[ayę])\b",
    re.IGNORECASE,
)
"""Says how a sum comes about, and not what is paid."""


def beyond_sheet(mind: Mind, said: dict[str, Any], due: str | None) -> Iterator[Untrue]:
    """What the facts do not have; `due`: the order that the case is about, of which others speak."""
    sheet, letter = sheet_given(mind), said.get("letter")
    if sheet is None or not isinstance(letter, str):
        return
    yield from _sums(mind, sheet, said, letter)
    yield from _more(mind, sheet, letter)
    known = {order.upper() for order in ORDER_ID.findall(_shown(mind, sheet))} | {
        due,
        said.get("order_id") if due else None,
    }
    for order in dict.fromkeys(ORDER_ID.findall(letter)):
        if order.upper() not in known:
            yield Untrue(
                f"it names the order {order}, which the facts do not have", frozenset({"order", "claim"})
            )


def _shown(mind: Mind, sheet: Sheet) -> str:
    """The facts, and the mail where it is there: what stands in it may be taken up."""
    return f"{sheet.text}\n{mind.scene.written}" if mind.mail.present else sheet.text


def _sums(mind: Mind, sheet: Sheet, said: dict[str, Any], letter: str) -> Iterator[Untrue]:
    given = {value.cents for value, _, _ in moneys(_shown(mind, sheet))}
    own = said.get("amount")
    given |= {sheet.slots["amount"].cents} if "amount" in sheet.slots else set()
    given |= {own.cents} if own is not None else set()  # held against the sum that is due
    for part in _SENTENCE.split(letter):
        if PROMISES.search(part) or _KEPT_BACK.search(part):
            continue
        for value, start, end in moneys(part):
            if value.cents not in given:
                yield Untrue(f"it names a sum that the facts do not have: {part[start:end]}", _OF_SUM)


def _more(mind: Mind, sheet: Sheet, letter: str) -> Iterator[Untrue]:
    """That a letter adds a payment to what was decided, of which the facts know nothing."""
    known = content_words(_shown(mind, sheet))
    for part in _SENTENCE.split(letter):
        adds = _ALSO.search(part) and PAID.search(part) and not moneys(part)
        if adds and len(content_words(part) - known) > _FEW:
            yield Untrue(f"it promises what the facts do not have: “{part.strip()}”", _OF_PROMISE)


_ALSO = re.compile(
    r"\b(?:also|as well|too(?=\W*$|[,;])|in addition|additionally|on top|besides|außerdem|zusätzlich"
    r"|ebenfalls|auch"
    r"|également|aussi"
    r"|en plus|además|también|asimismo|ook|daarnaast|bovendien|również|dodatkowo|także|ponadto)\b",
    re.IGNORECASE,
)
_FEW = 1
"""Words: of a sentence that takes up the facts no more are new."""
_OF_PROMISE = frozenset({"policy", "promise"})
_OF_SUM = frozenset({"amount", "claim", "promise"})
