"""What a letter takes from the request: the reason that a program gave, the orders that may be meant."""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.told_letters import language_of
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import Ground, letters
from harness.simulation.reading.records import Record
from harness.simulation.reading.text import content_words
from harness.simulation.reading.values import Money

from .denials import fails_as_usual
from .further_told import (
    asked_for,
    because,
    money_told,
    offer_told,
    others_told,
    outcome_form,
    replies_told,
    return_told,
    sorry_told,
    to_you,
    told_to_do,
    warmth,
)
from .letter_facts import IN_WORDS, Dictated

_DAYS = {
    "en": "{0.day} {0:%B} {0.year}", "de": "{0:%d.%m.%Y}", "fr": "{0:%d/%m/%Y}", "es": "{0:%d/%m/%Y}",
    "nl": "{0:%d-%m-%Y}", "pl": "{0:%d.%m.%Y}",
}  # fmt: skip


def reason_given(mind: Mind, action: str, reason: str, language: str) -> list[str]:
    """The reason that a program gave, in a language other than English.

    If unknown, as it stands: but none that is in another language, unless it has to be told.
    """
    if not IN_WORDS.search(reason) or language == "en":
        return []
    if (known := _ground(action, reason)) is not None:
        return [str(getattr(known, language))]
    foreign = (language_of(reason) or language_of(mind.instructions) or language) != language
    return [] if foreign and not _TO_TELL.search(mind.instructions) else [f"{_REASON[language]}: {reason}."]


def by_clause(mind: Mind, own: Resolution, language: str) -> str:
    """Why a request is denied, by its clause; empty where another condition fails than the usual one."""
    ids = [id for id in own.reason.split() if own.action == "deny" and fails_as_usual(id, mind, own)]
    found = (g for id in ids for g in letters().grounds if g.action == "deny" and id in g.clauses)
    return next((str(getattr(known, language)) for known in found), "")


def _ground(action: str, reason: str) -> Ground | None:
    """The reason among those that are known by their words."""
    reason = _SHIPPING.sub(" ", reason)
    found = (g for g in letters().grounds if g.action == action)
    by_words = next((g for g in found if re.search(rf"\b(?:{g.words})\b", reason, re.IGNORECASE)), None)
    ids = {*re.findall(r"\b[A-Z]-\d\b", reason)}
    by_id = (
        [g for g in letters().grounds if g.action == action and ids & {*g.clauses}]
        if by_words is None
        else []
    )
    return by_id[0] if len(by_id) == 1 else by_words


_SHIPPING = re.compile(
    r"\b(?:shipping|delivery|postage)[ _](?:fees?|costs?|charges?)\b[^,;.]{0,40}", re.IGNORECASE
)
"""Says of the sum what is in it; no reason."""


def foreign_reason(mind: Mind, reason: str) -> bool:
    """Whether a program's reason has no place in an English letter: it is in another language."""
    own = None if _ACCENTED.search(reason) else language_of(reason) or language_of(mind.instructions) or "en"
    other = IN_WORDS.search(reason) and own != "en"
    return bool(other) and not _TO_TELL.search(mind.instructions)


_ACCENTED = re.compile(r"[äöüßàâçèéêíñóúąćęłńśźż]", re.IGNORECASE)
_TO_TELL = re.compile(
    r"(?<!not )(?<!never )(?<!n't )(?<!n’t )"
    r"\b(?:give|state|tell|explain|include|mention|name|say|add|with|nenn\w*|gib|erklär\w*|indique\w*"
    r"|explique\w*|indica|explica|noem|geef|vermeld|podaj)\b(?! (?:no|any)\b)[^.\n]{0,40}"
    r"\b(?:reasons?|grounds|why|grund|gründe|begründung|motif|raison|motivo|razón|reden|powód)\b(?! ?:)",
    re.IGNORECASE,
)
"""A program that wants the reason told."""
_REASON = {"de": "Begründung", "fr": "Motif", "es": "Motivo", "nl": "Reden", "pl": "Powód"}


