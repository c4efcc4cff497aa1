"""What a tool's result says of a deed: that it is done, that it is not, or that this is open.

A deed is done where the result recognisably says so, as the tools of a shop do. Whatever else a program
answers (an objection, a demand, a question) says that it was not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.blobs import blobs

Json = Any
Standing = Literal["done", "said", "open", "not"]
"""`done`: confirmed. `said`: acknowledged, or the call's own values come back. `open`: it waits for
something. `not`: refused, or something is wanted first."""

_LONGEST = 1500
_DEEPEST = 3
_DONE = (
    r"(?:sent|made|paid(?: back| out)?|issued|booked|processed|completed?|executed|refunded|created|opened"
    r"|closed|delivered|posted|submitted|recorded|registered|credited|transferred|settled|finished|forwarded"
    r"|escalated|carried out|handed over|passed on|succeeded|success(?:ful(?:ly)?)?|done|initiated"
    r"|notified|informed|on its way|(?:went|gone) through|returned|saved|logged|filed|scheduled|committed"
    r"|applied|staged|drafted|stored|handed off|genehmigt|freigegeben|gespeichert|ausgeführt|erledigt"
    r"|angelegt|gesendet|versendet|bezahlt|ausgezahlt|übergeben|approuvée?|enregistrée?"
    r"|envoyée?|payée?|effectuée?|transmise?"
    r"|aprobad[oa]|registrad[oa]|guardad[oa]|enviad[oa]|pagad[oa]|hecho|goedgekeurd|geregistreerd|opgeslagen"
    r"|verzonden|betaald|uitgevoerd|zatwierdzon[eoay]|zapisan[eoay]|wysłan[eoay]|wypłacon[eoay]|przekazan[eoay])"
)
_SAID = (
    r"(?:ok(?:ay)?|yes|true|accepted|approved|confirmed|received|noted|acknowledged|ack|thanks|thank you"
    r"|20[0-4]|open|null|none|(?:tool )?result)"
)
_PROOF = re.compile(
    rf"^\W{{0,12}}(?:(?!you\b|customer\b|buyer\b|sender\b)[\w.#]{{1,40}}[^\w\n.!?;#]{{1,3}}){{0,12}}?\b{_DONE}\b"
    rf"|^\W{{0,12}}(?:the )?customer (?:was |has been |is )?(?:refunded|notified|informed)\b",
    re.IGNORECASE,
)
_NODS = re.compile(rf"^\W{{0,12}}{_SAID}\b", re.IGNORECASE)
_NEGATION = (
    r"(?:\bnot|n['’]t|\bnothing|\bno|\bnever|\bwithout|\bnone|\bnichts?|\bkein\w{0,2}|\bniets?|\brien|\bnada"
    r"|\bnic|\bnie)"
)
_NOT_DONE = re.compile(
    rf"(?<!may )(?<!might ){_NEGATION}\b(?! have| (?:further|more|other|error|problem|issue|action))"
    rf"(?:\W{{1,3}}[\w.,]+){{0,4}}?\W{{1,3}}(?:been |yet |being )?"
    rf"(?:{_DONE}|accepted|allowed|approved|called|passed)\b",
    re.IGNORECASE,
)
"""It says that it was not done: whatever else it says, it was not."""
_CALM = re.compile(
    r"\b(?:no|without) (?:further |more |other |any ){0,2}"
    r"(?:errors?|problems?|issues?|warnings?"
    r"|(?:actions?|steps?)(?! (?:was |were |is |could be )?(?:found|given|named|detected|parsed"
    r"|recogni[sz]ed)))\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    rf"{_NEGATION}\b|\b(?:nicht|pas|niet|nie|abgelehnt|refusée?|rechazad[oa]|geweigerd|afgewezen|odrzucon[eoay]|neither|nor|cannot|must|should|shall|needs?|needed|requires?|required|would|could|might"
    r"|can|if|unless|until|before|once|but|however|although|though|instead|rather|too|than|says?|said|claims?"
    r"|states"
    r"|expect\w*|due|owed|wrong|incorrect|mismatch\w*|differs?|different|disagrees?|exceeds?|missing|lacks?"
    r"|invalid|unknown|unclear|fail\w*|errors?|please|check|verify|re-?read|reread|reconsider\w*|review|recheck"
    r"|blocked|held|stopped|rejected|denied|declined|paused|suspended|intercepted|vetoed|refused|cancell?ed"
    r"|impossible|wanted|halt(?:ed)?|again|another|unable|violat\w+|contradict\w*|inconsistent|suspicious|insufficient|incomplete|sure)\b|\?",
    re.IGNORECASE,
)
_WAITS = re.compile(r"\b(?:pending|queued|awaits?|awaiting|in progress|processing)\b", re.IGNORECASE)
_CALLS = re.compile(
    r"(?:^|[.!;:]\s+)\W{0,6}(?:please |first |now |then ){0,2}"
    r"(?:call|use|run|repeat|resend|confirm|ask|look|read|give|add|include|fix|correct|explain|state|specify"
    r"|name|mention|wait|think|try|choose|pick|provide|compare|consult|fetch|open|see|reconsider|verify|check"
    r"|double-check|make sure|ensure|go back|start over|redo|revise|rewrite|shorten|escalate|refund)\b",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(
    r"\A[^\w\n]{0,12}(?:\w+[ \t]+){0,4}?"
    r"(?:\w*results?|\w*output|observation|response|answer|returned|says?|said|gave|came back)\b"
    r"[^\n:]{0,60}:\s*",
    re.IGNORECASE,
)
"""What a program puts before a result that it hands on in words."""
_NUDGE = re.compile(
    r"(?:\A|\n|(?<=[.!?}]))\s{0,9}(?:(?:now |and |so )?what(?:['’]s| is| do you do| will you do)? "
    r"(?:is )?(?:next|now)"
    r"|continue|go on|(?:your )?next (?:step|action|call|move)|(?:answer|reply|respond) with [^\n]{0,80}"
    r"|proceed(?: with the next step)?)\W{0,4}\Z",
    re.IGNORECASE,
)
"""What it puts behind, to have the next step."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")
_FLAGS = frozenset(
    [
        "ok",
        "success",
        "succeeded",
        "successful",
        "done",
        "executed",
        "sent",
        "paid",
        "accepted",
        "approved",
        "allowed",
        "confirmed",
        "valid",
        "processed",
        "completed",
        "refunded",
        "closed",
        "passed",
        "permitted",
        "performed",
        "carriedout",
        "granted",
        "proceed",
    ]
)
_AGAINST = frozenset(
    ["blocked", "rejected", "refused", "denied", "held", "iserror", "failed", "vetoed", "needsconfirmation"]
)
_STATES = ("status", "state", "result", "outcome", "verdict", "decision", "output", "observation", "response")
_WRONG = frozenset(
    ["error", "errors", "problem", "problems", "violation", "violations", "objection", "objections", "issues"]
)
_WORDS = frozenset(
    [
        "message",
        "detail",
        "details",
        "reason",
        "note",
        "warning",
        "hint",
        "feedback",
        "instruction",
        "instructions",
        "info",
        "text",
        "content",
        "msg",
        "question",
        "guidance",
        "explanation",
        "advice",
        "todo",
        "next",
    ]
)
_OTHER_IDS = frozenset(["orderid", "ticketid", "customerid", "toolcallid", "callid", "requestid", "traceid"])


