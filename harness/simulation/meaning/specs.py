"""One thing that a program may ask for, as an ontology has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

SlotKind = Literal["money", "date", "number", "flag", "word", "text", "id", "list", "record", "json"]


@dataclass(frozen=True)
class SlotSpec:
    """One thing that can be asked."""

    kind: SlotKind
    aliases: tuple[str, ...] = ()
    """Names that programs give it; the slot's own name is one anyway."""
    hints: tuple[str, ...] = ()
    """Phrases by which a description gives it away; all words of one must stand there."""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a `word`: each value with other words for it. Of a `flag`: more words for `yes` and `no`."""
    own: tuple[str, ...] = ()
    """Where it is about the answer itself: the only words beside its name. Others: `fraud_score`."""
    beside: tuple[str, ...] = ()
    """Without `own`: words that may stand beside its name, besides those that never change what is meant."""
    blank: Any = None
    """What a field gets that must not be empty where nothing is known; `None`: what its type has for that."""
    words: tuple[str, ...] = ()
    """Sets of words that give it away in a name: `late|delay percent|rate` is one word of each group."""
    exact: bool = False
    """Whether its names mean it only as they stand, not in another order or form, nor options without one."""
    general: bool = False  # whether its name means something narrower within an object: a `percent`
    around: tuple[str, ...] = ()  # of a `word`: what may stand beside a value in the name of a yes or no
    shares: Mapping[str, float] = field(default_factory=dict)
    """Of a `word`: where each value stands on a scale, from 0 to 1."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a list: slots of its entries with the names that they have there and nowhere else."""
    each: str = ""  # of a list: the slot that answers where every entry is to be an object
    instead: str = ""  # the slot that answers where nothing is known and something must be said
    ever: str = ""  # the slot that answers where what is read now counts too: `date of the earliest mail`
    instead_for: tuple[str, ...] = ()  # words of which a name must have one for that; none: any name
    keyed: str = ""  # of a list: the slot that every entry must have, where the list has another name
    also: tuple[str, ...] = ()  # names that mean it only where the field has to be filled: a number `day`
    given: bool = False  # whether a yes or no may ask if it is there
    one: str = ""  # of a list: the slot of one, a `clause`
    silent: bool = False  # whether nothing believed of it means that there is none, not that it is unknown
    joins: str = ""  # the id beside which a choice or a text of any name means it
    tells: tuple[str, ...] = ()  # of a `text`: words by which one of no slot's name asks for it; `*`: any
    whole: str = ""  # of a list of what is concerned: the slot of all that there is
    refines: str = ""  # of a `word`: the slot that it says more closely, where an option does
    worded: str = ""  # of a `word`: the slot that answers where words are wanted
