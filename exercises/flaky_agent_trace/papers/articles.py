"""Articles that a rule names: what is left of its sentence when all else is taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.simulation.reading.text import STOP_WORDS

_CLASSES = {
    "appliance": ("kettle", "toaster", "blender", "machine", "cooker", "dehumidifier", "heater"),
    "lighting": ("lamp", "light", "torch"), "audio": ("speaker", "headphone"),
    "bedding": ("blanket", "throw", "pillow"),
    "textile": ("curtain", "cushion", "towel", "blanket", "throw", "rug", "tablecloth"),
    "furniture": ("stool", "chair", "desk", "bench", "shelf"),
    "glassware": ("glass", "tumbler", "carafe", "decanter"),
    "pan": ("pan", "griddle"), "luggage": ("rucksack", "luggage"),
    "headphone": ("headphone", "headset", "earbud"),
}  # fmt: skip
_EMPTY_WORDS = """
other others nothing else one ones
all every any each anything everything we us our customer customers item items article articles goods
product products order orders request requests ticket tickets mail mails case cases about concerning
regarding if when always then only also too still please must should shall would could get gets who
whoever whatever back from on price money refund refunds return returns just such these those same buyer
buyers people they whole full bought ordered sold arrived came that's there them it its his her their he
she more than kind of sort does do be been returned returning taken refunded handling restocking
processing part parts complaint complaints shipping postage label costs cost before goes photo photos
proof receipt damage fee fees paid pay category categories rule new rules both so and never not no
"""
_EMPTY = STOP_WORDS | frozenset(_EMPTY_WORDS.split())
_NO_ARTICLE_WORDS = """
vip loyal loyalty member members new regular business company wholesale student staff placed before
after during until since monday tuesday wednesday thursday friday saturday sunday weekend january
february march april may june july august september october november december christmas holiday card
paypal invoice voucher coupon discount code month months year years week weeks day days hour hours today
first second third time times twice receipt weight kg quantity pieces colour color size address name
shipped processing sender language manager percent eur gbp pln follow follows apply applies clause
clauses see handbook policy write say tell call send told says
"""
_NO_ARTICLE = frozenset(_NO_ARTICLE_WORDS.split())


_PEOPLE = re.compile(r"\b(?:customers?|buyers?|people|persons?|shoppers?|anyone|anybody|whoever|those who)\b")


def bought(articles: tuple[tuple[str, ...], ...], text: str) -> bool:
    """Whether what a sentence about people names is something that they buy, and not what they are."""
    if not _PEOPLE.search(text):
        return True
    said = r"\b(?:return\w*|bought|buy|buys|order\w*|for|about|with|keep|send back) [\w ]{0,20}?" + re.escape(
        articles[0][0]
    )
    return re.search(said, text) is not None


def articles_in(text: str) -> tuple[tuple[str, ...], ...] | None:
    """The articles that the rest of a sentence names; `None` where it is something else."""
    phrases = [
        [word for word in re.findall(r"[^\W_][\w’'-]*", part) if word not in _EMPTY]
        for part in re.split(r"[,;:/.]|\b(?:and|or|nor|of|for|on|about|with|that|which)\b", text)
    ]
    named = [phrase for phrase in phrases if phrase]
    if len(named) > 5 or any(len(phrase) > 3 for phrase in named):
        return None
    if any(word in _NO_ARTICLE or any(map(str.isdigit, word)) for phrase in named for word in phrase):
        return None
    stems = (tuple(map(_singular, phrase)) for phrase in named)
    return tuple(dict.fromkeys(one for phrase in stems for one in _wider(phrase)))


def _singular(word: str) -> str:
    for ending, instead in (
        ("ies", "y"),
        ("shes", "sh"),
        ("ches", "ch"),
        ("sses", "ss"),
        ("ves", "f"),
        ("s", ""),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 2 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word


def _wider(phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield phrase
    for one in _CLASSES.get(phrase[-1], ()):
        yield (
            (*phrase[:-1], one) if len(phrase) > 1 and phrase[0] not in {"small", "big", "large"} else (one,)
        )