@lru_cache(maxsize=1024)
def standing(text: str, *, answer: bool = True) -> Standing:
    """What a result says. `answer`: it is the tool's own; else a turn of the program's, which may be about
    anything, so that only what is clearly a refusal or a demand is one.
    """
    if len(text) > _LONGEST:
        return "said"
    if not answer:
        text = unlabelled(text)
    found = next(iter(blobs(text)), None)
    if found is not None and isinstance(found.value, dict) and len(found.raw) * 2 > len(text.strip()):
        return _of_object(found.value, 0) or "said"
    return _of_words(text.strip().strip("\"'"), answer=answer)


def unlabelled(text: str) -> str:
    """A result that a program hands on in words, without what it puts before and behind it."""
    return _LABEL.sub("", _NUDGE.sub("", text.strip()))


def denies(text: str) -> bool:
    """Whether a text says that something was not done."""
    return bool(_NOT_DONE.search(text))


def demands(text: str) -> bool:
    """Whether a text says that something is wanted, or that something is wrong or was not done."""
    return bool(_NOT_DONE.search(text) or _DOUBT.search(_CALM.sub(" ", text)) or _CALLS.search(text))


def _is_so(entry: Json) -> bool:
    """Whether an entry says yes, or why: `{"rejected": "amount must be in cents"}`."""
    return entry is True or (isinstance(entry, str) and entry.strip().casefold() not in _NO)


_NO = frozenset({"", "no", "none", "false", "null", "nobody", "nothing", "0"})


def _of_object(value: dict[str, Json], depth: int) -> Standing | None:
    keys = {"".join(words_of(key)): entry for key, entry in value.items()}
    if any(keys[key] is False for key in _FLAGS & set(keys)) or any(
        _is_so(keys[key]) for key in _AGAINST & set(keys)
    ):
        return "not"
    if any(keys[key] and keys[key] is not True for key in _WRONG & set(keys)):
        return "not"
    if any(key.endswith("id") and entry and key not in _OTHER_IDS for key, entry in keys.items()):
        state = next((str(keys[key]) for key in _STATES if isinstance(keys.get(key), str)), "")
        return "open" if _WAITS.search(state) else "done"
    worst: Standing | None = "said" if any(keys.get(key) is True for key in _FLAGS) else None
    for key in _STATES:
        entry = keys.get(key)
        if isinstance(entry, str) and entry.strip():
            inner = entry.strip()
            said = standing(" ".join(words_of(inner)) if re.fullmatch(r"\w+", inner) else inner)
            if said in {"done", "not", "open"}:
                return said
            worst = said
    for key, entry in keys.items():
        if isinstance(entry, dict) and depth < _DEEPEST:
            worst = _of_object(entry, depth + 1) or worst
        elif isinstance(entry, str) and key in _WORDS and entry.strip():
            said = _of_words(entry, answer=worst is None)
            worst = said if said != "said" or worst is None else worst
        if worst == "not":
            return worst
    return worst


def _of_words(text: str, *, answer: bool) -> Standing:  # noqa: PLR0911  (the first that fits)
    plain = _CALM.sub(" ", text)
    if _NOT_DONE.search(plain):
        return "not"
    first = next((part for part in _SENTENCE.split(plain) if part.strip()), "")
    if _PROOF.search(first) and not _DOUBT.search(first):
        return "done"
    if _WAITS.search(first):
        return "open"
    if re.search(rf"^\W*{_NEGATION}\b", plain, re.IGNORECASE):
        return "not"
    if not re.search(r"[a-z]{3}|[A-Z]{4}", re.sub(r"\b[\w-]*\d[\w-]*\b", " ", plain)):
        return "said"  # nothing, a sum or a number
    if _NODS.search(first) and not demands(plain):
        return "said"
    return "not" if answer or demands(plain) else "said"
