"""How a program tells the model to work: what it is to watch, one call at a time, what to do when in doubt.

Only instructions count that come before the model's first answer: "check again", said later, is no news.
They are heeded in part, as everywhere: each shifts the odds of a slip, none rules one out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from exercises.flaky_agent_trace.shop.policy import Action
from harness.simulation.reading.text import fold

STATEMENT = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n(?=\s*(?:[-*•`]|\d+[.)]))")
"""Where one statement ends and another begins."""
_SINGLY = re.compile(
    r"\b(?:one|a single|1)\b(?:[ -]\w+){0,2}[ -](?:tool|call|function)s?(?: call)?\b[^.]{0,20}"
    r"\b(?:at a time|per turn|per step|per message|at once)\b"
    r"|(?:\bnever|\bnot|n't|\bavoid|\bwithout)\b[^.]{0,40}\b(?:in parallel|parallel (?:tool )?calls"
    r"|(?:several|multiple|more than one) (?:tools?|calls?|functions?))\b"
    r"|\bcall(?:ing)? (?:the )?tools? (?:one by one|one after (?:another|the other)|sequentially)\b",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"\bwait for\b[^.]{0,20}\b(?:results?|answers?|responses?|outcome)\b"
    r"|(?:\bnever|\bnot|n't)\b[^.]{0,20}\breply\b[^.]{0,30}\b(?:same turn|at once|together with|before)\b"
    r"|\breply\b[^.]{0,30}\b(?:only )?after the (?:results?|action|refund)\b",
    re.IGNORECASE,
)
_TELLS = (
    r"(?:explain|justify|state|say|write|give|tell|describe|summari[sz]e|comment|note|outline|reasons?|why"
    r"|sentences?|rationale)"
)
_EACH = (
    r"(?:(?:each|every|any|all|an?|the|your|you take|taking)[ ]){1,3}(?:\w+ ){0,2}?"
    r"(?:action|call|step|tool|move)s?"
)
_ACTS = r"(?:(?:you )?(?:call|act|refund|make|take)|(?:calling|acting|refunding|making|taking))"
_EXPLAINS = re.compile(
    rf"\b{_TELLS}\b[^.\n]{{0,60}}\bbefore (?:{_ACTS}|{_EACH})\b"
    rf"|^\W{{0,9}}before (?:{_ACTS}|{_EACH})\b[^.\n]{{0,60}}\b{_TELLS}\b"
    rf"|\b(?:explain|justify|comment on|give (?:a |your |the )?reasons? for) (?:briefly )?"
    rf"(?:each|every|all|any) (?:of )?(?:your )?(?:\w+ )?(?:action|call|step|move)s?\b",
    re.IGNORECASE,
)
_SILENT = re.compile(r"\b(?:not|never|nothing|no|without)\b|n['’]t\b", re.IGNORECASE)
_DOUBT = re.compile(
    r"\b(?:in (?:any |case of )?doubt|any doubt|doubtful|unsure|uncertain"
    r"|not (?:completely |fully |entirely |quite |absolutely )?(?:sure|certain|confident))\b",
    re.IGNORECASE,
)
_THEN: dict[Action, re.Pattern[str]] = {
    "escalate": re.compile(
        r"\b(?:escalat\w+|hand\w*\b[^.]{0,20}\bover|refunds desk|humans?|colleagues?)\b", re.IGNORECASE
    ),
    "deny": re.compile(
        r"\b(?:deny|denied|declin\w+|refus\w+|reject\w*|(?:do not|don't) refund)\b", re.IGNORECASE
    ),
    "need_info": re.compile(r"\b(?:asks?|need_info)\b", re.IGNORECASE),
}
_ASKS_BACK = re.compile(
    r"\b(?:ask|asks|asking|need_info)\b[^.]{0,80}\border\b|\border\b[^.]{0,80}\b(?:asks?|need_info)\b"
    r"|(?:\bnever|\bnot|n't)\b[^.]{0,10}\b(?:guess|pick the likeliest)\b"
    r"|\b(?:two|several|more than one|multiple|both)\b[^.]{0,60}\b(?:fit|match|possible|qualify|meant"
    r"|candidates?"
    r"|likely)\b[^.]{0,60}\b(?:asks?|need_info)\b",
    re.IGNORECASE,
)
_READS = re.compile(
    r"\b(?:read|call|use|consult|check|open|fetch|load|get|retrieve|study|follow"
    r"|look(?:ing)? (?:up|at|into|in)|go (?:by|through))(?:ing|ed)?\b"
    r"[^.\n]{0,60}(?:\b|_)(?:handbook|polic(?:y|ies))\b"
    r"|(?:\b|_)(?:handbook|polic(?:y|ies))\b[^.\n]{0,40}\b(?:called|read|consulted|fetched|loaded"
    r"|checked)\b",
    re.IGNORECASE,
)
_AT_HAND = re.compile(
    r"(?:\b|_)(?:handbook|polic(?:y|ies))\b[^.\n]{0,30}\b(?:below|above|here|following|attached"
    r"|at the end)\b"
    r"|\b(?:following|attached) (?:\w+ ){0,2}(?:handbook|policy)\b"
    r"|(?:\bnot|n't|\bnever|\bno need to) (?:\w+ )?(?:read|call|use|consult|check|open|fetch|get|look)\b"
    r"(?: \w+){0,3} [`\"']?(?:get_)?(?:handbook|polic(?:y|ies))\b",
    re.IGNORECASE,
)
"""It need not be looked up."""
_WATCH = re.compile(
    r"\b(?:check|settle|determine|identify|establish|find out|work out|make sure|verify|note|notice|watch"
    r"|consider|look (?:out )?for|pay attention|mind|be careful|true if|only if|means|counts?|null if"
    r"|whether"
    r"|when it was first)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"[-*\s]{0,8}[`\"'*]{1,3}\w{1,40}[`\"'*]{1,3}\s{0,4}(?::|\bis\b|-)(?:\s{1,8}\S{1,80}){5}"
)
"""A field, and what it is."""
_READINGS: dict[str, frozenset[str]] = {
    "order": frozenset({"order"}),
    "asks": frozenset({"requests", "asks", "asked", "wants"}),
    "issue": frozenset({"issue", "why", "complaint"}),
    "items": frozenset({"items", "pieces", "quantity", "quantities"}),
    "opened": frozenset({"opened", "sealed", "unopened"}),
    "reported": frozenset({"reported", "report"}),
    "several": frozenset({"orders"}),
    "legal": frozenset({"legal", "lawyer", "court"}),
    "wants": frozenset({"replacement"}),
}


@dataclass(frozen=True, slots=True)
class Briefing:
    """What of the instructions bears on how the model works."""

    singly: bool = False
    """One call at a time."""
    waits: bool = False
    """No reply before it is known how the action went."""
    in_doubt: Action | None = None
    """What to do when in doubt."""
    asks_back: bool = False
    """To ask rather than guess which order is meant."""
    explains: bool = False
    """To say why before an action."""
    reads: bool = False
    """To read the handbook."""
    watches: frozenset[str] = frozenset()
    """Readings that it is told to be careful with."""


@lru_cache(maxsize=512)
def briefing(instructions: str) -> Briefing:
    """Read a program's own words: without the mail, the handbook and data."""
    said = [" ".join(part.split()) for part in STATEMENT.split(instructions)]
    short = [part for part in said if len(part) < _LONGEST]
    watched = [fold(part).vocabulary for part in short if _WATCH.search(part) or _DEFINES.match(part)]
    return Briefing(
        singly=any(_SINGLY.search(part) for part in said),
        waits=any(_WAITS.search(part) or _SINGLY.search(part) for part in said),
        explains=any(_EXPLAINS.search(part) and not _SILENT.search(part) for part in said),
        in_doubt=next((then for part in said if _DOUBT.search(part) and (then := _then(part))), None),
        asks_back=any(_ASKS_BACK.search(part) for part in said),
        reads=any(_READS.search(part) and not _AT_HAND.search(part) for part in said),
        watches=frozenset(what for what, words in _READINGS.items() if any(words & seen for seen in watched)),
    )


_LONGEST = 600
"""Characters. A statement that is longer is a document."""


def _then(part: str) -> Action | None:
    """What a statement about doubt says to do: what is named first."""
    found = [(match.start(), action) for action, then in _THEN.items() if (match := then.search(part))]
    return min(found)[1] if found else None
