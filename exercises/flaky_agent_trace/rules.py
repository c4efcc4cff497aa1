"""Questions about the rules themselves, not about a case: answered with the clause that says it."""

from __future__ import annotations

import re

from harness.simulation.text import content_words

from .clauses import Stated
from .mind import Mind

NO_RULES = "the handbook is not in what I was given, so I cannot say what it rules"
_ASKS = re.compile(
    r"^\W{0,12}(?:(?:and|please|according to [^,\n]{1,40},) )*"
    r"(?:how (?:many|much|long)|what|which|who|when|is|are|can|do|does|may)\b[^\n?]{3,200}\?\s*$",
    re.IGNORECASE,
)
_IN_GENERAL = re.compile(
    r"\b(?:(?:policy|handbook|rules?) (?:say|state|rule|allow|provide|mention)"
    r"|(?:say|state|stand)s?\b[^?]{0,20}\b(?:policy|handbook|rules)"
    r"|(?:an?|any) (?:customer|buyer|case|item|order|parcel|return|gift|chargeback|opened|damaged|late|lost)"
    r"|customers|goods|(?:refund|return|claim|reporting) (?:window|period|deadline|limit)"
    r"|(?:approval|refund|desk) limit|opened electronics|final sale items|late parcels|who pays)\b",
    re.IGNORECASE,
)
_THIS_CASE = re.compile(
    r"\b(?:this|these|the customer|"
    r"the (?:mail|ticket|case|sender|item|order|parcel|return|delivery|request)|"
    r"he|she|they|them|their|her|him|his|it|"
    r"we do|should|HL-\d+|appl(?:y|ies))\b",
    re.IGNORECASE,
)
_SAME = {
    "late": "late promised delays complains", "delay": "late promised delays",
    "delayed": "late promised delays",
    "broken": "damaged",
    "defective": "faulty", "limit": "exceed", "approval": "exceed", "window": "days within",
    "long": "days within", "return": "unwanted return", "lawyer": "lawyer court", "pays": "shipping",
}  # fmt: skip
_MOST = 2
"""Of more clauses that fit alike, none is the answer."""
_A_NUMBER = re.compile(r"\bhow (?:many|much|long)\b|\bwindow|\bperiod|\bdeadline|\blimit", re.IGNORECASE)
_ASKING = content_words(
    "how many much long what which who when is are can do does may the policy handbook rule rules say state "
    "allow customer customers item items order any goods have has get day days for of refund"
)


def rule_asked(asked: str) -> str:
    """The question about the rules, where that is what a program asks; empty: none."""
    lines = [line for part in asked.splitlines() for line in re.split(r"(?<=[.!?])\s+", part)]
    asking = [line for line in lines if line.rstrip().endswith("?")]
    if len(asking) != 1 or not _ASKS.match(asking[0]) or _THIS_CASE.search(asking[0]):
        return ""
    return asking[0] if _IN_GENERAL.search(asking[0]) else ""


def ruled(mind: Mind, rule: str) -> str:
    """The clause in the context that is about what is asked, with its number; empty where none is."""
    own, about = content_words(rule) - _ASKING, _about(rule)
    wants_number = bool(_A_NUMBER.search(rule))

    def score(one: Stated) -> float:
        said = about & content_words(one.clause.text)
        return (
            len(said & own)
            + 0.6 * len(said - own)
            + 0.5 * (wants_number and bool(one.clause.numbers) and bool(said))
        )

    best = max(mind.clauses.values(), key=score, default=None)
    alike = best is not None and sum(score(one) == score(best) for one in mind.clauses.values())
    if best is None or score(best) < 1 or alike > _MOST:
        return ""
    text = best.clause.text if best.verbatim else _as_written(mind, about)
    return f"{best.clause.id}: {' '.join(text.split())}" if best.verbatim else " ".join(text.split())


def _about(rule: str) -> frozenset[str]:
    low = rule.casefold()
    wider = " ".join(more for word, more in _SAME.items() if re.search(rf"\b{word}\b", low))
    return (content_words(rule) | content_words(wider)) - _ASKING


def _as_written(mind: Mind, about: frozenset[str]) -> str:
    """The program's own sentence, where it states the rules in other words."""
    lines = [line for line in _whole(mind) if not line.rstrip().endswith("?")]
    return max(lines, key=lambda line: len(about & content_words(line)), default="")


def _whole(mind: Mind) -> list[str]:
    """The lines of the request, the mail's own left out."""
    known = {line.strip() for line in mind.scene.state.ticket.body.splitlines()}
    text = "\n".join(piece.folded.plain for piece in mind.context.of("system", "user", "result"))
    return [line for line in text.splitlines() if len(line) > 12 and line.strip() not in known]
