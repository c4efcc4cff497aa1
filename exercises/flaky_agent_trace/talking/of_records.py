"""What is asked of orders that are shown, as of any list: how many, which hold a thing, sorted, a table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from exercises.flaky_agent_trace.papers.mended_json import json_mended
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.records import Record
from harness.simulation.reading.text import stem

_LONGEST = 40
_OF_ORDERS = r"(?:orders?|purchases?|of (?:them|these|those))"
_HOLDS = re.compile(
    rf"\b(?:which|what|list|name)\b[^.?\n]{{0,30}}\b{_OF_ORDERS}\b[^.?\n]{{0,40}}"
    r"\b(?:contains?|includes?|holds?|containing|has|have|with) (?:an? |the |any )?"
    r"(?P<what>[^.,?\n]{3,40})[?.]",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:which|what) orders (?:does|do|did|has|have|are)\b[^.?\n]{0,40}\b(?:have|has|there|shown|here"
    r"|file|placed?)"
    r"(?:,? (?:and )?what(?:['’]s| is) in (?:it|them|each)(?: of them)?)?\W*$",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\bhow many (?:different )?orders\b[^.?\n]{0,40}\b(?:are|is|has|have|do|does|did|there|shown|listed)\b",
    re.IGNORECASE,
)
_SORTS = re.compile(
    r"\b(?:sort|order|rank|arrange)\b[^.?\n]{0,30}\borders?\b[^.?\n]{0,20}\bby\b", re.IGNORECASE
)
_BY = {
    "delivered": re.compile(r"\bby\b[^.?\n]{0,20}\b(?:deliver\w+|arriv\w+)\b", re.IGNORECASE),
    "placed": re.compile(
        r"\bby\b[^.?\n]{0,20}\b(?:placed|order(?:ed)? date|date of order|purchase)\b", re.IGNORECASE
    ),
    "promised": re.compile(r"\bby\b[^.?\n]{0,20}\bpromised\b", re.IGNORECASE),
}
_NEWEST_FIRST = re.compile(
    r"\b(?:newest|latest|most recent|last) (?:one )?first\b|\bdescending\b|\breverse\b", re.IGNORECASE
)
_TABLE = re.compile(
    r"\b(?:list|show|give|put|make|write|which|render)\b[^.\n]{0,60}\borders?\b[^.\n]{0,80}\btable\b"
    r"|\btable\b[^.\n]{0,40}\borders?\b|\borders?\b[^.\n]{0,60}\btable\b|\btable\b[^.\n]{0,12}\border\b",
    re.IGNORECASE,
)
_COLUMNS = {
    "order": r"\border(?:s|['’]s)?\b(?! (?:date|by))|\bids?\b|\bnumbers?\b",
    "placed": r"\bplaced\b|\border(?:ed)? (?:date|on)\b|\bdate of (?:the )?order\b",
    "promised": r"\bpromised\b",
    "delivered": r"\bdeliver(?:y|ed)\b",
    "status": r"\bstatus\b",
    "items": r"\bitems?\b|\barticles?\b|\bproducts?\b|\bcontents?\b|\bgoods\b",
    "total": r"\btotals?\b|\bsums?\b|\bamounts?\b",
}
_COLUMN = {name: re.compile(said, re.IGNORECASE) for name, said in _COLUMNS.items()}
_OTHER = re.compile(
    r"\b(?:customer wants?|asked|requested|mean\w*|refund\w*|window|due|eligible|fits?|match\w*|json|role"
    r"|reason"
    r"|concern\w*|within|applies|decision|mail)\b",
    re.IGNORECASE,
)
"""Is of the case, and not of what stands in the records."""


def note_of_what_is_shown(mind: Mind) -> bool:
    """Whether something is asked of data as such, broken JSON or orders: its answer is noted then."""
    if mind.verdicts is not None or mind.proposal is not None:
        return False
    told = ("" if mind.context.said else json_mended(mind.context.asked)) or records_told(mind)
    if not told:
        return False
    mind.points, mind.told, mind.rule, mind.lacking, mind.labels = (), "", told, "", None
    mind.operation, mind.craft, mind.question = "summarise", "", None
    return True


def records_told(mind: Mind) -> str:
    """The answer, read off the orders that are shown; empty where nothing of the kind is asked."""
    lines = (line for line in mind.asked_last.splitlines() if "<" not in line and "{" not in line)
    asked = " ".join(" ".join(lines).split())
    if not mind.orders or len(asked.split()) > _LONGEST or mind.contract.tools or _OTHER.search(asked):
        return ""
    if _TABLE.search(asked):
        return _table(mind, asked)
    if _ALL.search(asked):
        return "\n".join(f"- {id}: {', '.join(_lines(one)) or 'nothing'}" for id, one in mind.orders.items())
    if (met := _HOLDS.search(asked)) is not None:
        return _holding(mind, met["what"])
    counted = str(len(mind.orders)) if _COUNTS.search(asked) else ""
    return counted or (_sorted(mind, asked) if _SORTS.search(asked) else "")


def searches_orders(asked: str) -> bool:
    """Whether the last line asks which orders hold a thing, in no form of its own."""
    last = asked.rstrip().rpartition("\n")[2]
    found = _HOLDS.search(last)
    return found is not None and len(last.split()) <= _SHORT and not _OTHER.search(last)


_SHORT = 14


def _names(record: Record) -> list[str]:
    return [str(part.get("name")) for part in record.parts.get("items", ()) if part.get("name")]


def _holding(mind: Mind, what: str) -> str:
    """The orders with an item of that name; that none has one."""
    wanted = _words(what)
    if not 0 < len(wanted) <= _NAME or not all(_names(record) for record in mind.orders.values()):
        return ""
    found = {id: [name for name in _names(one) if wanted <= _words(name)] for id, one in mind.orders.items()}
    return ", ".join(f"{id} ({', '.join(names)})" for id, names in found.items() if names) or "None of them."


def _words(said: str) -> frozenset[str]:
    return frozenset(stem(word.casefold()) for word in re.findall(r"\w+", said))


_NAME = 4
"""Words of what an item may be called."""


def _sorted(mind: Mind, asked: str) -> str:
    """The ids by a date; those without it last."""
    field = next((name for name, by in _BY.items() if by.search(asked)), "")
    if not field:
        return ""
    days = {id: record.get(field) for id, record in mind.orders.items()}
    dated = {id: day for id, day in days.items() if isinstance(day, dt.date)}
    ranked = sorted(dated.items(), key=lambda pair: pair[1], reverse=bool(_NEWEST_FIRST.search(asked)))
    lines = [f"{id} ({day})" for id, day in ranked]
    return "\n".join([*lines, *(f"{id} (no such date)" for id in days if id not in dated)])


def _table(mind: Mind, asked: str) -> str:
    """A table with a row for each order, and the columns that are named."""
    named = [name for name, said in _COLUMN.items() if name != "order" and said.search(asked)]
    columns = ["order", *(named or ["placed", "delivered", "items"])]
    rows = [_row(record, columns) for record in mind.orders.values()]
    head = [f"| {' | '.join(columns)} |", f"|{'|'.join(' --- ' for _ in columns)}|"]
    return "\n".join([*head, *rows])


def _row(record: Record, columns: list[str]) -> str:
    return f"| {' | '.join(_cell(record, name) for name in columns)} |"


def _cell(record: Record, name: str) -> str:
    if name == "order":
        return record.id
    if name == "items":
        return ", ".join(_lines(record)) or "-"
    value = record.get(name)
    cents = getattr(value, "cents", None)
    told = f"{cents / 100:.2f} {record.get('currency') or ''}".strip() if cents is not None else value
    return str(told) if told is not None else "-"


def _lines(record: Record) -> Iterator[str]:
    for part in record.parts.get("items", ()):
        if part.get("name"):
            yield f"{int(part.get('quantity') or 1)} x {part.get('name')}"
