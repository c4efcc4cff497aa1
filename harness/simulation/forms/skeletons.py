"""XML that a prompt shows with gaps, elements within elements: it is filled whole, the root included."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from harness.simulation.forms.gaps import gap_schema, losses_of
from harness.simulation.forms.rendering import MARK, THOUGHT, Layout
from harness.simulation.forms.trees import Element, groups_in
from harness.simulation.meaning.slots import words_of

Json = Any
Known = Callable[[str, str], bool]
_ATTRIBUTE = re.compile(r"(?P<name>[\w:-]{1,30})=(?P<quote>[\"'])(?P<gap>[^\"'<>\n]{0,80})(?P=quote)")
_CLEAR = re.compile(
    r"|\.\.\.|…|[^\n]{0,20}\.\.\.|[^|\n]{1,60}(?:\|[^|\n]{1,60}){1,9}|[<\[{(][^\n]{1,100}[>\]})]|_{2,}|\?{1,3}"
    r"|(?:number|string|text|float|decimal|integer|int|bool|boolean|true/false|yes/no)(?:,? [^\n]{1,40})?"
    r"|(?:(?:one|either|any) of:? )?[\w-]{2,20}(?:, [\w-]{2,20}){0,6},? or [\w-]{2,20}"
    r"|(?:(?:one|either|any) of:? )?[\w-]{2,20}(?: / ?[\w-]{2,20}| ?/[\w-]{2,20}){1,6}"
    r"|(?:one|either|any) of:? [\w-]{2,20}(?:, [\w-]{2,20}){1,6}",
    re.IGNORECASE,
)
"""Is certainly no value."""
_EXAMPLE = re.compile(r"0|0[.,]00?|12[.,]34|1?2[.,]50|99[.,]99|x{1,4}[.,]xx", re.IGNORECASE)
_ZERO = re.compile(r"0[.,]00?")
_A_SUM = re.compile(r"(?:a |the )?(?:decimal|amount|float|sum)(?: number)?", re.IGNORECASE)
_IN_WORDS = re.compile(r"\b(?:sentences?|words|why|reasons?|note|text|explanation)\b", re.IGNORECASE)
_UNIT = re.compile(r"EUR|GBP|PLN|USD")
_DECLARED = re.compile(r"<\?xml[^<>\n]{0,80}\?>\s{0,4}\Z")
_SAMPLE = re.compile(r"\b(?:following|follow|like|as in|match\w*)\b[^.\n]{0,20}\bexample\b", re.IGNORECASE)
_BY_EXAMPLE = re.compile(
    r"\b(?:(?:shown|given|used|as|like) (?:in|by)|follow\w*|(?:format|form|tags|structure|shape"
    r"|layout) (?:of|in))"
    r" (?:the |this |our )?example\b",
    re.IGNORECASE,
)
"""Says that what is shown as an example is the form."""
_FORM = re.compile(
    r"(?:answer|output|response|reply|result|decision)[_-]?(?:format|form|template|schema|shape|structure|layout)"
    r"|format|template",
    re.IGNORECASE,
)
"""Names of the tag in which a prompt shows the form of the answer; it is no part of it."""
_SHOWN_IN = re.compile(r"(?:output[_-]?)?examples?", re.IGNORECASE)
THOUGHTS = frozenset({
    "thinking", "thought", "thoughts", "reasoning", "scratchpad", "analysis", "think", "reason", "rationale",
    "scratch", "scratch_pad", "working", "workings", "cot", "chain_of_thought", "deliberation", "monologue",
    "denken", "gedanken", "nachdenken", "überlegung", "überlegungen", "analyse", "réflexion", "reflexion",
    "raisonnement", "razonamiento", "redenering", "rozumowanie",
})  # fmt: skip
"""Names of tags in which a model thinks before it answers."""
HOLLOW = re.compile(r"(?<![1-9.])(?:[A-Z]{1,4}-?)?0+(?:[.,]0+)?(?![1-9])")
"""`0.00`, `AB-000000`: where a value is to stand."""
_A_VALUE = re.compile(r"\d{2}|@")
_COMMENT = re.compile(r"<!--(?P<said>[^<>]{0,160})-->")
_MORE = re.compile(r"\s*(?:\.{3}|…|<!--[^<>]{0,160}-->)?\s*")
"""Stands behind one entry of a list."""
_MOST = 20
Found = tuple[dict[str, Json], Layout, int]


def skeleton_in(text: str, known: Known, ordered: Callable[[int], bool]) -> Found | None:
    """The last skeleton that a text asks to be filled; `None`: it shows none."""
    best: Found | None = None
    for group in groups_in(text, _around):
        thought = group[0].name if len(group) > 1 and group[0].name.casefold() in THOUGHTS else ""
        rest = group[1:] if thought else group
        root, start = rest[0], group[0].start
        shown = bool(_SHOWN_IN.fullmatch(root.name) and _BY_EXAMPLE.search(text))
        told = shown or _FORM.fullmatch(root.name) or ordered(start)
        if told and any(element.children or _attributed(element) for element in rest):
            example = shown or _SAMPLE.search(text[max(0, start - 90) : start]) is not None
            best = _Filler(text, known).filled(rest, thought, example=example) or best
    return best


def _around(name: str) -> bool:
    """Whether a tag only shows what the answer looks like."""
    return bool(_FORM.fullmatch(name) or _SHOWN_IN.fullmatch(name))


def _attributed(element: Element) -> bool:
    return any(_is_gap(match["gap"]) for match in _ATTRIBUTE.finditer(element.attributes))


@dataclass
class _Filler:
    """Puts marks where the gaps of one skeleton are."""

    text: str
    known: Known
    fields: list[tuple[str, str]] = field(default_factory=list)
    losses: dict[str, str] = field(default_factory=dict)
    lists: dict[str, dict[str, Json]] = field(default_factory=dict)
    repeats: dict[str, tuple[str, str]] = field(default_factory=dict)

    def filled(self, group: list[Element], thought: str, *, example: bool) -> Found | None:
        """`example`: it is told to be one, so that what it holds is as good as a gap."""
        text, root = self.text, group[0]
        if _around(root.name):
            inside = self.held(root, "")
            template = textwrap.dedent(inside).strip() if inside is not None else None
            first = root.children[0] if root.children else None
            if (
                template
                and first is not None
                and first.name.casefold() in THOUGHTS
                and len(root.children) > 1
            ):
                thought, template = first.name, self._without(first, template)
        else:
            parts = [self.shown(element, "") for element in group]
            template = None if None in parts else "\n".join(part for part in parts if part)
        if template is None or not self._sound(example=example):
            return None
        start = group[0].start
        if declared := _DECLARED.search(text[max(0, start - 90) : start]):
            template = f"{declared.group()}{template}"
        properties = {name: self.lists.get(name) or _part(said) for name, said in self.fields}
        losses = {**self.losses, **losses_of(self.fields)}
        layout = Layout("template", {"": template}, losses=losses, thought=thought, repeats=self.repeats)
        return {"type": "object", "properties": properties}, layout, start

    def _without(self, first: Element, template: str) -> str:
        """A template without the thoughts that stand before the answer."""
        self.fields = self.fields[1:]
        return template.partition(f"</{first.name}>")[2].strip()

    def _sound(self, *, example: bool) -> bool:
        """Whether this shows where values are to stand, and most of it is known."""
        fields = self.fields
        clear = [said for _, said in fields if _is_gap(said)]
        rest = [said for _, said in fields if not _is_gap(said)]
        values = any(_is_value(said) for said in rest)
        told = not values and (clear or all(" " in said for said in rest))
        named = [name for name, said in fields if self.known(name, said)]
        once = len(dict(fields)) == len(fields)
        return bool(once and 0 < len(fields) <= _MOST and named) and bool(
            told or example or 2 * len(clear) > len(fields)
        )

    def gap(self, name: str, above: str, said: str) -> str:
        """The mark for a gap, which is a field now."""
        names = [name, " ".join(words_of(said)), f"{above}_{name}" if above else name]
        names = [THOUGHT, *names] if _NOTES.match(said) and not self.fields else names
        taken = dict(self.fields)
        own = next((one for one in names if self.known(one, said) and one not in taken), names[-1])
        self.fields.append((own, "number" if _EXAMPLE.fullmatch(said) else said))
        self.losses.setdefault(own, "")
        return f"{MARK}{own}{MARK}"

    def attributes(self, element: Element) -> str:
        def marked(match: re.Match[str]) -> str:
            unit = _UNIT.fullmatch(match["gap"]) and self.known(match["name"], "")
            if not (_is_gap(match["gap"]) or unit):
                return match.group()
            said = "" if unit else match["gap"]
            mark = self.gap(match["name"], element.name, said)
            if _ZERO.fullmatch(said) or _A_SUM.fullmatch(said.strip("<>[]{} ")):
                self.losses[mark.strip(MARK)] = said if _ZERO.fullmatch(said) else "0.00"
            return f"{match['name']}={match['quote']}{mark}{match['quote']}"

        return _ATTRIBUTE.sub(marked, element.attributes)

    def shown(self, element: Element, above: str) -> str | None:
        """The element with marks for its gaps; `None` where it holds what is none."""
        if (entries := self._listed(element)) is not None:
            return entries
        opening = f"<{element.name}{self.attributes(element)}>"
        if element.empty and MARK in opening:
            return f"{opening[:-1]}/>"
        if not element.children:
            inside = self.text[element.inside : element.close].strip()
            said = inside.removeprefix("<!--").removesuffix("-->").strip()
            thinks = element.name.casefold() in THOUGHTS and not self.fields
            if not (thinks or _is_gap(said)) and len(said.split()) > _FEW:
                return None
            name = "reason" if MARK in opening and _IN_WORDS.search(said) else element.name
            return f"{opening}{self.gap(name, above, said)}</{element.name}>"
        inside_of = self.held(element, element.name)
        return None if inside_of is None else f"{opening}{inside_of}</{element.name}>"

    def held(self, element: Element, above: str) -> str | None:
        """What an element holds, with marks for the gaps; a comment says more of the gap before it."""
        parts, at = [], element.inside
        for child in element.children:
            between, inner = self._between(at, child.start), self.shown(child, above)
            if between is None or inner is None:
                return None
            parts += [between, inner]
            at = child.end
        last = self._between(at, element.close)
        return None if last is None else f"{''.join(parts)}{last}"

    def _between(self, start: int, end: int) -> str | None:
        between = self.text[start:end]
        if (comment := _COMMENT.search(between)) is not None and self.fields:
            name, said = self.fields[-1]
            if not said or not gap_schema(said).get("enum"):
                self.fields[-1] = (name, f"{said} {comment['said'].strip()}".strip())
        between = re.sub(r"[ \t]*" + _COMMENT.pattern, "", between)
        return None if between.strip() else between

    def _listed(self, element: Element) -> str | None:
        """An element that holds entries of one kind, as many as there are; `None`: it does not."""
        children = element.children
        if not children or len({child.name for child in children}) > 1:
            return None
        child = children[0]
        many = {f"{child.name}s", f"{child.name}es", f"{child.name[:-1]}ies", f"{child.name}_list"}
        rest = "".join(_COMMENT.sub("", self.text[a.end : b.start]) for a, b in pairwise(children))
        tail = self.text[children[-1].end : element.close]
        if (len(children) == 1 and element.name not in many) or rest.strip() or not _MORE.fullmatch(tail):
            return None
        inner = _Filler(self.text, self.known)
        one = inner.shown(child, "")
        if one is None:
            return None
        name = next(
            (n for n in (element.name, f"{child.name}s", child.name) if self.known(n, "")), element.name
        )
        hint = inner.fields[0][1] if len(inner.fields) == 1 else ""
        plain = len(inner.fields) == 1 and not child.attributes
        items = (
            gap_schema(hint)
            if plain
            else {"type": "object", "properties": {n: _part(s) for n, s in inner.fields}}
        )
        items.pop("nullable", None)
        self.lists[name] = {"type": "array", "items": items}
        self.repeats[name] = (one, self.text[element.inside : child.start] or "\n")
        self.fields.append((name, "..."))
        self.losses.setdefault(name, "")
        lead = self.text[element.inside : child.start]
        opening = f"<{element.name}{self.attributes(element)}>"
        end = re.search(r"\s*\Z", self.text[element.inside : element.close])
        return f"{opening}{lead}{MARK}{name}{MARK}{end.group() if end else ''}</{element.name}>"


def _part(said: str) -> dict[str, Json]:
    part = gap_schema(said)
    return {**part, "nullable": True} if part.get("type") == "number" else part


_NOTES = re.compile(
    r"(?:an?|one|1) (?:short )?(?:line|sentence|bullet|note) (?:per|for each|for every)\b", re.IGNORECASE
)
"""What is noted down before the answer, whatever its name."""
_FEW = 40
_SHORT = 4


def _is_value(said: str) -> bool:
    """Whether words are a value, and do not say what is to stand there."""
    bare = HOLLOW.sub("", said)
    return bool(_A_VALUE.search(bare)) and (len(said.split()) < _SHORT or "@" in bare)


def _is_gap(said: str) -> bool:
    plain = said.strip()
    return bool(_CLEAR.fullmatch(plain) or _EXAMPLE.fullmatch(plain) or (plain and HOLLOW.fullmatch(plain)))
