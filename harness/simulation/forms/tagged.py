"""Tags in which a prompt wants its answer: `<decision>refund|deny</decision>`, or told of in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from harness.simulation.forms.gaps import SAID, SHOWN, gap_schema, losses_of
from harness.simulation.forms.page import Wanted
from harness.simulation.forms.rendering import Layout
from harness.simulation.forms.skeletons import HOLLOW, THOUGHTS, skeleton_in
from harness.simulation.forms.tag_blocks import blocks, is_gap

Json = Any
_ELEMENT = re.compile(
    r"<(?P<name>[A-Za-z][\w-]{0,40})>(?P<inside>[^<>]{0,160}|[ \t]*<[^<>\n]{1,60}>[ \t]*)</(?P=name)>"
)
_OPENED = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})>")
_GIVEN = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})(?:\s[^<>]{0,80})?>(?P<inside>[^<>]{160,}?)</(?P=name)>")
_TOLD = re.compile(
    r"\b(?:tags?|elements?|children|nodes?|blocks?)\b"
    r"|\b(?:in|inside|within|between|into|wrap\w*|innerhalb|zwischen|dans|entre|dentro|binnen|tussen|w|use)\b"
    r"[^.\n<]{0,60}<(?!/)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"<([A-Za-z][\w-]{0,40})> (?:root )?(?:element|tag|node)s?\b[^.\n<]{0,30}"
    r"\b(?:with|containing|holding|around)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]{1,400}(?:[.!?](?![.!?])|\n|$)?")
ANSWERS = frozenset(
    {
        "json",
        "answer",
        "output",
        "result",
        "final",
        "final_answer",
        "response",
        "finalanswer",
        "antwort",
        "reponse",
        "réponse",
        "respuesta",
        "antwoord",
        "odpowiedz",
        "ergebnis",
        "resultat",
    }
)
_DATA = re.compile(
    r"\b(?:untrusted|is data|are data|given in|provided in|inside .{0,40} is|text in|content of"
    r"|contains? the)\b",
    re.IGNORECASE,
)
Found = tuple[dict[str, Json], Layout, int]


def tagged_in(text: str, known: Callable[[str, str], bool], ordered: Callable[[int], bool]) -> Found | None:
    """The tags that a text wants filled, as a schema and a layout; `None`: none, or only around the whole."""
    if (whole := skeleton_in(text, known, ordered)) is not None:
        return whole[0], replace(whole[1], thought=whole[1].thought or wrapped(text)[0]), whole[2]
    if (shown := _template(text, known, ordered)) is not None:
        return shown
    return _told_of(text, known)


def _told_of(text: str, known: Callable[[str, str], bool]) -> Found | None:
    """Tags that sentences or a list name, each with what is said of it, within one of them perhaps."""
    names = wrapping(text)
    if _EACH.search(text):
        unknown = "elements as they are told of"
        schema = {"type": "object", "properties": {unknown: {"type": "string"}}}
        return schema, Layout("tags", {unknown: "item"}, exact=True), _place(text, names[-1]) if names else 0
    found = _AROUND.search(text)
    outer = found[1] if found is not None else ""
    fields = {n: _glossed(text, n) for n in names if n != outer and not _is_answer(n)}
    answers = [name for name in names if _is_answer(name)]
    if (
        len(answers) == 1
        and not outer
        and all(_place(text, answers[0]) < _first(text, n) for n in fields if not _is_thought(n))
    ):
        outer = answers[0]
    thought = next((name for name in names if _is_thought(name)), "") if outer else ""
    first = sorted(fields, key=lambda name: not _is_thought(name))
    told = {n: fields[n] for n in first if n != thought and known(n, fields[n])}
    if not any(not _is_thought(name) for name in told):
        return _alone(text, answers, known, thought)
    properties = {name: _typed(gap) if gap else {"type": "string"} for name, gap in told.items()}
    losses = losses_of([*told.items()])
    layout = Layout("tags", {n: n for n in told}, losses=losses, within=outer, thought=thought)
    return {"type": "object", "properties": properties}, layout, _place(text, next(iter(told)))


def _alone(text: str, answers: list[str], known: Callable[[str, str], bool], thought: str) -> Found | None:
    """One tag for the whole answer, which is one of the words that are told with it."""
    if len(answers) != 1:
        return None
    only = re.search(
        rf"<{re.escape(answers[0])}>[^.\n<(]{{0,60}}\b(?:only|just|nothing but) (?:the "
        rf"|your )?(?P<what>[a-z ]{{3,30}})",
        text,
    )
    if only is not None and known(what := only["what"].strip(), ""):
        schema = {"type": "object", "properties": {what: {"type": "string"}}}
        return schema, Layout("tags", {what: answers[0]}, thought=thought), _place(text, answers[0])
    if not (gap := _glossed(text, answers[0])):
        return None
    schema = gap_schema(gap)
    if not schema.get("enum") or not known("_", gap):
        return None
    layout = Layout("tags", {_ACTION: answers[0]}, thought=thought)
    return {"type": "object", "properties": {_ACTION: schema}}, layout, _place(text, answers[0])


_ACTION = "action"
_EACH = re.compile(r"\bone <[\w-]{1,40}>(?: element| tag| node)? (?:per|for (?:each|every))\b", re.IGNORECASE)
"""As many elements as there are things, of which no example is shown."""


def _first(text: str, name: str) -> int:
    return max(text.find(f"<{name}>"), 0)


def _glossed(text: str, name: str) -> str:
    """What is said of a tag beside its name: `<decision> (refund or deny)`, `- <amount>: two decimals`."""
    found = re.search(
        rf"<{re.escape(name)}>(?:[^<>\n]{{0,40}}</{re.escape(name)}>)?[`*\"]{{0,3}}"
        r"(?:[^.\n<(:]{0,60}? ?\((?P<inner>[^()\n]{2,160})\)|\s{0,2}(?::|-|–|—"
        r"|=)\s{1,3}(?P<rest>[^\n<]{2,200}?)\s*(?:\n|$))",
        text,
    )
    gloss = (found["inner"] or found["rest"] or "").strip() if found is not None else ""
    return re.sub(r"\b(?:ou|oder|lub)\b", "or", gloss)


def _place(text: str, name: str) -> int:
    return max(text.rfind(f"<{name}>"), 0)


def _is_thought(name: str) -> bool:
    return name.casefold() in THOUGHTS


def _is_answer(name: str) -> bool:
    return name.casefold() in ANSWERS


def _template(text: str, known: Callable[[str, str], bool], ordered: Callable[[int], bool]) -> Found | None:
    """Elements with gaps in them that stand together."""
    found = [_of_block(text, block, known, ordered) for block in blocks(text) or [[]]]
    return _joined([one for one in found if one is not None])


def _joined(found: list[Found]) -> Found | None:
    """What several sentences name, thoughts first; of shapes that do not go together the last."""
    names = [name for schema, layout, _ in found for name in schema["properties"]]
    if (
        len(found) < 2
        or len(set(names)) < len(names)
        or any(len(f[1].labels) != len(f[0]["properties"]) for f in found)
    ):
        return found[-1] if found else None
    fields = {name: part for schema, _, _ in found for name, part in schema["properties"].items()}
    order = sorted(fields, key=lambda name: not _is_thought(name))
    labels = {name: tag for _, layout, _ in found for name, tag in layout.labels.items()}
    losses = {name: loss for _, layout, _ in found for name, loss in (layout.losses or {}).items()}
    layout = replace(found[-1][1], labels={name: labels[name] for name in order}, losses=losses)
    return {"type": "object", "properties": {name: fields[name] for name in order}}, layout, found[-1][2]


def _of_block(
    text: str, block: list[re.Match[str]], known: Callable[[str, str], bool], ordered: Callable[[int], bool]
) -> Found | None:
    fields = [(match["name"], match["inside"].strip()) for match in block]
    each_value = len(fields) > 1 and len(dict(fields)) == 1  # one tag, shown with each that it may have
    if each_value or (len(fields) == 1 and _is_answer(fields[0][0]) and gap_schema(fields[0][1]).get("enum")):
        return _chosen(text, block, known)
    if not fields or not any(known(name, gap) for name, gap in fields) or _is_answer(fields[0][0]):
        return None
    start = block[0].start()
    options = sum("|" in gap or gap in {"...", "…", ""} for _, gap in fields)
    if not options and _beside_values(text, start, block[-1].end()):
        return None
    sure = _before(text, start) or any(_EMPTY.search(gap) for _, gap in fields)
    if not ordered(start) and not (options and len(fields) > 1 and sure):
        return None
    properties = {name: gap_schema(gap) if "|" in gap or "/" in gap else _typed(gap) for name, gap in fields}
    losses = {**losses_of(fields), **{name: "" for name, gap in fields if _EMPTY.search(gap)}}
    shape: dict[str, Json] = {"type": "object", "properties": properties}
    outer = _OUTER.search(text, 0, start)
    if outer is None or f"</{outer['name']}>" not in text[block[-1].end() :]:
        return shape, Layout("tags", {name: name for name, _ in fields}, losses=losses), start
    beside = {
        name: {"type": "string"} for name in wrapping(text) if known(name, "") and name not in properties
    }
    parts = {name: part for name, part in beside.items() if not _is_thought(name) and name != outer["name"]}
    layout = Layout("tags", {}, losses=losses, thought=wrapped(text)[0])
    return {"type": "object", "properties": {outer["name"]: shape, **parts}}, layout, start


def _beside_values(text: str, start: int, end: int) -> bool:
    """Whether the element right before or behind a block holds a value: what stands there is data."""
    behind = len(text) - len(text[end:].lstrip())
    said = (_LAST_ELEMENT.search(text, 0, start), _ELEMENT.match(text, behind))
    return any(one is not None and not is_gap(one["inside"]) for one in said)


_LAST_ELEMENT = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})>(?P<inside>[^<>]{0,400})</(?P=name)>\s{0,8}\Z")
_EMPTY = re.compile(
    r"\b(?:or (?:leave it )?(?:empty|blank)|(?:empty|blank) (?:if|unless|when|where|for)"
    r"|(?:leer|vide|vacío|leeg|puste),? (?:wenn|falls|si|als|jeśli))\b",
    re.IGNORECASE,
)
_OUTER = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})>\s{0,8}\Z")


def _chosen(text: str, block: list[re.Match[str]], known: Callable[[str, str], bool]) -> Found | None:
    name, options = block[0]["name"], "|".join(match["inside"].strip() for match in block)
    field = next((field for field in (name, "action") if not _is_answer(field) and known(field, options)), "")
    if not field or not _before(text, block[0].start()):
        return None
    schema = {"type": "object", "properties": {field: gap_schema(options)}}
    return schema, Layout("tags", {field: name}, thought=wrapped(text)[0]), block[0].start()


def _before(text: str, start: int) -> bool:
    """Whether an instruction stands in the paragraph before."""
    before = text[max(0, start - 160) : start]
    return bool(SAID.search(before)) and not SHOWN.search(before)


def _typed(gap: str) -> dict[str, Json]:
    if HOLLOW.match(gap.strip()):
        return {"type": "string", "nullable": True, "description": gap.strip()}
    plain = gap.strip(" <>[]{}")
    return {"type": "string"} if not plain or plain in {"...", "…"} else gap_schema(plain)


@lru_cache(maxsize=256)
def wrapping(text: str) -> tuple[str, ...]:
    """The tags that sentences tell the model to put its answer or its thoughts in, in order."""
    given = {match["name"] for match in _GIVEN.finditer(text)}
    found: dict[str, None] = {}
    for sentence in _SENTENCE.finditer(text.replace("...", "…")):
        said = sentence.group()
        if "<" not in said or not _TOLD.search(said) or not _does(said) or _DATA.search(said):
            continue
        for match in _OPENED.finditer(said):
            cell = {said[match.start() - 1 : match.start()], said[match.end() :][:1]} & {"|", ";", "=", "/"}
            if match["name"] not in given and not cell and not _LABELLED.search(said[: match.start()]):
                found.setdefault(match["name"])
    return (*found, *(name for name in _in_list(text) if name not in found and name not in given))


def _in_list(text: str) -> Iterator[str]:
    """The tags that a list tells of, one a line, below words that say that these are the answer's."""
    told = False
    for line in text.split("\n"):
        listed = _LISTED.match(line)
        if listed is not None and told:
            yield listed["name"]
        elif line.strip():
            told = line.rstrip(" *").endswith(":") and _does(line) and bool(_TOLD.search(line))


