"""A YAML document that a prompt shows as the form of its answer: keys within keys, lists, comments.

What stands there may be gaps or values by way of example; a comment says what may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.simulation.forms.gaps import GAP, gap_schema, losses_of
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import Layout
from harness.simulation.meaning.hints import SEPARATE, from_hint

Json = Any
_PAIR = re.compile(
    r"^(?P<indent>[ ]{0,16})(?P<dash>-[ ]{1,3})?(?P<key>[A-Za-z_][\w-]{0,40}):"
    r"(?:[ ]{1,8}(?P<rest>[^\n]{0,300}))?$"
)
_ENTRY = re.compile(r"^[ ]{0,16}-[ ]{1,3}(?P<rest>[^\n]{0,200})$")
_COMMENT = re.compile(r"(?:^|[ \t])#[ \t]?(?P<said>[^\n]*)$")
_FENCE = re.compile(
    r"^[ \t]{0,4}```[ \t]{0,2}(?P<kind>\w{0,10})[ \t]{0,4}\n(?P<body>[\s\S]{1,4000}?)^[ \t]{0,4}```",
    re.MULTILINE,
)
_YAML = re.compile(r"\bya?ml\b", re.IGNORECASE)
_NOT_ONE = re.compile(r"\bjson\b", re.IGNORECASE)
_TRUTHS = frozenset({"true", "false", "yes", "no"})
_ONE_OF = re.compile(
    r"^\W{0,2}(?:exactly |always )?(?:(?:either|any|one) of|options?|choices?|allowed|values?)\b\W{0,3}",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s{0,2}\((?P<aside>[^()]{0,160})\)\s{0,2}$")
_LIST = re.compile(r"\[[^\[\]]{0,200}\]")
_GAP_IN_BRACKETS = re.compile(r"\[[A-Za-z][^\[\]\d,]{1,160}\]")
"""`[order id]`: no list of one, but what is to stand there."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,4})?")
_BLANK = re.compile(r"[^\n]")
_LONGEST = 300
_MOST = 30


@dataclass
class _Node:
    key: str
    value: str
    comment: str
    indent: int
    listed: bool = False
    """Whether its entries begin with dashes."""
    children: list[_Node] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)


def yaml_in(page: Page) -> Iterator[Wanted]:
    """Every YAML document that a text shows as the form of the answer, and not in mere lines with gaps."""
    for start, body in _bodies(page):
        nodes = _nodes(body)
        known = [node for node in nodes if page.knows(node.key, node.comment or node.value)]
        if not 1 < len(nodes) <= _MOST or not known or len({node.key for node in nodes}) < len(nodes):
            continue
        fields = [(node.key, node.comment) for node in nodes]
        schema = {"type": "object", "properties": _properties(nodes)}
        yield Wanted(
            schema, Layout("yaml", {key: key for key in _keys(nodes)}, losses=losses_of(fields)), start
        )


def without_document(text: str, names: Iterable[str]) -> str:
    """The text without the documents that have just these keys: what stands in them explains no field."""
    wanted = {*names}
    for start, body in _documents(text):
        if wanted and {node.key for node in _nodes(body)} == wanted:
            at = text.index(body, start)
            text = text[:at] + _BLANK.sub(" ", body) + text[at + len(body) :]
    return text


def _documents(text: str) -> Iterator[tuple[int, str]]:
    """What stands in fences, or in lines below one another."""
    spans: list[tuple[int, int]] = []
    for fence in _FENCE.finditer(text):
        spans.append(fence.span())
        if fence["kind"].casefold() in _KINDS:
            yield fence.start(), fence["body"]
    for block in _BLOCK.finditer(text):
        if not any(start <= block.start() < end for start, end in spans):
            yield block.start(), block.group()


def _bodies(page: Page) -> Iterator[tuple[int, str]]:
    """The documents of which the words before say that they are the form."""
    for start, body in _documents(page.text):
        if _fits(page, start, body):
            yield start, body


_KINDS = frozenset({"", "yaml", "yml"})
_BLOCK = re.compile(
    r"(?:^(?>[ ]{0,16}+(?:-[ ]{1,3}+)?+[A-Za-z_][\w-]{0,40}+:(?:[ ][^\n]{0,400}+)?+(?:\n|\Z)"
    r"|[ ]{1,16}+(?:-[ ]|#)[^\n]{0,300}+(?:\n|\Z))){2,40}+",
    re.MULTILINE,
)


