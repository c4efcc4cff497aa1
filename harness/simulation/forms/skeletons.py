"""XML that a prompt shows with gaps, elements within elements: it is filled whole, the root included."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.simulation.forms.gaps import gap_schema, losses_of
from harness.simulation.forms.rendering import MARK, THOUGHT, Layout
from harness.simulation.meaning.slots import words_of

Json = Any
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]{0,40})"
    r"(?P<attributes>(?:\s{1,4}[\w:-]{1,30}=[\"'][^\"'<>\n]{0,80}[\"']){0,6})\s{0,3}(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(r"(?P<name>[\w:-]{1,30})=(?P<quote>[\"'])(?P<gap>[^\"'<>\n]{0,80})(?P=quote)")
_CLEAR = re.compile(
    r"|\.\.\.|…|[^\n]{0,20}\.\.\.|[^|\n]{1,60}(?:\|[^|\n]{1,60}){1,9}|[<\[{(][^\n]{1,100}[>\]})]|_{2,}|\?{1,3}"
    r"|(?:number|string|text|float|decimal|integer|int|bool|boolean|true/false|yes/no)(?:,? [^\n]{1,40})?"
    r"|(?:(?:one|either|any) of )?[\w-]{2,20}(?:, [\w-]{2,20}){0,6},? or [\w-]{2,20}",
    re.IGNORECASE,
)
"""Is certainly no value."""
_EXAMPLE = re.compile(r"0|0[.,]00?|12[.,]34|1?2[.,]50|99[.,]99|x{1,4}[.,]xx", re.IGNORECASE)
_DECLARED = re.compile(r"<\?xml[^<>\n]{0,80}\?>\s{0,4}\Z")
_SAMPLE = re.compile(r"\b(?:following|follow|like|as in|match\w*)\b[^.\n]{0,20}\bexample\b", re.IGNORECASE)
_FORM = re.compile(
    r"(?:answer|output|response|reply|result|decision)[_-]?(?:format|form|template|schema|shape|structure|layout)"
    r"|format|template",
    re.IGNORECASE,
)
"""Names of the tag in which a prompt shows the form of the answer; it is no part of it."""
HOLLOW = re.compile(r"(?<![1-9.])(?:[A-Z]{1,4}-?)?0+(?:[.,]0+)?(?![1-9])")
"""`0.00`, `AB-000000`: where a value is to stand."""
_A_VALUE = re.compile(r"\d{2}|@")
_MOST = 20
Found = tuple[dict[str, Json], Layout, int]


@dataclass
class _Element:
    name: str
    attributes: str
    start: int
    """Where its tag begins."""
    inside: int
    """Where what it holds begins."""
    close: int = 0
    """Where that ends."""
    end: int = 0
    empty: bool = False
    """Whether it is closed by its own tag."""
    children: list[_Element] = field(default_factory=list)


def skeleton_in(text: str, known: Callable[[str, str], bool], ordered: Callable[[int], bool]) -> Found | None:
    """The last skeleton that a text asks to be filled; `None`: it shows none."""
    best: Found | None = None
    for root in _roots(text):
        if root.children and (ordered(root.start) or _FORM.fullmatch(root.name)):
            example = _SAMPLE.search(text[max(0, root.start - 90) : root.start]) is not None
            best = _filled(text, root, known, example=example) or best
    return best


def _roots(text: str) -> Iterator[_Element]:
    """Every outermost element; what is opened and never closed is a gap's own sign, `<number>`."""
    opened: list[_Element] = []
    for tag in _TAG.finditer(text):
        if tag["end"]:
            at = next((n for n in reversed(range(len(opened))) if opened[n].name == tag["name"]), None)
            if at is None:
                continue
            element, opened = opened[at], opened[:at]
            element.close, element.end = tag.start(), tag.end()
        else:
            element = _Element(
                tag["name"],
                tag["attributes"],
                tag.start(),
                tag.end(),
                tag.end(),
                tag.end(),
                bool(tag["empty"]),
            )
            if not tag["empty"]:
                opened = [*opened[-_DEEPEST:], element]
                continue
        if opened:
            opened[-1].children.append(element)
        else:
            yield element


