"""Examples of answers, which fix the form of the answer: signs, spaces, case, currency, a dash for none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from harness.simulation.forms.gaps import first_of_kind
from harness.simulation.forms.rendering import MARK, Layout
from harness.simulation.forms.shown_fields import fields_shown, word_shown
from harness.simulation.forms.tokens import (
    FIELDS,
    TOKEN,
    UNIT,
    Token,
    action_of,
    layout_of,
    schema_of,
    spoken_in,
    tokens_of,
)
from harness.simulation.meaning.slots import Ontology
from harness.simulation.reading.context import Context

Json = Any
_ANSWERED = re.compile(
    r"(?:^[ \t]{0,8}(?:answer|output|response|result|reply|decision|a)[ \t]?:|[ \t](?:->|=>|→))[ \t]{1,3}"
    r"(?P<said>[^\n{]{3,200})$",
    re.IGNORECASE | re.MULTILINE,
)
_UNDER = re.compile(r"\bexamples?\b[^\n]{0,80}:[ \t]{0,4}\n(?P<said>(?:[^\n{]{3,200}\n){2,8})", re.IGNORECASE)
_BULLET = re.compile(r"^[ \t]{0,8}(?:[-*•][ \t]{1,3})?(?P<said>[^\n]{3,200})$", re.MULTILINE)
_WAITS = re.compile(r"\bexamples?\b|(?:->|=>|→|:)\s{0,3}\Z", re.IGNORECASE)
_LONGEST = 300
_LEAF = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})>(?P<said>[^<>]{0,800})</(?P=name)>")
_BLANK = re.compile(r"|0[.,]00|-{1,2}|–|—|n/?a|none|null", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:<(?P<root>[A-Za-z][\w-]{0,40})>)?\s{0,4}(?:<[\w-]{1,41}>\0</[\w-]{1,41}>\s{0,6}){2,20}(?:</(?P=root)>)?"
)


class Examples(NamedTuple):
    """What of a context only shows how to answer, and is no part of the case."""

    turns: frozenset[int] = frozenset()
    lines: tuple[str, ...] = ()

    def without(self, context: Context) -> Context:
        """The context without them."""
        left = []
        for piece in context.pieces:
            text = piece.text
            for line in self.lines:
                text = text.replace(line, " ")
            left.append(replace(piece, text=text) if text != piece.text else piece)
        return replace(context, pieces=tuple(piece for piece in left if piece.turn not in self.turns))


class Shots(NamedTuple):
    """The form that examples have."""

    schema: dict[str, Json]
    layout: Layout
    examples: Examples


def shots_in(context: Context, ontology: Ontology) -> Shots | None:
    """The form of the answers in turns that a program made up, or in the examples of its last message."""
    said = context.of("assistant")
    last = context.last
    if last is None or last.source != "user" or context.of("call"):
        return None
    if shows_turns(context):
        users = frozenset(piece.turn for piece in context.of("user") if piece.turn < last.turn)
        turns = users | {piece.turn for piece in said}
        answers = [piece.text.strip() for piece in said]
        examples = Examples(turns)
        return (
            _tagged(answers, context, ontology, examples)
            or _with_fields(answers, context, ontology, examples, named=True)
            or _formed(answers, context, ontology, examples)
            or _closing(answers, examples)
            or _with_fields(answers, context, ontology, examples)
            or _with_word(answers, ontology, examples)
        )
    if said or not _WAITS.search(context.asked):
        return None
    text = "\n".join(piece.text for piece in context.of("system", "user"))
    found = list(_ANSWERED.finditer(text))
    if len(found) < 2 and (under := _UNDER.search(text)):
        found = list(_BULLET.finditer(text, under.start("said"), under.end("said")))
    lines = [text[text.rfind("\n", 0, m.start() + 1) + 1 : m.end()] for m in found]
    above = text[: text.find(lines[0])].rstrip().rpartition("\n")[2] if lines else ""
    lines += [above] if above.endswith(":") else []  # `Here is how we answer:`
    examples = Examples(lines=tuple(line for line in lines if line.strip()))
    said_there = [match["said"].strip() for match in found]
    formed = _formed(said_there, context, ontology, examples) or _closing(said_there, examples)
    return formed or _with_fields(said_there, context, ontology, examples)


def _with_fields(
    answers: list[str], context: Context, ontology: Ontology, examples: Examples, *, named: bool = False
) -> Shots | None:
    """The form of rows and objects whose fields the examples show. `named`: only if the prompt names them."""
    told = "\n".join(piece.text for piece in examples.without(context).of("system", "user"))
    found = fields_shown(answers, told, ontology, named=named)
    return Shots(*found, examples) if found is not None else None


def _with_word(answers: list[str], ontology: Ontology, examples: Examples) -> Shots | None:
    """The form of answers that are one word each."""
    found = word_shown(answers, ontology)
    return Shots(*found, examples) if found is not None else None


def shows_turns(context: Context) -> bool:
    """Whether turns of a program's own show how to answer, and the last one brings the case."""
    said, last = context.of("assistant"), context.last
    if last is None or len(said) < _FEWEST or any(piece.own for piece in said):
        return False
    return said[-1].turn == last.turn - 1 and not _goes_on(context, last.text)


_FEWEST = 2


def _goes_on(context: Context, last: str) -> bool:
    """Whether the last message only goes on from the talk before it: an example's question brings a case."""
    first = len(context.of("user")[0].text.split())
    return len(last.split()) < min(_BRIEF, first / 4)


_BRIEF = 30
"""Words of a message that brings no case of its own."""


