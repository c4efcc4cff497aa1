"""An example of an answer, token by token: what is decided, sums, orders, clauses; and the form of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from harness.simulation.forms.rendering import MARK, Layout
from harness.simulation.meaning.slots import Ontology, words_of

Json = Any
UNIT = r"(?:EUR|GBP|PLN|USD|CHF|[€£$]|zł)"
TOKEN = re.compile(
    rf"(?P<money>(?:{UNIT}[ ]?)?(?<![\w.,-])\d{{1,6}}[.,]\d\d(?![\w.,]\d)(?:[ ]?{UNIT}(?!\w))?"
    rf"|{UNIT}[ ]?\d{{1,6}}(?![\w.,]\d)|(?<![\w.,-])\d{{1,6}}[ ]?{UNIT}(?!\w))"
    r"|(?P<id>(?<![\w-])[A-Z]{2,5}-?\d{1,10}(?![\w-]))|(?P<clause>(?<![\w-])[A-Z]-\d{1,2}(?![\w-]))"
    r"|(?P<unit>(?<!\w)(?:EUR|GBP|PLN|USD)(?!\w))"
    r"|(?P<loss>(?<![^\s|;,/(\[:=])(?:-{1,2}|–|—|[nN]/?[aA]|none|None|NONE|null|NULL)(?![^\s|;,/)\]]))"
)
_AMOUNT = re.compile(
    rf"(?P<before>{UNIT})?(?P<gap>[ ]?)\d{{1,6}}(?:[.,]\d\d)?(?P<space>[ ]?)(?P<after>{UNIT})?"
)
_PIECES = re.compile(r"[^\W_][\w'’]*(?:[ ][^\W_][\w'’]*)*")
_ZERO = re.compile(r"(?<![\d.,])0(?:[.,]00?)?(?![\d.,])")
_UNITS = re.compile(UNIT)
FIELDS = {
    "action": "action", "id": "", "money": "amount", "unit": "currency", "clause": "clause_id",
    "words": "reason",
}  # fmt: skip


class Token(NamedTuple):
    kind: str
    text: str


def tokens_of(said: str, ontology: Ontology) -> Iterator[Token]:
    at = 0
    for match in (*TOKEN.finditer(said), None):
        yield from _words(said[at : match.start() if match is not None else len(said)], ontology)
        if match is not None:
            yield Token(str(match.lastgroup), match.group())
            at = match.end()


def _words(run: str, ontology: Ontology) -> Iterator[Token]:
    at = 0
    for match in (*_PIECES.finditer(run), None):
        between = run[at : match.start() if match is not None else len(run)]
        if between:
            yield Token("literal", between)
        if match is not None:
            said, space, label = match.group(), "", ""
            if " " in said and run[match.end() : match.end() + 1] in {"=", ":"}:
                said, space, label = said.rpartition(" ")  # `approve amount=`
            yield Token("action" if action_of(said, ontology) else "words", said)
            yield from (Token("literal", space), Token("words", label)) if label else ()
            at = match.end()


def action_of(words: str, ontology: Ontology) -> str | None:
    """The action of which these words are a name."""
    values = ontology.slots["action"].values if "action" in ontology.slots else {}
    said = words_of(words)
    if len(words) == 1 and words.isupper():
        return next((value for value in values if value[0] == words.lower()), None)
    return next((v for v, names in values.items() if said in map(words_of, (v, *names))), None)


def schema_of(seen: dict[str, list[str]], ontology: Ontology) -> dict[str, Json]:
    parts: dict[str, Json] = {name: {"type": "string", "nullable": True} for name in seen}
    if "amount" in seen:
        parts |= {"currency": parts.get("currency") or {"type": "string", "nullable": True}}
        parts["amount"] = {"type": "number", "nullable": True}
    if "action" in seen:
        parts["action"] = {"type": "string", "enum": list(ontology.slots["action"].values)}
    return {"type": "object", "properties": parts}


def spoken_in(said: Sequence[str], told: str, ontology: Ontology) -> dict[str, str]:
    """A word for each action: the examples', else one of the prompt in that case, else one like them."""
    case = str.upper if said[0].isupper() else str.lower if said[0].islower() else str.capitalize
    capitals = re.findall(r"\b[A-Z][A-Z_]{2,20}\b", told) if case is str.upper else []
    words: dict[str, str] = {}
    for word in (*said, *capitals):
        if (value := action_of(word, ontology)) is not None:
            words.setdefault(value, word)
    values = ontology.slots["action"].values
    if all(len(word) == 1 for word in said):
        return {value: value[0].upper() for value in values} | words
    past = all(word.lower().endswith("ed") for word in said)
    own = {
        value: next((n for n in names if past and n.endswith("ed")), value) for value, names in values.items()
    }
    return {value: case(name) for value, name in own.items()} | words


def layout_of(template: str, seen: dict[str, list[str]], losses: dict[str, str]) -> Layout:
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


def laid_out(
    template: str, seen: dict[str, list[str]], told: str, ontology: Ontology
) -> tuple[dict[str, Json], Layout]:
    """The schema and the layout of a form with these values; `told`: where more words may stand."""
    spoken = spoken_in(seen["action"], told, ontology) if "action" in seen else {}
    return schema_of(seen, ontology), replace(layout_of(template, seen, {}), words=spoken)
