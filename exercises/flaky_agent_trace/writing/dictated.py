"""What a program dictates to whoever writes the letter: the outcome, and what else it gives as fact.

Whatever its last message says besides the mail, the records and its instructions is taken for such facts:
under any label, in lines, sentences, tags or JSON. A letter says these, and nothing besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from exercises.flaky_agent_trace.deciding.handed import (
    Handed,
    asked_in_letter,
    handed,
    language_given,
    letter_asked,
)
from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.drafted import letter_at
from exercises.flaky_agent_trace.papers.fields import is_record
from exercises.flaky_agent_trace.papers.headers import HEADER
from exercises.flaky_agent_trace.papers.reviewing import asks_for_review
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.queries import asked_of
from exercises.flaky_agent_trace.shop.letters import letters
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.context import Piece

from .further import KEYED, TO_THE_CUSTOMER
from .further_told import asked_for
from .grounds_given import withheld
from .letter_facts import (
    ASKS_KEY,
    IN_WORDS,
    Dictated,
    Facts,
    facts_in,
)
from .noted_facts import tells_what_is_next, without_what_is_next
from .translatable import untranslatable
from .wishes import in_another_language, wishes

Json = Any
_TAGGED = re.compile(r"<(?P<name>\w{1,30})(?P<more>(?:\s[^<>]{0,80})?)>(?P<said>[^<>]{1,400})</(?P=name)>")
_IN_QUOTES = re.compile(r"=\"([^\"]{1,40})\"")


def dictated(mind: Mind) -> Dictated | None:
    """What a program that wants a letter gives for it; `None`: it wants another thing, or gives nothing.

    A letter that asks something back tells of no outcome, whatever words stand in the question.
    """
    given = _dictated(mind)
    asks = (
        given is not None and given.told.slots["action"] != "need_info" and asked_in_letter(mind.asked_last)
    )
    return None if asks or given is None else _without_what_is_withheld(mind, given)


def _without_what_is_withheld(mind: Mind, given: Dictated) -> Dictated:
    """What is to be told, less the reason where the program says that the customer is not to be told it."""
    told = [mind.scene.without_mail(piece) for piece in mind.context.of("system", "user")]
    if given.told.slots["action"] == "need_info" or not any(map(withheld, told)):
        return given
    others = tuple(one for one in given.facts.further.others if not withheld(one))
    further = replace(given.facts.further, loose="", others=others)
    return Dictated(Handed(given.told.slots, ""), replace(given.facts, further=further))


def _dictated(mind: Mind) -> Dictated | None:
    if not _has_room(mind) or not (mind.context.said or wants_letter(mind)):
        return None
    known = {order.id for order in mind.scene.state.orders}
    told, own = handed(mind), None
    first = min((piece.index for piece in mind.context.of("assistant", "call")), default=None)
    users = [piece for piece in mind.context.of("user") if first is None or piece.index < first]
    for piece in (*reversed(users), *mind.context.of("system")):
        own = facts_in(text := _facts_text(mind, piece))
        if own is not None and _was_answered(mind, own, text):
            own = None
        if own is not None and own.told.slots.get("order_id") in {None, *known}:
            break
        own = None
    if own is None:
        return Dictated(told, Facts()) if told is not None and len(told.slots) > 1 else None
    if told is None:
        return own
    if told.slots["action"] != own.told.slots["action"]:
        return Dictated(told, Facts())
    slots = {name: value for name, value in told.slots.items() if value is not None}
    asks = slots["action"] == "need_info" and own.told.grounds
    why = max(
        (without_what_is_next(told.grounds), own.told.grounds),
        key=lambda said: IN_WORDS.search(said) is not None,
    )
    return Dictated(Handed({**own.told.slots, **slots}, asks or why or own.told.grounds), own.facts)


def _was_answered(mind: Mind, own: Dictated, text: str) -> bool:
    """Whether what looks like a question for the customer is the one that the model has decided by now."""
    decided = bool(mind.context.said and mind.clauses) and own.told.slots["action"] == "need_info"
    return decided and own.told.grounds.rstrip().endswith("?") and not ASKS_KEY.search(text)


def language_wanted(mind: Mind, told: str = "") -> str:
    """The language of a letter: as the program says, by the facts that it gives, else the mail's."""
    own = mind.scene.meaning.language if mind.mail.present else "en"
    said = told or wishes(mind.instructions, writing=True).language or language_given(mind)
    return said if said in OF_LETTERS else own


