"""JSON that a prompt asks for in prose: a template, something like one, or a list of keys, as a schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from harness.simulation.forms.declared import declared_schemas
from harness.simulation.forms.fieldlines import field_lines, without
from harness.simulation.forms.keynames import Known, from_names, names_in, unnested
from harness.simulation.forms.loose import from_example, parsed
from harness.simulation.meaning.hints import TYPES
from harness.simulation.reading.blobs import blobs
from harness.simulation.reading.logs import in_log
from harness.simulation.reading.values import ids_in

Json = Any
_BRACES = re.compile(r"\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}")
_BULLET = re.compile(
    r"^\s{0,16}(?:[-*•]|\d{1,3}[.)])\s{0,4}[`\"'*]{0,3}([a-z_]\w{1,40})[`\"'*]{0,3}\s*(?:\("
    r"([^)\n]*)\))?\s*[:\u2013=-]\s*(.*)$",
    re.MULTILINE | re.IGNORECASE,
)


class Sketch(NamedTuple):
    """A schema that a text sketches, and how sure it is that it is the one that is wanted."""

    schema: dict[str, Json]
    meant: bool
    """Whether it is no data that the text only shows: a template, or what the text says to answer with."""
    named: bool = False
    """Whether it is only a list of keys."""


def sketch_of(
    text: str,
    known: Known,
    count: Callable[[Mapping[str, Json]], int],
    served: frozenset[str] = frozenset(),
) -> Sketch | None:
    """What a text sketches, `None` where it is nothing. `count`: slots in a schema.
    `served`: ids of the world's records; an object that holds one of them is such a record.
    """
    lines = field_lines(text, known)
    plain, held = unnested(text)
    named = from_names(names_in(plain), known, others=True)
    told = {key: part for key, part in held.items() if named and key in named["properties"]}
    if named and told:
        named["properties"] |= told
    else:
        plain = text
    if lines is not None:
        beside = from_names(names_in(without(text, lines)), known, others=True) or {"properties": {}}
        if not beside["properties"].keys() <= lines.schema["properties"].keys():
            lines = None  # what is said of some of them
    meant, shown = _objects(without(plain, lines) if lines is not None else plain, count, served)
    if meant:
        return Sketch(_wrapped(_best(meant), text), meant=True)
    if lines is not None:
        return Sketch(_wrapped(lines.schema, text), meant=True)
    if named:
        return Sketch(named, meant=True, named=True)
    if shown:
        return Sketch(_best(shown), meant=False)
    bullets = ((m[1], f"{m[2] or ''} {m[3]}".strip(), False) for m in _BULLET.finditer(text))
    listed = from_names(bullets, known)
    return Sketch(listed, meant=True, named=True) if listed else None


_Scored = list[tuple[float, dict[str, Json]]]


def _objects(
    text: str, count: Callable[[Mapping[str, Json]], int], served: frozenset[str]
) -> tuple[_Scored, _Scored]:
    """The objects that a text shows as what is wanted, and those that it only shows."""
    meant: _Scored = []
    shown: _Scored = []
    found = _OTHERWISE.search(text)
    found = found if found and "{" in text[: found.start()] else None
    ending = found.start("object") if found else -1
    for blob in blobs(text):
        only = blob.value[0] if isinstance(blob.value, list) and len(blob.value) == 1 else blob.value
        shows = only is blob.value
        if in_log(text, blob.start, blob.end):
            continue
        if not shows and isinstance(only, dict) and _is_template(only):  # `[{"clause": "...", "why": "..."}]`
            shows = count(from_example(only)) >= len(only)
        if (
            blob.start != ending
            and isinstance(only, dict)
            and shows
            and not (
                _is_data(only) and not _FORM.search(_head(text[max(0, blob.start - _LEAD) : blob.start]))
            )
            and not served & ids_in(only)
        ):
            is_schema = _is_schema(only)
            schema = only if is_schema else from_example(only)
            template = is_schema or _is_template(only)
            lead = text[max(0, blob.start - _LEAD) : blob.start]
            if not template and _is_fact(_head(lead), text):
                continue
            wanted = template or _announced(lead)
            if (score := _score(schema, count, blob.start, text)) > 0:
                (meant if wanted else shown).append((score, schema))
    for schema, start in _braced(text, found["object"] if found else ""):
        if (score := _score(schema, count, start, text)) > 0:
            meant.append((score, schema))
    for start, schema in declared_schemas(text):
        titled = re.search(
            rf"\b(?:json|{_GIVES})\b[^.\n]{{0,60}}\b{schema.get('title')}\b", text[start:], re.IGNORECASE
        )
        if (titled or _WANTED.search(text[max(0, start - 2 * _LEAD) : start])) and count(schema):
            meant.append((_score(schema, count, start, text) or 1.0, schema))
    return meant, shown


_OTHERWISE = re.compile(
    r"\bor\b[^{}\n]{0,60}\n?\s{0,3}(?:```json\s{0,3})?(?P<object>\{\s*[\"']?(?:done|finish(?:ed)?"
    r"|final(?:_?answer)?|complete"
    r"|stop|end)\b[^{}]{0,300}\})",
    re.IGNORECASE,
)


def _braced(text: str, ending: str) -> Iterator[tuple[dict[str, Json], int]]:
    """What stands in braces and is no JSON, as schemas. `ending`: the object that says that it is the end."""
    known = [(blob.start, blob.end) for blob in blobs(text)]
    for match in _BRACES.finditer(text):
        if match.group() == ending or in_log(text, match.start(), match.end()):
            continue
        if not any(start <= match.start() < end for start, end in known):
            yield parsed(text, match.start())[0], match.start()


def ending_in(text: str) -> dict[str, Json] | None:
    """The other object that a prompt offers to end with: `{"tool": …} or {"done": true}`."""
    found = _OTHERWISE.search(text)
    return parsed(text, found.start("object"))[0] if found else None


_WRAPPER = re.compile(
    r"\{\s{0,8}[\"'`]?(?P<key>[A-Za-z_]\w{1,40})[\"'`]?\s{0,4}:\s{0,4}\[\s{0,4}(?:\.{3}|…)?\s{0,4}\]\s{0,8}\}"
)
"""`{"decisions": [...]}`: what its entries look like is told apart from it."""


def _wrapped(schema: dict[str, Json], text: str) -> dict[str, Json]:
    """The schema in the list that a text wants around it."""
    found = _WRAPPER.search(text)
    properties = schema.get("properties") or {}
    if found is None or found["key"] in properties or len(properties) < 2:
        return schema
    return {"type": "object", "properties": {found["key"]: {"type": "array", "items": schema}}}


def _best(scored: list[tuple[float, dict[str, Json]]]) -> dict[str, Json]:
    """The one with the highest score, the last of several."""
    return max(reversed(scored), key=lambda pair: pair[0])[1]


_LEAD = 160
_FORM = re.compile(
    r"\b(?:return|respond|answer|reply|output|give|write)\b[^\n]{0,60}\b(?:json|format|form|shape|structure)\b[^\n]{0,80}:\W*$",
    re.IGNORECASE,
)
"""Says that the answer looks like what stands below, however filled that is."""
_GIVES = r"return|answer|give|output|instance|produce|respond"
_WANTED = re.compile(
    r"\b(?:return|respond|repl(?:y|ies)|answer|output|give|produce|provide|emit|format|schema|structure"
    r"|shape|"
    r"template|example|like|following|looks?|keys|fields|extract(?:ion)?|response)\b",
    re.IGNORECASE,
)
_DATA = re.compile(
    r"\b(?:propos(?:al|ed)|decisions?|decided|orders?|records?|results?|drafts?|previous|earlier|first"
    r"|data|input|"
    r"cases?|candidates?|observations?|tickets?|customers?|suggest(?:ed|ion))\b[^.{]{0,40}\Z",
    re.IGNORECASE,
)


_FACTS = re.compile(
    r"^\W{0,12}(?:here (?:is|are) )?(?:the |this |your )?(?:[\w'’]+ )?"
    r"(?:extracted(?: [\w'’]+){0,3}|facts?|case|input|ticket|context|orders?)"
    r"(?: (?:data|facts?|details|record))?(?: \(?(?:in |as )?json\)?)?[*_ ]{0,3}:\W{0,6}\Z",
    re.IGNORECASE,
)
_EXTRACTION = re.compile(
    r"^\W{0,12}(?:the |previous |earlier )?extraction(?: result)?[*_ ]{0,3}:\W{0,6}\Z", re.IGNORECASE
)
_SHOTS = re.compile(r"(?m)^\W{0,12}(?:few-?shot )?examples?\b|:\s*\Z", re.IGNORECASE)
"""Examples are shown, or the last line waits for an answer as they have it."""
_LETTERED = re.compile(
    r"(?:^|\s)(?:answer|response|option|output|reply|candidate|assistant|agent|model"
    r"|version)\W{0,3}(?:[a-c]|[1-3]|one|two)"
    r"\W*\Z",
    re.IGNORECASE,
)
"""One of several that are shown."""
_RETURNED = re.compile(r"\b(?:results?|observations?|output|response)[ \t]+(?:of|from|for)\b", re.IGNORECASE)
_ORDERED = re.compile(
    r"\b(?:return|respond|give|produce|provide|emit|format|schema|structure|shape|template|example|like"
    r"|extract|"
    r"(?:answer|reply) (?:with|in|as|by|only))\b",
    re.IGNORECASE,
)


def _head(lead: str) -> str:
    """The last line before an object."""
    heads = [line for line in lead.replace("```json", "").replace("```", "").splitlines() if line.strip()]
    return heads[-1] if heads else ""


def _is_fact(head: str, text: str) -> bool:
    """Whether a label says that what stands there is known: no answer looks like it."""
    label = f"{head.rstrip()}:" if head.startswith("#") and not head.rstrip().endswith(":") else head
    return bool(_FACTS.search(label) or (_EXTRACTION.search(label) and not _SHOTS.search(text)))


def _announced(lead: str) -> bool:
    """Whether the words before an object say that the answer looks like it, and not what it is."""
    head = _head(lead)
    if _RETURNED.search(head) or _LETTERED.search(head) or (_DATA.search(head) and not _ORDERED.search(head)):
        return False
    return bool(_WANTED.search(lead))


def _is_template(value: Json) -> bool:
    """Whether some value of an object says what should stand there: a type, options, a gap."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return any(_is_template(part) for part in parts)
    if not isinstance(value, str):
        return False
    text = value.strip()
    listed = re.fullmatch(r"[\w-]+(?: [\w-]+)?(?:\s*\|\s*[\w-]+(?: [\w-]+)?)+", text)
    return bool(listed or text in {"...", "…"} or re.fullmatch(r"<[^<>]+>", text) or text.lower() in TYPES)


def _is_schema(value: Mapping[str, Json]) -> bool:
    return isinstance(value.get("properties"), dict) and ("type" in value or "required" in value)


def _is_data(value: Mapping[str, Json]) -> bool:
    """Whether an object is a record rather than a template: filled in, with lists of filled objects."""
    nested = [item for item in value.values() if isinstance(item, dict | list) and item]
    return len(value) >= 9 and len(nested) >= 1 and not _is_schema(value)


def _score(
    schema: Mapping[str, Json], count: Callable[[Mapping[str, Json]], int], start: int, text: str
) -> float:
    """How much a template looks like what is wanted: known slots, and `json` said shortly before."""
    properties = schema.get("properties") or {}
    if not properties:
        return 0.0
    known = count(schema)
    near = "json" in text[max(0, start - 400) : start].casefold()
    share = known / len(properties)
    return known + 3.0 * near if known and (share >= 0.4 or near) else 0.0
