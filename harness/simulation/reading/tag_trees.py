"""The elements that a text holds, however loosely it is written: tags are matched, the rest is text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TAG = re.compile(r"<(?P<shuts>/?)(?P<name>[^\W\d][\w.-]{0,60})(?=[\s/>])")
_ATTRIBUTE = re.compile(
    r"\s{1,40}(?P<key>[^\W\d][\w.-]{0,60})\s{0,3}=\s{0,3}"
    r"(?:\"(?P<double>[^\"\n]{0,600})\"|'(?P<single>[^'\n]{0,600})')(?=[\s/>])"
)
_END = re.compile(r"\s{0,40}/?>")
_PREFIX = re.compile(r"\bxmlns:(?P<prefix>[\w.-]{1,20})\s?=")
_CDATA = re.compile(r"<!\[CDATA\[(?P<text>[^\]]*\n[^\]]*(?:\](?!\]>)[^\]]*)*)\]\]>")
_DEEPEST = 40


@dataclass
class Node:
    """An element: its own tag, where it stands, and what stands in it."""

    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    """Where its content begins, and"""
    shut: int = -1
    """ends; -1 until its closing tag was met."""
    end: int = -1
    children: list[Node] = field(default_factory=list)

    def text(self, whole: str) -> str:
        """Its content as it stands there."""
        return whole[self.inner : self.shut]


def loosened(text: str) -> str:
    """A text without the marks around raw text, and without the prefixes of declared namespaces."""
    if "<![CDATA[" in text:
        text = _CDATA.sub(lambda met: f"\n{met['text']}\n", text)
    for prefix in {met["prefix"] for met in _PREFIX.finditer(text)}:
        text = re.sub(rf"(?<=[<\s/]){re.escape(prefix)}:(?=\w)", "", text)
    return text


def tree(text: str) -> list[Node]:
    """The outermost elements; a tag that is never closed counts as text."""
    root = Node("", {}, 0, 0)
    stack = [root]
    for tag in _TAG.finditer(text):
        if tag["shuts"]:
            _shut(stack, tag["name"], tag.start(), text.find(">", tag.end()) + 1)
            continue
        attributes, at = _attributes(text, tag.end())
        closed = _END.match(text, at)
        if closed is None:
            continue
        node = Node(tag["name"], attributes, tag.start(), closed.end())
        if closed.group().endswith("/>"):
            node.shut = node.end = closed.end()
            stack[-1].children.append(node)
        elif len(stack) < _DEEPEST:
            stack.append(node)
    while len(stack) > 1:
        _dropped(stack)
    return root.children


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """What stands in an opening tag, and where that ends."""
    found: dict[str, str] = {}
    while (met := _ATTRIBUTE.match(text, at)) is not None:
        found[met["key"]] = met["double"] if met["double"] is not None else met["single"]
        at = met.end()
    return found, at


def _shut(stack: list[Node], name: str, at: int, end: int) -> None:
    """Close the innermost open element of a name, if there is one."""
    if end <= at or all(node.name != name for node in stack):
        return
    while stack[-1].name != name:
        _dropped(stack)
    node = stack.pop()
    node.shut, node.end = at, end
    stack[-1].children.append(node)


def _dropped(stack: list[Node]) -> None:
    """Take the innermost open element for text; what it held is its parent's."""
    stack[-2].children += stack.pop().children


def every(nodes: list[Node]) -> Iterator[Node]:
    """All elements, outer ones before what stands in them."""
    for node in nodes:
        yield node
        yield from every(node.children)
