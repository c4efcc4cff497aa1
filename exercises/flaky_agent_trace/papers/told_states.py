"""What a program's states, logs and written calls say was done: `{"refunded": true}`, `refund(…) → ok`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER, ORDER_ID, vocabulary
from harness.simulation.calling.results import standing
from harness.simulation.calling.tools import kind_of
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.blobs import blobs, outside, pairs
from harness.simulation.reading.values import moneys, number

from .deeds import ACTS

Json = Any
_COIN = r"(?:EUR|GBP|PLN|euros?|pounds?|zloty|zł|[€£])"
ILL = (
    r"(?:fail\w*|errors?|timed? ?out|pending|unknown|unclear|unconfirmed|unacknowledged"
    r"|no (?:answer|response)|not (?:confirmed|acknowledged)|lost|exception"
    r"|conflict|refused|rejected|forbidden|exceeds|more than (?:is )?(?:refundable|left)"
    r"|nothing (?:was|has been|got) (?:booked|paid|refunded|made|done|sent|transferred|issued|executed)"
    rf"|(?<![\d.,-])[45]\d\d (?!{_COIN}(?!\w))[a-z]\w+)"
)
"""How a program says that it does not know whether a thing was done."""
_ILL = re.compile(rf"\b{ILL}\b", re.IGNORECASE)
_RETURNS = re.compile(r"->|=>|→|[)}\]]\s?[:=]")
_CODED = re.compile(rf"\W{{0,4}}(?:(?:http|status|code) )?[45]\d\d\b(?![.,]\d|\s?{_COIN})", re.IGNORECASE)
"""A result that is a code of failure; a sum is none."""
_WELL = re.compile(
    r"^\W{0,12}(?:true|yes|ok|okay|done|success\w*|succeeded|accepted|issued|made|paid|booked|sent"
    r"|complete\w*|"
    r"confirmed|executed|processed|200|201)\b",
    re.IGNORECASE,
)
_FLAGS = {
    "refund": (
        "refunded", "refund issued", "refund done", "refund made", "refund paid", "refund sent", "paid back",
        "refund completed", "refund booked", "refund executed", "refund ok", "is refunded", "was refunded",
        "refund status", "refund result", "refund processed", "refund id",
    ),
    "escalate": ("escalated", "handed over", "escalation done", "case opened", "is escalated", "case id"),
    "reply": (
        "reply sent", "replied", "mail sent", "customer informed", "customer notified", "customer told",
        "answer sent", "email sent", "message sent", "customer answered", "message id", "reply status",
    ),
}  # fmt: skip
_FLAG_OF = {"".join(words_of(name)): kind for kind, names in _FLAGS.items() for name in names}
_PROOFS = {"refundid", "caseid", "messageid"}
"""What only a thing that was done has."""
_SUMS = ("amount", "refundamount", "refundedamount", "amountrefunded", "sum", "refunded")
_DONE_KEY = re.compile(
    r"done|completed|finished|executed|performed|taken|history|log|events|so far", re.IGNORECASE
)
_NAMES = ("tool", "toolname", "function", "name", "action", "step", "event", "call")
_RESULTS = ("result", "status", "outcome", "observation", "response", "ok", "output", "success")
_CALL = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_][\w.]{0,60})\s{0,2}(?P<args>\((?:[^()\n]|\([^()\n]{0,80}\)){1,300}\)"
    r"|\{[^{}\n]{1,400}\})\s*"
    r"(?:→|->|=>|=|:|Observation\s*:|Result\s*:|returned)\s*(?P<result>[^\n]{1,300})"
)
_OF_CALL = re.compile(r"(?:→|->|=>|\bObservation\s*:|\breturn(?:s|ed)\b:?)[\s`]*$", re.IGNORECASE)
_ACTION = re.compile(
    r"Action\s*:\s*[`\"']?(?P<name>[\w.]+)[`\"']?(?P<args>[^\n]*)\n+\s*Observation\s*:\s*(?P<result>[^\n]+)",
    re.IGNORECASE,
)
_DEEDS = {"refund", "escalate", "reply", "get_order", "get_policy"}


@dataclass(frozen=True, slots=True)
class Told:
    """One deed as it is told."""

    kind: str
    arguments: dict[str, Json]
    text: str
    failed: bool = False
    """Whether it went wrong, or may have."""
    loose: bool = False
    """Whether it may be about what the shop did before, as an order's record tells it."""


def states(text: str, ids: frozenset[str], fields: frozenset[str]) -> Iterator[Told]:
    """Deeds in a text's data. `ids`: this case's orders. `fields`: JSON with these is a pattern."""
    for blob in blobs(text):
        if _OF_CALL.search(text[max(0, blob.start - 40) : blob.start]):
            continue  # the result of a call, which tells of itself what it is
        yield from _in_value(blob.value, ids, fields, blob.raw[:600])
    for pattern in (_CALL, _ACTION):
        for match in pattern.finditer(text):
            kind = kind_of(match["name"], "", vocabulary().tools)
            named = [found.group().upper() for found in ORDER_ID.finditer(match["args"])]
            literal = bool(named) or (kind == "get_policy" and pattern is _ACTION)
            if kind in _DEEDS and literal and ids.issuperset(named):
                result = match["result"]
                failed = bool(_ILL.search(result) or _CODED.match(result))
                yield Told(kind, sums(match["args"], named), result, failed=failed)
    listed = {"".join(words_of(pair.key)): pair.value for pair in pairs(outside(text))}
    flags = {key: value for key, value in listed.items() if key in _FLAG_OF and number(value) is None}
    if flags:
        known = {key: listed[key] for key in (*_SUMS, "orderid", "currency") if key in listed}
        yield from _flagged({**known, **flags}, ids, "; ".join(f"{k}: {v}" for k, v in flags.items()))