def opening(text: str, language: str, *, greeted: bool) -> str:
    """The first paragraph of a letter: with a small letter behind the comma of a German greeting."""
    small = language == "de" and greeted
    return _FIRST_LETTER.sub(lambda met: met[0].lower() if small else met[0].upper(), text, count=1)


_FIRST_LETTER = re.compile(r"[^\W\d_]")


def by_locale(sum: str, language: str) -> str:
    """A sum as it is written in a language."""
    return sum if language == "en" else re.sub(r"(?<=\d)\.(?=\d\d\b)", ",", sum)


def dictated_body(given: Dictated, own: Resolution, language: str, *, brief: bool) -> str:
    """What tells the outcome, and promises nothing: its order and sum are left open. `brief`: no thanks."""
    body = _dictated_body(given, own, language)
    return body.partition(". ")[2] if brief else body


def _dictated_body(given: Dictated, own: Resolution, language: str) -> str:
    said, facts = letters().dictated, given.facts
    if own.action == "need_info" and (asked := _question_given(own.reason, language)):
        thanks = said["need_info"][language].partition(". ")[0]
        return f"{thanks}. {asked}"
    if own.action == "need_info" and (asked := asked_for(facts.further, language)):
        thanks = said["need_info"][language].partition(". ")[0]
        open_ = f"{to_you(facts.unclear)}. " if facts.unclear and language == "en" else ""
        return f"{thanks}. {open_}{asked}".replace("{", "{{").replace("}", "}}")
    if own.action == "need_info":
        return said[_missing(given, own)][language]
    if own.action != "deny" or facts.earlier is None:
        return outcome_form(facts.further, own.action, language) or said[own.action][language]
    on = said["on"][language].format(day=_DAYS[language].format(facts.on)) if facts.on else ""
    card = said["card"][language].format(end=facts.card) if facts.card else ""
    amount = _money(facts.earlier, own, language)
    return said["earlier"][language].format(order="{order}", amount=amount, on=on, card=card)


def warmed(asked: str, body: str, given: Dictated, own: Resolution, language: str) -> str:
    """What tells the outcome, with a sentence of sympathy behind the thanks where that is wanted."""
    asks = () if own.reason else (own.facts or own.belief.facts).asks  # what is given goes first
    said = warmth(asked, [ask.issue for ask in asks], given.facts.further, language)
    thanks, stop, rest = body.partition(". ")
    tells = own.action in {"refund", "deny"}
    return f"{thanks}. {said} {rest}" if said and stop and tells else body


def _missing(given: Dictated, own: Resolution) -> str:
    """Which question a letter asks back: for what the reason says is not known."""
    if own.order_id is None:
        return "need_info"
    about = {said.group for said in vocabulary().ontology.predicates.said_in(own.reason)}
    if "opened" in about:
        return "need_state"
    settled = given.told.slots.get("order_id") and not _OF_ORDERS.search(own.reason)
    return "need_item" if settled or _OF_ARTICLES.search(own.reason) else "need_info"


_ARTICLES = r"(?:articles?|items?|products?|pieces?|things?|goods|lines?|positions?)"
_OF_ARTICLES = re.compile(
    rf"\b(?:which|what|several|both|two|more than one|many)\b[^.;\n]{{0,20}}\b{_ARTICLES}\b"
    rf"|\b{_ARTICLES}\b[^.;\n]{{0,30}}"
    r"\b(?:unclear|open|unknown|not (?:clear|settled|known|told|named)|ambiguous)\b",
    re.IGNORECASE,
)
_OF_ORDERS = re.compile(r"\b(?:orders?|purchases?)\b(?! HL-)", re.IGNORECASE)


def _question_given(said: str, language: str) -> str:
    """What the customer is to be asked, where a program words it in the letter's language; else empty."""
    said = _CODE.sub("", said)
    if "?" not in said or len(said.split()) < _FEW or (language_of(said) or "en") != language:
        return ""
    asked = said[: said.rfind("?") + 1] if "\n" in said else said.strip()
    return f"{asked[0].upper()}{asked[1:]}".replace("{", "{{").replace("}", "}}")