def _filled(text: str, root: _Element, known: Callable[[str, str], bool], *, example: bool) -> Found | None:
    """`example`: it is told to be one, so that what it holds is as good as a gap."""
    fields: list[tuple[str, str]] = []
    losses: dict[str, str] = {}

    def gap(name: str, above: str, said: str) -> str:
        names = [name, " ".join(words_of(said)), f"{above}_{name}" if above else name]
        names = [THOUGHT, *names] if _NOTES.match(said) and not fields else names
        own = next((one for one in names if known(one, said) and one not in dict(fields)), names[-1])
        fields.append((own, "number" if _EXAMPLE.fullmatch(said) else said))
        losses.setdefault(own, "")
        return f"{MARK}{own}{MARK}"

    def attributes(element: _Element) -> str:
        return _ATTRIBUTE.sub(
            lambda m: (
                f"{m['name']}={m['quote']}{gap(m['name'], element.name, m['gap'])}{m['quote']}"
                if _is_gap(m["gap"])
                else m.group()
            ),
            element.attributes,
        )

    def shown(element: _Element, above: str) -> str | None:
        """The element with marks for its gaps; `None` where it holds what is none."""
        opening = f"<{element.name}{attributes(element)}>"
        if element.empty and MARK in opening:
            return f"{opening[:-1]}/>"
        if not element.children:
            said = (
                text[element.inside : element.close].strip().removeprefix("<!--").removesuffix("-->").strip()
            )
            if not _is_gap(said) and len(said.split()) > _FEW:
                return None
            return f"{opening}{gap(element.name, above, said)}</{element.name}>"
        inside = held(element, element.name)
        return None if inside is None else f"{opening}{inside}</{element.name}>"

    def held(element: _Element, above: str) -> str | None:
        """What an element holds, with marks for the gaps."""
        parts, at = [], element.inside
        for child in element.children:
            between, inner = text[at : child.start], shown(child, above)
            if between.strip() or inner is None:
                return None
            parts += [between, inner]
            at = child.end
        return f"{''.join(parts)}{text[at : element.close]}"

    if _FORM.fullmatch(root.name):
        inside = held(root, "")
        template = textwrap.dedent(inside).strip() if inside is not None else None
    else:
        template = shown(root, "")
    clear = [said for _, said in fields if _is_gap(said)]
    rest = [said for _, said in fields if not _is_gap(said)]
    told = not any(_A_VALUE.search(HOLLOW.sub("", said)) for said in rest) and (
        clear or all(" " in said for said in rest)
    )
    named = [name for name, said in fields if known(name, said)]
    if template is None or len(dict(fields)) < len(fields) or not 1 < len(fields) <= _MOST or not named:
        return None
    if not (told or example) and 2 * len(clear) <= len(fields):
        return None
    if declared := _DECLARED.search(text[max(0, root.start - 90) : root.start]):
        template = f"{declared.group()}{template}"
    parts = {name: gap_schema(said) for name, said in fields}
    parts = {
        n: {**part, "nullable": True} if part.get("type") == "number" else part for n, part in parts.items()
    }
    schema = {"type": "object", "properties": parts}
    return schema, Layout("template", {"": template}, losses={**losses, **losses_of(fields)}), root.start


_NOTES = re.compile(
    r"(?:an?|one|1) (?:short )?(?:line|sentence|bullet|note) (?:per|for each|for every)\b", re.IGNORECASE
)
"""What is noted down before the answer, whatever its name."""
_DEEPEST = 40
_FEW = 12


def _is_gap(said: str) -> bool:
    return bool(_CLEAR.fullmatch(said.strip()) or _EXAMPLE.fullmatch(said.strip()))
