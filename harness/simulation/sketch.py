"""JSON that a prompt asks for in prose: a template, something like one, or a list of keys, as a schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from harness.simulation.blobs import blobs
from harness.simulation.declared import declared_schemas
from harness.simulation.hints import TYPES, from_hint
from harness.simulation.values import ids_in

Json = Any
Known = Callable[[str], bool]
"""Whether a key means something in the exercise."""

_BRACES = re.compile(r"\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\}")
_WORDS = r"keys?|fields?|propert(?:y|ies)|attributes?|schlüsseln?|feldern?|champs?|campos?|claves?"
_WORDS += r"|velden|sleutels?|pola|klucz\w{1,4}|clés?"
_NAMED = re.compile(rf"\b(?:{_WORDS})\b[^:\n`\"]{{0,40}}?[:\s]\s*(?P<list>[^\n]{{3,500}})", re.IGNORECASE)
_AS_JSON = re.compile(
    r"\b(?:extract|return|give|provide|list|output|respond with)\s+(?P<list>[^\n]{3,200}?)\s+"
    r"(?:as|in)\s+(?:a\s+)?(?:valid\s+)?json",
    re.IGNORECASE,
)
_KEY = re.compile(r"\W{0,8}(?:an? |the )?\W?[A-Za-z_]\w{0,60}\W{0,8}")
_JSON_WITH = re.compile(
    r"(?:\b(?:respond|reply|answer|return|output|give|provide|decide|as|in|use|produce|write|send|with|a"
    r"|one)\b[^.:\n]{0,30}|^|[.:!?,;]\s{1,3})\bjson\b(?: object)?\s*"
    r"(?:with|:|containing|of|having|[^.:\n{}\[\]\"']{2,30}:)?\s*(?!keys?\b"
    r"|fields?\b)(?P<list>[^\n{}\[\]]{3,300})",
    re.IGNORECASE | re.MULTILINE,
)
_OBJECT = re.compile(
    r"\b(?:objects?|each (?:element|entry|item|one))\b"
    r"(?:(?:[ ](?:per|for (?:each|every))[ ]\w{3,20})?[ ](?:with|has|having|of|containing)[ ](?:the )?"
    r"(?:keys?|fields?)?(?P<other>[^\n:]{5,200})|[^.\n()]{0,60}\((?P<list>[^()\n:]{5,200})\))",
    re.IGNORECASE,
)
"""`one object for each (id, action, amount)`"""
_TICKED = re.compile(r"[`\"']([A-Za-z_]\w{1,40})[`\"']\s*(?:\(([^)\n]{1,120})\))?")
_AND = re.compile(r"[,;]|\b(?:and|und|y|et|en|i)\b", re.IGNORECASE)
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


def sketched(
    text: str,
    known: Known,
    count: Callable[[Mapping[str, Json]], int],
    served: frozenset[str] = frozenset(),
) -> dict[str, Json] | None:
    """The schema that a text sketches, `None` where it sketches none."""
    found = sketch_of(text, known, count, served)
    return found.schema if found is not None else None


def sketch_of(
    text: str,
    known: Known,
    count: Callable[[Mapping[str, Json]], int],
    served: frozenset[str] = frozenset(),
) -> Sketch | None:
    """What a text sketches, `None` where it is nothing. `count`: slots in a schema.
    `served`: ids of the world's records; an object that holds one of them is such a record.
    """
    meant: list[tuple[float, dict[str, Json]]] = []
    shown: list[tuple[float, dict[str, Json]]] = []
    found = _OTHERWISE.search(text)
    found = found if found and "{" in text[: found.start()] else None
    ending = found.start("object") if found else -1
    for blob in blobs(text):
        only = blob.value[0] if isinstance(blob.value, list) and len(blob.value) == 1 else blob.value
        shows = only is blob.value
        if not shows and isinstance(only, dict) and _is_template(only):  # `[{"clause": "...", "why": "..."}]`
            shows = count(from_example(only)) >= len(only)
        if (
            blob.start != ending
            and isinstance(only, dict)
            and shows
            and not (_is_data(only) or served & ids_in(only))
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
    if meant:
        return Sketch(_wrapped(_best(meant), text), meant=True)
    if named := _from_names(_in_line(text), known, others=True):
        return Sketch(named, meant=True, named=True)
    if shown:
        return Sketch(_best(shown), meant=False)
    bullets = ((m[1], f"{m[2] or ''} {m[3]}".strip(), False) for m in _BULLET.finditer(text))
    listed = _from_names(bullets, known)
    return Sketch(listed, meant=True, named=True) if listed else None


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
        if match.group() != ending and not any(start <= match.start() < end for start, end in known):
            yield _parsed(text, match.start())[0], match.start()


def ending_in(text: str) -> dict[str, Json] | None:
    """The other object that a prompt offers to end with: `{"tool": …} or {"done": true}`."""
    found = _OTHERWISE.search(text)
    return _parsed(text, found.start("object"))[0] if found else None


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


def _are_keys(named: list[str]) -> bool:
    """Whether words in a list are names of fields and not descriptions."""
    plain = [_HINT.sub("", name) for name in named]
    return len(named) > 1 and all(_KEY.fullmatch(name) for name in plain)


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


def from_example(value: Json) -> dict[str, Json]:
    """A schema from a JSON value that shows the shape, types or options written into its strings."""
    if isinstance(value, dict):
        return {"type": "object", "properties": {key: from_example(item) for key, item in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": from_example(value[0]) if value else {}}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    return {"type": "string", "nullable": True} if value is None else from_hint(str(value))


def _parsed(  # noqa: PLR0911  (one value a look)
    text: str, at: int, depth: int = 0
) -> tuple[dict[str, Json], int]:
    """A schema from something like JSON at `at`, and where it ends."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at >= len(text) or depth > 8:
        return {}, len(text)
    if text[at] == "{":
        return _parsed_object(text, at + 1, depth)
    if text[at] == "[":
        items, end = _parsed(text, at + 1, depth + 1)
        close = text.find("]", end)
        return {
            "type": "array",
            "items": items,
        }, close + 1 or end
    if chosen := _CHOICE.match(text, at):
        return from_hint(chosen.group()), chosen.end()
    if listed := _LIST_TYPE.match(text, at):
        inside = text[listed.end() : listed.end() + 1] == "{"
        items, end = (
            _parsed(text, listed.end(), depth + 1) if inside else (from_hint(listed[1]), listed.end())
        )
        return {"type": "array", "items": items}, end
    match = _SAID.match(text, at)
    assert match is not None
    said = {} if match.group().strip() in {"...", "…"} else from_hint(match.group().strip())
    if text.startswith("[]", match.end() - 1):  # TypeScript's `string[]`
        return {"type": "array", "items": said}, match.end() + 1
    return said, match.end()