_FEW = 3
_CODE = re.compile(r"^\W{0,3}[A-Z]-\d\b\W{0,3}\s")
"""A clause before a question."""


def dictated_besides(mind: Mind, given: Dictated, own: Resolution, language: str) -> list[str]:
    """The sentences for what else a letter is given to tell: the reason, a fee, what comes next."""
    said = {name: forms[language] for name, forms in letters().dictated.items()}
    facts, found = given.facts, []
    if own.action == "refund" and facts.fee is not None:
        share = f" ({facts.share})" if facts.share else ""
        told = said["opened" if facts.opened else "fee"]
        found.append(told.format(fee=_money(facts.fee, own, language), share=share))
    elif own.action == "escalate" and (known := _ground("escalate", own.reason)) is not None:
        found.append(str(getattr(known, language)))
    elif own.action in {"refund", "deny"} and not (own.action == "deny" and facts.earlier is not None):
        found += reason_given(mind, own.action, own.reason, language)
        if language == "en" and IN_WORDS.search(own.reason) and not foreign_reason(mind, own.reason):
            found.append(_in_english(mind, own, loose=own.reason == facts.further.loose))
    if (
        own.action == "deny"
        and (facts.warranty or _pointed_to_workshop(mind, own.reason))
        and not any("/warranty" in one for one in found)
    ):
        found.append(said["warranty"])
    if own.action == "refund":
        found += money_told(facts.further, language)
        found += [said[name] for name in ("label", "stays") if getattr(facts, name)]
        found += return_told(facts.further, language)
    if own.action == "escalate" and facts.days:
        found.append(said["days"].format(days=facts.days))
    elif own.action == "escalate":
        found += replies_told(facts.further, language)
    if own.action in {"escalate", "need_info"} and facts.nothing:
        found.append(said["nothing"])
    if own.action != "need_info":
        found += told_to_do(facts.further, language)
    found += offer_told(facts.further, language) + others_told(facts.further, language, own.reason)
    found += sorry_told(facts.further, language, mind.instructions)
    at = min(len(found), _BLOCK)
    return [" ".join(part) for part in (found[:at], found[at:]) if part]


def _in_english(mind: Mind, own: Resolution, *, loose: bool) -> str:
    """A reason as a sentence: in plain words where these are wanted, and always without a clause's code."""
    plain = _CODES.sub("", own.reason).strip(" ,;")
    plainly = _PLAINLY.search(mind.instructions) is not None
    coded = plainly and (plain != own.reason.strip(" ,;") or _INTERNAL.search(mind.asked_last))
    if coded and (known := _ground(own.action, own.reason)) is not None and known.en:
        days = _SINCE.search(plain)
        counts = days is not None and "R-1" in known.clauses
        return f"More than {days['n']} days have passed since the delivery." if counts and days else known.en
    return because(plain if plainly else own.reason, loose=loose)


def _pointed_to_workshop(mind: Mind, reason: str) -> bool:
    """Whether a program wants those pointed to the workshop whose reason this is."""
    known = _ground("deny", reason)
    return known is not None and "D-2" in known.clauses and _WORKSHOP in mind.instructions


def to_workshop(mind: Mind, own: Resolution) -> list[str]:
    """Where a fault that was reported too late is a matter for: as far as the request tells where that is."""
    told = any(_WORKSHOP in piece.text for piece in mind.context.pieces)
    late = own.action == "deny" and "D-2" in own.reason.split() and told
    return [f"Our warranty workshop takes care of such cases: {_WORKSHOP}."] if late else []