_LISTED = re.compile(
    r"[ \t]{0,8}(?:[-*•][ \t]{1,3}|\d[.)][ \t]{1,2})?[`*]{0,3}<(?P<name>[A-Za-z][\w-]{0,40})>"
)


_LABELLED = re.compile(r"\b[A-Z][A-Z_]{2,20}\s?[:=]\s?(?:<[\w -]{1,40}>\s?){0,3}\Z")
"""What follows such a label is a gap."""
_DOES = re.compile(
    r"\b(?:put|wrap|write|answer|reply|respond|return|output|give|place|enclose|think|reason|use|provide"
    r"|then|inside|within|format|emit|produce|go|work|step by step"
    r"|denke?|überleg\w*|antworte|schreibe?|gib|setze?|begründe|réfléchi\w*|répond\w*|écri\w*|mets|donne\w*"
    r"|piensa|razona|responde|escribe|pon|denk|antwoord|schrijf|zet|pomyśl|odpowiedz|napisz|umieść)\b",
    re.IGNORECASE,
)


def _does(sentence: str) -> bool:
    return bool(_DOES.search(sentence))


def wrapped(text: str) -> tuple[str, str]:
    """The tags around thoughts and around the answer as a whole; empty where a text asks for none."""
    names = wrapping(text)
    thought = next((name for name in names if _is_thought(name)), "")
    answer = next((name for name in names if _is_answer(name)), "") or _with_json(text)
    if not answer:
        shown = re.search(
            r"<(json|answer|output|result|response|final_answer)>\s{0,8}(?:\{|\.\.\.|…)", text, re.IGNORECASE
        )
        answer = shown[1] if shown and _before(text, shown.start()) else ""
        before = (
            re.search(rf"<({'|'.join(THOUGHTS)})>[^<>]{{0,200}}</\1>\s{{0,8}}$", text[: shown.start()])
            if answer and shown
            else None
        )
        thought = thought or (before[1] if before else "")
    return thought, answer or _around_text(text)


