"""What a tool for notes is given: what the program says that the note is to hold."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.telling import retold
from harness.simulation.calling.tools import Offered

_WISH = re.compile(
    r"\bwhat (?:exactly )?(?:the |this |that )?(?:customer|sender|buyer|client|person|they|he|she|mail)\b"
    r"[^.;\n]{0,30}\b(?:wants?|asks?|requests?|needs?|demands?|is after|claims?)\b"
    r"|\b(?:the |their |customer['’]s )(?:wish|request|claim)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\b(?:decisions?|decide\w*|conclusions?|verdict|due|amount|outcome|why|reasoning|reasons?|plan"
    r"|calculat\w+|sums?|clauses?|rules?)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\n\s{0,6}(?:\d{1,2}[.)]|[-*•]|#)|\n\s*\n")


def wish_noted(mind: Mind, tool: Offered, schema: object, answers: Answers) -> str:
    """The customer's wish in sentences, where a note is to hold that and no verdict; else empty."""
    told = str(schema.get("description") or "") if isinstance(schema, dict) else ""
    named = re.compile(rf"\b{re.escape(tool.spec.name)}\b")
    texts = [(piece.text, named.search(piece.text)) for piece in mind.context.of("system", "user")]
    said = [text[found.end() : found.end() + _LONGEST] for text, found in texts if found is not None]
    asked = [told, tool.spec.description, *(_ITEM.split(text)[0] for text in said)]
    if not any(_WISH.search(text) and not _VERDICT.search(text) for text in asked):
        return ""
    if not answers.facts.asks:
        return ""
    days = [ask.reported for ask in answers.facts.asks if ask.reported]
    first = mind.mail.received if not days else None
    return retold(answers, headed=False) + (f" First told on {first:%d %B %Y}." if first else "")


_LONGEST = 400