def _formed(answers: list[str], context: Context, ontology: Ontology, examples: Examples) -> Shots | None:
    if len(answers) < 2 or any(len(said) > _LONGEST or said.startswith(("{", "[{")) for said in answers):
        return None
    rows = [list(tokens_of(said, ontology)) for said in answers]
    template = ""
    losses: dict[str, str] = {}
    seen: dict[str, list[str]] = {}
    for at in range(max(map(len, rows))):
        if at >= min(map(len, rows)) and not ({row[at].kind for row in rows if at < len(row)} <= {"words"}):
            return None
        column = [row[at] if at < len(row) else Token("words", "") for row in rows]
        texts, kinds = {token.text for token in column}, {token.kind for token in column}
        known = kinds - {"loss", "words"} or kinds - {"loss"}
        if len(texts) == 1 and not known & (FIELDS.keys() - {"words"}):
            template += column[0].text
            continue
        kind = next(iter(known)) if len(known) == 1 else ""
        name = FIELDS.get(kind, "") or (first_of_kind(ontology, "id") if kind == "id" else "")
        if not name or name in seen or (kind not in {"words", "action"} and "words" in kinds):
            return None
        seen[name] = [token.text for token in column if token.kind == kind]
        losses.update((name, token.text) for token in column if token.kind == "loss")
        template += f"{MARK}{name}{MARK}"
        if kind == "words":
            if any(token.kind in FIELDS and token.kind != "words" for row in rows for token in row[at + 1 :]):
                return None
            break  # what is told in words goes on to the end
    if len(seen) < 2 or not seen.keys() & {"action", "amount"}:
        return None
    spoken = spoken_in(seen["action"], _told(context), ontology) if "action" in seen else {}
    return Shots(
        schema_of(seen, ontology), replace(layout_of(template, seen, losses), words=spoken), examples
    )


def _closing(answers: list[str], examples: Examples) -> Shots | None:
    """The form of answers that are a sentence or two, and a sum behind the same label in all of them."""
    found = [_CLOSED.fullmatch(said) for said in answers]
    closed = [match for match in found if match is not None]
    if len(closed) < max(_FEWEST, len(found)) or len({match["label"] for match in closed}) > 1:
        return None
    seen = {_REASON: [m["said"] for m in closed], "amount": [m["sum"] for m in closed]}
    template = f"{MARK}{_REASON}{MARK}{closed[0]['label']}{MARK}amount{MARK}"
    layout = replace(layout_of(template, seen, {}), sentences=frozenset({_REASON}))
    parts: dict[str, Json] = {_REASON: {"type": "string"}, "amount": {"type": "number", "nullable": True}}
    parts["currency"] = {"type": "string", "nullable": True}
    return Shots({"type": "object", "properties": parts}, layout, examples)


_REASON = "reason"
_CLOSED = re.compile(
    rf"(?P<said>[A-ZÀ-Ý][^\n|;{{}}<>]{{8,280}}[.!])(?P<label>\s{{1,2}}[A-Z][\w ]{{1,20}}[:=] ?)"
    rf"(?P<sum>(?:{UNIT} ?)?\d{{1,6}}(?:[.,]\d\d)?(?: ?{UNIT})?)"
)


def _tagged(answers: list[str], context: Context, ontology: Ontology, examples: Examples) -> Shots | None:
    """The form of answers that are all one element with the same elements in it; `None`: they are not."""
    forms = {_LEAF.sub(r"<\g<name>>\0</\g<name>>", said) for said in answers}
    rows = [{leaf["name"]: leaf["said"].strip() for leaf in _LEAF.finditer(said)} for said in answers]
    if len(forms) > 1 or len(rows[0]) < 2 or not _WHOLE.fullmatch(form := forms.pop()):
        return None
    fields: dict[str, str] = {}
    for name in rows[0]:
        field = _field_of(name, [row[name] for row in rows], ontology)
        if field in fields.values():
            return None
        fields[name] = field
    seen = {field: [row[name] for row in rows] for name, field in fields.items()}
    if form.count(MARK) != len(fields) or not seen.keys() & {"action", "amount"}:
        return None
    template = _LEAF.sub(
        lambda leaf: f"<{leaf['name']}>{MARK}{fields[leaf['name']]}{MARK}</{leaf['name']}>", form
    )
    spoken = spoken_in(seen["action"], _told(context), ontology) if "action" in seen else {}
    layout = replace(layout_of(template, seen, {}), words=spoken)
    layout = replace(layout, losses={**(layout.losses or {}), **_nothing_in(seen)})
    return Shots(schema_of(seen, ontology), layout, examples)


def _field_of(name: str, said: list[str], ontology: Ontology) -> str:
    """Which field an element is, by what stands in it and else by its name."""
    if all(action_of(one, ontology) for one in said):
        return "action"
    slot = ontology.slot_of(name)
    kinds = {str(token.lastgroup) for one in said if (token := TOKEN.fullmatch(one))}
    kinds -= {"loss"} if len(kinds) > 1 else set()
    if kinds == {"money"}:
        sums = slot is not None and ontology.slots[slot].kind == "money"
        return slot if slot is not None and sums and slot != "amount" else "amount"
    if kinds == {"id"}:
        return first_of_kind(ontology, "id")
    return FIELDS.get(kinds.pop(), name) if len(kinds) == 1 and slot is None else name


def _nothing_in(seen: dict[str, list[str]]) -> dict[str, str]:
    """Field → what the examples say there for nothing."""
    found = {
        field: next((one for one in said if _BLANK.fullmatch(one)), None) for field, said in seen.items()
    }
    return {field: one for field, one in found.items() if one is not None}


def _told(context: Context) -> str:
    return "\n".join(piece.text for piece in context.of("system"))