def _fits(page: Page, start: int, body: str) -> bool:
    before = page.before(start, near=400)
    last = before.rpartition("\n")[2]
    yaml = _YAML.search(page.text[start : start + 12]) or _YAML.search(before)
    return bool(page.ordered(start, near=400) and yaml and not _NOT_ONE.search(last) and _is_form(body))


def _is_form(body: str) -> bool:
    """Whether it says what is to stand there by more than gaps: by comments, or keys within keys."""
    nodes = _nodes(body)
    return any(node.comment or node.children or node.entries for node in nodes)


def _nodes(body: str) -> list[_Node]:
    """The keys of a document, those within others below them; none where a line is neither key nor entry."""
    top: list[_Node] = []
    open_: list[_Node] = []
    above = ""
    for line in body.rstrip().split("\n"):
        if not line.strip() or line.strip() in {"---", "..."}:
            continue
        comment = _COMMENT.search(line)
        said = comment["said"].strip() if comment else ""
        bare = line[: comment.start()].rstrip() if comment else line.rstrip()
        if not bare.strip():
            above = said
            continue
        pair, entry = _PAIR.match(bare), _ENTRY.match(bare)
        if pair is None:
            if entry is None or not open_:
                return []
            open_[-1].entries.append(entry["rest"].strip())
            open_[-1].comment = f"{open_[-1].comment} {said}".strip()
            continue
        indent = len(pair["indent"]) + len(pair["dash"] or "")
        while open_ and open_[-1].indent >= indent:
            open_.pop()
        node = _Node(pair["key"], (pair["rest"] or "").strip(), said or above, indent)
        above = ""
        if open_:
            parent = open_[-1]
            parent.listed |= pair["dash"] is not None
            if all(child.key != node.key for child in parent.children):  # a second entry is as the first
                parent.children.append(node)
        elif pair["indent"] and top:
            return []
        else:
            top.append(node)
        open_.append(node)
    return top


def _keys(nodes: list[_Node]) -> Iterator[str]:
    """Every key, those within others as well."""
    for node in nodes:
        yield node.key
        yield from _keys(node.children)


def _properties(nodes: list[_Node]) -> dict[str, Json]:
    return {node.key: _schema(node) for node in nodes}


def _schema(node: _Node) -> dict[str, Json]:
    said = {"description": node.comment[:_LONGEST]} if node.comment else {}
    if node.children:
        within = {"type": "object", "properties": _properties(node.children)}
        return {**({"type": "array", "items": within} if node.listed else within), **said}
    plain = node.value.strip("\"'")
    if node.entries or (_LIST.fullmatch(plain) and not _GAP_IN_BRACKETS.fullmatch(plain)):
        return {"type": "array", "items": {"type": "string"}, **said}
    if options := _options(node.comment):
        return {"type": "string", "enum": options, **said}
    told = gap_schema(plain) if GAP.fullmatch(plain) else from_hint(node.comment) if node.comment else {}
    if GAP.fullmatch(plain):
        return {**told, **said}
    if told.get("enum") or told.get("type") not in (None, "string"):
        return told
    loss = losses_of([(node.key, node.comment)]).get(node.key)
    return {**_typed(plain), **said, **({"untold": loss} if loss else {})}


def _typed(plain: str) -> dict[str, Json]:
    """What a value that stands there by way of example says of the type."""
    if plain.casefold() in _TRUTHS:
        return {"type": "boolean"}
    if _DATE.fullmatch(plain):
        return {"type": "string", "format": "date"}
    if _NUMBER.fullmatch(plain):
        return {"type": "number" if "." in plain else "integer"}
    if plain in {"null", "~"}:
        return {"type": "string", "nullable": True}
    return {"type": "string", **({"sample": plain} if plain else {})}


def _options(comment: str) -> list[str]:
    """The values that a comment lists after `one of:`, whatever it adds in brackets."""
    if not _ONE_OF.match(comment):
        return []
    listed = _ASIDE.sub("", _ONE_OF.sub("", comment))
    made = from_hint(f"one of: {listed}").get("enum") or ()
    parts = [part.strip(" \"'`.") for part in SEPARATE.split(listed)]
    return [part for part in parts if part in made or part.casefold() == "none"] if made else []
