"""What a rule for late parcels says otherwise than by a share: a flat sum, and from how many days on."""

from __future__ import annotations

import re

from harness.simulation.reading.counts import IN_WORDS, count_of

FLAT, FLAT_PLN = "late_flat_cents", "late_flat_pln_cents"
_SHARE = re.compile(r"%|\bper ?cent", re.IGNORECASE)
_SUM = re.compile(
    r"(?P<before>€|£|EUR|GBP|PLN)?\s?(?<![\d.,])(?P<sum>\d{1,4}(?:[.,]\d{2})?)(?![\d.,]{0,4}\d)\s?(?P<unit>EUR|euros?|€|GBP|pounds?|£|PLN|zł)?",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    rf"\b(?P<first>\d{{1,2}}|{IN_WORDS})(?:\+| or more| and more)[ -](?:full |calendar )?days?\b"
    rf"|\b(?P<second>\d{{1,2}}|{IN_WORDS}) (?:full |calendar )?days or (?:more|longer|over)\b"
    rf"|\b(?:at least|no fewer than|no less than|not less than|a minimum of) (?P<third>\d{{1,2}}"
    rf"|{IN_WORDS}) days?\b",
    re.IGNORECASE,
)


def more_than(text: str) -> str:
    """A text with `2 or more days` as `more than 1 days`: how such a rule counts."""

    def told(met: re.Match[str]) -> str:
        least = count_of(met["first"] or met["second"] or met["third"])
        return f"more than {least - 1} days"

    return _AT_LEAST.sub(told, text)


def flat_sums(text: str) -> dict[str, int]:
    """The sum that is paid whatever the goods cost, in cents, and that in PLN; none for a share."""
    if _SHARE.search(text):
        return {}
    found: dict[str, int] = {}
    for met in _SUM.finditer(text):
        unit = (met["before"] or met["unit"] or "").casefold()
        if unit:
            name = FLAT_PLN if unit in {"pln", "zł"} else FLAT
            whole, _, cents = met["sum"].replace(",", ".").partition(".")
            found.setdefault(name, int(whole) * 100 + int(cents or 0))
    return found
