"""Which of several proposals or letters is best, and what speaks against the others."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.rubrics import USUAL
from harness.simulation.noise import Noise

from .criteria import GRAVE, PLAIN, Held, held_by
from .critique import SIDES, differences, form_in, rivals_in, slots_said
from .held_to_mail import misread
from .judgement import Resolution


def against(mind: Mind, own: Resolution, text: str) -> list[Held]:
    """What is held against one of several, the gravest first."""
    if (form := form_in(text)) is not None:
        return [Held(one.text, GRAVE if one.gross else PLAIN) for one in misread(mind, own, form)]
    said = slots_said(text)
    wrong = differences(mind, own, said)
    if not said.get("letter"):
        return [Held(one, PLAIN) for one in wrong]
    alone = replace(mind, proposal=said, shown=(text,))
    found = [one for criterion in USUAL for one in held_by(criterion, alone, own, wrong)]
    return sorted(dict.fromkeys(found), key=lambda one: -one.weight)


NO_DIFFERENCE = "I see no difference between them that matters."
_NEITHER = re.compile(r"\bneither\b", re.IGNORECASE)


def preferred(mind: Mind, own: Resolution, noise: Noise) -> str:
    """`A`, `B`, … , `tie`, or `none` where that is offered: the one against which least is held.

    Where it is as much, judges are swayed by length and by what stands first.
    """
    shown = rivals_in(mind.context)
    texts = shown.texts if shown is not None else ("", "")
    worth = [sum(one.weight for one in against(mind, own, text)) for text in texts]
    if all(worth) and _NEITHER.search(f"{mind.instructions} {json.dumps(mind.contract.schema or {})}"):
        return "none"
    best = [at for at, weight in enumerate(worth) if weight == min(worth)]
    if len(best) == 1:
        return SIDES[best[0]]
    longest = max(best, key=lambda at: len(texts[at]))
    if len({len(texts[at]) for at in best}) > 1 and noise.fires(
        "length_bias", mind.features, subject=mind.ticket_id
    ):
        return SIDES[longest]
    biased = noise.fires("position_bias", mind.features, subject=mind.ticket_id)
    return SIDES[best[0]] if biased or len(best) < len(texts) else "tie"


def why_preferred(mind: Mind, own: Resolution, winner: str) -> str:
    """What speaks against the others, in a sentence; that nothing does where none is better."""
    shown = rivals_in(mind.context)
    if shown is None:
        return ""
    if winner in {"tie", "none"}:
        said = [next((one.text for one in against(mind, own, text)), "") for text in shown.texts]
        if len({*said}) < len(said) or not all(said):
            return f"Both are wrong: {said[0]}." if all(said) else NO_DIFFERENCE
        each = "; ".join(f"in {name}, {fault}" for name, fault in zip(shown.names, said, strict=True))
        ends = "" if winner == "none" else " Neither weighs more."
        return f"{each[0].upper()}{each[1:]}.{ends}"
    best = SIDES.index(winner)
    own_faults = {one.text for one in against(mind, own, shown.texts[best])}
    others = [at for at in range(len(shown.names)) if at != best]
    found = [
        f"in {shown.names[at]}, {fault}"
        for at in others
        for fault in [f.text for f in against(mind, own, shown.texts[at]) if f.text not in own_faults][:1]
    ]
    why = f"{'; '.join(found)}." if found else "It is the more thorough one."
    return why[0].upper() + why[1:]
