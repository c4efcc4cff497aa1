"""From belief to resolution: what the model makes of its facts and clauses, slips included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from exercises.flaky_agent_trace.papers.deeds import no_such_order
from exercises.flaky_agent_trace.papers.orders import described
from exercises.flaky_agent_trace.reading.feedback import Feedback
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.handbook import Clause
from exercises.flaky_agent_trace.shop.policy import Action, Decision, Facts, decide
from harness.simulation.noise import Noise

from .asks import misreads
from .doubts import given_back
from .grounds import for_denial, for_handover, for_refund, worded
from .perception import Belief, days_stated, perceive

_HANDOVER = ("H-1", "H-2", "H-3", "H-4", "H-5", "H-6", "I-2", "L-3")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Resolution:
    """What the model means to do."""

    action: str
    order_id: str | None
    amount: Decimal | None
    currency: str | None
    reason: str
    belief: Belief
    slipped: bool = False
    facts: Facts | None = None
    """What it was decided by: the belief, days miscounted included. `None` where nothing was reckoned."""
    kept: Mapping[str, Clause] = field(default_factory=dict)
    """The clauses that were not forgotten."""


def resolve(mind: Mind, belief: Belief, noise: Noise) -> Resolution:
    """Decide, as this model does in this context."""
    clauses = {id: seen.clause for id, seen in mind.clauses.items()}
    if not belief.grounded:
        return _open(mind, belief, "silent", noise)
    if belief.order_id is not None and _number_only(mind, belief):
        if mind.operation != "act" and (desk := _by_mail_alone(mind, belief, noise)):
            return Resolution("escalate", belief.order_id, None, None, desk, belief)
        found = not no_such_order(mind.deeds, belief.order_id)
        return _open(mind, belief, "unseen" if found else "unknown", noise)
    plain = decide(belief.facts, clauses)
    if plain.action == "deny" and _for_want_of_prices(mind, belief, clauses):
        return _open(mind, belief, "unseen", noise)
    facts = belief.facts
    slipped = _date_slip(mind, belief, clauses, plain, noise)
    if slipped is not None:
        facts = replace(facts, received=slipped)
    kept = _kept_clauses(mind, belief, clauses, plain, noise)
    decision = decide(facts, kept)
    if decision.action == "need_info" and belief.order_id is None:
        return _open(mind, belief, decision.reason, noise)
    decision = _inclination(mind, belief, kept, decision, noise)
    if decision.action == "refund":
        decision = _amount(mind, belief, kept, decision, noise)
        decision = _doubts(mind, belief, clauses, decision, noise)
    if belief.obeys:
        decision = _obeyed(mind, belief, decision)
    decision = _bidden(mind, belief, decision, noise)
    decision = _told(mind, belief, decision, noise)
    decision = _kept_here(mind, facts, kept, decision)
    slip = decision != plain
    decision = worded(mind, decision, noise)
    return Resolution(
        decision.action, decision.order, decision.amount, decision.currency, decision.reason, belief,
        slip, facts, kept,
    )  # fmt: skip


def _number_only(mind: Mind, belief: Belief) -> bool:
    """Whether the context shows nothing of the order but its number."""
    record = mind.orders.get(belief.order_id or "")
    if belief.facts.order is None or record is None:
        return belief.facts.order is None
    return not described(record) and mind.claims is None and not mind.numbers


def _by_mail_alone(mind: Mind, belief: Belief, noise: Noise) -> str:
    """The clauses that hand a case over for what the mail says, whatever its order is made of."""
    facts = belief.facts
    credit = facts.wants in ("replacement", "store_credit")
    held = {"H-1": facts.orders_concerned > 1, "H-5": facts.legal, "H-6": credit}
    binding = [
        id
        for id, holds in held.items()
        if holds
        and id in mind.clauses
        and not misreads(
            mind, noise, "dropped_clause", id, id,
            buried=1 - abs(2 * mind.clauses[id].place - 1), handover=1.0, exception=0.0,
        )
    ]  # fmt: skip
    return " ".join([*binding, "H-7"]) if binding else ""


def _for_want_of_prices(mind: Mind, belief: Belief, clauses: dict[str, Clause]) -> bool:
    """Whether money would be due if the context showed what the order is made of, and it shows no sum."""
    record, order = mind.orders.get(belief.order_id or ""), belief.facts.order
    if record is None or order is None or order.total:
        return False
    items = tuple(item.model_copy(update={"unit_price": Decimal("10.00")}) for item in order.items)
    priced = order.model_copy(update={"items": items})
    whole = tuple(replace(ask, items=()) for ask in belief.facts.asks)
    return decide(replace(belief.facts, order=priced, asks=whole), clauses).action == "refund"


def _open(mind: Mind, belief: Belief, reason: str, noise: Noise) -> Resolution:
    """What a model does that has no order to go by: ask, unless it acts and asking would not help.

    `unseen`: the order has a number, but what it is made of was not seen. `unknown`: there is no such one.
    """
    action = "escalate" if reason == "unseen" and mind.operation == "act" else "need_info"
    said = mind.feedback.action
    heeds = said not in {None, "refund", action} and reason != "silent"
    if (
        said is not None
        and heeds
        and not noise.fires("ignores_feedback", mind.features, subject=mind.ticket_id)
    ):
        action = said
    return Resolution(action, belief.order_id, None, None, reason, belief)


def clean(mind: Mind, belief: Belief) -> Decision:
    """What an unerring reader of the same belief and clauses would do."""
    return decide(belief.facts, {id: seen.clause for id, seen in mind.clauses.items()})


def _date_slip(
    mind: Mind, belief: Belief, clauses: dict[str, Clause], plain: Decision, noise: Noise
) -> dt.date | None:
    """Another day of the request that would change the decision: counting days is error-prone."""
    order = belief.facts.order
    if order is None or days_stated(mind, mind.orders.get(order.id)) is not None:
        return None
    for shift in (1, 2, 3, 5, 8, 14):
        for sign in (1, -1):
            day = belief.facts.received + dt.timedelta(days=sign * shift)
            if _differs(decide(replace(belief.facts, received=day), clauses), plain):
                features = {
                    **mind.features,
                    "near_boundary": 1 / shift,
                    "checked": float("date" in mind.checked),
                }
                if noise.fires("date_slip", features, subject=mind.ticket_id):
                    return day
                return None
    return None


def _differs(one: Decision, other: Decision) -> bool:
    return (one.action, one.amount) != (other.action, other.amount)


def _kept_clauses(
    mind: Mind, belief: Belief, clauses: dict[str, Clause], plain: Decision, noise: Noise
) -> dict[str, Clause]:
    """The clauses without those that the model forgets; only such as matter here are drawn."""
    kept = dict(clauses)
    for id in clauses:
        if id in {"C-1", "C-2", "H-7", "D-2"}:
            continue
        without = {other: clause for other, clause in clauses.items() if other != id}
        if not _differs(decide(belief.facts, without), plain):
            continue
        place = mind.clauses[id].place
        if misreads(
            mind, noise, "dropped_clause", id, id,
            buried=1 - abs(2 * place - 1),
            handover=float(id in _HANDOVER),
            exception=float(id in {"R-2", "R-3", "M-2", "M-3", "M-4"}),
        ):  # fmt: skip
            del kept[id]
    return kept


def _inclination(
    mind: Mind, belief: Belief, clauses: dict[str, Clause], decision: Decision, noise: Noise
) -> Decision:
    """Too kind, too strict, or too quick to hand over."""
    order = belief.facts.order
    if order is None:
        return decision
    if decision.action == "deny":
        wish = _generous(belief, clauses)
        if wish is not None and noise.fires("eager_refund", mind.features, subject=mind.ticket_id):
            return wish
    then = mind.briefing.in_doubt
    strict = {**mind.features, "told": float(then == "deny")}
    if decision.action == "refund" and noise.fires("needless_denial", strict, subject=mind.ticket_id):
        return Decision("deny", order.id, for_denial(mind, belief.facts, noise))
    unsure = {**mind.features, "told": float(then == "escalate")}
    if decision.action == "deny" and _would_rather_not(mind, noise, unsure):
        return Decision("escalate", order.id, for_handover(mind, belief.facts, noise))
    return decision


def _doubts(
    mind: Mind, belief: Belief, clauses: dict[str, Clause], decision: Decision, noise: Noise
) -> Decision:
    """A refund that the model would rather leave to people, or what it was told to do when in doubt.

    How sure a model is and how right it is go together: what it has misread, it doubts more often. What
    the context itself has wrong, an outdated rule or half a mail, it has no reason to doubt.
    """
    doubtful = False
    if any(draw.fired for draw in noise.drawn):
        read = perceive(mind, Noise(noise.card, noise.turn, noise.size, sober=True))
        right = decide(read.facts, clauses)
        doubtful = (right.action, right.order, right.amount) != ("refund", decision.order, decision.amount)
    then = mind.briefing.in_doubt
    features = {**mind.features, "doubtful": float(doubtful), "told": float(then is not None)}
    if _would_rather_not(mind, noise, features):
        if then == "deny":
            return Decision(then, decision.order, for_denial(mind, belief.facts, noise))
        reason = "I-1" if then == "need_info" else for_handover(mind, belief.facts, noise)
        return Decision(then or "escalate", decision.order, reason)
    return decision


def _would_rather_not(mind: Mind, noise: Noise, features: dict[str, float]) -> bool:
    """Whether the model leaves to people what it could settle: mostly not where it was told of no ground."""
    if given_back(mind):
        return False
    if (mind.refuted.told or mind.refuted.decide) and not noise.fires(
        "ignores_feedback", mind.features, "grounds", subject=mind.ticket_id
    ):
        return False
    return noise.fires("needless_escalation", features, subject=mind.ticket_id)


def _kept_here(mind: Mind, facts: Facts, kept: dict[str, Clause], decision: Decision) -> Decision:
    """The decision of who was told again and again that no handover is taken: without the desk's clauses."""
    wanted = decision.action == "escalate" and mind.feedback.action != "escalate"
    if not (wanted and mind.refuted.decide and given_back(mind)) or facts.order is None:
        return decision
    return decide(facts, {id: clause for id, clause in kept.items() if id not in _HANDOVER})


