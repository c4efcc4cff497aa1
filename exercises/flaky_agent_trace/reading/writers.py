"""Questions for who writes a mail: the customer themself, or somebody in their place."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.offers import Labels
from harness.simulation.meaning.offering import Offer, gloss_of, unknowing
from harness.simulation.meaning.slots import words_of

_WHO = re.compile(
    r"\bwho(?: \w+){0,2} (?:writ\w+|wrote|sent|sends|sending|contact\w*|speak\w*|talk\w*|asking|asks"
    r"|author\w*)\b"
    r"|\bwho(?:'s| is| was) (?:the |this )?(?:sender|writer|author|correspondent|person)\b|\bfrom whom\b"
    r"|\b(?:is|was) (?:the |this )?(?:sender|writer|author|person (?:who|that) (?:writes|wrote))\b"
    r"|\b(?:in|on) (?:whose|what|which) (?:name|behalf|capacity|role)\b|\brole of the (?:sender|writer"
    r"|author)\b"
    r"|\bwer (?:schreibt|hat)\b|\bvon wem\b|\bqui (?:écrit|a écrit)\b|\bquién escrib\w+|\bwie (?:schrijft"
    r"|schreef)\b"
    r"|\bkto (?:pisze|napisał)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:customers?|buyers?|purchasers?|clients?|shoppers?|owners?|holders?|self|(?:them|him"
    r"|her)sel(?:f|ves)|own"
    r"|same|ordered|bought|placed the order|principal|kund\w{1,3}|käufer\w{0,2}|client\w?|acheteu\w+|cliente"
    r"|comprador\w?|klant|koper|klient\w?|kupując\w)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:third|other|another|else|different|relative|family|friend|neighbou?r|representative|agent"
    r"|proxy|behalf"
    r"|instead of|in place of|dritte\w?|andere\w?|tiers|tercero|derde|inn[ay])\b",
    re.IGNORECASE,
)


def sides_of(offer: Offer, values: list[str]) -> Labels | None:
    """The answers to who writes, each with whether it is somebody else; `None` where that is not asked.

    Of several that are somebody else nothing here tells one from another.
    """
    if not _WHO.search(offer.question):
        return None
    sides = {value: _side(value, offer.told) for value in values}
    others = [value for value, side in sides.items() if side == _STRANGE]
    if None in sides.values() or len(others) != 1 or len(others) == len(sides):
        return None
    meant = tuple((value, frozenset({side}) if side else frozenset[str]()) for value, side in sides.items())
    return Labels(tuple(value for value in values if value != unknowing(offer.answers)), "third_party", meant)


_STRANGE, _SELF = "other", "own"


def _side(value: str, told: str) -> str | None:
    """Whether an answer is for the customer or for somebody else; `None`: for neither."""
    for said in (" ".join(words_of(value)), gloss_of(value, told)):
        named = {one.name for one in vocabulary().ontology.predicates.said_in(said) if not one.denied}
        if "stranger" in named or _OTHER.search(said):
            return _STRANGE
        if _OWN.search(said):
            return _SELF
    return None