def returns_failure(entry: str) -> bool:
    """Whether a call in a line returned a code of failure: `refund(…) -> 503`."""
    return any(_CODED.match(result) for result in _RETURNS.split(entry)[1:])


def step_of(entry: str) -> str | None:
    """The kind of the tool that a step is named by: `refund`, `get_order HL-1`."""
    words = entry.split()
    if not words or len(words) > 5 or _ILL.search(entry) or not re.fullmatch(r"[A-Za-z_]+\W?", words[0]):
        return None
    kind = kind_of(words[0], "", vocabulary().tools)
    return kind if kind in _DEEDS else None


def sums(text: str, named: list[str]) -> dict[str, Json]:
    """What a statement says of order, sum and currency."""
    found: dict[str, Json] = {"order_id": named[-1]} if named else {}
    plain = ORDER_ID.sub(" ", text)
    if coined := moneys(plain):
        found["amount"], found["currency"] = coined[0].value[0] / 100, coined[0].value[1]
    elif bare := re.search(r"(?<![\w.,:-])\d{1,6}(?:[.,]\d{1,2})?(?![\w,:-]|\s?%)", plain):
        found["amount"] = number(bare.group())
    return {key: value for key, value in found.items() if value}


def _in_value(value: Json, ids: frozenset[str], fields: frozenset[str], raw: str) -> Iterator[Told]:
    if isinstance(value, list):
        for entry in value:
            yield from _in_value(entry, ids, fields, raw)
    if not isinstance(value, dict):
        return
    keys = {"".join(words_of(key)): key for key in value}
    of_order = sum(1 for key in value if ORDER.field_of(key) or ORDER.part_of(key)) >= 3
    if of_order or fields.issuperset(value):
        return
    plain = {joined: value[key] for joined, key in keys.items()}
    yield from _flagged(plain, ids, raw)
    yield from _entry(plain, ids)
    for key, inner in value.items():
        if _DONE_KEY.search(" ".join(words_of(key))) and isinstance(inner, list):
            yield from _listed(inner, ids, next((plain[sum] for sum in _SUMS if sum in plain), ""))
        elif isinstance(inner, dict | list):
            yield from _in_value(inner, ids, fields, raw)


def _listed(entries: list[Json], ids: frozenset[str], amount: Json) -> Iterator[Told]:
    """Steps done, by their names; the sum may stand beside the list."""
    for entry in entries:
        if isinstance(entry, dict):
            yield from _entry({"".join(words_of(k)): v for k, v in entry.items()}, ids, done=True)
        elif isinstance(entry, str) and (kind := step_of(entry)):
            named = [match.group().upper() for match in ORDER_ID.finditer(entry)]
            if ids.issuperset(named):
                own = sums(entry, named)
                yield Told(kind, own if "amount" in own else {**own, **sums(str(amount), [])}, entry)


def _entry(entry: dict[str, Json], ids: frozenset[str], *, done: bool = False) -> Iterator[Told]:
    """A call with its result, as an object of a log."""
    name = next((entry[key] for key in _NAMES if isinstance(entry.get(key), str)), None)
    result = next((entry[key] for key in _RESULTS if entry.get(key) is not None), None)
    kind = kind_of(name, "", vocabulary().tools) if name else None
    if kind not in _DEEDS or (result is None and not done):
        return
    inner = next((v for v in entry.values() if isinstance(v, dict)), {})
    flat = {**{"".join(words_of(k)): v for k, v in inner.items()}, **entry}
    said = str(result)
    if result is None or result is True or _WELL.search(said) or isinstance(result, dict):
        shown = json.dumps(result, default=str) if isinstance(result, dict) else said
        turned_down = kind in ACTS and standing(shown) == "not"
        yield from _made(kind, flat, ids, said, failed=turned_down or bool(_ILL.search(said)))
    elif _ILL.search(said):
        yield from _made(kind, flat, ids, said, failed=True)


def _flagged(state: dict[str, Json], ids: frozenset[str], raw: str) -> Iterator[Told]:
    """What the flags of a state say: one that is false says nothing."""
    for key, value in state.items():
        kind = _FLAG_OF.get(key)
        if kind is None or value is False or value is None:
            continue
        said = str(value)
        sure = value is True or (isinstance(value, str) and bool(key in _PROOFS or _WELL.search(said)))
        if sure or (isinstance(value, str) and _ILL.search(said)):
            yield from _made(kind, state, ids, raw, failed=not sure)


def _made(
    kind: str, state: dict[str, Json], ids: frozenset[str], text: str, *, failed: bool = False
) -> Iterator[Told]:
    order = ORDER_ID.search(" ".join(str(v) for k, v in state.items() if k in {"orderid", "order", "id"}))
    named = [order.group().upper()] if order else []
    if not ids.issuperset(named):
        return
    amount = next((state[key] for key in _SUMS if key in state and not isinstance(state[key], bool)), None)
    found = sums("" if amount is None else str(amount), named)
    if isinstance(state.get("currency"), str):
        found["currency"] = state["currency"]
    yield Told(kind, found, text, failed=failed)
