"""An objection to a letter that was drafted before: what is to be changed, put as the demand that it is.

"It was in Dutch; the customer writes English" wants English, and "the amount is not named" names no decision.
What is not understood of an objection is told, so that no letter comes back as it was without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from exercises.flaky_agent_trace.deciding.handed import letter_asked
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.refuted import texts_in
from harness.exchange import Message, Request, Text
from harness.simulation.calling.results import unlabelled

from .wishes import wishes

_LETTER = r"(?:drafts?|versions?|letters?|repl(?:y|ies)|e?-?mails?|attempts?|wording|texts?)"
_HEAD = re.compile(
    rf"\b(?:earlier|previous|last|first|former|prior|preceding|your|my|our|the|this|that"
    rf"|a) (?:{_LETTER} )?{_LETTER}\b"
    r"(?: of (?:yours|mine|it))?,? ?(?:\((?P<number>[^)\n]{0,20})\) ?)?(?:was|were|has been|had been|got"
    r"|is)? ?"
    r"(?:rejected|turned down|refused|sent back|not accepted|returned|objected to|blocked)\b"
    r"(?: by [^:,.\n]{1,30})?\W{0,3}\s?(?:because|since|as|for this reason|reasons?|why)?\s?[:\n-]?\s*"
    rf"|\b(?:objections?|complaints?|feedback|remarks?|comments?|problems?)\b(?: \w+){{0,3}} (?:to|on"
    rf"|about|with|of) "
    rf"(?:the |your |this |that |my |an? )?(?:\w+ )?{_LETTER}\b[^:\n]{{0,30}}:\s*"
    rf"|\bwhat (?:is|was) wrong with (?:the |your |this )?(?:\w+ )?{_LETTER}\b[^:\n]{{0,30}}[:?]\s*"
    rf"|\b(?:the )?(?:reviewer|checker|editor|lead|colleague|manager) (?:rejected|refused|sent back"
    rf"|objected to) "
    rf"(?:the |your |this |it)(?: ?\w+)?[^:\n]{{0,30}}?(?:because|since|:)\s*",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"\n\s*\n(?!\s*[-*•\d])|\n(?=[A-Z<#\"{])")
_STATEMENT = re.compile(r"(?<=[.!?])\s+|;\s+|\n|(?<=[a-z]),? and (?=(?:it|you)\b)")
_TONGUES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch", "pl": "Polish"}
_TONGUE = "|".join(_TONGUES.values())
_SPEAKS = re.compile(
    rf"\b(?:writes?|wrote|speaks?|reads?|expects?|wants?|should (?:be|have been)|must be|has to be"
    rf"|needs to be|use"
    rf"|write|instead of \w+,?"
    rf"|not \w+,? but) (?:it )?(?:to be )?(?:written )?(?:in )?(?P<tongue>{_TONGUE})\b"
    rf"|\b(?P<own>{_TONGUE}) (?:is wanted|was wanted|was asked for|please|,? not\b)",
    re.IGNORECASE,
)
_IN_ONE = re.compile(rf"\b(?:in|into) (?:{_TONGUE})\b|\bwrong language\b|\blanguage (?:is|was) (?:wrong|not)",
                     re.IGNORECASE)  # fmt: skip
_LACKS = re.compile(
    r"\b(?:missing|lack(?:s|ing)?|no|not|without|forg[eo]ts?|forgot(?:ten)?|omits?|omitted"
    r"|leaves? out|fails? to"
    r"|never|nowhere|absent|unclear)\b|n['’]t\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"^\W{0,4}(?:please )?(?:name|give|state|add|include|explain|mention|put|say)\b"
    r"|\b(?:which|what|where|how much|why)\b[^?]{0,60}\?",
    re.IGNORECASE,
)
"""Asks for it, or after it."""
_PARTS = {
    r"ticket(?:['’]s)? (?:number|id|no\b|reference)|\bticket\b": "Mention the ticket number.",
    r"order(?:['’]s)?(?: \w+)? (?:number|id|no\b)|which order|the order\b": "Mention the order number.",
    r"amounts?|sum|how much|currency|figure": "Name the amount and the currency.",
    r"reasons?|why|grounds?|clauses?|explan\w+|explain\w*|justif\w+": "Explain why.",
    r"greet\w*|salutation|by name|customer['’]s name|address(?:es|ed)? (?:the customer|him|her"
    r"|them)": "Greet them.",
    r"sign(?:ed|s|ature)?(?:[- ]off)?|closing": "Close with a greeting.",
    r"warranty|workshop": "Point to harbourlane.example/warranty.",
}  # fmt: skip
"""What every letter can name: as an objection calls it → the demand."""
_AGAINST = re.compile(
    r"\b(?:promis\w+|offers?|offered|cit(?:es?|ed|ing)|mention(?:s|ed|ing)?|contain(?:s|ed)?|names?"
    r"|named|includ\w+"
    r"|quot\w+|us(?:es|ed)|invent\w*|announc\w+|claim(?:s|ed)?|talks? (?:about|of)|speaks? of|says?|said"
    r"|tells?|told"
    r"|gives?|gave|states?|stated|has|had|there (?:is|was))\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:vouchers?|discounts?|coupons?|gifts?|credit|promises?|deadlines?|other (?:amounts?|orders?)"
    r"|wrong (?:amount|sum"
    r"|order|name|date)|twice|replacement|compensation|legal|lawyers?|internal|markdown|subject"
    r"|placeholders?|twice the)\b"
    r"|\bwrong\b|\bnobody decided\b|\bnot (?:been )?decided\b|\binstead of\b|\balthough\b|\bbut\b",
    re.IGNORECASE,
)
"""What no letter of ours has, or what the facts that are given put right."""
_CODES = re.compile(
    r"\b(?:clauses?|rules?|paragraph|section)(?:['’]s)? (?:numbers?|codes?|ids?|marks?)\b|\b[A-Z]-\d\b"
    r"|\bclauses\b",
    re.IGNORECASE,
)
_FREE_OF = re.compile(r"\b(?:no|without|not|never|avoid|remove|drop|leave out)\b|n['’]t\b", re.IGNORECASE)
_BANS = re.compile(
    r"\b(?:must|should|shall|may|can) ?(?:not|never)\b|\bcannot\b|\b(?:must|should|ca)n['’]t\b|\bavoid\b"
    r"|\bremove\b"
    r"|\bdrop the\b|\bleave out the\b|\b(?:do not|don['’]t) (?:name|mention|use|cite|include|say)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^\W{0,4}(?:please )?(?:(?:re-?)?read|check|look|review|think|reconsider|wait|try|send|(?:re)?write|redo"
    r"|revise)\b"
    r"(?: (?:it|this|that|your|the|my|over|about|at|letter|mail|draft|reply|again|once|more|please"
    r"|anew)){0,6}\W*\Z",
    re.IGNORECASE,
)
"""Wants another go, and nothing in particular."""
_LONG = re.compile(
    r"\btoo (?:long|wordy|verbose)\b|\b(?:shorten|shorter)\b|\bover (?:the )?(?:limit|length)", re.IGNORECASE
)
_MOST = re.compile(
    r"\b(?:at most|no more than|under|max(?:imum)?(?: of)?|up to) \d{1,3} (?:words|sentences)\b",
    re.IGNORECASE,
)
_TONE = re.compile(
    r"\btoo (?:cold|harsh|curt|stiff|blunt|unfriendly|rude|distant|short on warmth)\b|\b(?:warmer"
    r"|friendlier|kinder"
    r"|apolog\w+|sorry)\b",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"\b(?:must|should|has to|needs? to|ought to|please|shall)\s+(?:also |at least )?"
    r"(?P<demand>(?:mention|say|point|tell|thank|ask|add|include|contain|carry|quote|name|apologi[sz]e)\b[^.;\n]{3,140})"
    r"|^\W{0,4}(?P<bare>(?:mention|point|thank|apologi[sz]e|say)\b[^.;\n]{3,140})",
    re.IGNORECASE,
)
_STAYS = re.compile(r"\b(?:that|thank|apologi[sz]e|sorry)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Redraft:
    """What objections come to."""

    demands: tuple[str, ...] = ()
    unclear: str = ""
    """The first statement that is not understood."""


def demands_of(objection: str) -> Redraft:
    """What a letter is to be changed in, as demands on it."""
    found: list[str] = []
    unclear = ""
    for part in _STATEMENT.split(objection):
        said = part.strip(" \t-*•\"'“”.")
        if len(said.split()) < _WORDS and not (_TONGUE_OR_LENGTH.search(said)):
            continue
        demand = _demand(said)
        if demand is None:
            unclear = unclear or said
        elif demand:
            found.append(demand)
    return Redraft(tuple(dict.fromkeys(found)), "" if found and _ONLY_FACT.search(unclear) else unclear)


_WORDS = 2
_TONGUE_OR_LENGTH = re.compile(rf"{_TONGUE}|long|short|cold", re.IGNORECASE)
_ONLY_FACT = re.compile(r"^(?:customers?|nobody|the customer|they|that|this|we) \w+", re.IGNORECASE)
"""A remark on what was objected to."""


def _demand(said: str) -> str | None:  # noqa: PLR0911  (the first that fits)
    """The demand of a statement; empty where a letter anew meets it, `None` where it is not understood."""
    if speaks := _SPEAKS.search(said):
        return f"Write in {(speaks['tongue'] or speaks['own']).capitalize()}."
    if _IN_ONE.search(said):
        return ""  # in which one is said besides, or is the mail's own
    if most := _MOST.search(said):
        return f"Use {most.group()}."
    if _LONG.search(said):
        return "Make it shorter."
    if _TONE.search(said):
        return "Apologise to the customer."
    if _CODES.search(said) and (_AGAINST.search(said) or _FREE_OF.search(said)):
        return "Do not name clause numbers."
    if _BANS.search(said):
        number = re.search(r"\border(?:['’]s)?(?: \w+)? (?:number|id)\b", said, re.IGNORECASE)
        return "Do not name the order number." if number else "" if _NEVER.search(said) else None
    if (must := _MUST.search(said)) and _STAYS.search(must["demand"] or must["bare"]):
        told = must["demand"] or must["bare"]
        return f"{told[0].upper()}{told[1:]}."
    if _LACKS.search(said) or _ASKED.search(said) or must:
        named = next(
            (demand for part, demand in _PARTS.items() if re.search(rf"\b(?:{part})\b", said, re.IGNORECASE)),
            None,
        )
        if named is not None:
            return named
    if _VAGUE.search(said):
        return ""
    return "" if _AGAINST.search(said) and _NEVER.search(said) else None


def as_demanded(request: Request) -> tuple[Request, str]:
    """A request with the objections to an earlier letter as demands on the next, and what is unclear."""
    users = [at for at, message in enumerate(request.messages) if message.role in {"user", "system"}]
    texts = [part.text for at in users for part in request.messages[at].parts if isinstance(part, Text)]
    if not any(_HEAD.search(text) for text in texts) or not letter_asked("\n".join(texts)):
        return request, ""
    unclear: list[str] = []
    messages = list(request.messages)
    for at in users:
        parts = [
            Text(_put(part.text, unclear)) if isinstance(part, Text) else part for part in messages[at].parts
        ]
        messages[at] = Message(messages[at].role, tuple(parts))
    return request._replace(messages=tuple(messages)), next(iter(unclear), "")


def _put(text: str, unclear: list[str]) -> str:
    """A text with its objections as demands."""
    for start, end, objection in reversed(list(_objections(text))):
        told = demands_of(objection)
        unclear += [told.unclear] if told.unclear else []
        text = f"{text[:start]}\n{' '.join(told.demands)}\n{text[end:]}"
    return text


def _objections(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _HEAD.finditer(text):
        if _OFTEN.search(text[max(0, found.start() - _BEFORE) : found.start()]):
            continue
        stop = _PARAGRAPH.search(text, found.end())
        end = stop.start() if stop is not None else len(text)
        if text[found.end() : end].strip():
            start = text.rfind("\n", 0, found.start()) + 1
            lead = text[start : found.start()]
            yield (start if len(lead.split()) <= _LEAD else found.start()), end, text[found.end() : end]


_OFTEN = re.compile(r"\b(?:if|when|whenever|unless|once)\b[^.\n]{0,30}\Z", re.IGNORECASE)
_BEFORE, _LEAD = 40, 3


def with_demands(instructions: str, refusals: list[str]) -> tuple[str, str]:
    """Instructions for a letter with what refusals of the last one come to, and what of these is unclear."""
    told = [demands_of("\n".join(texts_in(unlabelled(refusal)))) for refusal in refusals]
    said = " ".join(demand for one in told for demand in one.demands)
    return (f"{instructions}\n{said}" if said else instructions), next(
        (o.unclear for o in told if o.unclear), ""
    )


def of_letter(objection: str) -> bool:
    """Whether an objection speaks of the letter itself."""
    return (
        re.search(
            rf"\b(?:{_LETTER}|body|messages?|words|paragraphs?|sentences?|tone|style)\b",
            objection,
            re.IGNORECASE,
        )
        is not None
    )


def notes_wanted(demands: str, mind: Mind) -> list[str]:
    """The sentences that demands want in an English letter word for word."""
    said = wishes(demands, writing=True).says if demands.strip() else ()
    return [f"Please note that {what}." for what in said if mind.scene.meaning.language == "en"]
