"""A text with gaps that a prompt wants filled: `order=<id>; action=<refund|deny>`, attributes, TOML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.simulation.forms.gaps import gap_schema, losses_of
from harness.simulation.forms.line_forms import line_forms_in
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import MARK, Layout
from harness.simulation.meaning.slots import words_of

_ANGLED = re.compile(r"<(?P<gap>(?!/)[^<>@=\n]{1,80})(?<!/)>")
_SQUARE = re.compile(r"\[(?P<gap>[A-Za-z][^\[\]\n]{1,80})\]")
_CURLED = re.compile(r"\{(?P<gap>[A-Za-z][^{}\n:\"']{1,60})\}")
_OTHER = re.compile(
    r"(?P<gap>\.\.\.|…|_{3,}|(?<![\w|])[A-Za-z_]{2,20}(?:\|[A-Za-z_]{2,20}){1,9}(?![\w|])"
    r"|(?<==\s)0(?:\.0{1,2})?(?![\w.]))"
)
_QUOTED = re.compile(r"`(?P<inside>[^`\n]{6,200})`|[\"“](?P<other>[^\"“”\n]{6,200})[\"”]")
_BEHIND = re.compile(r":[ \t](?P<rest>[^\n:`\"“]{6,200})$", re.MULTILINE)
_LABEL = re.compile(r"\b[A-Z][A-Z_]{2,15}:\Z")
_PLACE = re.compile(
    r" (?:on|as|in) (?:the|a|its) (?:very )?(?:last|final|own|new|separate|single)\b[^<>]{0,60}\Z"
)
_HEADING = re.compile(r"#{1,6} \w[\w ]{1,40}\W{0,4}$")
_OPTIONS = re.compile(r" ?\(([^()\n]{3,120})\)")
_OF_ANYTHING = frozenset({"answer", "result", "final", "output", "response", "reply"})
_WORDS_BEFORE = 3


def templates_in(page: Page) -> Iterator[Wanted]:
    """Every template that a text asks to be filled."""
    listed = line_forms_in(page.text)
    for start, template in (*_inline(page), *_blocks(page)):
        if listed is not None and listed.start <= start <= listed.end:
            continue  # one of several
        if page.ordered(start) and (found := _read(page, template, start)) is not None:
            yield found


def _inline(page: Page) -> Iterator[tuple[int, str]]:
    for match in _QUOTED.finditer(page.text):
        yield match.start(), match["inside"] or match["other"]
    for match in _BEHIND.finditer(page.text):
        if len([*_ANGLED.finditer(match["rest"]), *_CURLED.finditer(match["rest"])]) > 1:
            label = _LABEL.search(page.text, 0, match.start() + 1)
            rest = _PLACE.sub("", match["rest"].strip(" ."))
            yield match.start("rest"), f"{label.group() if label else ''}{' ' if label else ''}{rest}"


def _blocks(page: Page) -> Iterator[tuple[int, str]]:
    """Lines below one another that all have a gap, and what stands behind a verb in a line of its own."""
    block: list[str] = []
    at = start = 0
    for line in [*page.text.split("\n"), ""]:
        headed = _HEADING.match(line) is not None
        if headed or next(_gaps(line), None) is not None or (not line.strip() and block):
            start = at if not block else start
            block.append(line)
        elif block:
            yield from _whole(block, start)
            block = []
        at += len(line) + 1
    if block:
        yield from _whole(block, start)


def _whole(block: list[str], start: int) -> Iterator[tuple[int, str]]:
    while block and not block[-1].strip():
        block = block[:-1]
    if len(block) > 1:
        yield start, "\n".join(line.strip() for line in block)
    elif (
        element := re.search(r"<\w{1,30}(?: [\w-]{1,30}=\"[^\"\n]{0,80}\"){1,10}\s?/?>", block[0])
    ) is not None:
        yield start + element.start(), element.group()


def _gaps(line: str) -> Iterator[re.Match[str]]:
    """The gaps of a template, of the clearest kind that it has."""
    for kind in (_ANGLED, _CURLED, _SQUARE):
        found = list(kind.finditer(line))
        if found:
            spans = [match.span() for match in found]
            rest = (
                m for m in _OTHER.finditer(line) if not any(a < m.end() and m.start() < b for a, b in spans)
            )
            yield from sorted((*found, *rest), key=lambda match: match.start())
            return
    yield from _OTHER.finditer(line)


def _read(page: Page, template: str, start: int) -> Wanted | None:
    gaps = list(_gaps(template))
    fields: list[tuple[str, str]] = []
    text, last = "", 0
    for gap in gaps:
        said = gap["gap"]
        more = _OPTIONS.match(template, gap.end())
        said = more[1] if more is not None and len(gap_schema(more[1]).get("enum") or ()) > 1 else said
        above = [line for line in template[last : gap.start()].split("\n") if words_of(line)]
        name = _name(page, above[-1] if above else "", said)
        if not name or name in dict(fields):
            return None
        fields.append((name, said))
        text += f"{template[last : gap.start()]}{MARK}{name}{MARK}"
        last = more.end() if more is not None and said == more[1] else gap.end()
    if len(fields) < 2:
        return None
    schema = {"type": "object", "properties": {name: gap_schema(gap) for name, gap in fields}}
    layout = Layout("template", {"": text + template[last:]}, losses=losses_of(fields))
    return Wanted(schema, layout, start)


def _name(page: Page, before: str, gap: str) -> str:
    """What a gap is for: by the words before it, else by its own; empty where that is not known."""
    words, own = words_of(before)[-_WORDS_BEFORE:], " ".join(words_of(gap))
    if words and words[-1] in _OF_ANYTHING and own and page.knows(own):
        return own  # `ANSWER: <amount>`
    for at in range(len(words)):
        if page.knows(" ".join(words[at:]), gap):
            return " ".join(words[at:])
    options = gap_schema(gap).get("enum") or ()
    slot = page.ontology.slot_of("_", "", tuple(map(str, options))) if len(options) > 1 else None
    plain = " ".join(words_of(gap))
    return slot or (plain if plain and page.knows(plain) else "")
