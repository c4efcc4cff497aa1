"""The answer once more in other or fewer words: the decision and its sum stay as they were said.

`Reformulate that in one sentence`, `Kürzer bitte`, `now for a colleague`. Who asks for other words asks for
no other decision, be the first one right or not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.critique import differences
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.papers.drafted import letter_at
from exercises.flaky_agent_trace.papers.outcomes import outcomes_in
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.abroad import abroad, asked_in, grounds_in
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text

from .standing import answered_before, decided_before, last_turn

_LONGEST = 24
_ONE = (
    r"(?:(?:in|as|to|en|w) )?(?:one|a|a single|1|einem|ein(?:en)?|une|una|één|jednym)(?: \w+)? "
    r"(?:sentence|line|satz|zeile|phrase|ligne|frase|línea|zin|regel|zdaniu)\b|\bone-?liner\b"
)
_SHORTER = (
    r"\b(?:shorter|shorten|briefer|briefly|concise\w*|in short|kürzer|knapper|plus (?:court|bref|brièvement)"
    r"|más (?:corto|breve|brevemente)|korter|bondiger|krócej|zwięźlej)\b"
)
_FOR = (
    r"\b(?:for|to|für|pour|para|voor|dla) (?:\w+ ){0,2}(?:colleagues?|manager|boss|lead|team|finance"
    r"|kolleg\w+|chef\w*|collègue\w*|compañer\w+|colega|collega|koleżank\w+|koleg\w+|szef\w*)\b"
)
_SAY = (
    r"\b(?:say|put|word|phrase|write|make|give|summari[sz]e|sum|turn|sag\w{0,2}|fass\w{0,2}|schreib\w{0,2}"
    r"|bring\w{0,2}|dis|dites|résume\w?|mets|di|dilo|resume\w*|pon|zeg|vat|maak|schrijf|powiedz|napisz|streść|ujmij)\b"
)
_IT = (
    r"\b(?:it|that|this|the same|your (?:answer|decision)|das|es|dies|cela|ça|le|lo|eso|esto|dat|het|dit|to"
    r"|dilo|resúmelo)\b"
)
_ANEW = (
    r"\b(?:reformul\w+|re-?phras\w+|re-?word\w*|restate\w*|paraphras\w+|umformulier\w*|formulier\w{0,2}[^.?!]{0,30}"
    r"\b(?:um|neu|anders)|herformule\w+|przeformułuj|parafras\w+|in other words|mit anderen worten)\b"
)
_HOW = rf"[^.?!]{{0,24}}(?:{_ONE}|{_SHORTER}|{_FOR})"
_REWORDS = re.compile(
    rf"{_ANEW}|{_SAY}[^.?!]{{0,24}}{_IT}{_HOW}|\b(?:dilo|resúmelo|dis-le|dites-le)\b{_HOW}", re.IGNORECASE
)
_ELSE = re.compile(
    r"\b(?:customer|client|kund\w+|letter|e-?mail|brief|lettre|carta|list|json|table|bullets?|words|why"
    r"|how much|mails?|messages?|nachricht|ticket|polite\w*|friendl\w+|kind\w*|höflich\w*|handbook says|if)\b"
    r"|\bin (?:english|german|french|spanish|dutch|polish)\b",
    re.IGNORECASE,
)
"""Wants something else, or has a form of its own."""


def rewords(mind: Mind, asked: str) -> bool:
    """Whether the last turn wants what was decided before once more in other words."""
    if len(asked.split()) > _LONGEST or _ELSE.search(asked) or not mind.clauses or not answered_before(mind):
        return False
    before = mind.context.of("assistant")[-1:]
    if any(letter_at(one.text, 0) is not None for one in before):
        return False
    return _REWORDS.search(asked) is not None


def reworded(mind: Mind, answers: Answers) -> str:
    """What was decided before in one sentence; where that cannot be told, the mind notes it."""
    own, before = answers.resolution, mind.context.of("assistant")[-1].text
    if said := kept(mind, answers):
        return said
    told = f"{own.amount:.2f}" in before if own.amount is not None else own.action in outcomes_in(before)
    if not (told or decided_before(mind) or (own.action == "deny" and _NOTHING.search(before))):
        mind.unable = "what was decided before"
    why = reason_text(mind, own)
    return grounds_in(_language(mind), mind, own) or f"{_what(own)}: {why}."


def _language(mind: Mind) -> str:
    """The language of the turn: a few words show it here that by themselves would not."""
    asked = last_turn(mind).casefold()
    return next((code for code, said in _TONGUES.items() if said.search(asked)), "") or asked_in(mind)


_TONGUES = {
    "de": re.compile(r"\b(?:einem satz|kürzer|knapper|formuliere)\b"),
    "fr": re.compile(r"\b(?:reformule\w*|une (?:seule )?phrase|plus (?:court|bref))\b"),
    "es": re.compile(r"\b(?:dilo|reformula|una (?:sola )?frase|más (?:corto|breve))\b"),
    "nl": re.compile(r"\b(?:één zin|korter|herformuleer|bondiger)\b"),
    "pl": re.compile(r"\b(?:jednym zdaniu|krócej|zwięźlej|przeformułuj)\b"),
}


_NOTHING = re.compile(
    r"\b(?:nothing|nichts|keine\w?|rien|aucun\w*|nada|ningun\w*|niets|geen|nie należy|nic)\b", re.IGNORECASE
)


def kept(mind: Mind, answers: Answers) -> str:
    """What was decided before in one sentence, where it is not what is due; empty where it is."""
    slots, own = decided_before(mind), answers.resolution
    if not slots or not differences(mind, own, slots):
        return ""
    before, amount = mind.context.of("assistant")[-1].text, slots.get("amount")
    ids = ", ".join(dict.fromkeys(id for id in _CLAUSE.findall(before) if id in mind.clauses))
    said = replace(
        own,
        action=slots.get("action") or "refund",
        amount=None if amount is None else Decimal(amount.cents) / 100,
        order_id=slots.get("order_id") or own.order_id,
    )
    language = _language(mind)
    if language == "en" or not ids:
        return f"{_what(said)}{f' ({ids})' if ids else ''}."
    form = abroad().says[language][said.action]
    return form.format(order=said.order_id or "?", amount=money_text(said), why=ids)


_CLAUSE = re.compile(r"\b[A-Z]-\d{1,2}\b")


def _what(said: Resolution) -> str:
    order = f" on {said.order_id}" if said.order_id else ""
    return {
        "refund": f"Refund {money_text(said)}{order}",
        "deny": f"Refund nothing{order}",
        "escalate": f"Hand {said.order_id or 'the case'} over to the refunds desk",
    }.get(said.action, "Ask the customer first")