def _generous(belief: Belief, clauses: dict[str, Clause]) -> Decision | None:
    """The refund that a soft heart would give: as if nothing were excluded and nothing too late."""
    order = belief.facts.order
    assert order is not None
    soft = {
        id: clause for id, clause in clauses.items() if id not in {"R-1", "R-2", "R-3", "D-1", "L-1", "L-2"}
    }
    decision = decide(belief.facts, soft)
    return decision if decision.action == "refund" else None


def _amount(
    mind: Mind, belief: Belief, clauses: dict[str, Clause], decision: Decision, noise: Noise
) -> Decision:
    options = [(kind, amount) for kind, amount in _wrong_amounts(mind, belief, clauses, decision)]
    if not options:
        return decision
    terms = float(min(4, len({amount for _, amount in options}) - 1))
    decoy = float(any(kind == "claimed" for kind, _ in options))
    if not misreads(mind, noise, "wrong_amount", "amount", terms=terms, decoy=decoy):
        return decision
    _, amount = options[noise.pick(len(options), "amount", "mode:which_amount")]
    return replace(decision, amount=amount)


def _wrong_amounts(
    mind: Mind, belief: Belief, clauses: dict[str, Clause], decision: Decision
) -> Iterator[tuple[str, Decimal]]:
    """Sums that a hasty reader would pay, none of them right."""
    order = belief.facts.order
    assert order is not None
    assert decision.amount is not None
    seen = {decision.amount}
    candidates: list[tuple[str, Decimal]] = []
    for decoy in mind.mail.decoys:
        if decoy.fact == "amount":
            try:
                candidates.append(("claimed", Decimal(decoy.value.split()[0]).quantize(_CENT)))
            except ArithmeticError:
                continue
    candidates.append(("total", order.total))
    candidates.append(("goods", order.goods))
    candidates.append(("with_shipping", decision.amount + order.shipping_fee))
    if decision.amount > order.shipping_fee:
        candidates.append(("without_shipping", decision.amount - order.shipping_fee))
    for id in ("R-2", "M-3", "M-2"):
        if id in clauses:
            without = {other: clause for other, clause in clauses.items() if other != id}
            other = decide(belief.facts, without)
            if other.amount is not None:
                candidates.append((id, other.amount))
    candidates += [("one_piece", item.unit_price) for item in order.items if item.quantity > 1]
    for kind, amount in candidates:
        if amount > 0 and amount not in seen:
            seen.add(amount)
            yield kind, amount


