"""Worked examples in a prompt, each a case and its answer: the form is theirs, and nothing else is.

What varies from answer to answer is a gap. The gaps are written as a prompt would write them that tells its
form in words (`kind: fault | return`, `YYYY-MM-DD`, `SKU xPIECES`), so that both are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from harness.simulation.forms.parted import parted_in
from harness.simulation.forms.rendering import Layout
from harness.simulation.forms.shots import Examples, Shots
from harness.simulation.forms.wanted import wanted_in
from harness.simulation.meaning.slots import Ontology
from harness.simulation.reading.context import Context

Json = Any
_TAGGED = re.compile(
    r"<(?P<name>(?:few_?)?(?:example|sample|shot|demo)s?)\b[^<>]{0,60}>"
    r"(?!\s{0,8}<(?:example|sample|shot|demo)\b)(?P<said>.{3,4000}?)</(?P=name)>",
    re.DOTALL | re.IGNORECASE,
)
_HEADED = re.compile(
    r"^[#*\t -]{0,6}(?:worked )?example(?: (?:no\.? ?)?(?:\d{1,2}|[A-Z]))?[*:.)]{0,3}[ \t]{0,4}\n"
    r"(?P<said>(?:(?![#*\t -]{0,6}(?:worked )?example\b)[^\n]{0,400}(?:\n|\Z)){2,24}?)"
    r"(?=\s{0,4}(?:[#*\t -]{0,6}(?:worked )?example\b|-{3,}|={3,}|\Z))",
    re.IGNORECASE | re.MULTILINE,
)
_ANSWER = re.compile(
    r"(?:^|\n)[*_]{0,2}(?:answers?|outputs?|response|result|reading|reply|you|assistant|note|a)[*_]{0,2}"
    r"[ \t]?:[*_]{0,2}[ \t\n]{1,4}"
    r"|(?:^|\n)(?:=>|->|→)[ \t\n]{1,4}|<(?P<tag>answer|output|response)>\s{0,4}",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(
    r"(?:^|(?<=\n\n))(?P<said>(?:[^\n]{1,600}\n){1,12}"
    r"(?:(?:answer|output|response|result|reading|a)[ \t]?:|=>|->|→)[ \t][^\n]{3,200})(?=\n{2}|\s{0,4}\Z)",
    re.IGNORECASE,
)
"""One that ends with its answer."""
_LABELLED = re.compile(
    r"(?P<mark>(?:[-*•][ \t])?[*]{0,2}(?P<label>[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{0,30}?)[*]{0,2}[ \t]?[:=][*]{0,2}"
    r"[ \t]{0,3})(?P<said>\S[^\n]{0,300})"
)
_LEAF = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})>(?P<said>[^<>]{0,400})</(?P=name)>")
_SIGNS = (" | ", "|", "\t", "; ", ";", ",")
_ID = re.compile(r"(?P<prefix>[A-Z]{1,4})-\d{3,10}")
_PAIR = r"[A-Z]{1,4}-\d{1,6}(?P<sign>\s?[x×*@=:/]\s?)\d{1,3}"
_PAIRS = re.compile(rf"{_PAIR}(?:[,;] ?[A-Z]{{1,4}}-\d{{1,6}}\s?[x×*@=:/]\s?\d{{1,3}}){{0,8}}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SUM = re.compile(r"\d{1,6}[.,]\d\d(?P<unit> ?[A-Z]{3})?")
_WORD = re.compile(r"(?![^\n]{0,60}\d)[^\W\d_][\w-]{0,24}(?: [\w-]{1,20})?|-|—|–|\?")
_NO_WORD = frozenset({"-", "—", "–", "?"})
_FEWEST = 2


def worked_in(context: Context, ontology: Ontology) -> Shots | None:
    """The form of the answers in the examples of a prompt; `None`: there are none, or it tells its form."""
    texts = [piece.text for piece in context.of("system", "user") if piece.text]
    shown = [example for text in texts for example in _examples(text)]
    answers = [answer for _, answer in shown if answer]
    if len(answers) < _FEWEST or any(answer.startswith(("{", "[", "```")) for answer in answers):
        return None
    examples = Examples(lines=tuple(whole for whole, _ in shown))
    rest = examples.without(context)
    told = "\n\n".join(piece.text for piece in rest.of("system", "user"))
    if any(wanted_in(piece.text, ontology) for piece in rest.of("system", "user")):
        return None
    made = (
        _of_lines(answers, told, ontology) or _of_tags(answers, ontology) or _of_rows(answers, told, ontology)
    )
    made = made or _unread(answers)
    return Shots(*made, examples) if made is not None else None


def _unread(answers: Sequence[str]) -> tuple[dict[str, Json], Layout] | None:
    """A field that means nothing, for answers of as many words each of which no form is known."""
    counts = {len(answer.split()) for answer in answers}
    plain = not any("\n" in answer or _SENTENCE.search(answer) for answer in answers)
    if len(counts) > 1 or not plain or not _FEWEST < counts.pop() <= _MOST:
        return None
    name = "values as in the examples"
    return {"type": "object", "properties": {name: {"type": "string"}}}, Layout("lines", {name: ""})


_SENTENCE = re.compile(r"[.!?](?:\s|$)|[a-z]{3}, ")
_MOST = 8
"""Words of an answer that is a row of values."""


def examples_in(context: Context) -> Examples | None:
    """The examples that a prompt shows, each a case with an answer of some lines."""
    shown = [e for piece in context.of("system", "user") for e in _examples(piece.text)]
    telling = any("\n" in answer or answer.startswith("<") for _, answer in shown)
    return Examples(lines=tuple(whole for whole, _ in shown)) if telling else None


def _examples(text: str) -> Iterator[tuple[str, str]]:
    """Each example, and the answer in it."""
    alike = [*_PARAGRAPH.finditer(text)]  # one that ends so may be the question: `ANSWER: <action>`
    found = [*_TAGGED.finditer(text)] or [*_HEADED.finditer(text)] or alike[: len(alike) * (len(alike) > 1)]
    for match in found:
        said = match["said"].strip()
        marks = list(_ANSWER.finditer(said))
        if marks:
            answer = said[marks[-1].end() :].split("</" + (marks[-1]["tag"] or "\0"))[0]
        else:
            before, _, answer = said.rpartition("\n\n")
            answer = answer if before.strip() else said if said.startswith("<") else ""
            if not answer and (
                tail := re.search(
                    r"\n(?P<said><(?P<name>[A-Za-z][\w-]{0,40})>.{3,2000}</(?P=name)>)\Z", said, re.DOTALL
                )
            ):
                answer = tail["said"]
        yield match.group(), answer.strip()


def _of_lines(answers: Sequence[str], told: str, ontology: Ontology) -> tuple[dict[str, Json], Layout] | None:
    """The form of answers that are all the same labelled lines; a label may stand in several."""
    columns: dict[str, list[str]] = {}
    labels: list[list[str]] = []
    several: set[str] = set()
    for answer in answers:
        lines = [_LABELLED.fullmatch(line.strip()) for line in answer.splitlines() if line.strip()]
        if not all(lines):
            return None
        marks = [line["mark"].strip() for line in lines if line]
        several |= {mark for mark in marks if marks.count(mark) > 1}
        labels.append(list(dict.fromkeys(marks)))
        for line in filter(None, lines):
            columns.setdefault(line["mark"].strip(), []).append(line["said"].strip())
    if len(columns) < _FEWEST or any(len(one) < len(columns) - 1 for one in labels):
        return None
    head = []
    for mark, values in columns.items():
        name = mark.strip(" -*•:=")
        gap = _row_gap(values, ontology) or _gap(name, values, ontology, " | ")
        repeat = f"One {name} line for each.\n" if mark in several else ""
        head.append((f"{mark} {gap}", repeat))
    lines_wanted = "\n".join(line for line, _ in head)
    notes = "".join(note for _, note in head)
    found = wanted_in(f"{told}\n\n{notes}\nAnswer with exactly these lines:\n\n{lines_wanted}\n", ontology)
    return (found.schema, found.layout) if found is not None else None


def _of_tags(answers: Sequence[str], ontology: Ontology) -> tuple[dict[str, Json], Layout] | None:
    """The form of answers that are all one element with the same elements in it."""
    forms = {" ".join(_LEAF.sub(r"<\g<name>>\0", answer).split()) for answer in answers}
    rows = [{leaf["name"]: leaf["said"].strip() for leaf in _LEAF.finditer(answer)} for answer in answers]
    if len(forms) > 1 or len(rows[0]) < _FEWEST:
        return None
    gaps = {name: _gap(name, [row[name] for row in rows], ontology, " | ") for name in rows[0]}
    head = _LEAF.sub(lambda leaf: f"<{leaf['name']}>{gaps[leaf['name']]}</{leaf['name']}>", answers[0])
    found = wanted_in(f"Answer with exactly this form:\n\n{head}\n", ontology)
    return (found.schema, found.layout) if found is not None else None


def _of_rows(answers: Sequence[str], told: str, ontology: Ontology) -> tuple[dict[str, Json], Layout] | None:
    """The form of answers that are all one line of as many values, parted by a sign."""
    if any("\n" in answer for answer in answers) or not (gap := _row_gap(answers, ontology)):
        return None
    found = parted_in(_ROW, gap, told, ontology)
    if found is None or found[0].get("type") != "object":
        return None
    schema, written = found
    layout = Layout("lines", {_ROW: ""}, parted={_ROW: written})
    return {"type": "object", "properties": {_ROW: schema}}, layout


_ROW = "row"


def _row_gap(values: Sequence[str], ontology: Ontology) -> str:
    """The gaps of lines that hold as many values each, with the sign between them; empty: they hold one."""
    for sign in _SIGNS:
        rows = [[cell.strip() for cell in value.split(sign)] for value in values]
        if len(rows[0]) < _FEWEST or len({len(row) for row in rows}) > 1:
            continue
        if sign == "," and all(_PAIRS.fullmatch(value) for value in values):
            return ""
        gaps = [_gap("_", [row[at] for row in rows], ontology, "/") for at in range(len(rows[0]))]
        return sign.join(gaps) if "..." not in gaps else ""
    return ""


def _gap(  # noqa: PLR0911  (one kind of value a look)
    name: str, values: Sequence[str], ontology: Ontology, between: str
) -> str:
    """What a prompt would write for what stands there in the examples."""
    ids = [match["prefix"] for value in values if (match := _ID.fullmatch(value))]
    words = [word for word in dict.fromkeys(values) if _WORD.fullmatch(word)]
    others = [value for value in values if value not in words]
    if ids and len(ids) == len(others) and len(set(ids)) == 1:
        return between.join([f"{ids[0]}-number", *words])
    if others and all(_PAIRS.fullmatch(value) for value in others):
        sign = re.match(_PAIR, others[0])
        said = f"SKU{sign['sign'] if sign else ' x'}PIECES"
        return f"{said}, {said}{f' (or: {words[0]})' if words else ''}"
    if others and all(map(_DATE.fullmatch, others)):
        return "YYYY-MM-DD"
    if others and all(map(_SUM.fullmatch, others)):
        unit = _SUM.fullmatch(others[0])
        return f"0.00{' EUR' if unit and unit['unit'] else ''}{f' or {words[0]}' if words else ''}"
    if others or len(words) < _FEWEST:
        return "yes | no" if {*map(str.casefold, values)} <= {"yes", "no"} and between != "/" else "..."
    if {*map(str.casefold, words)} == {"yes", "no"}:
        return between.join(("yes", "no"))
    return between.join([*words, *_unnamed(name, words, ontology)])


def _unnamed(name: str, words: Sequence[str], ontology: Ontology) -> list[str]:
    """The values of a choice that the examples happen not to show."""
    slot = ontology.slot_of(name, "", tuple(words))
    values = ontology.slots[slot].values if slot is not None and ontology.slots[slot].kind == "word" else {}
    named = {ontology.value_of(slot, word) for word in words} if slot is not None else set()
    return [value for value in values if value not in named] if len(named - {None}) >= _FEWEST else []
