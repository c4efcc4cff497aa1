"""Lists of ids that a prompt wants as such: comma-separated, one a line, as bullets, as YAML."""

from __future__ import annotations

import re
from typing import Any

from harness.simulation.forms.rendering import Layout
from harness.simulation.forms.rows import list_named, rows_of
from harness.simulation.meaning.slots import Ontology

Json = Any
_THING = re.compile(
    r"\b(?P<thing>order (?:ids?|numbers?|nos?\.?)|orders|skus?|(?:article|item|product) (?:ids?"
    r"|numbers?|codes?|skus)"
    r"|clauses?(?: (?:ids?|numbers?))?|rules?(?: (?:ids?|numbers?)))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W{0,8}(?:please |now |then )?(?P<verb>list|return|give(?: me)?|name|output|extract|print|which"
    r"|what|write|state|reply with|answer with)\b",
    re.IGNORECASE,
)
_SIGNS = (
    (re.compile(r"\bcomma[- ]separated\b|\b(?:separated|delimited) (?:by"
    r"|with) (?:a )?commas?\b", re.IGNORECASE), ", "),
    (re.compile(r"\bsemicolon[- ]separated\b|\bseparated by semicolons?\b", re.IGNORECASE), "; "),
    (re.compile(r"\bspace[- ]separated\b|\bseparated by (?:a )?(?:single )?spaces?\b", re.IGNORECASE), " "),
    (re.compile(r"\b(?:yaml|bulleted|bullet|markdown|dashed)[ -](?:list|points?)\b"
    r"|\bas bullets\b", re.IGNORECASE), "\n- "),
    (
        re.compile(r"\b(?:one|each) (?:\w+ )?(?:per|a|on (?:its|their|a) (?:own )?)\s?line\b"
        r"|\bnewline[- ]separated\b", re.IGNORECASE),
        "\n",
    ),
)  # fmt: skip
_OTHER = re.compile(
    r"\b(?:json|csv|table|xml|columns?|headers?|rows?|with (?:the|its|their)|decision|amounts?|prices?"
    r"|quantit\w+|names?|why|reasons?"
    r"|each with|dict|sentences?)\b|[<{|]",
    re.IGNORECASE,
)
"""More is wanted than the ids."""
_NO_SPACES = re.compile(r"\b(?:no|without(?: any)?) (?:spaces?|whitespace|blanks?)\b", re.IGNORECASE)
_LONGEST = 260


def plain_list(asked: str, ontology: Ontology) -> tuple[dict[str, Json], Layout] | None:
    """The list that the last paragraph of a message asks for; `None`: none, or more than ids."""
    last = [part.strip() for part in re.split(r"\n\s*\n", asked) if part.strip()][-1:]
    if not last or len(last[0]) > _LONGEST or _OTHER.search(last[0]):
        return None
    verb, thing = _ASKS.match(last[0]), _THING.search(last[0])
    sign = next((sign for signs, sign in _SIGNS if signs.search(last[0])), "")
    if verb is None or thing is None or not (sign or verb["verb"].casefold() == "list"):
        return None
    slot = list_named(last[0][thing.start() :], ontology) or list_named(thing["thing"], ontology)
    if not slot:
        return None
    sign = sign or "\n- "
    sign = sign.replace(" ", "") if _NO_SPACES.search(last[0]) and sign != "\n- " else sign
    return rows_of({"type": "string"}, slot), Layout("list", {}, between=sign, exact=True)
