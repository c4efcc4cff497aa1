"""What an engineer asks back of an answer that came in a form: in plain words, and answered in such.

`Why three and not six?`, `Which of H-1 to H-7 did you check?`: the form is for the next case.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes, telling
from exercises.flaky_agent_trace.writing.barred import each_barrier
from exercises.flaky_agent_trace.writing.telling import named
from harness.simulation.forms.contract import Contract
from harness.simulation.reading.context import Context
from harness.simulation.reading.counts import IN_WORDS

from .in_prose import decided_in_prose, which_order
from .standing import counted, last_turn

ASKED_BACK = "back:"
_LONGEST = 40
_START = r"^\W*(?:(?:and|but|so|ok(?:ay)?|now|please|just|then|wait|hm+|thanks?|one question)\b\W*)*"
_ASKS = re.compile(
    _START
    + r"(?:why\b|how (?:come|did|do|sure|confident|many|would)\b|what (?:was|is|in|about|made|makes|if|would"
    r"|came|rules?|clauses?|sentences?|words?|part)\b|which\b|where (?:does|do|did|in)\b|who\b|did you\b"
    r"|have you\b|would (?:your|it|the|you)\b|is there\b|explain\b|quote\b|translate\b|list\b|show me\b"
    r"|tell me\b|walk me\b|go through\b|point (?:me )?to\b|cite\b)",
    re.IGNORECASE,
)
_IN_THE_FORM = re.compile(
    r"\b(?:json|xml|yaml|format|schema|tags?|fields?|keys?|object|correct\w*|fix|again|redo|re-?send"
    r"|revise\w*"
    r"|revised?|resubmit|once more|try|must|should|need(?:s|ed)? to|has to|have to|not allowed"
    r"|invalid"
    r"|rejected|refused|error|wrong|decide|reconsider|double-?check|verdict|final|update\w*|return|output"
    r"|respond|reply|submit\w*)\b",
    re.IGNORECASE,
)
_KINDS = {
    "barriers": r"\b(?:H-\d|hand-?over (?:rules?|reasons?|clauses?)|rules? for (?:a )?hand-?over)\b",
    "unclear": r"\b(?:unclear|ambiguous|confus\w+|not clear|misunderst\w+|hard to (?:follow|understand))\b"
    r"[^.?\n]{0,40}\b(?:you|instructions?|prompt|task|here|wording)\b"
    r"|\b(?:instructions?|prompt|task|wording)\b[^.?\n]{0,40}\b(?:unclear|ambiguous|confus\w+|not clear"
    r"|misunderst\w+)\b",
    "pieces": rf"\bwhy\b[^.?\n]{{0,40}}\b(?:\d{{1,2}}|{IN_WORDS}|all|only|both)\b[^.?\n]{{0,40}}\b(?:and )?"
    rf"(?:not|instead of|rather than)\b (?:all |the )?(?:\d{{1,2}}|{IN_WORDS}|all|both|more"
    r"|fewer|less|other)\b",
    "order": r"\b(?:why|what makes|how)\b[^.?\n]{0,40}\b(?:(?:this|that|the other|another|which|other)"
    r" (?:order|one)"
    r"|HL-\d{6})\b",
    "quote": r"\b(?:quote|cite|(?:which|what) (?:exact )?(?:sentence|words?|line|part|passage)s?|where)\b"
    r"[^.?\n]{0,60}\b(?:you|behind|choose|chose|based|rests?|supports?)\b",
}
_KNOWN = {kind: re.compile(said, re.IGNORECASE) for kind, said in _KINDS.items()}
_NEEDS_RULES = frozenset({"barriers"})


def asks_back(context: Context) -> bool:
    """Whether the last message asks something about an answer, in plain words and for such."""
    asked = " ".join(context.asked.split())
    return (
        context.said > 0
        and bool(_ASKS.match(asked))
        and len(asked.split()) <= _LONGEST
        and not re.search(r"[{}<>\[\]|]", asked)
        and not _IN_THE_FORM.search(asked)
    )


def freed(contract: Contract, context: Context) -> Contract:
    """The contract; of words, where a question is asked back of an answer in a form that no API enforces."""
    if contract.form != "json" or contract.tools or contract.fault or not asks_back(context):
        return contract
    return Contract("text", examples=contract.examples)


def asked_back(mind: Mind) -> str:
    """Which of these the last message asks back of an answer; empty: none."""
    if not mind.context.said or not mind.mail.present or mind.contract.form != "text" or mind.contract.tools:
        return ""
    if not asks_back(mind.context):
        return ""
    asked = last_turn(mind)
    found = (kind for kind, said in _KNOWN.items() if said.search(asked))
    kind = next((one for one in found if mind.clauses or one not in _NEEDS_RULES), "")
    return kind and f"{ASKED_BACK}{kind}"


def answered_back(which: str, mind: Mind, answers: Answers) -> str:
    """The text."""
    return _TEXTS[which.removeprefix(ASKED_BACK)](mind, answers)


def _barriers(mind: Mind, answers: Answers) -> str:
    del mind
    return "\n".join(f"- {line}" for line in each_barrier(answers))


def _unclear(mind: Mind, answers: Answers) -> str:
    """What of the case was left open; that nothing was, where nothing is."""
    if answers.belief.order_id is None:
        return (
            f"Nothing in your instructions. What is open is in the case itself: {which_order(mind, answers)}"
        )
    return (
        "Nothing in your instructions was unclear to me, and nothing about the case is open that I can see."
    )


def _pieces(mind: Mind, answers: Answers) -> str:
    order = answers.facts.order
    said = _quoted(mind, "item")
    if order is None:
        return f"I can't tell before the order is known. {which_order(mind, answers)}"
    wanted = {sku: pieces for ask in answers.facts.asks for sku, pieces in ask.items}
    told = [
        f"{item.quantity if wanted[item.sku] is None else wanted[item.sku]} of {item.quantity} x "
        f"{named(answers, item.sku)}"
        for item in order.items
        if item.sku in wanted
    ]
    if not told:
        return f"The mail singles out no item of {order.id}: all of it is concerned. {said}".strip()
    return f"The mail is about {' and '.join(told)}, and only what is concerned is paid for. {said}".strip()


def _quoted(mind: Mind, *facts: str) -> str:
    found = dict.fromkeys(telling(mind, span) for span in quotes(mind, *facts, sentences=True))
    return " … ".join(f"“{span}”" for span in found)


def _order(mind: Mind, answers: Answers) -> str:
    said = _quoted(mind, "order", "item")
    return f"{which_order(mind, answers)} {f'The mail says: {said}' if said else ''}".strip()


def _quote(mind: Mind, answers: Answers) -> str:
    """The words on which the decision rests, and the count that it turns on."""
    own = answers.resolution.reason.split()
    fact = "legal" if "H-5" in own else "opened" if "R-2" in own else "wants" if "H-6" in own else "issue"
    said = _quoted(mind, fact) or _quoted(mind)
    if not said:
        return f"No sentence of the mail by itself. {decided_in_prose(mind, answers)}"
    return " ".join([said, *(counted(answers) if mind.clauses else ())])


_TEXTS: dict[str, Callable[[Mind, Answers], str]] = {
    "barriers": _barriers, "unclear": _unclear, "pieces": _pieces, "order": _order, "quote": _quote,
}  # fmt: skip