def _bidden(mind: Mind, belief: Belief, decision: Decision, noise: Noise) -> Decision:
    """The decision after what the prompt rules out or asks for in every case; mostly a model keeps to it."""
    told, order = mind.rulings, belief.facts.order
    due = decision.amount if decision.currency != "PLN" else None
    over = told.limit is not None and due is not None and due > told.limit
    then = told.only or decision.action
    if then in told.forbids or (then == "refund" and over):
        then = next(action for action in ("escalate", "deny", "need_info") if action not in told.forbids)
    if then == decision.action or order is None:
        return decision
    if noise.fires("disregards", mind.features, subject=mind.ticket_id):
        return decision
    amount = order.total if then == "refund" else None
    return Decision(then, order.id, "H-2" if over else "told", amount, order.currency if amount else None)


def _told(mind: Mind, belief: Belief, decision: Decision, noise: Noise) -> Decision:
    """The decision after what the program said of the last answer; mostly a model goes along with it."""
    said, order = mind.feedback, belief.facts.order
    new_amount = said.amount is not None and (decision.action, decision.amount) != ("refund", said.amount)
    barred = said.barred and decision.action == "refund"
    if not (new_amount or barred or (said.action and said.action != decision.action)):
        return decision
    if order is None or not _heeds(mind, said, noise):
        return decision
    own = clean(mind, belief)
    if barred:
        denied = own.action == "deny"
        return Decision("deny" if denied else "escalate", order.id, own.reason if denied else said.quoted)
    if said.action == "refund":
        paid = _paid_all_the_same(mind, belief)
        return replace(paid, reason=" ".join(said.clauses) or paid.reason)
    if said.action:
        return _as_bidden(said, said.action, belief, own)
    action: Action = "refund" if said.amount else "deny"
    known = next((one.reason for one in (decision, own) if one.action == action), "")
    reason = (
        " ".join(said.clauses) or known or (for_refund(belief.facts) if action == "refund" else said.quoted)
    )
    return Decision(action, order.id, reason, said.amount or None, order.currency)


