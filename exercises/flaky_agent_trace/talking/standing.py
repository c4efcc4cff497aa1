"""What the model stands by when its answer is doubted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.critique import differences, slots_said
from exercises.flaky_agent_trace.papers.outcomes import outcomes_in, sum_in
from exercises.flaky_agent_trace.papers.rulebook import days_over, turns_on
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.closing import last_line
from exercises.flaky_agent_trace.writing.wording import decision_lines, reason_text

from .explained import OF_A_LETTER, ends, summed

_DOUBTS = re.compile(
    r"^\W{0,4}(?:really |quite |absolutely )?(?:sure|certain)\?|\b(?:are"
    r"|were) you (?:\S{1,16} )?(?:sure|certain|positive|confident)\b|\breally\?"
    r"|\b(?:did|have) you (?:really )?(?:t[ao]ke?n? (?:everything|all of it|it all) into account"
    r"|miss\w*|overlook\w*|forg[eo]t\w*|consider\w* (?:everything|all))\b"
    r"|\b(?:is|was) (?:that|this|it|your \w+) (?:really |actually |definitely )?(?:right|correct|true)\?"
    r"|\bi(?:['’]m| am) not (?:so |quite |yet )?(?:convinced|sure)\b|\bi disagree\b"
    r"|\bi (?:don['’]t|do not|can['’]t) (?:agree|buy|believe|accept)\b(?! (?:we|they|he|she)\b)"
    r"|\b(?:that|this|it) (?:can['’]t|cannot|can not|does(?:n['’]t| not)) (?:be|seem|look|sound) (?:right"
    r"|correct|true)\b"
    r"|\b(?:re-?count|re-?calculat|re-?comput|re-?check|re-?do|re-?consider|re-?think|re-?examin|re-?assess"
    r"|re-?verif|re-?visit|double-?check)\w{0,3}\b"
    r"|\b(?:count|calculate|compute|check|verify|reckon|add|think|look|work|go|read|do|try|decide)\b"
    r"[^.?!\n]{0,60}"
    r"\b(?:again|once more|a second time|twice|afresh|anew|over|through)\b",
    re.IGNORECASE,
)
_HOW_SURE = re.compile(
    r"\bhow (?:\w{1,12} )?(?:sure|confident|certain|likely)\b"
    r"|\b(?:confidence|certainty|probability|likelihood)\b"
    r"|%|\bper ?cent\w{0,4}\b|\bfrom 0\b|\b0(?:\.0)? ?(?:to|-|–|and) ?1",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^\W{0,4}(?:decision|action)\b\W{0,4}:", re.IGNORECASE | re.MULTILINE)
_SHORT = 60
"""Words of a turn that does no more than doubt."""
AGAIN = "again"


def doubted(mind: Mind) -> bool:
    """Whether the program doubts, in its last turn, what the model has decided in the one before."""
    if not mind.clauses or not (mind.mail.present or mind.claims):
        return False
    pieces = mind.context.pieces
    last = [piece for piece in pieces if piece.source == "user" and piece.turn == pieces[-1].turn]
    said = [piece.text for piece in mind.context.of("assistant") if piece.text]
    if not (last and said):
        return False
    if any(
        mind.scene.mail_share(p) or len(p.text.split()) > _SHORT or OF_A_LETTER.search(p.text) for p in last
    ):
        return False
    return bool(_DOUBTS.search(mind.asked_last)) and answered_before(mind)


def last_turn(mind: Mind) -> str:
    """The last message as it stands: what it tells of somebody's view is no earlier reading of a mail."""
    last = mind.context.of("user")[-1:]
    return (
        " ".join(last[0].text.split())
        if last and not mind.scene.mail_share(last[0])
        else " ".join(mind.asked_last.split())
    )


