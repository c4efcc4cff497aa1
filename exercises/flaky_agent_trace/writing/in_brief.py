"""A case in one sentence, in a subject line, in another language: who wants what, of which order."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.shop.policy import Ask

from .abroad import tongue_of
from .case import Case
from .telling import asides, named, plural, put, retold_abroad, the, wish
from .wishes import wishes
from .wording import NOTHING, counted


def in_one_sentence(case: Case) -> str:
    """Who says what of which articles of which order, and what they want for it."""
    facts, order = case.facts, case.belief.order_id
    if not facts.asks:
        return NOTHING
    who = case.mind.sender_name or "The customer"
    said = []
    for ask in facts.asks:
        what = things(case, ask)
        own = f"order {order}" if order and not what else what or "the order"
        said.append(f"{plural(put(ask, facts), 0).format(what=own)}{asides(ask)}")
    named_order = f" (order {order})" if order and order not in " ".join(said) else ""
    open_order = " (which order is left open)" if order is None and not named_order else ""
    wants = "".join(f" and {_third(line)}" for line in wish(facts))
    return f"{who} {' and '.join(said)}{named_order or open_order}{wants}."


def _third(wanted: str) -> str:
    """`They want their money back.` as the end of a sentence on one customer."""
    return re.sub(r"^They want\b", "wants", wanted).rstrip(".")


def things(case: Case, ask: Ask) -> str:
    """The articles of a request, in English where the mail is not; empty: the whole order."""
    english = case.mind.scene.meaning.english
    known = {fact.value: fact.spans[0] for fact in english.facts if fact.fact == "item"} if english else {}
    said = []
    for sku, pieces in ask.items:
        own = named(case, sku)
        if "“" in own:
            own = re.sub(r"^(?:The|An?) ", lambda met: met[0].lower(), known.get(sku, own).strip("“”"))
            said.append(own if pieces is None or pieces == 1 else f"{own} ({pieces} pieces)")
        else:
            said.append(the(counted(own, pieces if pieces != 1 else None)))
    return " and ".join(said)


def brief_in(case: Case, asked: str) -> str:
    """The case in the language that a summary is asked for in, where that is not English; else empty."""
    own = case.mind.scene.meaning.language if _OWN.search(asked) else ""
    language = own or wishes(asked, writing=False).language or tongue_of(asked)
    if language == "en":
        return ""
    told = re.split(r"(?<=[.!?])\s+", retold_abroad(case, language))
    if not told[0]:
        return ""
    if not _ONE.search(asked):
        return " ".join(told)
    first, *rest = [part.rstrip(".") for part in told]
    return f"{'; '.join([first, *(part[:1].lower() + part[1:] for part in rest)])}."


_WHOSE = r"(?:mail|e-?mail|ticket|message|customer|sender|client|writer)"
_OWN = re.compile(
    rf"\b{_WHOSE}(?:['’]s)? (?:own |original )?language\b|\blanguage of the (?:\w+ )?{_WHOSE}\b"
    rf"|\b(?:same|original) language\b",
    re.IGNORECASE,
)
"""The language that the mail is in."""
_ONE = re.compile(
    r"\b(?:one|a single|1|einem|einen|ein|une|seule|una|sola|één|een|jednym|jedno)[ -]"
    r"(?:\w+ )?(?:sentence|line|satz|zeile|phrase|ligne|frase|línea|zin|regel|zdaniu?|linii)\b",
    re.IGNORECASE,
)
_ABOUT = {
    "changed_mind": "return of {what}", "damaged": "{what} damaged or faulty", "late": "late delivery",
    "wrong_item": "wrong item, {what}", "not_arrived": "parcel not arrived", "cancel": "cancellation",
    "goodwill": "gesture of goodwill wanted", "already_paid_back": "question about an earlier refund",
}  # fmt: skip
_OF_THE_REPLY = re.compile(r"\b(?:reply|answer|response|letter|to the customer|outgoing)\b", re.IGNORECASE)


def subject_told(case: Case, asked: str) -> str:
    """A subject line: of the case for colleagues, or of the letter to the customer."""
    order = case.belief.order_id
    if _OF_THE_REPLY.search(asked):
        language = wishes(asked, writing=False).language or case.mind.scene.meaning.language
        about, without = letters().subject[language]
        return about.format(order=order) if order else without
    if not case.facts.asks:
        return "No request in the mail"
    said = [
        _ABOUT[ask.issue].format(what=_bare(things(case, ask)) or "the order")
        + (" (opened)" if ask.opened and ask.issue == "changed_mind" else "")
        for ask in case.facts.asks
    ]
    wanted = case.facts.wants.replace("_", " ")
    head, tail = f"{order}: " if order else "", f", {wanted} wanted"
    most = wishes(asked, writing=False).most
    ways = (
        f"{head}{', '.join(said)}{tail}", f"{head}{', '.join(said)}", f"{head}{said[0]}",
        f"{head}{case.facts.asks[0].issue.replace('_', ' ')}",
    )  # fmt: skip
    told = next((way for way in ways if most is None or len(way.split()) <= most), ways[-1])
    return told[:1].upper() + told[1:]


def _bare(what: str) -> str:
    """An article without its number and its `the`: short enough for a subject line."""
    return re.sub(r" \([A-Z]{2}-\d{2,6}\)", "", re.sub(r"\bthe (?=[A-Z0-9])", "", what))
