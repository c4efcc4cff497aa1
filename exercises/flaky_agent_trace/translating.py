"""A mail in English: as it stands where it is English, else as what its words are known to mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .drafted import frames
from .mind import Mind
from .outcomes import sum_in
from .policy import Ask
from .records import Decoy, Fact
from .telling import HEADER, about_order, asides, besides, headers, named, pieces
from .wording import NOTHING, counted

if TYPE_CHECKING:
    from .answers import Answers

_I = {
    "changed_mind": "I want to give back {what}",
    "damaged": "I am writing because {what} arrived damaged or faulty",
    "wrong_item": "I am writing because {what} is not what I ordered",
    "late": "I am writing because {what} came late",
    "not_arrived": "I am writing because {what} never arrived", "cancel": "I want to cancel {what}",
    "goodwill": "I ask for a gesture of goodwill over {what}",
    "already_paid_back": "I ask about money for {what} that has been paid back already",
}  # fmt: skip
_SIZE = re.compile(r"\s{1,3}\d[\d.,x]{0,8}\s{0,2}\w{0,3}$")
_FORMAL = re.compile(r"sehr geehrt|szanown|madame, monsieur|estimad|geacht", re.IGNORECASE)
_LAST_LINES = 6


def translated(answers: Answers, *, headed: bool = True) -> str:
    """The mail in English, freely: first person, with what it says of order, things, dates and wishes.

    `headed`: with the head of the mail, where the program shows it.
    """
    mind = answers.mind
    if not answers.facts.asks:
        return NOTHING
    if mind.mail.present and mind.scene.meaning.language == "en" and (whole := _as_it_stands(mind)):
        return whole if headed else re.sub(r"\A(?:[A-Z][a-z]+: .*\n+)+", "", whole)
    said = []
    for number, ask in enumerate(answers.facts.asks):
        sentence = _I[ask.issue].format(what=_what(answers, ask)) + asides(ask)
        said.append(f"Also, {sentence}." if number else f"{sentence}.")
    wants = answers.facts.wants.replace("_", " ")
    said += [_in_first_person(line) for line in about_order(answers)]
    sum = sum_in(" ".join(mind.mail.spans("wants")))
    of = f" of {sum.cents / 100:.2f} {sum.currency}" if sum is not None and sum.currency else ""
    said.append(f"I would like a refund{of}, please." if wants == "refund" else f"What I want is a {wants}.")
    if answers.facts.legal:
        said.append("Otherwise I will go to a lawyer or to an authority.")
    parts = [
        headers(mind) if headed else "",
        _greeting(mind),
        " ".join([*said, *besides(mind)]),
        _closing(mind),
    ]
    return "\n\n".join(part for part in parts if part)


def _in_first_person(line: str) -> str:
    if line.startswith("Which order it is"):
        return "I do not have the order number at hand."
    return re.sub(r"^The order is called (.*) there\.$", r"By the order I mean \1.", line)


def _lines(mind: Mind) -> list[str]:
    """What the customer writes now, line by line, as far as the mail stands in the context."""
    text = mind.scene.written if mind.mail.share > _MOST else ""
    return [line.strip() for line in text.splitlines()[1:] if line.strip()]


_MOST = 0.5


def _greeting(mind: Mind) -> str:
    lines = _lines(mind)
    if not lines:
        return "Hello,"
    return "" if not frames(lines[0]) else "Dear Sir or Madam," if _FORMAL.match(lines[0]) else "Hello,"


def _closing(mind: Mind) -> str:
    last = _lines(mind)[-_LAST_LINES:]
    name = mind.sender_name or ""
    signed = next((line for line in reversed(last) if line and set(line.split()) <= set(name.split())), name)
    closes = any(frames(line) for line in last[1:])
    return f"Kind regards\n{signed}".strip() if closes else signed


def _what(answers: Answers, ask: Ask) -> str:
    return " and ".join(_item(answers, sku, count) for sku, count in ask.items) or "the order"


def _item(answers: Answers, sku: str, count: int | None) -> str:
    """An item: as an order in the context calls it, else in English with the mail's own words."""
    mind = answers.mind
    own = named(answers, sku)
    noun = _noun(mind, sku)
    if not own.startswith("“") or not noun:
        return counted(own, count)
    if count is None:
        return f"the {noun} ({own})"
    return f"the {noun if count == 1 else _several(noun)}, {count} of them ({own})"


def _noun(mind: Mind, sku: str) -> str:
    """What the mail's words for an item are in English; empty where these words leave open which it is."""
    known: list[Fact | Decoy] = [*mind.mail.facts, *mind.mail.decoys]
    if not any(each.fact == "item" and each.value == sku for each in known):
        return ""
    for order in mind.scene.state.orders:
        nouns = {item.sku: _SIZE.sub("", item.name.partition(",")[0]).casefold() for item in order.items}
        if sku in nouns:
            alone = list(nouns.values()).count(nouns[sku]) == 1
            return nouns[sku] if alone else ""
    return ""


def _several(noun: str) -> str:
    if noun.endswith(("ss", "sh", "ch", "x")):
        return f"{noun}es"
    return noun if noun.endswith("s") else f"{noun}s"


def _as_it_stands(mind: Mind) -> str:
    """The lines of a context that are the mail's, its head included."""
    known = {line.strip() for line in mind.scene.state.ticket.body.splitlines()}
    body = " ".join(mind.scene.state.ticket.body.split())
    kept: list[str] = []
    for text in pieces(mind)[:1]:
        for line in text.splitlines():
            own = line.strip()
            clipped = len(own) > 12 and " ".join(own.split()) in body
            if own in known or clipped or HEADER.match(line):
                kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
