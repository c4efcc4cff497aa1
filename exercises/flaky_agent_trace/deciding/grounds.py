"""The grounds that a model gives for what it does, also where the handbook gives none.

Who errs is no less sure of it: a needless denial names the clause that would have denied a case a little
different, a needless handover the one that would have handed it over. And who is right does not always
name a clause. So no wording tells a slip.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Decision, Facts
from harness.rng import SHARED, DrawKey
from harness.simulation.noise import Noise

from .doubts import DOUBT, RESTS_ON, doubts_in, is_doubt

_DENIED = {
    "changed_mind": ("R-1", "R-1", "R-3"), "damaged": ("D-2",), "wrong_item": ("D-2",), "late": ("L-1",),
    "not_arrived": ("L-2",), "cancel": ("L-4",), "goodwill": ("M-4",), "already_paid_back": ("M-3",),
}  # fmt: skip
_PAID = {"changed_mind": "R-1", "damaged": "D-1", "wrong_item": "D-1", "late": "L-1", "not_arrived": "L-2"}
_PAID |= {"cancel": "L-4"}
_LARGE, _LARGE_PLN = Decimal(250), Decimal(450)
"""Sums that are near enough to a limit, or to its figure in another currency, to be taken for more."""
_READ = 3
"""Clauses with their numbers: who has them before him names one."""


def picked(mind: Mind, noise: Noise, count: int, choice: str) -> int:
    """One of `count` grounds, the same however often the trial's model is asked."""
    key = DrawKey("mode:grounds", SHARED, mind.ticket_id, SHARED, choice)
    return int(noise.turn.draws.uniform(key) * count)


def _names_clauses(mind: Mind) -> bool:
    """Whether clauses were read, or the answer has a place for one, or tells nothing but grounds."""
    if sum(seen.cited for seen in mind.clauses.values()) >= _READ:
        return True
    reviews = mind.contract.form == "text" and mind.operation in {"critique", "judge"}
    slot_of = vocabulary().ontology.slot_of
    arguments = (tool.spec.schema.get("properties") or {} for tool in mind.contract.tools)
    asked = mind.contract.slots.union(slot_of(name) or "" for named in arguments for name in named)
    return bool(mind.told or reviews or asked & {"clauses", "clause_id", "clause_list"})


def for_denial(mind: Mind, facts: Facts, noise: Noise) -> str:
    """The clause that would deny a case much like this one."""
    tempting = [id for ask in facts.asks[:1] for id in _DENIED[ask.issue]] or ["M-4"]
    if facts.order is not None and not any(item.final_sale for item in facts.order.items):
        tempting = [id for id in tempting if id != "R-3"]
    if facts.asks and facts.asks[0].opened:
        tempting[-1] = "R-2"
    return tempting[picked(mind, noise, len(tempting), "a denial")]


def for_refund(facts: Facts) -> str:
    """The clause by which a case of this kind is paid, where it is."""
    return next((_PAID[ask.issue] for ask in facts.asks if ask.issue in _PAID), "R-1")


def for_handover(mind: Mind, facts: Facts, noise: Noise) -> str:
    """A clause that would hand over a case much like this one, or none where plain words will do.

    None that the order as it is shown plainly speaks against: nobody finds a promise where there are no
    notes, or a stranger in an address that is the order's own. Where no clause is near, it is a doubt that
    something in the case gives room for.
    """
    near = (id if id == "I-1" else f"{id} H-7" for id in _nearly(mind, facts))
    tempting = [
        why
        for why in (*near, *doubts_in(mind, facts))
        if not any(RESTS_ON.get(id, id) in mind.refuted for id in why.split())
    ] or [DOUBT]
    return tempting[picked(mind, noise, len(tempting), "a handover")]


_PRESENT = re.compile(
    r"\b(?:gift\w*|presents?|birthday|geschenk\w*|geburtstag\w*|cadeaux?|anniversaire|regal\w*|cumpleaños"
    r"|verjaardag\w*|prezent\w*|urodzin\w*)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:replace\w*|exchang\w+|swap\w*|vouchers?|credit|ersatz|umtausch\w*|ersetz\w+|gutschein\w*|échang\w+"
    r"|remplac\w+|(?<!en )cambi\w+|cámbi\w+|sustitu\w+|omruil\w*|ruilen|vervang\w+|wymian\w+|wymieni\w+)\b",
    re.IGNORECASE,
)


def _nearly(mind: Mind, facts: Facts) -> Iterator[str]:
    """The clauses of the desk that something in the case may be taken for."""
    order, written = facts.order, mind.scene.written if mind.mail.present else ""
    if _INSTEAD.search(written) or (order is not None and order.notes):
        yield "H-6"
    if order is None or facts.sender.lower() != order.customer.email.lower():
        yield "I-2"
    if order is not None and order.chargeback in {"won", "lost"}:
        yield "H-3"
    if order is not None and not order.gift and _PRESENT.search(written):
        yield "H-4"
    if len(mind.discussed) > 1:
        yield from ("H-1", "H-1")
    elif len(mind.orders) > 1 and not _named(mind):
        yield from ("I-1", "I-1")
    if order is not None and order.total > (_LARGE_PLN if order.currency == "PLN" else _LARGE):
        yield from ("H-2", "H-2")
    if any(decoy.fact == "policy" for decoy in mind.mail.decoys):
        yield from ("H-5", "H-5")
    if any(ask.issue == "not_arrived" for ask in facts.asks):
        yield from ("L-3", "L-3")


def _named(mind: Mind) -> bool:
    """Whether the mail names its order by the number."""
    facts = (fact for fact in mind.mail.facts if fact.fact == "order")
    return any(fact.value[3:] in span.replace(" ", "") for fact in facts for span in fact.spans)


def worded(mind: Mind, decision: Decision, noise: Noise) -> Decision:
    """The decision as the model gives its grounds: not every handover names its clause unasked."""
    plain = decision.action == "escalate" and not is_doubt(decision.reason) and not _names_clauses(mind)
    if plain and picked(mind, noise, 5, "a plain word") == 0:
        return replace(decision, reason=DOUBT)
    return decision
