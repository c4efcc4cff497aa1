"""The mail's own words for a thing, as a quotation."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.commands import commands_in
from exercises.flaky_agent_trace.papers.mail_text import mail_text
from harness.simulation.meaning.slots import words_of

from .mind import Mind
from .threads import newest

FACTS = {
    "order_id": "order", "order_ids": "order", "orders_fit": "order", "item": "item", "items": "item",
    "sku": "item", "quantity": "item", "opened": "opened", "sealed": "opened", "reported": "reported",
    "legal": "legal",
    "wants": "wants", "injection": "injection", "safe": "injection", "chargeback": "chargeback",
    "has_chargeback": "chargeback", "issue": "issue", "store_credit": "wants", "replacement": "wants",
}  # fmt: skip
"""Slot → the kind of fact whose words bear it out; every other is borne out by what is wrong."""
_TOPICS = {
    "injection": (
        r"\b(?:instruct\w*|command\w*|order|inject\w*|manipulat\w*|steer\w*|address\w*|speak\w*|talk\w*|aim\w*|direct\w*"
        r"|trick\w*|influence\w*)\b[^.\n]{0,60}\b(?:agents?|assistants?|models?|ai|llms?|bots?|systems?|reader|you|software"
        r"|machine)\b|\b(?:prompt )?injections?\b|\binstructions (?:to|for|aimed)\b|\bsuspicious\b"
    ),
    "legal": (
        r"\b(?:legal|lawyers?|attorneys?|solicitors?|court\w*|sue|sues|suing|lawsuits?|litigation|\w*anw[aä]lt\w*|gericht\w*|avocat\w*|tribunal|abogad\w*|advoca\w+|prawnik\w*|ombudsm\w+|authorit\w+"
        r"|threat\w*)\b"
    ),
    "chargeback": (
        r"\b(?:chargebacks?|banks?|card (?:company|issuer|provider)|credit card|disput\w*|paypal"
        r"|payment provider)\b"
    ),
    "reported": r"\b(?:first (?:report\w*|wrote|told|contact\w*)|earlier (?:report|mail|message|contact))\b",
    "wants": r"\b(?:wants?|wish\w*|demands?|asks? for|request(?:s|ed)?|would like)\b",
}
"""What a program calls a thing that mails may say, and that no slot's name says."""
_TOPIC = {fact: re.compile(said, re.IGNORECASE) for fact, said in _TOPICS.items()}
_MONEY_BACK = re.compile(
    r"\b(?:chargeback|charge back|my bank|the bank|card company|card issuer|credit card company|disputed?"
    r"|paypal"
    r"|meine bank|bank|banque|banco|rückbuchung|rücklastschrift|opposition|terugboeking|kartenfirma)\b",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?])\s+|\n+")
_QUOTE = re.compile(
    r"\b(?:quot(?:e|es|ing)|verbatim|exact words|word for word|copy (?:out )?(?:the|any|each|every|all)"
    r"|zitier\w*|cite"
    r"|extract the (?:exact )?(?:sentences?|passages?|words)|back (?:it|this|that) up (?:with|by))\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:sentences?|lines?|passages?)\b", re.IGNORECASE)
_AT_A_LOSS = re.compile(
    r"\b(?:or|else|otherwise|say|write|answer|return|output|reply|just|with)\W{1,3}(?:just |only "
    r"|the word )?[\"'`]?"
    r"(?P<word>NONE|NOTHING|N/?A|NO|EMPTY|none|nothing|\"\"|\[\])(?![\w])"
)


_NEWEST = re.compile(
    r"\b(?:newest|latest|last|most recent|top|unquoted|new)\b[^.\n]{0,20}"
    r"\b(?:message|e-?mail|mail|part|reply|text)\b",
    re.IGNORECASE,
)


_A_RULE = re.compile(
    r"\b(?:quote|cite)\b[^.?\n]{0,20}\b(?:rules?|clauses?|paragraphs?|handbook|policy)\b", re.IGNORECASE
)
"""The handbook's words are wanted, not the mail's."""
_WHAT = re.compile(
    r"\b(?:which|what) (?:exact )?(?:sentences?|words?|lines?|passages?|part)\b", re.IGNORECASE
)


def borne_out(mind: Mind, said: str, slot: str) -> str:
    """An answer with the words of the mail that bear it out, where the program wants to see them."""
    asked = mind.asked_last if mind.context.said else mind.instructions
    line = next((line for line in _END.split(asked) if _QUOTE.search(line)), "")
    fact = FACTS.get(slot)
    found = quotes(mind, fact, sentences=bool(_WHOLE.search(line))) if line and fact and said else ()
    return "\n".join([said, *(f"“{telling(mind, span)}”" for span in found)])


def telling(mind: Mind, span: str) -> str:
    """A quotation that can be understood alone: of a few words in brackets the sentence around them."""
    whole = _sentence(mind.scene.state.ticket.body, span)
    scrap = len(span.split()) < _A_FEW or not span[:1].isalnum()
    return whole if scrap and len(whole.split()) <= _READABLE else span


def in_context(mind: Mind, *facts: str) -> tuple[str, ...]:
    """The same as `quotes`, each so that it can be understood alone, and none that stands in another."""
    spans = quotes(mind, *facts)
    said = list(dict.fromkeys(span if ORDER_ID.fullmatch(span) else telling(mind, span) for span in spans))
    return tuple(one for one in said if not any(one != other and one in other for other in said))


_A_FEW, _READABLE = 3, 30
"""Words of a scrap, and of a sentence that is no burden to read."""