def _around_text(text: str) -> str:
    """The only tag that a sentence wants a text in: `Output the letter in <mail></mail>`; else empty."""
    found: set[str] = set()
    for one in _SENTENCE.finditer(text):
        said = one.group()
        if _does(said) and not _DATA.search(said.replace("text in", "")):
            found.update(met["tag"] for met in _TEXT_IN.finditer(said))
    return found.pop() if len(found) == 1 and not _is_thought(*found) else ""


_TEXT_IN = re.compile(
    r"\b(?:text|letter|mail|e-?mail|message|reply|answer|response|body|words?|it|everything|only|brief|antwort|nachricht"
    r"|réponse|lettre|respuesta|carta|antwoord|odpowiedź|list)\b[^.\n<]{0,40}\b(?:in|inside|within|between|into|with|zwischen"
    r"|innerhalb|dans|entre|dentro de|binnen|tussen|w)\b[^.\n<]{0,16}<(?P<tag>[A-Za-z][\w-]{0,40})>"
    r"(?:\s?(?:…|\.{3})?\s?</(?P=tag)>|[`'\"]?(?: and </(?P=tag)>)?[`'\"]?[ -](?:tags?|elements?)\b)",
    re.IGNORECASE,
)


def with_tag(shape: Wanted, text: str) -> Wanted:
    """A shape with the tag for thoughts before it that a text names."""
    tag, layout = wrapped(text)[0], shape.layout
    own = tag in layout.labels.values() or f"<{tag}>" in "".join(layout.labels.values())
    if not tag or own or layout.kind in {"tags", "json"}:
        return shape
    return shape._replace(layout=replace(layout, thought=tag))


