"""How the example trial ended: what its scenario expects against what the world held at the end."""

from __future__ import annotations

from typing import Any, NamedTuple

from graders.evidence import Look
from graders.report.words import STARTER_ENDED, plain

ENTRIES = 6
"""Entries of one ledger shown."""
TEXT = 600
"""Characters of one value; the whole stands in the trace."""
_EXPECTED = "expected "
Json = Any


class Ledger(NamedTuple):
    """One part of the world's end state."""

    name: str
    entries: tuple[str, ...]
    """Empty where nothing stands in it."""


class Ending(NamedTuple):
    """Expected against found."""

    expected: str
    """Empty where the judge does not say."""
    why: str
    """Why that was due; empty where the judge does not say."""
    found: tuple[str, ...]
    """The judge's words, clause by clause."""
    ledgers: tuple[Ledger, ...]


def ending_of(look: Look) -> Ending:
    """From the judge's words, `expected …; found; found`, and the record of the world."""
    expected, found = told(look.end.detail)
    ledgers = tuple(_ledger(name, held) for name, held in look.record.gateway.end.items())
    return Ending(expected, look.end.why[:TEXT], found, ledgers)


def told(detail: str) -> tuple[str, tuple[str, ...]]:
    """What a judge's words expected, empty where they do not say, and what they found."""
    clauses = [clause.strip() for clause in detail.split("; ") if clause.strip()]
    expected = clauses.pop(0).removeprefix(_EXPECTED) if detail.startswith(_EXPECTED) else ""
    return plain(expected), tuple(clauses)


def beside(look: Look) -> str:
    """How the starter ended where the example failed, in a sentence; empty where that is not known."""
    if look.starter is None:
        return ""
    if look.starter == "failure" and look.end.harm:
        return "The starter on the same draws only failed: this harm is new."
    too = " too" if look.starter == "harm" and look.end.harm else ""
    return f"The starter on the same draws {STARTER_ENDED[look.starter]}{too}."


def _ledger(name: str, held: Json) -> Ledger:
    if not isinstance(held, list):
        return Ledger(plain(name), () if held in (None, "", {}) else (_entry(held),))
    entries = [_entry(each) for each in held[:ENTRIES]]
    if len(held) > ENTRIES:
        entries.append(f"and {len(held) - ENTRIES:,} more")
    return Ledger(plain(name), tuple(entries))


def _entry(held: Json) -> str:
    """A row of the ledger as `name value, name value`; what is not there is left out."""
    if isinstance(held, dict):
        said = ", ".join(f"{plain(str(name))} {value}" for name, value in held.items() if value is not None)
    else:
        said = str(held)
    return said if len(said) <= TEXT else f"{said[: TEXT - 1]}…"
