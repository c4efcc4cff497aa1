"""Examples of answers, which fix the form of the answer: signs, spaces, case, currency, a dash for none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from harness.simulation.forms.gaps import first_of_kind
from harness.simulation.forms.rendering import MARK, Layout
from harness.simulation.forms.shown_fields import fields_shown, word_shown
from harness.simulation.meaning.slots import Ontology, words_of
from harness.simulation.reading.context import Context

Json = Any
_UNIT = r"(?:EUR|GBP|PLN|USD|CHF|[€£$]|zł)"
_TOKEN = re.compile(
    rf"(?P<money>(?:{_UNIT}[ ]?)?(?<![\w.,-])\d{{1,6}}[.,]\d\d(?![\w.,]\d)(?:[ ]?{_UNIT}(?!\w))?"
    rf"|{_UNIT}[ ]?\d{{1,6}}(?![\w.,]\d)|(?<![\w.,-])\d{{1,6}}[ ]?{_UNIT}(?!\w))"
    r"|(?P<id>(?<![\w-])[A-Z]{2,5}-?\d{1,10}(?![\w-]))|(?P<clause>(?<![\w-])[A-Z]-\d{1,2}(?![\w-]))"
    r"|(?P<unit>(?<!\w)(?:EUR|GBP|PLN|USD)(?!\w))"
    r"|(?P<loss>(?<![^\s|;,/(\[:=])(?:-{1,2}|–|—|[nN]/?[aA]|none|None|NONE|null|NULL)(?![^\s|;,/)\]]))"
)
_AMOUNT = re.compile(
    rf"(?P<before>{_UNIT})?(?P<gap>[ ]?)\d{{1,6}}(?:[.,]\d\d)?(?P<space>[ ]?)(?P<after>{_UNIT})?"
)
_PIECES = re.compile(r"[^\W_][\w'’]*(?:[ ][^\W_][\w'’]*)*")
_ANSWERED = re.compile(
    r"(?:^[ \t]{0,8}(?:answer|output|response|result|reply|decision|a)[ \t]?:|[ \t](?:->|=>|→))[ \t]{1,3}"
    r"(?P<said>[^\n{]{3,200})$",
    re.IGNORECASE | re.MULTILINE,
)
_UNDER = re.compile(r"\bexamples?\b[^\n]{0,80}:[ \t]{0,4}\n(?P<said>(?:[^\n{]{3,200}\n){2,8})", re.IGNORECASE)
_BULLET = re.compile(r"^[ \t]{0,8}(?:[-*•][ \t]{1,3})?(?P<said>[^\n]{3,200})$", re.MULTILINE)
_WAITS = re.compile(r"\bexamples?\b|(?:->|=>|→|:)\s{0,3}\Z", re.IGNORECASE)
_ZERO = re.compile(r"(?<![\d.,])0(?:[.,]00?)?(?![\d.,])")
_UNITS = re.compile(_UNIT)
_LONGEST = 300
_LEAF = re.compile(r"<(?P<name>[A-Za-z][\w-]{0,40})>(?P<said>[^<>]{0,800})</(?P=name)>")
_BLANK = re.compile(r"|0[.,]00|-{1,2}|–|—|n/?a|none|null", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:<(?P<root>[A-Za-z][\w-]{0,40})>)?\s{0,4}(?:<[\w-]{1,41}>\0</[\w-]{1,41}>\s{0,6}){2,20}(?:</(?P=root)>)?"
)
_FIELDS = {
    "action": "action", "id": "", "money": "amount", "unit": "currency", "clause": "clause_id",
    "words": "reason",
}  # fmt: skip


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


class _Token(NamedTuple):
    kind: str
    text: str


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
    rows = [list(_tokens(said, ontology)) for said in answers]
    template = ""
    losses: dict[str, str] = {}
    seen: dict[str, list[str]] = {}
    for at in range(max(map(len, rows))):
        if at >= min(map(len, rows)) and not ({row[at].kind for row in rows if at < len(row)} <= {"words"}):
            return None
        column = [row[at] if at < len(row) else _Token("words", "") for row in rows]
        texts, kinds = {token.text for token in column}, {token.kind for token in column}
        known = kinds - {"loss", "words"} or kinds - {"loss"}
        if len(texts) == 1 and not known & (_FIELDS.keys() - {"words"}):
            template += column[0].text
            continue
        kind = next(iter(known)) if len(known) == 1 else ""
        name = _FIELDS.get(kind, "") or (first_of_kind(ontology, "id") if kind == "id" else "")
        if not name or name in seen or (kind not in {"words", "action"} and "words" in kinds):
            return None
        seen[name] = [token.text for token in column if token.kind == kind]
        losses.update((name, token.text) for token in column if token.kind == "loss")
        template += f"{MARK}{name}{MARK}"
        if kind == "words":
            if any(
                token.kind in _FIELDS and token.kind != "words" for row in rows for token in row[at + 1 :]
            ):
                return None
            break  # what is told in words goes on to the end
    if len(seen) < 2 or not seen.keys() & {"action", "amount"}:
        return None
    spoken = _spoken(seen["action"], context, ontology) if "action" in seen else {}
    return Shots(_schema(seen, ontology), replace(_layout(template, seen, losses), words=spoken), examples)


def _closing(answers: list[str], examples: Examples) -> Shots | None:
    """The form of answers that are a sentence or two, and a sum behind the same label in all of them."""
    found = [_CLOSED.fullmatch(said) for said in answers]
    closed = [match for match in found if match is not None]
    if len(closed) < max(_FEWEST, len(found)) or len({match["label"] for match in closed}) > 1:
        return None
    seen = {_REASON: [m["said"] for m in closed], "amount": [m["sum"] for m in closed]}
    template = f"{MARK}{_REASON}{MARK}{closed[0]['label']}{MARK}amount{MARK}"
    layout = replace(_layout(template, seen, {}), sentences=frozenset({_REASON}))
    parts: dict[str, Json] = {_REASON: {"type": "string"}, "amount": {"type": "number", "nullable": True}}
    parts["currency"] = {"type": "string", "nullable": True}
    return Shots({"type": "object", "properties": parts}, layout, examples)


_REASON = "reason"
_CLOSED = re.compile(
    rf"(?P<said>[A-ZÀ-Ý][^\n|;{{}}<>]{{8,280}}[.!])(?P<label>\s{{1,2}}[A-Z][\w ]{{1,20}}[:=] ?)"
    rf"(?P<sum>(?:{_UNIT} ?)?\d{{1,6}}(?:[.,]\d\d)?(?: ?{_UNIT})?)"
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
    spoken = _spoken(seen["action"], context, ontology) if "action" in seen else {}
    layout = replace(_layout(template, seen, {}), words=spoken)
    layout = replace(layout, losses={**(layout.losses or {}), **_nothing_in(seen)})
    return Shots(_schema(seen, ontology), layout, examples)


def _field_of(name: str, said: list[str], ontology: Ontology) -> str:
    """Which field an element is, by what stands in it and else by its name."""
    if all(_action(one, ontology) for one in said):
        return "action"
    slot = ontology.slot_of(name)
    kinds = {str(token.lastgroup) for one in said if (token := _TOKEN.fullmatch(one))}
    kinds -= {"loss"} if len(kinds) > 1 else set()
    if kinds == {"money"}:
        sums = slot is not None and ontology.slots[slot].kind == "money"
        return slot if slot is not None and sums and slot != "amount" else "amount"
    if kinds == {"id"}:
        return first_of_kind(ontology, "id")
    return _FIELDS.get(kinds.pop(), name) if len(kinds) == 1 and slot is None else name


def _nothing_in(seen: dict[str, list[str]]) -> dict[str, str]:
    """Field → what the examples say there for nothing."""
    found = {
        field: next((one for one in said if _BLANK.fullmatch(one)), None) for field, said in seen.items()
    }
    return {field: one for field, one in found.items() if one is not None}


def _tokens(said: str, ontology: Ontology) -> Iterator[_Token]:
    at = 0
    for match in (*_TOKEN.finditer(said), None):
        yield from _words(said[at : match.start() if match is not None else len(said)], ontology)
        if match is not None:
            yield _Token(str(match.lastgroup), match.group())
            at = match.end()


def _words(run: str, ontology: Ontology) -> Iterator[_Token]:
    at = 0
    for match in (*_PIECES.finditer(run), None):
        between = run[at : match.start() if match is not None else len(run)]
        if between:
            yield _Token("literal", between)
        if match is not None:
            said, space, label = match.group(), "", ""
            if " " in said and run[match.end() : match.end() + 1] in {"=", ":"}:
                said, space, label = said.rpartition(" ")  # `approve amount=`
            yield _Token("action" if _action(said, ontology) else "words", said)
            yield from (_Token("literal", space), _Token("words", label)) if label else ()
            at = match.end()


def _action(words: str, ontology: Ontology) -> str | None:
    """The action of which these words are a name."""
    values = ontology.slots["action"].values if "action" in ontology.slots else {}
    said = words_of(words)
    if len(words) == 1 and words.isupper():
        return next((value for value in values if value[0] == words.lower()), None)
    return next((v for v, names in values.items() if said in map(words_of, (v, *names))), None)


def _schema(seen: dict[str, list[str]], ontology: Ontology) -> dict[str, Json]:
    parts: dict[str, Json] = {name: {"type": "string", "nullable": True} for name in seen}
    if "amount" in seen:
        parts |= {"currency": parts.get("currency") or {"type": "string", "nullable": True}}
        parts["amount"] = {"type": "number", "nullable": True}
    if "action" in seen:
        parts["action"] = {"type": "string", "enum": list(ontology.slots["action"].values)}
    return {"type": "object", "properties": parts}


def _spoken(said: Sequence[str], context: Context, ontology: Ontology) -> dict[str, str]:
    """A word for each action: the examples', else one of the prompt in that case, else one like them."""
    case = str.upper if said[0].isupper() else str.lower if said[0].islower() else str.capitalize
    told = "\n".join(piece.text for piece in context.of("system"))
    capitals = re.findall(r"\b[A-Z][A-Z_]{2,20}\b", told) if case is str.upper else []
    words: dict[str, str] = {}
    for word in (*said, *capitals):
        if (value := _action(word, ontology)) is not None:
            words.setdefault(value, word)
    values = ontology.slots["action"].values
    if all(len(word) == 1 for word in said):
        return {value: value[0].upper() for value in values} | words
    past = all(word.lower().endswith("ed") for word in said)
    own = {
        value: next((n for n in names if past and n.endswith("ed")), value) for value, names in values.items()
    }
    return {value: case(name) for value, name in own.items()} | words


def _layout(template: str, seen: dict[str, list[str]], losses: dict[str, str]) -> Layout:
    nothing = next(iter(losses.values()), "-")
    losses = losses or {"amount": "0.00"}
    forms = {}
    if "amount" in seen and (money := _AMOUNT.match(seen["amount"][0])):
        unit = f"{MARK}{'currency' if (money['before'] or money['after'] or '').isupper() else 'sign'}{MARK}"
        before = f"{unit}{money['gap']}" if money["before"] else ""
        after = f"{money['space']}{unit}" if money["after"] else ""
        forms["amount"] = f"{before}{MARK}amount{MARK}{after}"
        zero = next((one for one in seen["amount"] if _ZERO.search(one)), "")
        if zero and unit and (before or after) and losses.get("amount") == "0.00" and _UNITS.search(zero):
            losses = {**losses, "amount": f"{before}0.00{after}"}
    return Layout("template", {"": template}, losses=dict.fromkeys(seen, nothing) | losses, forms=forms)