def around_words(text: str) -> Layout | None:
    """The tags that plain words are to stand in."""
    thought, answer = wrapped(text)
    return Layout("json", {}, thought=thought, within=answer) if thought or answer else None


def _with_json(text: str) -> str:
    """The tag in which a sentence wants JSON to stand: `In <decision>, give one JSON object`."""
    for sentence in _SENTENCE.finditer(text):
        said = sentence.group()
        found = _JSON_IN.search(said) if _does(said) and not _DATA.search(said) else None
        if found is not None:
            return found["tag"] or found["after"]
    return ""


_JSON_IN = re.compile(
    r"\b(?:in|inside|within) <(?P<tag>[A-Za-z][\w-]{0,40})>[^.\n<]{0,60}\bjson\b"
    r"|\bjson\b[^.\n<]{0,60}\b(?:in|inside|within|between) <(?P<after>[A-Za-z][\w-]{0,40})>",
    re.IGNORECASE,
)


def around(instructions: str) -> Layout | None:
    """The tags or the fence that JSON is to stand in."""
    thought, answer = wrapped(instructions)
    fence = "```json" if _FENCED.search(instructions) else ""
    if not (thought or answer or fence):
        return None
    return Layout("json", {}, thought=thought, within=answer or fence)


_FENCED = re.compile(
    r"(?<!no )\b(?:in|inside|within|wrapped in|as) (?:a |one |an? (?:single )?)?(?:```json"
    r"|(?:fenced )?(?:```)?\s?json (?:code )?(?:block|fence)|"
    r"(?:fenced |markdown )?code (?:block|fence))",
    re.IGNORECASE,
)
