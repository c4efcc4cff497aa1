"""What an action takes, as the line of a prompt tells it: in brackets, as JSON, or in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.simulation.calling.signatures import signature
from harness.simulation.calling.tools import ToolKind, kind_of, mapping
from harness.simulation.forms.explained_fields import with_told
from harness.simulation.forms.loose import parsed
from harness.simulation.meaning.definitions import definitions
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.values import moneys

Json = Any
_MARKS = "`*\"'"
_ID = re.compile(r"[A-Z]{1,4}-\d{3,}|[A-Z]{1,4}-\.\.\.")
_OBJECT = re.compile(r"\{\s{0,2}[\"'`]?[A-Za-z_]\w{0,40}[\"'`]?\s{0,2}[:,}]")
_LISTED = re.compile(r"\((?P<list>[a-z_]\w{1,40}(?:\s{0,2}[,;|]\s{0,2}[a-z_]\w{1,40}){0,8})\)\.?(?=\s|$)")
_TYPES = {"int": "integer", "integer": "integer", "float": "number", "number": "number", "decimal": "number",
          "bool": "boolean", "boolean": "boolean", "str": "string", "string": "string"}  # fmt: skip
_OFFERED = re.compile(
    r"[\"'`“](?P<quoted>[\w-]{1,30})[\"'`”]|(?<![\w-])(?P<upper>[A-Z][A-Z_]{1,29})(?![\w-])"
)
_NEXT = re.compile(
    r"\s{0,3}(?:\([^()]{0,200}\))?\s{0,3}(?:,\s{0,3}(?:or\s{1,3})?|\||/|or\s{1,3}|and\s{1,3})\s{0,3}"
)


def taken_by(
    name: str, brackets: str, told: str, kinds: Mapping[str, ToolKind]
) -> tuple[dict[str, dict[str, Json]], str]:
    """Each argument of an action with its schema, and what is told of the action besides."""
    plain = " ".join(told.split())
    known = kind_of(name, "", kinds) or kind_of(name, "", kinds, own=True)
    parts = dict(_bracketed(brackets))
    if parts and brackets.startswith("{"):
        parts, end = _alternatives(plain, 0, parts)
        if end:
            told = plain = plain[end:].lstrip(" .-–—:")
    if not parts and not brackets:
        at = _OBJECT.search(plain)
        if at is not None:
            schema, end = parsed(plain, at.start())
            parts = {own: dict(part) for own, part in (schema.get("properties") or {}).items()}
            parts, end = _alternatives(plain, end, parts)
            plain = _SAYS_SO.sub("", f"{plain[: at.start()].rstrip()} {plain[end:].lstrip(' .')}".strip())
            told = plain
    if not parts and not brackets and (listed := _listed(plain, kinds)):
        parts = {own: {} for own in re.findall(r"\w+", listed["list"])}
        plain = f"{plain[: listed.start()].rstrip()}{plain[listed.end() :]}"
    if not parts and not brackets:
        parts = {own: dict(part) for own, part in (signature(name, f"{name} {plain}") or {}).items()}
    if not parts and not brackets:
        parts = {own: {} for own in _worded(plain, kinds.get(known or ""))}
    found = _described(parts, told)
    starts = (_begins_of(own, plain) for own in found)
    return found, plain[: min((at for at in starts if at >= 0), default=len(plain))].strip(" ;,:")


def _alternatives(
    told: str, end: int, parts: dict[str, dict[str, Json]]
) -> tuple[dict[str, dict[str, Json]], int]:
    """The arguments with those that may be given in their place, and where all these end: `{…} or {…}`."""
    found = dict(parts)
    while (other := _OR.match(told, end)) is not None:
        schema, after = parsed(told, other.end())
        if not schema.get("properties") or after <= other.end():
            break
        end = after
        found |= {own: dict(part) for own, part in schema["properties"].items() if own not in found}
    several = len(found) > len(parts)
    return ({own: {**part, "optional": True} for own, part in found.items()} if several else found), end


_OR = re.compile(r"\s{0,3}[,;]?\s{0,3}(?:\||/|\b(?:or|oder|ou|o|lub|albo|of)\b)\s{0,3}(?=\{)", re.IGNORECASE)
"""What stands between two objects of which one is given."""
_SAYS_SO = re.compile(
    r"\b(?:Action )?(?:inputs?|arguments?|args|parameters?|takes|with)\b\W{0,3}$", re.IGNORECASE
)


def _bracketed(brackets: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """The arguments that stand in brackets: `order_id: str, amount=12.5, why?`, `the order number`."""
    inner = brackets.strip()
    if inner.startswith("{") or inner[1:2] == "{":
        whole, _ = parsed(inner, inner.index("{"))
        yield from ((own, dict(part)) for own, part in (whole.get("properties") or {}).items())
        return
    for part in re.split(r"[,;|]", inner[1:-1]):
        said, _, shown = part.partition("=")
        own, _, kind = said.partition(":")
        own = own.strip(f" <>.{_MARKS}")
        if not own or own in {"none", "nothing", "no arguments", "empty"}:
            continue
        optional = own.endswith("?") or "optional" in f"{kind} {shown}".lower()
        own = _name(own.rstrip("?"))
        if not own:
            continue
        schema: dict[str, Json] = {}
        if kind := _TYPES.get(re.split(r"\W", kind.strip().lower())[0], ""):
            schema["type"] = kind
        yield own, {**schema, **({"optional": True} if optional else {})}


def _name(said: str) -> str:
    """The name of an argument; of a value that stands there for one, what it is."""
    if _ID.fullmatch(said):
        return "order_id"
    if "@" in said:
        return "email"
    words = [
        word for word in re.findall(r"[A-Za-z_]\w*", said) if word.lower() not in {"the", "a", "an", "your"}
    ]
    return "_".join(words) if len(words) < _LONG else ""


_LONG = 4


def _listed(told: str, kinds: Mapping[str, ToolKind]) -> re.Match[str] | None:
    """The last list of bare names in brackets, one of which some tool takes."""
    for found in reversed([*_LISTED.finditer(told)]):
        names = dict.fromkeys(re.findall(r"\w+", found["list"]))
        if any(mapping(names, kind) for kind in kinds.values()):
            return found
    return None


def _worded(told: str, kind: ToolKind | None) -> Iterator[str]:
    """The arguments that a sentence wants named: `say which rule, and how much`, `this e-mail address`."""
    if kind is not None and kind.looks:
        yield from kind.needs
    if _EMAIL.search(told):
        yield "email"
    named = [
        _MEANT.get(found[0].split()[-1].lower(), found[0].split()[-1].lower())
        for part in re.split(r"[.;:]", told)
        if (says := _SAYS.search(part)) is not None
        for found in _NAMED.finditer(part, says.end())
    ]
    yield from named
    if kind is not None and not named and not kind.looks:
        usual = kind.takes or [kind.arguments[own][0] for own in kind.either[:1]]
        yield from usual or ("reason",)


_EMAIL = re.compile(r"\be-?mail(?: address)?\b", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:say|write|needs?|takes?|include)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\bwhich [a-z]{3,20}\b|\bhow much\b|\bwhy\b|\bwhat to (?:ask|say|tell)\b|\b(?:the|an?) [a-z]{3,20}\b",
    re.IGNORECASE,
)
_MEANT = {"much": "amount", "why": "reason", "ask": "question", "say": "message", "tell": "message"}


def _described(parts: dict[str, dict[str, Json]], told: str) -> dict[str, dict[str, Json]]:
    """The arguments with what is said of each below or behind the action."""
    schema = with_told({"type": "object", "properties": parts}, told, enforced=False)
    found: dict[str, dict[str, Json]] = {own: dict(part) for own, part in schema["properties"].items()}
    plain = " ".join(told.split())
    for own, part in found.items():
        said = _said_of(own, plain, {*found} - {own})
        if said and not part.get("description"):
            part["description"] = said
        if part.get("enum") or part.get("type") not in {None, "string"}:
            continue
        if {*words_of(own)} & _MINOR:
            part["type"] = "integer"
        elif any(moneys(sample["said"]) for sample in _SAMPLE.finditer(said)):
            part["type"] = "string"
        elif options := _options(said):
            part.update({"type": "string", "enum": options})
            part.update({"defined": defined} if (defined := definitions(options, said)) else {})
    return found


_MINOR = frozenset({"cents", "cent", "pence", "minor"})
_SAMPLE = re.compile(r"[\"'`“](?P<said>[^\"'`”\n]{3,24})[\"'`”]")
"""A text that shows how another is written."""
_SAYS_OF = r"(?: (?:is|are|must be|has to be|as|in|like|written|means)\b|:|=| [-–—])"


def _begins(own: str) -> str:
    """Where it begins to be said what an argument is."""
    return rf"(?:^|[.;:,(] |\band |[{_MARKS}]){re.escape(own)}[{_MARKS}]{{0,2}}(?={_SAYS_OF})"


def _begins_of(own: str, told: str) -> int:
    found = re.search(_begins(own), told)
    return found.start() + found.group().rindex(own) if found is not None else -1


def _said_of(own: str, told: str, others: Iterable[str]) -> str:
    """What is said of an argument, up to where another sentence or another argument begins."""
    found = re.search(rf"{_begins(own)}(?P<said>[^;]{{2,400}}?)(?=; |\.(?:\s|$)|$)", told)
    if found is None:
        return ""
    said = found["said"]
    for other in others:
        said = re.split(rf"(?:,| and)? {re.escape(other)}(?={_SAYS_OF})", said)[0]
    return re.sub(r"^\W{0,3}(?:is|are|must be|has to be)\b", "", said).strip(" :=-–—")


def _options(said: str) -> list[str]:
    """The options that the first words offer: `PAY (…), REJECT or ASK`, `"full" or "part"`."""
    first = _OFFERED.search(said)
    if first is None or not _OFFERS.fullmatch(said[: first.start()]):
        return []
    found, at = [], first.start()
    while (match := _OFFERED.match(said, at)) is not None:
        found.append(match["quoted"] or match["upper"])
        behind = _NEXT.match(said, match.end())
        if behind is None:
            break
        at = behind.end()
    return found


_OFFERS = re.compile(
    r"\W{0,4}(?:(?:always|one|of|either|exactly|the|word|text|be|any)\W{1,3}){0,5}", re.IGNORECASE
)
"""What may stand before the first option."""