def answered_before(mind: Mind) -> bool:
    """Whether the answer before this turn speaks of a decision or a sum."""
    said = [piece.text for piece in mind.context.of("assistant") if piece.text]
    return bool(said) and bool(_decided(said[-1]) or outcomes_in(said[-1]) or sum_in(said[-1]) is not None)


def decided_before(mind: Mind) -> dict[str, Any]:
    """What the answer before this turn decided, slot → value; empty where it decided nothing."""
    said = [piece.text for piece in mind.context.of("assistant") if piece.text]
    return _decided(said[-1]) if said else {}


_HOW_IT_ADDS_UP = re.compile(r" \(\d[^()\n]{0,120}\)")


def _decided(said: str) -> dict[str, Any]:
    """What a turn decides, slot → value; empty where that can't be read."""
    slots = slots_said(_HOW_IT_ADDS_UP.sub("", said))
    return slots if slots.keys() & {"action", "amount"} else {}


def only_doubted(mind: Mind) -> bool:
    """Whether how sure the model is would be all that it says, and no figure for that is asked for."""
    bare = mind.operation == "classify" and mind.contract.slots == {"confidence"}
    return bare and mind.contract.form == "text" and not _HOW_SURE.search(mind.instructions)


def stood(mind: Mind, answers: Answers) -> str:
    """The days and the sum anew, and whether what was decided before still stands."""
    own = answers.resolution
    before = next(text for piece in reversed(mind.context.of("assistant")) if (text := piece.text))
    lines = in_full(mind, answers)
    if slots := _decided(before):
        changed = differences(mind, own, slots)
        lines.append(
            f"I have to correct my answer: {'; '.join(changed)}." if changed else "My answer stands."
        )
    form = last_line(mind.instructions, answers)
    if not form and _LABELLED.search(before):
        form = decision_lines(mind, own, answers.noise)
    return "\n".join([*lines, *(("", form) if form else ())])


def in_full(mind: Mind, answers: Answers) -> list[str]:
    """What the decision rests on: the days, the sum, the rule."""
    own = answers.resolution
    found = [*counted(answers), *(summed(answers) if own.action == "refund" else ())]
    return [*found, f"{ends(answers)}: {reason_text(mind, own)}."]


def late_by(answers: Answers) -> str:
    """How late an order came of which nobody says that it did; empty where that is not known."""
    facts = answers.resolution.facts or answers.facts
    order = facts.order
    if order is None or order.delivered is None or any(ask.issue == "late" for ask in facts.asks):
        return ""
    late = (order.delivered - order.promised).days
    told = f"{late} day{'s' * (late > 1)} late" if late > 0 else "it was not late"
    return f"Promised for {order.promised}, delivered on {order.delivered}: {told}."


def counted(answers: Answers) -> Iterator[str]:
    """The days on which the decision turns, counted as it went by them."""
    own = answers.resolution
    facts, rules = own.facts or answers.facts, own.kept
    order = facts.order
    if order is not None and any(ask.issue == "cancel" for ask in facts.asks):
        yield f"The status of {order.id} is {order.status}."
    if order is None or order.delivered is None:
        return
    for ask in facts.asks:
        over = days_over(ask, facts, rules)
        if over is None:
            continue
        first = ask.reported if ask.issue in {"damaged", "wrong_item"} else None
        days = ((first or facts.received) - order.delivered).days
        what, when = ("first reported", first) if first else ("asked for", answers("received"))
        spell = f"{days} day{'s' * (days != 1)}"
        allowed = f"{days - over} are allowed, so it is {'too late' if over > 0 else 'in time'}"
        yield f"Delivered on {order.delivered}, {what} on {when}: that is {spell}, and {allowed}."
    if order.promised and any(ask.issue == "late" for ask in facts.asks):
        late, least = (order.delivered - order.promised).days, turns_on(facts, rules)
        counts = f", where more than {least:g} count" if least is not None else ""
        yield f"Promised for {order.promised}, delivered on {order.delivered}: {late} days late{counts}."
