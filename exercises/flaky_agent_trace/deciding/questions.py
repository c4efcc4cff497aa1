"""Which question an agent's model faces now, given what its context shows. Nothing here is drawn."""

from __future__ import annotations

from exercises.flaky_agent_trace.papers.added import may_bind
from exercises.flaky_agent_trace.papers.clauses import UNNUMBERED
from exercises.flaky_agent_trace.papers.deeds import LOOKS, Deed
from exercises.flaky_agent_trace.reading.mind import Mind

from .calls import ENDS, answered, went_on
from .perception import settled, true_order

_DETAILS = ("delivered", "promised", "shipping_fee", "chargeback")
TRIES = 3
"""Calls of one look-up that is not answered, at most."""


def detailed(mind: Mind, order_id: str) -> bool:
    """Whether the context shows an order with what decisions need, or no look into it would show more."""
    record = mind.orders.get(order_id)
    if record is not None:
        priced = any(part.get("unit_price") for part in record.parts.get("items", []))
        if priced and sum(record.get(name) is not None for name in _DETAILS) >= 2:
            return True
    looks = [deed for deed in mind.deeds if deed.kind == "get_order" and order_id in deed.orders]
    return any(answered(deed) for deed in looks) or sum(deed.result is not None for deed in looks) >= TRIES


def wants_search(mind: Mind) -> bool:
    """Whether no order is in hand and searching again could help."""
    searches = [deed for deed in mind.deeds if deed.kind == "search_orders"]
    return len(searches) < 3 and not mind.orders and bool(mind.contract.tool("search_orders"))


def wants_policy(mind: Mind) -> bool:
    """Whether the handbook is not in the context and can be read."""
    asked = [deed for deed in mind.deeds if deed.kind == "get_policy"]
    known = bool(mind.clauses) if any(map(answered, asked)) else holds_handbook(mind)
    tries = 2 if asked and answered(asked[-1]) else TRIES
    return not known and len(asked) < tries and mind.contract.tool("get_policy") is not None


def holds_handbook(mind: Mind) -> bool:
    """Whether a handbook that was not read stands in the context all the same.

    Rules that a prompt puts in its own words are none, unless they are as good as all of it; who is told to
    read it does so whatever they are.
    """
    seen = mind.clauses.values()
    if mind.briefing.reads and not any(one.verbatim and not one.anew for one in seen):
        return False
    return sum(one.cited for one in seen) >= _SOME or len(seen) >= _MOST


_SOME, _MOST = 3, 14
"""Clauses: of a handbook that is cut to what matters, and of rules that stand for a handbook."""


def unread_rule(mind: Mind) -> str:
    """What keeps a case from being decided by rules of the handbook that are not understood; else empty."""
    if mind.operation not in _DECIDES:
        return ""
    issues = mind.mail.values("issue")
    parts = [part for order in mind.orders.values() for part in order.parts.get("items", [])]
    kinds = [str(part.get("category") or "") for part in parts]
    of = (id for id, seen in mind.clauses.items() if seen.unread and may_bind(seen.unread, issues, kinds))
    known = next(of, "")
    where = f" in {known}" if known and not known.startswith(UNNUMBERED) else ""
    return f"what the handbook rules{where} is put in a way that is not understood here" if known else ""


_DECIDES = frozenset({"decide", "act", "revise", "critique", "judge"})


def next_step(mind: Mind) -> str:  # noqa: PLR0911  (a list of questions, the first that fits)
    """The question that an agent's model faces now: its name keys the draws."""
    replied = [deed for deed in mind.deeds if deed.kind == "reply"]
    if replied and not replied[-1].trouble:
        return "close"
    if in_trouble(mind) is not None:
        return "recover"
    if any(deed.kind in ENDS and not deed.trouble and not went_on(deed) for deed in mind.deeds):
        return "report"
    if not mind.mail.present and mind.claims is None:
        find = mind.headed and not mind.orders and wants_search(mind)
        return "look_up" if find or (wants_policy(mind) and mind.orders) else "resolution"
    right = true_order(mind)
    if right is None and not mind.orders and wants_search(mind):
        return "look_up"
    if right is None and settled(mind) and _more_to_find(mind):
        return "look_up"
    if (
        right is not None
        and not detailed(mind, right)
        and (
            mind.contract.tool("get_order")
            or (right not in mind.orders and mind.contract.tool("search_orders"))
        )
    ):
        return "look_up"
    return "look_up" if wants_policy(mind) else "resolution"


def in_trouble(mind: Mind) -> Deed | None:
    """The last action where it went wrong; a look at the order since then leaves it so."""
    acts = [deed for deed in mind.deeds if deed.kind in {*ENDS, "reply"}]
    if not acts or not acts[-1].trouble:
        return None
    later = since(mind, acts[-1])
    if acts[-1].trouble in {"invalid", "refused", "unbooked"} and all(deed.kind in LOOKS for deed in later):
        return acts[-1]
    looked = acts[-1].kind == "refund" and acts[-1].trouble == "unknown"
    return acts[-1] if not later or (looked and all(deed.kind == "get_order" for deed in later)) else None


def since(mind: Mind, deed: Deed) -> list[Deed]:
    """What was called after a deed."""
    later = [other for other in mind.deeds if other.index >= deed.index]
    known = (deed.index, deed.kind, deed.result)  # a log of the program holds several deeds
    at = max((n for n, o in enumerate(later) if (o.index, o.kind, o.result) == known), default=-1)
    return later[at + 1 :]


def _more_to_find(mind: Mind) -> bool:
    searches = sum(1 for deed in mind.deeds if deed.kind == "search_orders")
    return searches < 3 and mind.contract.tool("search_orders") is not None
