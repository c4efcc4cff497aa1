"""What a customer is to be told of a decision, in plain words: the outcome, why, how the sum comes about."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters

from .letter_parts import choices
from .wishes import which_one
from .wording import money_text, reason_text

_CLAUSE = re.compile(r"\s?\((?:[A-Z]-\d(?:, | and )?)+\)")
_OPEN = {"unseen", "unknown"}


def customer_told(mind: Mind, own: Resolution, steps: str) -> str:
    """In English, without the handbook's numbers. `steps`: the working of a sum that is paid."""
    order = f" for order {own.order_id}" if own.order_id else ""
    why = "" if own.reason in _OPEN else _CLAUSE.sub("", reason_text(mind, own))
    why = "" if why == letters().reasons["other"] else why
    if own.action == "need_info":
        named = choices(mind)
        asked = which_one(named, "en") if named else letters().body["need_info"]["en"][0]
        asked = re.split(r"(?<=\.)\s", asked, maxsplit=1)[-1]
        return f"{asked[0].upper()}{asked[1:]}"
    if own.action == "refund":
        sum_told = f" The sum: {steps}." if " = " in steps else ""
        return f"We pay back {money_text(own)}{order}{_because(why)}.{sum_told}"
    if own.action == "deny":
        return f"We cannot refund anything{order}{_because(why)}."
    return f"A colleague at the refunds desk has to decide on the request{order}{_because(why)}."


def _because(why: str) -> str:
    return f": {why}" if why else ""
