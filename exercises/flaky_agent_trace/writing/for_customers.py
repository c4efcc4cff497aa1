"""Why a case is decided as it is, in a sentence for the customer: no clause, nothing of the checks."""

from __future__ import annotations

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind

from .wording import ground, money_text


def for_customer(mind: Mind, resolution: Resolution) -> str:
    """The sentence."""
    order = f" for order {resolution.order_id}" if resolution.order_id else ""
    grounds = [words for id in resolution.reason.split() if (words := ground(id, mind, resolution))]
    why = f" ({grounds[0]})" if grounds else ""
    match resolution.action:
        case "refund":
            return f"We refund {money_text(resolution)}{order}{why}."
        case "deny":
            return (
                f"We cannot give a refund{order}: {'; '.join(grounds)}."
                if grounds
                else f"We cannot give a refund{order}."
            )
        case "escalate":
            return f"Our refunds desk will look at your request{order} and write to you."
    return "Please tell us which order, and which item of it, your request is about."
