"""Several tickets in one request: each is decided by its own mail and orders, as if it came alone."""

from __future__ import annotations

import re
from dataclasses import replace

from exercises.flaky_agent_trace.papers.scene import Scene
from harness.exercise.parts import TrialView
from harness.simulation.forms.contract import Contract
from harness.simulation.reading.context import Context

from .mind import Mind, behold

CASES = "cases"
"""The list slot with an entry for each ticket."""
_SENDER = re.compile(
    r"^\W{0,8}(?:From|Von|De|Van|Od)\b[^\n@]{0,80}?(?P<email>[\w.+-]{1,64}@[\w.-]{3,80}\w)", re.MULTILINE
)
_HELD = 0.3
"""With a smaller share of its lines a mail is only touched on."""


def batch(
    scenes: tuple[Scene, ...], context: Context, contract: Contract, view: TrialView
) -> tuple[Mind, ...]:
    """A mind for each ticket that stands in the context, in order; none where it holds one only."""
    pieces = context.of("system", "user")
    held = [scene for scene in scenes if any(scene.mail_share(piece) > _HELD for piece in pieces)]
    if len(held) < 2:
        return ()
    whole = "\n".join(piece.text for piece in pieces)
    held.sort(key=lambda scene: min((at for line in scene.lines if (at := whole.find(line)) >= 0), default=0))
    return tuple(_alone(scene, held, context, contract, view) for scene in held)


def _alone(scene: Scene, held: list[Scene], context: Context, contract: Contract, view: TrialView) -> Mind:
    """The mind for one of them, without the mails and the orders of the others."""
    others = [other for other in held if other is not scene]
    left = list(context.pieces)
    for other in others:
        left = [replace(piece, text=other.without_mail(piece)) for piece in left]
    mind = behold(scene, replace(context, pieces=tuple(left)), contract, view)
    theirs = {order.id for other in others for order in other.state.orders}
    own = {order.id for order in scene.state.orders}
    mind.orders = {id: order for id, order in mind.orders.items() if id in own or id not in theirs}
    return mind


def stranger(mind: Mind) -> str:
    """The ticket or the sender of a mail in the request of which no more than its head can be made out."""
    known = [one.scene.state.ticket for one in (mind.batch or (mind,))]
    ids, senders = {ticket.id for ticket in known}, {ticket.sender.email.casefold() for ticket in known}
    like = re.compile(rf"\b{re.sub(r'[0-9]', '[0-9]', mind.ticket_id)}\b")
    for piece in mind.context.of("system", "user"):
        if not mind.scene.mail_share(piece):
            continue  # an example's, as it may be
        text = mind.scene.without_mail(piece)
        found = next((id for id in like.findall(text) if id not in ids), "")
        found = found or next(
            (m["email"] for m in _SENDER.finditer(text) if m["email"].casefold() not in senders), ""
        )
        if found:
            return str(found)
    return ""