_SAID = re.compile(r"\"[^\"\n]*\"(?:\s*(?:\||or)\s*[\w\"|. ]+)?|<[^<>{}\n]{1,160}>|[^,;}\]\n]*")
_LIST_TYPE = re.compile(r"(?:Array|List|ReadonlyArray)<([\w| ]{0,60}>?)")
_LONE = re.compile(r"[\"'`]([\w-]{1,60})[\"'`]|(?<![\w-])([A-Za-z_]\w{1,40})(?=\s{0,4}[,}])")
_CHOICE = re.compile(r"(?:enum|literal|one[ _]?of|choice)\s*[\[(][^\[\](){}]*[\])]", re.IGNORECASE)
_MEMBER = re.compile(r"\s{0,80}(?:readonly\s{1,4})?[\"'`]?([A-Za-z_][\w-]{0,50})[\"'`]?(\?)?\s{0,8}:\s{0,80}")
_BETWEEN = re.compile(r"[\s,;]*(?:(?://|#)\s*([^\n]*))?")


def _parsed_object(text: str, at: int, depth: int) -> tuple[dict[str, Json], int]:
    properties: dict[str, Json] = {}
    last = ""
    while at < len(text):
        between = _BETWEEN.match(text, at)
        if between is not None:
            if between[1] and last and not properties[last].get("enum"):
                properties[last] = {**properties[last], **_commented(properties[last], between[1])}
            at = between.end()
        if at >= len(text) or text[at] == "}":
            return {"type": "object", "properties": properties}, at + 1
        member = _MEMBER.match(text, at)
        if member is None:
            lone = _LONE.match(text, at)
            if lone:
                properties[lone[1] or lone[2]] = {}
            at = lone.end() if lone else at + 1
            continue
        properties[member[1]], end = _parsed(text, member.end(), depth + 1)
        last = member[1]
        at = max(end, member.end())
    return {"type": "object", "properties": properties}, at


def _commented(schema: Mapping[str, Json], comment: str) -> dict[str, Json]:
    """What a comment behind a member adds: options or a type for plain strings, else a description."""
    said = from_hint(comment.strip())
    if schema.get("type") == "string" and ("enum" in said or said["type"] != "string"):
        return said
    return {"description": comment[:200]}


def _in_line(text: str) -> Iterator[tuple[str, str, bool]]:
    """Names of keys in one line, what is said of each, and whether all of a list of keys are single words."""
    looks = [match["list"] for match in _JSON_WITH.finditer(text)]
    looks += [match["list"] or match["other"] for match in _OBJECT.finditer(text)]
    keys = [match["list"] for match in _NAMED.finditer(text)]
    looks = [listed for listed in looks if _are_keys(_parts(listed))]
    for listed in (*keys, *(match["list"] for match in _AS_JSON.finditer(text)), *looks):
        sure = listed in keys and _are_keys(_parts(listed))
        ticked = _TICKED.findall(listed) if _TICKED.search(_HINT.sub("", listed)) else []
        for name, hint in ticked or [(part, _inside(part)) for part in _parts(listed)]:
            yield re.split(r"[\s(:.]", name.strip(" .`\"'"))[0], hint, sure


_HINT = re.compile(r"\s{0,4}\(([^()\n]{1,120})\)")


def _parts(listed: str) -> list[str]:
    """What stands between commas and `and`, those in brackets left alone; up to the end of a sentence."""
    closed = _HINT.sub(lambda match: re.sub(r"[,;]|\b(?:and|or|und|y|et|en|i)\b", "|", match.group()), listed)
    sentence = re.split(r"(?<=[\w)`\"'])\.(?:\s|$)", closed)[0]
    sentence = sentence.partition(")")[0] if "(" not in sentence.partition(")")[0] else sentence
    return [part for part in _AND.split(sentence) if part.strip()]


def _inside(part: str) -> str:
    found = _HINT.search(part)
    return found[1] if found else ""


def _from_names(
    listed: Iterable[tuple[str, str, bool]], known: Known, *, others: bool = False
) -> dict[str, Json] | None:
    """A schema from keys and their meaning. `others`: also from plain keys; a strange word is `named`."""
    names: dict[str, dict[str, Json]] = {}
    for name, hint, sure in listed:
        said = re.fullmatch(r"[A-Za-z_]\w{1,40}", name) is not None
        if said and (known(name) or (others and (sure or "_" in name))):
            strange = {} if known(name) or "_" in name else {"named": True}
            names.setdefault(name, {**(from_hint(hint) if hint else {}), **strange})
    if not any(map(known, names)):
        return None
    return {"type": "object", "properties": names}
