"""What the model stands by: its answer, when it is doubted, and what can be said for one side."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .answers import Answers
from .clauses import worded
from .closing import last_line
from .critique import differences, slots_said
from .explained import OF_A_LETTER, ends, summed
from .grounds import PAID_BY
from .mind import Mind
from .rulebook import days_over, turns_on
from .telling import retold
from .wording import decision_lines, reason_text

_DOUBTS = re.compile(
    r"\b(?:are|were) you (?:\S{1,16} )?(?:sure|certain|positive|confident)\b|\breally\?"
    r"|\b(?:is|was) (?:that|this|it|your \w+) (?:really |actually |definitely )?(?:right|correct|true)\?"
    r"|\b(?:re-?count|re-?calculat|re-?comput|re-?check|re-?do|re-?consider|re-?think|re-?examin|re-?assess"
    r"|re-?verif|re-?visit|double-?check)\w{0,3}\b"
    r"|\b(?:count|calculate|compute|check|verify|reckon|add|think|look|work|go|read|do|try|decide)\b"
    r"[^.?!\n]{0,60}"
    r"\b(?:again|once more|a second time|twice|afresh|anew|over|through)\b",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\b(?:you are|act as|play|speak as|be|as) (?:the |a )?(?:customer['’]?s?|buyer['’]?s?|client['’]?s?) "
    r"(?:advocate|lawyer|representative|side)\b"
    r"|\b(?:represent|speak for|defend|advocate (?:for|of)) the (?:customer|buyer)\b"
    r"|\b(?:argue|plead|take|speak|make)\b[^.\n]{0,60}\b(?:(?:customer|buyer)['’]s (?:side|behalf|case)"
    r"|(?:for|that) the (?:customer|buyer))\b",
    re.IGNORECASE,
)
"""Wants what speaks for the customer."""
_LABELLED = re.compile(r"^\W{0,4}(?:decision|action)\b\W{0,4}:", re.IGNORECASE | re.MULTILINE)
_SHORT = 60
"""Words of a turn that does no more than doubt."""
POSITIONS = frozenset({"again", "side"})


def position_asked(mind: Mind) -> str:
    """Whether the model is to stand by its answer, `again`, or to speak for a `side`; empty: neither."""
    if not mind.clauses or not (mind.mail.present or mind.claims):
        return ""
    return "again" if _doubted(mind) else "side" if _SIDE.search(mind.instructions) else ""


def _doubted(mind: Mind) -> bool:
    """Whether the program doubts, in its last turn, what the model has decided in the one before."""
    pieces = mind.context.pieces
    last = [piece for piece in pieces if piece.source == "user" and piece.turn == pieces[-1].turn]
    said = [piece.text for piece in mind.context.of("assistant") if piece.text]
    if not (last and said):
        return False
    if any(
        mind.scene.mail_share(p) or len(p.text.split()) > _SHORT or OF_A_LETTER.search(p.text) for p in last
    ):
        return False
    return bool(_DOUBTS.search(mind.asked_last) and slots_said(said[-1]).keys() & {"action", "amount"})


def stood(which: str, mind: Mind, answers: Answers) -> str:
    """The text."""
    return _again(mind, answers) if which == "again" else _side(mind, answers)


def _again(mind: Mind, answers: Answers) -> str:
    """The days and the sum anew, and whether what was decided before still stands."""
    own = answers.resolution
    before = next(text for piece in reversed(mind.context.of("assistant")) if (text := piece.text))
    changed = differences(mind, own, slots_said(before))
    lines = in_full(mind, answers)
    lines.append(f"I have to correct my answer: {'; '.join(changed)}." if changed else "My answer stands.")
    form = last_line(mind.instructions, answers)
    if not form and _LABELLED.search(before):
        form = decision_lines(mind, own, answers.noise)
    return "\n".join([*lines, *(("", form) if form else ())])


def _side(mind: Mind, answers: Answers) -> str:
    """What can honestly be said for the customer: what they wrote, the clause to go by, and where it ends."""
    own = answers.resolution
    said = [retold(answers)]
    found = [seen for ask in answers.facts.asks if (seen := mind.clauses.get(PAID_BY.get(ask.issue, "")))]
    said += [f"{seen.clause.id}: {' '.join(worded(seen).split())}" for seen in found]
    if own.action in {"deny", "need_info"}:
        said.append("That is the best that can be said for them. I have to admit that it does not carry:")
    return "\n".join([*said, *in_full(mind, answers)])


def in_full(mind: Mind, answers: Answers) -> list[str]:
    """What the decision rests on: the days, the sum, the rule."""
    own = answers.resolution
    found = [*_counted(answers), *(summed(answers) if own.action == "refund" else ())]
    return [*found, f"{ends(answers)}: {reason_text(mind, own)}."]


def _counted(answers: Answers) -> Iterator[str]:
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
        allowed = f"{days - over} are allowed, so it is {'too late' if over > 0 else 'in time'}"
        yield f"Delivered on {order.delivered}, {what} on {when}: that is {days} days, and {allowed}."
    if order.promised and any(ask.issue == "late" for ask in facts.asks):
        late, least = (order.delivered - order.promised).days, turns_on(facts, rules)
        counts = f", where more than {least:g} count" if least is not None else ""
        yield f"Promised for {order.promised}, delivered on {order.delivered}: {late} days late{counts}."
