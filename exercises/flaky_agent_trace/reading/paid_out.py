"""What was paid back in the case, as the results of tools and the program's records show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from exercises.flaky_agent_trace.papers.fields import is_record
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.values import Money, canonical

from .mind import Mind

Json = Any
_LEFT = re.compile(r"more than the (?P<left>\d+(?:\.\d\d)?) (?P<unit>[A-Z]{3}) left")
"""How the shop refuses a refund: with what there is left."""
_BOOKED = re.compile(
    r"^\W{0,6}(?:already |sum |amount )?(?:paid|refunded|booked)(?: back| out| so far)?\s?[:=]\s{0,3}"
    r"(?P<sum>\d+(?:[.,]\d\d)?) ?(?P<unit>EUR|GBP|PLN)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SINCE = re.compile(r"\b(?:after(?:wards)?|since|then|again|later|now|re-?read)\b", re.IGNORECASE)
_NEAR = 60
"""Characters before a record that say when it was read."""
_FAILED = frozenset({"failed", "rejected", "declined", "error", "pending"})


class _Told(NamedTuple):
    """What one result says of an order's money."""

    paid: Money | None
    left: int | None
    record: bool
    """Whether it is the order's record."""
    order: str = ""
    """Its number, where it is said."""
    since: bool = False
    """Whether the program says that it was read afterwards."""


def paid_out(mind: Mind) -> Money | None:
    """The sum that results show to have been paid back on this ticket; `None` where none speaks of it.

    What there was to refund before and after tells more than what calls were answered: a call that was
    not answered may have been booked.
    """
    told = [one for text in _texts(mind) for one in _told(text)]
    of = next((one.order for one in told if not one.record and one.order), "")
    told = [one for one in told if not of or one.order in {"", of}]
    acts = [at for at, one in enumerate(told) if not one.record]
    if not acts:
        return _in_words(mind)
    if not of and len({one.order for one in told if one.record}) > 1:
        return None  # of which order it was is not said
    before = next((one.left for one in told[: acts[0]] if one.left is not None), None)
    later = next((one.left for one in told[acts[0] :] if one.record and one.left is not None), None)
    after = next((told[at].left for at in reversed(acts) if told[at].left is not None), None)
    sums = [told[at].paid for at in acts]
    unit = next((paid.currency for paid in sums if paid is not None and paid.currency), None)
    unit = unit or next(iter({record.get("currency") for record in mind.orders.values()}), None)
    if before is not None and after is not None and before >= after:
        return Money(before - after, unit)
    if before is None and None not in {later, after} and later != after:
        return None  # what was confirmed, and what the order shows since, do not agree
    known = [paid.cents for paid in sums if paid is not None]
    return Money(sum(known), unit) if known else None


def unbooked(mind: Mind) -> bool:
    """Whether a refund was confirmed that the order, read since by what the program says, does not show."""
    told = [one for text in _texts(mind) for one in _told(text)]
    paid = next((at for at, one in enumerate(told) if one.paid is not None and one.left is not None), None)
    if paid is None:
        return False
    after = [one for one in told[paid:] if one.record and one.since and one.order in {"", told[paid].order}]
    return any(one.left is not None and one.left > (told[paid].left or 0) for one in after[-1:])


def paid_nothing(mind: Mind) -> bool:
    """Whether a program shows what was done, and that no refund was among it."""
    kinds = {deed.kind for deed in mind.deeds}
    return bool(kinds & {"escalate", "deny"}) and "refund" not in kinds and paid_out(mind) is None


def _texts(mind: Mind) -> Iterator[str]:
    return (piece.text for piece in mind.context.of("user", "result"))


def _in_words(mind: Mind) -> Money | None:
    told = (mind.scene.told(piece) for piece in mind.context.of("system", "user"))
    found = next((match for text in told for match in _BOOKED.finditer(text)), None)
    if found is None:
        return None
    return Money(round(100 * float(found["sum"].replace(",", "."))), found["unit"].upper())


def _told(text: str) -> Iterator[_Told]:
    for blob in blobs(text):
        since = _SINCE.search(text[max(0, blob.start - _NEAR) : blob.start]) is not None
        for value in blob.value if isinstance(blob.value, list) else [blob.value]:
            found = _of(value) if isinstance(value, Mapping) else ()
            yield from (one._replace(since=since) for one in found)


def _of(value: Mapping[str, Json]) -> Iterator[_Told]:
    if is_record(dict(value)):
        left = _money(value.get("refundable"))
        yield _Told(None, left.cents if left else None, record=True, order=str(value.get("id") or ""))
        return
    if refused := _LEFT.search(str(value)):
        yield _Told(None, round(100 * float(refused["left"])), record=False)
        return
    left, paid = _money(value.get("refundable")), _money(value.get("amount"))
    went = str(value.get("status") or "").lower() not in _FAILED
    if paid is not None and went and ("refund_id" in value or left is not None):
        unit = str(value.get("currency") or "") or paid.currency
        order = str(value.get("order_id") or "")
        yield _Told(Money(paid.cents, unit), left.cents if left else None, record=False, order=order)
        return
    for part in value.values():
        if isinstance(part, Mapping):
            yield from _of(part)


def _money(value: Json) -> Money | None:
    found = canonical(value, "money") if value is not None else None
    return found if isinstance(found, Money) else None
