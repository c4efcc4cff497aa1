"""What is decided already when an answer is asked for: it was done, or the program says what was decided."""

from __future__ import annotations

import re
from decimal import Decimal

from exercises.flaky_agent_trace.deciding.calls import done_so_far
from exercises.flaky_agent_trace.deciding.handed import as_resolution, handed, letter_asked, to_tell
from exercises.flaky_agent_trace.deciding.happened import happened
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.perception import Belief
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.paid_out import paid_out
from exercises.flaky_agent_trace.writing.dictated import LETTER, to_write

_SETTLED = re.compile(
    r"\b(?:decision|outcome|ruling|verdict|resolution|case)\b[^.\n]{0,20}\b(?:is|was|has been|stands?)\b"
    r"[^.\n]{0,20}\b(?:made|taken|final|fixed|settled|given|decided|binding|as it is)\b"
    r"|\b(?:decision|outcome|ruling|verdict|resolution) (?:already )?(?:taken|made|reached)\b"
    r"|\b(?:already|has been) decided\b|\b(?:final|binding|given) (?:decision|outcome)\b"
    r"|\b(?:don['’]t|do not|never|not to|without) (?:change|changing|alter|revis\w+|question\w*"
    r"|re-?decide|re-?open\w*|second-guess\w*) (?:it|this|that|the (?:decision|outcome|ruling|verdict))\b"
    r"|\b(?:do not|don['’]t) decide\b",
    re.IGNORECASE,
)
_RECORDS = re.compile(
    r"\b(?:audit|log|protocol|record|journal|bookkeeping|ledger)\b[^.\n]{0,20}\b(?:entry|record|line|log|trail)\b"
    r"|\baudit-?eintrag\b|\b(?:write|make|produce|create) (?:up )?(?:the|an?) (?:audit|record|log|entry)\b",
    re.IGNORECASE,
)


def foregone(mind: Mind, belief: Belief) -> Resolution | None:
    """What was done or decided before, where this answer is about that: who acts or writes goes by it."""
    known = _foregone(mind, belief)
    if known is not None and (known.action != "refund" or known.amount is not None):
        return known
    told = as_told(mind, belief)
    return told if told is not None else known


def as_told(mind: Mind, belief: Belief) -> Resolution | None:
    """What a letter is to tell, where a program says what was done; `None` where it says nothing."""
    tool = next((tool for tool in mind.contract.tools if tool.spec.name == mind.contract.forced), None)
    letter = bool(mind.contract.slots & LETTER) or (tool is not None and tool.kind == "reply")
    if not letter or mind.operation in {"critique", "judge"} or not letter_asked(mind.instructions):
        return None
    if mind.operation == "act" and tool is None:
        return None
    told = happened(mind)
    return as_resolution(mind, belief, told) if told is not None else None


def _foregone(mind: Mind, belief: Belief) -> Resolution | None:
    asked = mind.contract.slots
    told = "valid" not in asked and _untried(mind)
    letter = bool(asked & {"reply", "subject"}) and (
        not asked & (vocabulary().cues.decide | {"valid"}) or told or _dictated(mind)
    )
    tries = mind.operation in {"critique", "judge", "revise"} and not told
    writes = mind.operation == "draft" or (letter and not tries)
    if (given := to_write(mind)) is not None:
        return as_resolution(mind, belief, given.told)
    if _recorded(mind):
        return to_tell(mind, belief)
    if (settled := _settled(mind, belief)) is not None:
        return settled
    done = done_so_far(mind, belief) if writes or mind.operation == "act" else None
    if not writes or (done is not None and (done.action != "refund" or done.amount is not None)):
        return done
    stated = to_tell(mind, belief)
    return stated if done is None or (stated is not None and stated.action == "refund") else done


def _settled(mind: Mind, belief: Belief) -> Resolution | None:
    """The refund that a result shows to be paid, where it could not be tried: by no rule, or for no order."""
    tries = mind.operation in {"critique", "judge", "act"} or mind.contract.form == "text"
    tries = tries or (mind.operation == "revise" and not _RECORDS.search(mind.instructions))
    if tries or (mind.decides_by and mind.sees_orders):
        return None
    paid = paid_out(mind)
    if paid is None or not paid.cents:
        return None
    return Resolution("refund", belief.order_id, Decimal(paid.cents) / 100, paid.currency, _why(mind), belief)


def _why(mind: Mind) -> str:
    """The clauses that the call, or the program's word for it, gives as its reason."""
    said = [deed.arguments.get("reason") for deed in mind.deeds if deed.kind == "refund"]
    said += [(mind.proposal or {}).get("reason")]
    return " ".join(dict.fromkeys(re.findall(r"\b[A-Z]-\d\b", " ".join(str(one) for one in said if one))))


def _untried(mind: Mind) -> bool:
    """Whether a decision stands there, and nothing by which it could be tried: no order and no rules."""
    return not mind.orders and not mind.decides_by and not mind.clauses and handed(mind) is not None


def _dictated(mind: Mind) -> bool:
    """Whether a letter is to tell of a decision that the program says to be made."""
    says = _SETTLED.search(mind.instructions)
    return bool(says) and letter_asked(mind.instructions) and handed(mind) is not None


def _recorded(mind: Mind) -> bool:
    """Whether a decision that stands there is only to be entered in the books: no rule to try it by."""
    enters = mind.operation == "revise" and not mind.decides_by and _RECORDS.search(mind.instructions)
    return bool(enters) and handed(mind) is not None
