"""What a program tells its letter writer to have been done: in a labelled line, or as a tool's result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.fields import is_record, slots_in
from exercises.flaky_agent_trace.papers.outcomes import order_in, proposed_by, sum_in
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.blobs import Blob, blobs
from harness.simulation.reading.values import Money

from .handed import Handed, grounds_in, stated

Json = Any
_DONE = re.compile(
    r"^\W{0,8}(?:what (?:was|has been|we have|we) done|what (?:has )?happened|what we did"
    r"|(?:results?|outcome|status|done) so far|already done|done)\s?[:=]\s{0,3}(?P<said>\S[^\n]{2,400})",
    re.IGNORECASE | re.MULTILINE,
)
_PAID = re.compile(
    r"^\W{0,6}(?:already |we )?(?:paid|refunded|booked)(?: back| out| so far)?\s?[:=]\s{0,3}"
    r"(?P<said>(?:EUR|GBP|PLN|[€£])?\s?\d[^\n]{1,300})",
    re.IGNORECASE | re.MULTILINE,
)
_NOTHING = re.compile(
    r"[^.;\n]{0,40}\b(?:nothing|no money|not)\b[^.;\n]{0,20}\b(?:refunded|paid)\b[^.;\n]{0,40}"
)
_WENT = frozenset({"succeeded", "success", "booked", "paid", "done", "ok", "completed"})
_NEAR = 3


class _Told(NamedTuple):
    slots: dict[str, Any]
    grounds: str
    start: int


def happened(mind: Mind) -> Handed | None:
    """The last thing that was done, of what a program tells; `None` where it tells nothing of the kind."""
    found: list[_Told] = []
    for piece in mind.context.of("system", "user"):
        found += _told(mind.scene.told(piece))
    known = {order.id for order in mind.scene.state.orders}
    found = [told for told in found if told.slots.get("order_id") in {None, *known}]
    if not found:
        return None
    last = found[-1]
    same = [told for told in found if told.slots["action"] == last.slots["action"]]
    slots = {name: value for told in same for name, value in told.slots.items() if value is not None}
    return Handed(slots, next((told.grounds for told in same if told.grounds), ""))


def _told(text: str) -> list[_Told]:
    shown = blobs(text)
    found = [*_labelled(text, shown), *(told for blob in shown if (told := _returned(blob)) is not None)]
    return sorted(found, key=lambda told: told.start)


def _labelled(text: str, shown: tuple[Blob, ...]) -> Iterator[_Told]:
    for line in (*_DONE.finditer(text), *_PAID.finditer(text)):
        said = _NOTHING.sub(" ", line["said"])
        blob = next((one for one in shown if line.start("said") <= one.start <= line.end() + _NEAR), None)
        own = stated(blob.value) if blob is not None else {}
        slots = own or proposed_by(said) or ({"action": "refund"} if line.re is _PAID else {})
        if not slots.get("action"):
            continue
        slots.setdefault("order_id", order_in(said))
        if slots["action"] == "refund" and not own:
            slots |= _sum_of(blob) or {"amount": sum_in(said[: said.find("(")] if "(" in said else said)}
        plain = said[: blob.start - line.start("said")] if blob is not None else said
        yield _Told(slots, grounds_in(slots, plain if slots["action"] != "escalate" else ""), line.start())


def _sum_of(blob: Blob | None) -> dict[str, Any]:
    """The sum and its currency, where an object says them."""
    if blob is None or not isinstance(blob.value, dict):
        return {}
    said = slots_in(blob.value)
    return {name: said[name] for name in ("amount", "currency", "order_id") if name in said}


def _returned(blob: Blob) -> _Told | None:
    """What a tool that acts has returned: a refund that went through, a case that is open."""
    value = blob.value
    if not isinstance(value, Mapping) or is_record(dict(value)):
        return None
    status = str(value.get("status") or "").lower()
    if "refund_id" in value and status in {"", *_WENT} and isinstance(_sum_of(blob).get("amount"), Money):
        return _Told({"action": "refund", **_sum_of(blob)}, "", blob.start)
    if "case_id" in value:
        return _Told({"action": "escalate"}, "", blob.start)
    return _flagged(value, blob.start)


def _flagged(value: Mapping[str, Json], start: int) -> _Told | None:
    """A check that found that people have to see to it: `{"hand_over": true, "clause": …}`."""
    flags = (vocabulary().ontology.flag_of(key) for key, said in value.items() if said is True)
    if ("action", "escalate") not in flags:
        return None
    said = slots_in(dict(value))
    ids = " ".join(re.findall(r"\b[A-Z]-\d\b", str(said.get("clauses") or value.get("clause") or "")))
    return _Told({"action": "escalate"}, ids, start)