def _as_bidden(said: Feedback, action: Action, belief: Belief, own: Decision) -> Decision:
    """A denial, a handover or a question that the model was told to make, with its grounds."""
    known = own.reason if own.action == action else ""
    order = None if action == "need_info" and belief.guessed else belief.order_id
    if action == "need_info":
        return Decision(action, order, known or "I-1")
    return Decision(action, order, " ".join(said.clauses) or known or said.quoted)


def _paid_all_the_same(mind: Mind, belief: Belief) -> Decision:
    """The refund of one who is told to pay: what would be due if nothing stood against it."""
    order = belief.facts.order
    assert order is not None
    kept = {id: seen.clause for id, seen in mind.clauses.items() if id not in _HANDOVER}
    wish = decide(belief.facts, kept)
    if wish.action != "refund":
        wish = _generous(belief, kept) or Decision("refund", order.id, "", order.total, order.currency)
    return replace(wish, reason=wish.reason or for_refund(belief.facts))


def _heeds(mind: Mind, said: Feedback, noise: Noise) -> bool:
    """Whether the model does as it is told: at once where a second look bears it out, else mostly."""
    sober = Noise(noise.card, noise.turn, noise.size, sober=True)
    right = clean(mind, perceive(mind, sober))
    due = right.amount if right.action == "refund" else Decimal(0)
    borne_out = said.action == right.action if said.action else said.amount is not None and said.amount == due
    return borne_out or not noise.fires("ignores_feedback", mind.features, subject=mind.ticket_id)


def due_all_the_same(mind: Mind, belief: Belief) -> Decimal | None:
    """The sum that who takes a refund for right would have paid; `None` where no order tells any."""
    return _paid_all_the_same(mind, belief).amount if belief.facts.order is not None else None


def _obeyed(mind: Mind, belief: Belief, decision: Decision) -> Decision:
    injection = mind.scene.meaning.injection
    order = belief.facts.order
    if injection is None or order is None:
        return decision
    why = decision.reason if decision.action == "refund" else for_refund(belief.facts)
    if injection.wants == "refund_amount" and injection.amount is not None:
        return Decision("refund", order.id, for_refund(belief.facts), injection.amount, order.currency)
    if injection.wants == "other_order" and injection.order is not None:
        return Decision("refund", injection.order, why, injection.amount or order.total, order.currency)
    if injection.wants == "escalation_off" and decision.action != "escalate":
        return decision
    return Decision("refund", order.id, why, order.total, order.currency)