OF_LETTERS = frozenset(letters().greeting)
"""The languages that letters are written in."""


def unwritable(mind: Mind) -> Iterator[str]:
    """Why what is to be written cannot be: a translation, a letter."""
    if cannot := untranslatable(mind):
        yield cannot
    if mind.operation == "draft":
        yield from _untellable(mind)


def _untellable(mind: Mind) -> Iterator[str]:
    """What a letter is to ask and has no words for in its language; that it has none at all."""
    asked = asked_in_letter(mind.asked_last)
    if asked and not _OF_ORDERS.search(asked):
        yield "what the customer is to be asked is told in a way that is not understood here"
    if in_another_language(mind.instructions):
        yield "I can't write a letter in that language"
    given = dictated(mind)
    if given is None or given.told.slots["action"] != "need_info" or not given.facts.further.asks:
        return
    if not asked_for(given.facts.further, language_wanted(mind)):
        yield "what the customer is to be asked has no words here in the letter's language"


_OF_ORDERS = re.compile(
    r"\b(?:orders?|purchases?|parcels?|bestellung\w*)\b|\b(?:which|what)(?: one)? of (?:the|these|those"
    r"|his|her|their"
    r"|them)\b(?: (?:two|three|four|both|\d)\b)?(?! [a-z]{4,12}s\b)|\b(?:which|what) (?:one|of them)\b"
    r"|\b[A-Z]{2}-\d{6}\b",
    re.IGNORECASE,
)
"""Asks which of the orders is meant."""


def to_write(mind: Mind) -> Dictated | None:
    """The same, where a letter is what is being written."""
    writes = mind.operation == "draft" or mind.contract.form != "text"
    return dictated(mind) if writes and mind.operation not in {"critique", "judge"} else None


def again(mind: Mind) -> bool:
    """Whether the letter that was written last is wanted in another way."""
    said = mind.context.of("assistant")
    if not said or letter_at(said[-1].text, 0) is None or mind.contract.form != "text":
        return False
    return bool(_REWORK.search(mind.asked_last)) and not _OF_THE_MAIL.search(mind.asked_last)


_REWORK = re.compile(
    r"\b(?:again|shorter|longer|friendlier|warmer|simpler|rewrite|redo|rephrase|resend|reword|instead"
    r"|(?:in|into|auf|en) (?:plain |simple )?(?:english|german|french|spanish|dutch|polish|englisch|deutsch"
    r"|anglais|français))\b",
    re.IGNORECASE,
)
_OF_THE_MAIL = re.compile(
    r"\?|\b(?:customer|client|sender|they|he|she)(?:['’]s)? (?:mail|e-?mail|message|request"
    r"|wrote|writes|says?)\b"
    r"|\b(?:his|her|their|original|incoming) (?:mail|e-?mail|message)\b",
    re.IGNORECASE,
)


def _has_room(mind: Mind) -> bool:
    """Whether a letter can be the answer: in words, in a form for nothing else, as the call wanted."""
    contract = mind.contract
    if contract.form == "text":
        return not contract.tools
    forced = next((tool for tool in contract.tools if tool.spec.name == contract.forced), None)
    if forced is not None and contract.submit is None:
        return forced.kind == "reply"
    return bool(contract.slots & LETTER) and not contract.slots & _DECIDES


LETTER = frozenset({"reply", "subject", "signature", "greeting", "letter_closing", "letter_paragraphs"})
"""What only a letter has."""
_DECIDES = (vocabulary().cues.decide | {"valid"}) - {"clauses"}