def asks_besides(asked: str) -> bool:
    """Whether a question stands beside what is to be quoted."""
    said = _END.split(asked)
    return any(
        line.rstrip().endswith("?") and not (_QUOTE.search(line) or _WHAT.search(line)) for line in said
    )


def quoted_as_asked(mind: Mind, asked: str) -> str:
    """The quotations that a program asks for in plain words, a line each; empty where it asks for none."""
    line = next((line for line in _END.split(asked) if _QUOTE.search(line)), "")
    if not line or (mind.clauses and _A_RULE.search(line)):
        return ""
    if _NEWEST.search(line):
        return newest(mind) or "NONE"
    one = mind.question.slots if mind.question is not None and len(mind.question.slots) == 1 else ()
    facts = _asked_for(line) or [FACTS[slot] for slot in one if slot in FACTS and asks_besides(asked)]
    found = quotes(mind, *facts, sentences=bool(_WHOLE.search(line)))
    if found:
        return "\n".join(f"“{span}”" for span in found)
    loss = _AT_A_LOSS.search(asked)
    return loss["word"] if loss else "NONE"


def _asked_for(line: str) -> list[str]:
    """The kinds of facts that a line asks for."""
    topics = [fact for fact, said in _TOPIC.items() if said.search(line)]
    if topics:
        return topics[:1]
    named = [vocabulary().ontology.named(word) for word in words_of(line)]
    facts = [FACTS[slot] for slot in named if slot in FACTS]
    return [fact for fact in facts if fact not in {"item", "order"}] or facts


def quotes(mind: Mind, *facts: str, sentences: bool = False) -> tuple[str, ...]:
    """What the mail in the context says of these, or of what is wrong; nothing where it says nothing.

    `sentences`: whole ones, in place of the words that say it.
    """
    spans = [span for fact in dict.fromkeys(facts or ("issue",)) for span in _spans(mind, fact)]
    if sentences:
        spans = [_sentence(mind.scene.state.ticket.body, span) for span in spans]
    return tuple(dict.fromkeys(spans))


def _spans(mind: Mind, fact: str) -> tuple[str, ...]:
    if fact == "injection":
        return commands(mind)
    if fact == "chargeback":
        said = _END.split(mind.scene.written) if mind.mail.share else []
        seen = [part for part in said if _MONEY_BACK.search(part) and _there(mind, part)]
        return tuple(" ".join(part.split()) for part in seen)
    return mind.mail.spans(fact)


def commands(mind: Mind) -> tuple[str, ...]:
    """The words of the mail that give orders to whoever reads it by machine, as it stands in the request."""
    injection = mind.scene.meaning.injection
    if injection is not None and mind.mail.injected:
        return tuple(injection.spans)
    given = mail_text(mind.context)
    texts = [given.text] if given is not None and given.head else []
    texts += [mind.scene.state.ticket.body] if mind.mail.share else []
    found = (part for text in texts for part in commands_in(text) if _there(mind, part))
    return tuple(dict.fromkeys(found))


def _there(mind: Mind, part: str) -> bool:
    """Whether a part of the mail stands in the context."""
    return any(piece.folded.has(part) for piece in mind.context.pieces if piece.source != "call")


_OF_ITS_OWN = frozenset(
    {"injection", "safe", "legal", "chargeback", "has_chargeback", "opened", "reported", "wants"}
)


_SCREENED = frozenset({"injection", "legal", "chargeback"})
"""What a mail is searched for: beside the question for these the words for what else is wrong are none."""
_ON_THE_CASE = frozenset({"issue", "asks", "items", "item", "order_id", "amount"})
_WHICH_ORDER = frozenset({
    "order_id", "order_ids", "orders_fit", "order_list", "other_orders", "item", "items", "sku", "quantity",
    "quote", "matches", "confidence", "order_confidence", "reasoning", "reason", "settled_order", "unclear",
    "one_order",
})  # fmt: skip
"""Who asks for no more than these wants to know which order is meant, and by what."""


def evidence(mind: Mind, *, flagged: bool) -> tuple[str, ...]:
    """What of the mail bears an answer out. `flagged`: it is found to speak to the model.

    Who asks for one thing besides gets the words for that, and nothing where there are none.
    """
    slots = mind.contract.slots
    if "order_id" in slots and slots <= _WHICH_ORDER:
        return quotes(mind, "order", "item")
    asked = slots & _OF_ITS_OWN
    if (screened := {FACTS[slot] for slot in asked} & _SCREENED) and not slots & _ON_THE_CASE:
        holds = {"injection": flagged, "legal": bool(mind.mail.spans("legal")), "chargeback": True}
        found = [fact for fact in holds if fact in screened and holds[fact]]
        return quotes(mind, *found) if found else ()
    if not asked or mind.contract.slots & {"issue", "asks"} or len({FACTS[slot] for slot in asked}) > 1:
        return in_context(mind)
    fact = FACTS[next(iter(asked))]
    if fact == "reported":
        return _reported_first(mind)
    return quotes(mind, fact) if flagged or fact != "injection" else ()


def _reported_first(mind: Mind) -> tuple[str, ...]:
    """The words that tell what is wrong, in the mail where it is told first; else those for when that was."""
    said, day = quotes(mind), quotes(mind, "reported")
    if not day:
        return said
    own = newest(mind) or ""
    return tuple(span for span in said if span not in own) or day


def _sentence(body: str, span: str) -> str:
    return next((" ".join(part.split()).lstrip("> ") for part in _END.split(body) if span in part), span)
