"""Fields of a form that asks what a letter says that the program shows, where no mail stands beside it.

Before a letter goes out, a program may have it read: its language, which outcome it tells, the sums and
orders in it, whether it promises anything more. What is told stands in the letter alone, and so nothing of a
case is known or needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.filling.typed import type_of
from harness.simulation.forms.contract import Contract, asked_slots
from harness.simulation.meaning.offering import POSED
from harness.simulation.meaning.slots import words_of

Json = Any
OF_LETTER = "letter_field_"
_READS = re.compile(
    r"\b(?:read\w*|report\w*|extract\w*|says?|tells?|states?|stands? in|contains?|classif\w+|record\w*"
    r"|fill\w*|parse|list\w*|describe\w*|lies|lest|gib an|extrahier\w*|extrai\w+|lee|lees|indique\w*)\b",
    re.IGNORECASE,
)
_THE_LETTER = re.compile(
    r"\b(?:drafts?|letters?|repl(?:y|ies)|e-?mails?|messages?|outgoing|entw[uü]rf\w*|antwort\w*|brief\w*|brouillon"
    r"|réponse|borrador|respuesta|concept|antwoord|szkic\w*|odpowied\w*)\b",
    re.IGNORECASE,
)
_JUDGES = re.compile(
    r"\b(?:correct|accurate|valid|approv\w+|ok|okay|problems?|issues?|faults?|errors?|mistakes?|violat\w+|verdict"
    r"|acceptable|should|pass(?:es)?|send|objections?|right|wrong|complian\w+)\b",
    re.IGNORECASE,
)
"""What a field is called that judges a letter, and does not say what stands in it."""


class LetterField(NamedTuple):
    """What a field asks of a letter: `outcome`, `language`, `sums` or one, `orders` or one, a yes or no."""

    kind: str
    schema: Mapping[str, Json]


def _named(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_LANGUAGE = _named("language|lang|sprache|langue|idioma|taal|język|jezyk|locale")
_SUMS = _named("amounts?|sums?|money|betr[aä]ge?|montants?|importes?|bedrag(?:en)?|kwot[ay]|monetary|totals?")
_ORDERS = _named(
    "order(?:s| numbers?| ids?| refs?| references?)?|order numbers?|bestellnummern?|commandes?|pedidos?"
    "|bestelnummers?|zamówienia?"
)
_FLAGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("promises", _named(
        "(?:other |further |extra |any )?promis\\w+|vouchers?|discounts?|store credit|replacements?|exchange"
        "|commitments?|versprech\\w+|gutschein\\w*|promesses?|promesas?|obietnic\\w*"
    )),
    ("codes", _named("clauses?|handbook|internal codes?|(?:rule|paragraph) numbers?")),
    ("links", _named("links?|urls?|website|web address")),
    ("greets", _named("greet\\w*|salutation|anrede")),
    ("signed", _named("sign(?:ed|s|ature|[ -]?off)?|closing|valediction|farewell|gru(?:ß|ss)formel")),
    ("sorry", _named("apolog\\w+|sorry|regrets?|entschuldig\\w*")),
    ("asks", _named("asks?|questions?|question mark|requests? information|nachfrag\\w*|frage")),
    ("hands", _named(
        "hand(?:ed|s)?[ -]?over|handover|escalat\\w+|colleague|passed on|refunds desk|weitergeleitet"
    )),
    ("denies", _named(
        "den(?:y|ies|ied|ial)|declin\\w+|refus\\w+|reject\\w+|turn(?:ed|s) down|ablehn\\w*|abgelehnt"
    )),
    ("pays", _named(
        "refund\\w*|paid|pays|payment|money back|erstatt\\w*|rembours\\w*|reembols\\w*|zwrot\\w*"
    )),
    ("orders", _named("order numbers?|orders?")),
    ("sums", _named("amounts?|sums?")),
)  # fmt: skip
"""Of a yes or no: what it is about, the more special first."""


def with_letter_fields(
    contract: Contract, told: str, *, alone: bool
) -> tuple[Contract, tuple[LetterField, ...]]:
    """The contract in which such fields are marked, and what each asks; none where something is judged.

    `told`: the program's own words; `alone`: whether a letter is all that stands in the request.
    """
    parts = (contract.schema or {}).get("properties") or {}
    formed = contract.form in {"schema", "json", "submit"} and contract.step is None and parts
    if not formed or not alone or not (_READS.search(told) and _THE_LETTER.search(told)):
        return contract, ()
    if any(_JUDGES.search(" ".join(words_of(key))) for key in parts):
        return contract, ()
    marked, found = dict(parts), list[LetterField]()
    for key, part in parts.items():
        field = _field(key, part) if isinstance(part, dict) else None
        if field is not None:
            marked[key] = {**part, POSED: [f"{OF_LETTER}{len(found)}", "letter_outcome"]}
            found.append(field)
    if not found:
        return contract, ()
    schema = {**(contract.schema or {}), "properties": marked}
    slots = asked_slots(schema, vocabulary().ontology) | {"letter_outcome"}
    return replace(contract, schema=schema, slots=slots), tuple(found)


def _branch(part: Mapping[str, Json]) -> Mapping[str, Json]:
    """What a field that may be null holds else."""
    kept = [b for b in part.get("anyOf") or () if isinstance(b, dict) and type_of(b) != "null"]
    return kept[0] if len(kept) == 1 else part


def _field(key: str, part: Mapping[str, Json]) -> LetterField | None:
    own = _branch(part)
    name, described = " ".join(words_of(key)), str(part.get("description") or own.get("description") or "")
    options = [str(option) for option in own.get("enum") or () if option is not None]
    kind = type_of(own)
    if options:
        return _choice(options, name, described, part)
    if kind == "boolean":
        return next(
            (LetterField(f"says_{k}", part) for k, said in _FLAGS if said.search(name)), None
        ) or next((LetterField(f"says_{k}", part) for k, said in _FLAGS if said.search(described)), None)
    if kind in {"integer", "number"} and not _SUMS.search(name):
        return None
    values: tuple[tuple[str, Callable[[str], Any]], ...] = (
        ("language", _LANGUAGE.search), ("sums", _SUMS.search), ("orders", _ORDERS.search)
    )  # fmt: skip
    for text in (name, described):
        for what, said in values:
            if said(text) and (what != "language" or kind != "array"):
                return LetterField(what, part)
    return None


def _choice(options: list[str], name: str, described: str, part: Mapping[str, Json]) -> LetterField | None:
    """A choice of languages, or of outcomes, which are told by what its options say."""
    ontology = vocabulary().ontology
    if _LANGUAGE.search(name):
        return LetterField("language", part)
    said = {ontology.value_of("letter_outcome", option) for option in options} - {None}
    outcomes = len(said) > 1 or _named("outcome|result|decision").search(f"{name} {described}")
    return LetterField("outcome", part) if outcomes else None
