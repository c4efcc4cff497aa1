"""Questions about the rules themselves, not about a case: answered with the clause that says it, its number,
a number that it states, or what the context says of the edition.
"""

from __future__ import annotations

import datetime as dt
import math
import re

from exercises.flaky_agent_trace.papers.clauses import Stated, worded
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.handbook import handbooks
from harness.simulation.reading.asking import Ask, sentences_in
from harness.simulation.reading.text import content_words

NO_RULES = "the handbook is not in what I was given, so I cannot say what it rules"
NOT_RULED = "I find no clause in the handbook that answers this"
_ASKS = re.compile(
    r"^\W{0,12}(?:(?:and|please|according to [^,\n]{1,40},) )*"
    r"(?:(?:(?:up to|for|within|after|by|from|under|over|until|in|at|above) )?"
    r"(?:how (?:many|much|long)|what|which)|who|when|is|are|can|do|does|may)\b[^\n?]{3,200}\?\s*$",
    re.IGNORECASE,
)
_IN_GENERAL = re.compile(
    r"\b(?:(?:policy|handbook|rules?) (?:say|state|rule|allow|provide|mention)"
    r"|(?:say|state|stand)s?\b[^?]{0,20}\b(?:policy|handbook|rules)"
    r"|(?:an?|any) (?:customer|buyer|case|item|order|parcel|return|gift|chargeback|opened|damaged|late|lost)"
    r"|customers|goods"
    r"|(?:unwanted|opened|unopened|sealed|damaged|faulty) (?:item|good|electronic|product)s?"
    r"|(?:refund|return|claim|reporting) (?:window|period|deadline|limit)"
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
_CITED = re.compile(
    r"\b(?:quote|cite|copy|repeat|recite|reproduce|print|give me|show|what does|what is|text of|wording of"
    r"|state)\b"
    r"[^.?\n]{0,40}?\b([A-Z]-\d)\b",
    re.IGNORECASE,
)
_WHICH_RULE = re.compile(
    r"\b(?:(?:quote|cite|show|give|read|recite|state) (?:me |us |out )?(?:the )?"
    r"(?:clauses?|rules?|paragraphs?|sections?|passages?) (?:about|on|for|of|concerning|regarding|covering)"
    r"|(?:which|what) (?:clauses?|rules?|paragraphs?|sections?)(?: of the \w+)?\s"
    r"(?:covers?|governs?|is about|are about|deals? with|regulates?|says?|states?|rules? on"
    r"|handles?|speaks? of|tells?"
    r"|is for|concerns?|sets?|defines?|limits?))\s(?P<what>[^?.\n]{3,100})",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"\b(?:editions?|versions?|handbook|polic(?:y|ies))\b[^?.\n]{0,60}\b(?:in force|valid|current|outdated"
    r"|out of date"
    r"|expired|still (?:applies|hold|apply|holds)|in effect|superseded|up to date)\b"
    r"|\b(?:which|what) (?:edition|version)\b",
    re.IGNORECASE,
)
_OLD = re.compile(r"\b(?:outdated|out of date|expired|superseded)\b", re.IGNORECASE)
_VERSION = re.compile(r"\bversion\s(\d{4}-\d\d)\b")
_DAY = re.compile(r"\b(20\d\d-\d\d-\d\d)\b")
_NOW = re.compile(r"\b(?:now|today|date)\b[^\n\d]{0,24}(20\d\d-\d\d-\d\d)", re.IGNORECASE)
_UNTIL = re.compile(r"effective_until\W{1,6}(20\d\d-\d\d-\d\d)")
_ONLY_ID = re.compile(
    r"\b(?:ids?|numbers?|names?)\b[^.]{0,12}\b(?:only|alone)\b|\b(?:only|just) (?:the "
    r"|its )?(?:id|number)\b",
    re.IGNORECASE,
)
_SAME = {
    "late": "late promised delays complains", "delay": "late promised delays",
    "delayed": "late promised delays",
    "broken": "damaged",
    "defective": "faulty", "limit": "exceeds", "approval": "exceeds", "desk": "exceeds",
    "window": "days within",
    "long": "days within", "return": "unwanted return", "lawyer": "lawyer court", "pays": "shipping",
}  # fmt: skip
_MOST = 2
"""Of more clauses that fit alike, none is the answer."""
_A_NUMBER = re.compile(r"\bhow (?:many|much|long)\b|\bwindow|\bperiod|\bdeadline|\blimit", re.IGNORECASE)
_ASKING = content_words(
    "how many much long what which who when is are can do does may the policy handbook rule rules say state "
    "allow customer customers item items order any goods have has get day days for of refund"
)


def rule_answer(mind: Mind, ask: Ask) -> str | None:
    """The answer to a question about the rules in the context; `None` where that is not what is asked.

    Empty where the context does not hold what is asked for.
    """
    asked = ask.text
    if cited := _CITED.search(asked):
        seen = mind.clauses.get(cited[1].upper())
        return " ".join(worded(seen).split()) if seen is not None else ""
    if _EDITION.search(ask.question):
        return _edition(mind, ask)
    if which := _WHICH_RULE.search(asked):
        best = _best(mind, which["what"])
        if best is None:
            return ""
        if _ONLY_ID.search(asked):
            return best.clause.id
        return f"{best.clause.id}: {' '.join(worded(best).split())}"
    return _figure(mind, ask) or None


def _figure(mind: Mind, ask: Ask) -> str:
    """The number that a clause states, where a number alone is asked for of the rules; empty: none is."""
    question = ask.question.strip()
    alone = not (mind.mail.present or mind.orders or mind.claims) and question.endswith("?")
    if not (ask.brief and (ask.number or _A_NUMBER.search(question))):
        return ""
    if not rule_asked(question) and (not alone or _THIS_CASE.search(question)):
        return ""
    scores = {id: _score(one, question, number=True) for id, one in mind.clauses.items()}
    top = max(scores.values(), default=0.0)
    unit = next((words for words in _KINDS.values() if words.search(ask.text)), None)
    best = [id for id, score in scores.items() if score == top >= 1]
    found = [number for id in best if (number := _number_of(mind.clauses[id], _about(question), unit))]
    return found[0] if len(found) == 1 else ""


def _number_of(seen: Stated, about: frozenset[str], unit: re.Pattern[str] | None) -> str:
    """The number of a clause that stands nearest to what is asked; empty where it has none of the unit."""
    found = [
        (len(about & content_words(part)), match["number"])
        for part in _PARTS.split(worded(seen))
        for match in _STATED.finditer(part)
        if unit is None or unit.search(match["unit"])
    ]
    return max(found, key=lambda one: one[0])[1] if found else ""


_PARTS = re.compile(r"(?<=[,:;.(])\s|\(|(?<=\w) instead of ")
_STATED = re.compile(
    r"(?<![\w-])(?P<number>\d[\d.,]{0,6}\d|\d)\s?(?P<unit>%|per ?cent|days?|EUR|GBP|PLN|euros?)",
    re.IGNORECASE,
)
_KINDS = {
    "days": re.compile(r"\bdays?\b", re.IGNORECASE),
    "share": re.compile(r"%|\bper ?cent\w*", re.IGNORECASE),
    "zloty": re.compile(r"\bPLN\b|\bz[lł]oty", re.IGNORECASE),
    "money": re.compile(r"\b(?:EUR|GBP|euros?|pounds?|amount|sum|money)\b", re.IGNORECASE),
}
"""Of what a number is, as a question and a clause say it."""


def _edition(mind: Mind, ask: Ask) -> str:
    """Whether the handbook that the context shows holds on the day that it names, or which it is."""
    pieces = [piece.folded.plain for piece in mind.context.of("system", "user", "result")]
    versions = [found[1] for text in pieces for found in _VERSION.finditer(text)]
    version = versions[-1] if versions else next((s.version for s in mind.clauses.values() if s.version), "")
    book = handbooks().get(version)
    if book is None:
        return ""
    if not ask.closed and re.search(r"\b(?:which|what) (?:edition|version)\b", ask.question, re.IGNORECASE):
        return version
    said = _DAY.search(ask.text) or next((day for text in pieces if (day := _NOW.search(text))), None)
    on = dt.date.fromisoformat(said[1]) if said else mind.mail.received
    if on is None:
        return ""
    until = _until(pieces, book.effective_until)
    held = book.effective_from <= on and (until is None or on <= until)
    good = not held if _OLD.search(ask.question) else held
    word = (ask.words or ("Yes", "No"))[0 if good else 1]
    word = word.capitalize() if word.islower() else word
    if ask.brief:
        return word
    ended = until is not None and not held
    over = f"it ended on {until}" if ended else f"it holds from {book.effective_from} on"
    return f"{word}: this is version {version}, and {over}."


def _until(pieces: list[str], known: dt.date | None) -> dt.date | None:
    """The last day of an edition, as the context says it."""
    said = [found for text in pieces for found in _UNTIL.findall(text)]
    return dt.date.fromisoformat(said[-1]) if said else known


def rule_asked(asked: str) -> str:
    """The question about the rules, where that is what a program asks; empty: none."""
    lines = [line for part in asked.splitlines() for line in re.split(r"(?<=[.!?])\s+", part)]
    asking = [line for line in lines if line.rstrip().endswith("?")]
    if len(asking) != 1 or not _ASKS.match(asking[0]) or _THIS_CASE.search(asking[0]):
        return ""
    return asking[0] if _IN_GENERAL.search(asking[0]) else ""


def ruled(mind: Mind, rule: str) -> str:
    """The clause in the context that is about what is asked, with its number; empty where none is."""
    about = _about(rule)
    best = _best(mind, rule)
    if best is None:
        return ""
    text = best.clause.text if best.verbatim else _as_written(mind, about)
    return f"{best.clause.id}: {' '.join(text.split())}" if best.verbatim else " ".join(text.split())


def nearest(mind: Mind) -> str:
    """The clause in the context whose words a question about nothing but the rules shares most; else empty.

    A word counts the more the fewer clauses have it. Where two are as near, or too little is shared, none is
    the answer.
    """
    said = sentences_in(mind.asked_last)
    if sum(line.endswith("?") for line in said) != 1 or len(said) > _MOST + 1:
        return ""
    asked_of = " ".join(said)
    texts = {id: content_words(worded(one)) for id, one in mind.clauses.items()}
    about = {word for word in _about(asked_of) - _SMALL if len(word) > 1}
    weight = {
        word: math.log(1 + len(texts) / max(1, sum(word in text for text in texts.values())))
        for word in about
    }
    asked = sum(weight[word] for word in about & content_words(asked_of)) or 1.0
    near = sorted(
        ((sum(weight[word] for word in about & text) / asked, id) for id, text in texts.items()),
        reverse=True,
    )
    (top, id), (other, _) = near[0], near[1] if len(near) > 1 else (0.0, "")
    enough = _HALF if len(about & texts[id]) < _MOST else _THIRD
    return f"{id}: {' '.join(worded(mind.clauses[id]).split())}" if top >= max(enough, 1.2 * other) else ""


_HALF, _THIRD = 0.45, 0.4
_SMALL = content_words(
    "someone somebody anyone people we us i our give get got take ask should would shall must question "
    "please want back there happens say says one"
)
"""Words of a question that are no part of what it is about."""


def _best(mind: Mind, rule: str) -> Stated | None:
    """The one clause that is about it."""
    wants_number = bool(_A_NUMBER.search(rule))
    ranked = sorted(mind.clauses.values(), key=lambda one: -_score(one, rule, number=wants_number))
    top = _score(ranked[0], rule, number=wants_number) if ranked else 0.0
    alike = sum(_score(one, rule, number=wants_number) == top for one in ranked)
    return ranked[0] if top >= 1 and alike <= _MOST else None


def _score(one: Stated, rule: str, *, number: bool) -> float:
    own, about = content_words(rule) - _ASKING, _about(rule)
    said = about & content_words(one.clause.text)
    return (
        len(said & own) + 0.6 * len(said - own) + 0.5 * (number and bool(one.clause.numbers) and bool(said))
    )


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
