"""Words beside a slot's name that leave it what it is: `final_refund_amount`, but not `shipping_refund`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harness.simulation.reading.text import fold

ARTICLES = frozenset(
    {"the", "a", "an", "of", "to", "for", "is", "has", "was", "should", "be", "this", "that"}
)
_ANY = """
actual affected answer any applicable are asked assigned believed best by can case chosen claim clear
concerned confirmed correct current customer customers detected determined did does email exact expected
extracted field final flag found from given has have her his identified if in it its known likely mail
main matched matching mentioned message my new now null on one only or our output predicted present
primary proposed question recommended relevant request requested resolved right selected single stated
suggested support target their ticket user value was were which with your
"""
_OF_KIND = {
    "money": """
        amount approved calculated cent cents computed due eligible eur euro euros gbp minor money
        owed payable pence pln recommended refund refunded sum to total units zloty
    """,
    "date": """
        at date day iso on
    """,
    "id": """
        code id number order ref reference string
    """,
    "word": """
        code label level name type
    """,
    "list": """
        all each every ids list number
    """,
    "number": """
        number total
    """,
    "flag": """
        contains involved made mention mentions needs present suspected there threatened
    """,
    "text": """
        brief detailed full line one short string text
    """,
}

BESIDE = ARTICLES | frozenset(fold(_ANY).words)
"""Beside any slot."""
BESIDE_KIND: Mapping[str, frozenset[str]] = {
    kind: frozenset(fold(words).words) for kind, words in _OF_KIND.items()
}
"""Beside the slots of one kind."""
OTHER_THAN = re.compile(r"(?:^|_)(?:instead_of|rather_than|other_than)_")
"""In a name: what follows is what it is not about."""
SAYING = frozenset(
    fold("""
about after again also and any are arrive arrived arrives article articles as asking asks at back because
been buy buyer by came claims client come comes complain complained complaining complains complaint
complaints delivered delivery demanded demands describes did do does due expects explicitly get goods got
had have him hopes how in inconvenience insists instead is it item items long mentions money or order
package parcel people person product products purchase raised raises receive received receives report
reported reporting reports request requested requests said say saying says seeks seller sent shipment
shop some something speaks states that their them they threatens time trouble wait want wanted wants was
wish wishes with writes
""").words
)
"""Beside what a yes-or-no field is about: words that say who says so, and of what."""


_POINTING = frozenset({"on", "for", "about", "which", "target", "of", "it", "ref", "id", "to"})
_ID_SHOWN = re.compile(r"[\"'`<]?[A-Z]{1,5}-(?:\.{2,}|…|[nNxX]{2,}|#{2,}|0{3,}|_{2,})")


def points(words: Sequence[str], description: str) -> bool:
    """Whether a field says `on` or `for` and no more, and shows what an id looks like: `HL-...`."""
    return bool(words) and _POINTING.issuperset(words) and bool(_ID_SHOWN.match(description))