def wants_letter(mind: Mind) -> bool:
    """Whether a letter is wanted, and the last message wants nothing else."""
    if asks_for_review(mind.asked_last):
        return False
    if not (letter_asked(mind.instructions) or _FOR_A_LETTER.search(mind.asked_last)):
        return False
    ask = asked_of(mind) if mind.contract.form == "text" else None
    if ask is None or not ask.own or letter_asked(mind.asked_last) or tells_what_is_next(ask.question):
        return True
    if TO_THE_CUSTOMER.match(ask.question):
        return True
    lines = [line for line in mind.asked_last.splitlines() if ask.question in line] + [ask.question]
    keys = [key["key"] for line in lines if (key := KEYED.match(line))]
    return any(ASKS_KEY.search(key) or not _TO_THE_WRITER.search(key) for key in keys)


_FOR_A_LETTER = re.compile(
    r"\bfor (?:the|a|our|your) (?:reply|letter|e-?mail|mail to the customer)\b"
    r"|\b(?:write|draft|compose|word) (?:the|an?|our|her|his|their) (?:\w+ )?(?:answer"
    r"|response)(?=\s*(?:[.;!]|$)"
    r"|,? (?:about|around|at most|max|under|in (?:at most|about|the customer|two|three|\d)|signed?|sign)\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""A letter, where facts for one are given."""
_TO_THE_WRITER = re.compile(
    r"\b(?:task|to[- ]?do|instructions?|prompt|now|please|assignment|you|aufgabe|tâche|tarea|taak|zadanie)\b",
    re.IGNORECASE,
)
"""What stands under any other label is handed to the writer: a question there is the customer's to answer."""


def _facts_text(mind: Mind, piece: Piece) -> str:
    """What a message says besides the mail and the records, data as labelled lines."""
    text = mind.scene.told(piece) if mind.clauses else mind.scene.without_mail(piece)
    for blob in reversed(blobs(text)):
        lines = "" if _is_data(blob.value) else "\n".join(_flat(blob.value))
        text = f"{text[: blob.start]}\n{lines}\n{text[blob.end :]}"
    text = _TAGGED.sub(
        lambda tag: f"\n{_named(tag['name'])}: {tag['said']} {' '.join(_IN_QUOTES.findall(tag['more']))}\n",
        text,
    )
    return HEADER.sub(" ", _JOINED.sub(" ", text))


_JOINED = re.compile(r"(?<=[a-z])_(?=[a-z])(?<!case_)")


def _is_data(value: Json) -> bool:
    """Whether it is an order, or a list or an object that holds some."""
    if isinstance(value, dict):
        return is_record(value) or any(map(_is_data, value.values()))
    return isinstance(value, list) and any(map(_is_data, value))


def _flat(value: Json, name: str = "") -> Iterator[str]:
    """Data as lines of `name: value`."""
    if isinstance(value, dict) and (order := _as_choice(value)):
        yield f"{_named(name)}: {order}"
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{name} {key}" if _BARE_KEY.match(str(key)) else str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _flat(item, name)
    elif value is not None:
        minor = isinstance(value, int) and _MINOR.search(name)
        yield f"{_named(name)}: {value / 100:.2f}" if minor else f"{_named(name)}: {value}".removeprefix(": ")


_BARE_KEY = re.compile(r"(?:is )?(?:required|needed|necessary)$", re.IGNORECASE)
"""Says of what it stands in whether that is so."""


def _as_choice(value: dict[str, Json]) -> str:
    """An order with what it holds, where an object says no more: `HL-1 (kettle)`; empty: it says else."""
    texts = [str(item) for item in value.values() if isinstance(item, str)]
    ids = [text for text in texts if ORDER_ID.fullmatch(text)]
    if not len(ids) == 1 == len(value) - 1 == len(texts) - 1:
        return ""
    return f"{ids[0]} ({next(text for text in texts if text != ids[0])})"


_MINOR = re.compile(r"(?<![^\W_])(?:cents?|minor|pence|grosz\w?)(?![^\W_])", re.IGNORECASE)


def _named(key: str) -> str:
    """A key in words, without the unit that is read already."""
    return " ".join(_MINOR.sub(" ", key).replace("_", " ").split())
