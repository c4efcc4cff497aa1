"""Texts of a form that are wanted short, word for word or in English, whatever their names make of them.

`request_in_english: the request in one sentence` is no translation of the mail, `key_sentence: the sentence
that states the request` not what is wrong, and names of products in English none of the mail's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.simulation.filling.typed import type_of

from .one_question import shows

Json = Any
_OF_REQUEST = re.compile(
    r"\b(?:stat(?:es|ing)|contain(?:s|ing)|mak(?:es|ing)|express(?:es|ing)|puts?|with|where|in which"
    r"|voic(?:es|ing)|says?|tells?|show(?:s|ing)|of)\b[^.;]{0,40}"
    r"\b(?:requests?|asks?(?: for)?|asking|wants?|wish(?:es)?|demands?|claims? (?:money|a refund))\b",
    re.IGNORECASE,
)
"""Says of words of the mail that they are those of the request."""
_TOLD_WISHES = frozenset({"current_request", "summary", "translation"})
_ONE_SENTENCE = re.compile(r"\b(?:one|a single|1|single)[ -](?:[\w-]+[ -]){0,2}?sentence\b", re.IGNORECASE)
_WISH = re.compile(
    r"\b(?:wants?|asks?|requests?|wish(?:es)?|demands?|is after|would like|complain\w*|problem|issue"
    r"|matter)\b",
    re.IGNORECASE,
)
"""Speaks of what a customer wants."""
_IN_ENGLISH = re.compile(
    r"\b(?:translat\w+|in english|english (?:names?|words?|nouns?)|auf englisch|en anglais|en inglés"
    r"|in het engels|po angielsku)\b",
    re.IGNORECASE,
)
_GOODS = re.compile(
    r"\b(?:products?|goods|articles?|items?|things?|produkte?|artikel|produits?|articles|productos?|producten"
    r"|produkt[uy]?)\b",
    re.IGNORECASE,
)
_IN_BRIEF = re.compile(
    r"\b(?:one|single|1|short|brief|few)\b[^.;]{0,16}\b(?:sentences?|line|words)\b"
    r"|\b(?:in short|briefly|in brief|summary|summar\w+|gist)\b"
    r"|\bwhat (?:the )?(?:customer|sender|they|she|he)\b[^.;]{0,16}\b(?:wants?|asks?)\b",
    re.IGNORECASE,
)
"""Says of an English text that it is short: no mail is translated."""
_SHOWN = frozenset({None, "reason", "reasoning", "quote", "current_request"})


def in_english(schema: Mapping[str, Json], said: str) -> bool:
    """Whether names of goods are wanted in English: in a list or as a text."""
    kind = type_of(schema.get("items") or {}) if type_of(schema) == "array" else type_of(schema)
    said = said.replace("_", " ")
    of_goods = _GOODS.search(said) and _IN_ENGLISH.search(said)
    return kind == "string" and not schema.get("enum") and bool(of_goods)


def text_meant(slot: str | None, name: str, schema: Mapping[str, Json], *, within: bool) -> str:
    """The slot of a text by how it is to be put; empty where that tells no other than its name."""
    described = str(schema.get("description") or "")
    if slot in _SHOWN and shows(name, schema):
        return "request_quote" if _OF_REQUEST.search(f"{name}. {described}") and not within else "quote"
    if type_of(schema) != "string" or schema.get("enum") or within or slot not in _TOLD_WISHES:
        return ""
    said = described if slot == "summary" else f"{name}. {described}"
    if _ONE_SENTENCE.search(described) and _WISH.search(said.replace("_", " ")):
        return "wish_told"
    return "current_request" if slot == "translation" and _IN_BRIEF.search(described) else ""