_INTERNAL = re.compile(r"\b(?:internal(?:ly)?|not for (?:the )?customers?|do not quote)\b", re.IGNORECASE)
"""Says of a reason that it is not put for customers."""
_WORKSHOP = "harbourlane.example/warranty"
_CODES = re.compile(r"\s?\((?:see |clause |rule )?[A-Z]-\d(?:(?:,| and|/) ?[A-Z]-\d)*\)|,? ?\b[A-Z]-\d\b:?")
_PLAINLY = re.compile(
    r"\b(?:plain|simple|everyday|own|your own) (?:words|language|english|terms)\b"
    r"|\b(?:without|no|never|not|don['’]t)\b[^.\n]{0,30}\b(?:clauses?|rules?|sections?|paragraphs?|handbook|internal)"
    r" ?(?:numbers?|codes?|ids?|references?|terms)?\b",
    re.IGNORECASE,
)
"""Wants reasons in words that a customer understands."""
_SINCE = re.compile(
    r"\b(?P<n>\d{1,3}) days (?:after|since|from) (?:the )?(?:delivery|arrival)\b", re.IGNORECASE
)
_BLOCK = 3
"""Sentences: the first paragraph behind the outcome has no more."""


def _money(sum: Money, own: Resolution, language: str) -> str:
    unit = sum.currency or own.currency or ""
    return by_locale(f"{sum.cents / 100:.2f} {unit}".strip(), language)


_DAYS = {
    "en": "{0.day} {0:%B %Y}", "de": "{0:%d.%m.%Y}", "fr": "{0:%d/%m/%Y}", "es": "{0:%d/%m/%Y}",
    "nl": "{0:%d-%m-%Y}", "pl": "{0:%d.%m.%Y}",
}  # fmt: skip


def choices(mind: Mind) -> tuple[str, ...]:
    """The orders that a customer may mean: those with what the mail speaks of, else all of a few."""
    english = mind.scene.meaning.english
    said = (
        content_words(english.body if english else mind.scene.written) if mind.mail.present else frozenset()
    )
    shown: dict[str, list[tuple[str, bool]]] = {}
    for id, order in mind.orders.items():
        if _of_another(mind, order):
            continue
        names = [str(part.get("name")) for part in order.parts.get("items", []) if part.get("name")]
        shown[id] = [(name, bool(content_words(re.sub(r"\d+", " ", name)) & said)) for name in names]
    meant = {id: [name for name, own in items if own] for id, items in shown.items()}
    meant = {id: names for id, names in meant.items() if names}
    if len(meant) < _SEVERAL:
        meant = {id: [name for name, _ in items] for id, items in shown.items() if items}
    if not _SEVERAL <= len(meant) <= _FEW:
        return ()
    alike = len({tuple(names[:2]) for names in meant.values()}) < len(meant)
    dated = alike or _DATED.search(mind.instructions) is not None
    arrived = _ARRIVED.search(mind.instructions) is not None
    shown_too = ["delivered" if arrived else "placed"] * (dated or arrived) + ["total"] * (
        _SUMMED.search(mind.instructions) is not None
    )
    more = {id: [text for field in shown_too if (text := _told(mind.orders[id].get(field)))] for id in meant}
    return tuple(f"{id} ({', '.join([*names[:2], *more[id]])})" for id, names in meant.items())


def _of_another(mind: Mind, order: Record) -> bool:
    """Whether an order is known to be somebody else's: its owner is not told of, nor its number."""
    known = {
        str(address).casefold() for address in (order.get("email"), *(order.get("also") or ())) if address
    }
    return bool(known) and mind.mail.sender is not None and mind.mail.sender.casefold() not in known


def _told(value: Any) -> str:
    """A field of an order, as a letter names it."""
    if isinstance(value, Money):
        return f"{value.cents / 100:.2f} {value.currency or ''}".strip()
    return "" if value is None else str(value)


_LISTS = r"\b(?:list|with|give|mention|name|include|show|each|tell)\b[^.\n]{0,80}?"
_DATED = re.compile(rf"{_LISTS}\b(?:dates?|placed|when|ordered on)\b", re.IGNORECASE)
_ARRIVED = re.compile(
    rf"{_LISTS}\b(?:delivery (?:dates?|days?)|delivered (?:on)?|dates? of delivery|liefer(?:datum|tag))\b",
    re.IGNORECASE,
)
_SUMMED = re.compile(rf"{_LISTS}\b(?:totals?|sums?|amounts?|price)\b", re.IGNORECASE)
"""What a list of orders is to say of each."""


_SEVERAL, _FEW = 2, 5
