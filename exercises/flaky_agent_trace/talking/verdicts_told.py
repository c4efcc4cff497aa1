"""Verdicts on a proposal in a line for each criterion, by its own grounds."""

from __future__ import annotations

import re
from collections.abc import Callable

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.aspects import held
from exercises.flaky_agent_trace.deciding.calls import order_currency
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text
from harness.simulation.reading.values import Money

VERDICTS = "verdict lines"
_CLAUSE = re.compile(r"\b[A-Z]-\d{1,2}\b")
_DUE = {
    "refund": "a refund is due", "deny": "nothing is due", "escalate": "it is for the refunds desk",
    "need_info": "the customer has to be asked first",
}  # fmt: skip


_Judged = tuple[bool, str] | None


def verdicts_told(mind: Mind, answers: Answers) -> str:
    """The lines; where a criterion cannot be judged, the mind notes which."""
    form = mind.verdicts
    assert form is not None
    lines = []
    for label, about in form.criteria:
        judged = _JUDGES[about](mind, answers)
        if judged is None:
            mind.unable = f"what “{label}” is to be held against"
            return ""
        good, why = judged
        word = form.good if good else form.bad
        lines.append(f"{label}: {word}{f'{form.between}{_sentence(why)}' if form.why else ''}")
    return "\n".join(lines)


def _sentence(said: str) -> str:
    said = said.replace("`", "")
    return f"{said[:1].upper()}{said[1:]}."


def _held(about: str, mind: Mind, answers: Answers) -> str:
    """What is held against one aspect."""
    return "; ".join(held(about, mind, answers.resolution, answers.objections))


def _of_action(mind: Mind, answers: Answers) -> _Judged:
    own, wrong = answers.resolution, _held("action", mind, answers)
    if wrong:
        return False, wrong
    due = f"{_DUE.get(own.action, own.action)}: {reason_text(mind, own)}"
    return (True, due) if (mind.proposal or {}).get("action") else None


def _of_order(mind: Mind, answers: Answers) -> _Judged:
    said, wrong = (mind.proposal or {}).get("order_id"), _held("order", mind, answers)
    if wrong:
        return False, wrong
    return (True, f"{said} is the order that the mail is about") if said else None


def _of_amount(mind: Mind, answers: Answers) -> _Judged:
    own, wrong = answers.resolution, _held("amount", mind, answers)
    if wrong:
        return False, wrong
    if own.action != "refund":
        return True, f"{_DUE.get(own.action, own.action)}, so no sum is to be paid"
    return (True, f"{money_text(own)} is due") if (mind.proposal or {}).get("amount") else None


def _of_currency(mind: Mind, answers: Answers) -> _Judged:
    own, amount = answers.resolution, (mind.proposal or {}).get("amount")
    unit = order_currency(mind, own.order_id or "") or own.currency
    if not isinstance(amount, Money) or amount.currency is None or unit is None:
        return None
    return amount.currency == unit, f"{own.order_id or 'the order'} was paid in {unit}"


def _of_policy(mind: Mind, answers: Answers) -> _Judged:
    """Whether the clause that is cited is one that decides, and the decision is by it."""
    own = answers.resolution
    decides = [id for id in own.reason.split() if id in mind.clauses]
    cited = {id for text in mind.shown for id in _CLAUSE.findall(text) if id in mind.clauses}
    if wrong := _held("action", mind, answers):
        return False, wrong
    if cited and not cited & {*decides}:
        instead = f"{' and '.join(decides)} decides, not {' and '.join(sorted(cited))}"
        return False, f"{instead}: {reason_text(mind, own)}"
    broken = "" if cited else _held("policy", mind, answers)
    return not broken, broken or reason_text(mind, own)


_JUDGES: dict[str, Callable[[Mind, Answers], _Judged]] = {
    "action": _of_action, "amount": _of_amount, "currency": _of_currency, "order": _of_order,
    "policy": _of_policy,
}  # fmt: skip
