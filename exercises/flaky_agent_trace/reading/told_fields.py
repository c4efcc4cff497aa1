"""What a program says of its fields and their names do not: made out once, and noted in the schema.

Which word it keeps for an order that cannot be told or for several, which option a value belongs to that none
names (`faulty: … or other than ordered`), when a list stays empty, that an article is wanted by its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.retelling import issues_in
from exercises.flaky_agent_trace.papers.reviewing import asks_for_review
from harness.simulation.filling.defined import meant
from harness.simulation.filling.earliest import counts_now, paragraphs
from harness.simulation.filling.typed import type_of
from harness.simulation.forms.contract import Contract, asked_slots
from harness.simulation.forms.explained_fields import explained
from harness.simulation.meaning.hints import A_NUMBER
from harness.simulation.meaning.joined import parts_of
from harness.simulation.meaning.offering import TOLD, gloss_of, role_of
from harness.simulation.meaning.predicates import Said
from harness.simulation.meaning.slots import words_of

from .agreeing import agreement, verdict_flag
from .contending import note_contending
from .order_lists import note_orders
from .told_briefly import in_english, text_meant
from .told_lists import EMPTY, tells_faults, void_unpaid

Json = Any
_WORDS = re.compile(
    r"[\"'`“]([A-Za-z][\w -]{1,24})[\"'`”]|(?<![\w-])([A-Z][A-Z_]{3,20})(?![\w-])"
    r"|[|/]\s{0,3}(?!(?:null|none|nil)\b)([a-z][\w-]{2,24})(?=\s{0,3}(?:[(|/,;.]|$))"
)
"""Words that a description sets apart, be it by a stroke."""
_ELSE_WORD = re.compile(
    r"(?P<before>[^.;\n]{0,80}?)\b(?:or|else|otherwise) (?:the word )?"
    r"(?P<word>ambiguous|unclear|undecided|undetermined|several|multiple|unknown|unsure|ask)"
    r"(?=\s*(?:[.,;:()]|$|(?:if|when|where)\b))",
    re.IGNORECASE,
)
_VOID = re.compile(r"\b(?:if|when|where|unless|null|none|empty|blank|is|are)\b", re.IGNORECASE)
_TO_SAY = re.compile(
    r"(?P<before>[^.\n]{0,160})\b(?i:say|write|put|answer|use|return|give|enter|state) "
    r"(?:the word |only |just )?[\"'`“]?(?P<word>[A-Z][A-Z_]{3,20})\b"
)
_OF_ORDERS = re.compile(r"\b(?:orders?|purchases?)\b", re.IGNORECASE)
"""A word for what is open that stands without marks, or that the prompt keeps for it."""
_BY_NUMBER = re.compile(
    r"\b(?:number|no\.|nr\.?|code|sku|id|identifier|nummer|numéro|código|kod)s?\b", re.IGNORECASE
)
_EACH = re.compile(r"[\w-]+(?: [\w-]+)?")
_NEAR: dict[str, dict[str, tuple[str, ...]]] = {
    "issue": {
        "wrong_item": ("damaged", "changed_mind"), "damaged": ("wrong_item",), "cancel": ("changed_mind",),
        "already_paid_back": ("damaged", "changed_mind"), "late": ("goodwill", "not_arrived"),
        "not_arrived": ("late",), "goodwill": ("late",),
    },
    "wants": {
        "discount": ("refund",), "store_credit": ("discount", "replacement"),
        "replacement": ("store_credit",),
    },
}  # fmt: skip
"""What comes nearest where neither an option nor what is told of one says the thing itself."""


def with_told_fields(contract: Contract, told: str) -> Contract:
    """The contract with what `told`, the program's own words, says of its fields."""
    if contract.form == "calls" and contract.submit is not None and contract.step is None:
        own = contract.submit
        schema = _noted(dict(own.spec.schema), "", told, within=False)
        return replace(contract, submit=replace(own, spec=replace(own.spec, schema=schema)))
    if contract.form not in {"schema", "json", "submit"} or contract.step is not None or not contract.schema:
        return contract
    schema = _noted(dict(contract.schema), "", told, within=False)
    if schema == contract.schema:
        return contract
    return replace(contract, schema=schema, slots=asked_slots(schema, vocabulary().ontology) | contract.slots)


def _noted(schema: dict[str, Json], name: str, told: str, *, within: bool) -> dict[str, Json]:
    """A schema with its notes, and so all within it."""
    said = dict(schema)
    if isinstance(parts := said.get("properties"), dict):
        lines = explained(told, frozenset(parts))
        said["properties"] = {
            key: _noted(part, key, f"{lines.get(key, '')}\n{told}", within=within)
            if isinstance(part, dict)
            else part
            for key, part in parts.items()
        }
        note_orders(said["properties"])
        note_contending(said["properties"])
    if isinstance(items := said.get("items"), dict):
        said["items"] = _noted(items, name if "properties" not in items else "", told, within=True)
    for defs in ("$defs", "definitions"):
        if isinstance(held := said.get(defs), dict):
            said[defs] = {
                key: _noted(part, "", told, within=True) if isinstance(part, dict) else part
                for key, part in held.items()
            }
    if isinstance(branches := said.get("anyOf"), list):
        said["anyOf"] = [_noted(b, name, told, within=within) if isinstance(b, dict) else b for b in branches]
    notes = _notes(said, name, told, within=within) if name else {}
    if name and vocabulary().ontology.slot_of(name) == "reported" and counts_now(paragraphs(name, told)):
        notes = {**notes, "ever": True}
    return {**said, TOLD: notes} if notes else said


def _branch(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """What a field that may be null holds else, where that is one thing and no choice of words."""
    kept = [b for b in schema.get("anyOf") or () if isinstance(b, dict) and type_of(b) != "null"]
    return kept[0] if len(kept) == 1 and "enum" not in kept[0] else {}


def _notes(  # noqa: PLR0911, PLR0912  (one note a look)
    schema: Mapping[str, Json], name: str, told: str, *, within: bool
) -> dict[str, Json]:
    """What is noted of one field."""
    ontology, kind = vocabulary().ontology, type_of(schema) or type_of(_branch(schema))
    described = str(schema.get("description") or "")
    options = tuple(map(str, schema.get("enum") or ()))
    slot = ontology.slot_of(name, described, options)
    own = _of_an_order(slot, described)
    if kind == "boolean" and (judged := agreement(name, described, told) or verdict_flag(name, told)):
        return {"slot": judged}
    if kind == "string" and not options and not within and not own and (text := _text(name, described)):
        return {"slot": text}
    of_orders = sum(map(bool, map(ORDER_ID.fullmatch, options))) > 1
    if kind == "string" and of_orders and (slot is None or ontology.slots[slot].kind in {"text", "word"}):
        return {"slot": "order_id", "roles": _roles(described, options, told), "found": "order_match"}
    if kind == "string" and not options and not within and own:
        return {"slot": "order_id", "roles": _roles(described, options, told), "found": "order_match"}
    if kind == "string" and not options and not within and _WRONG.search(described):
        return {"slot": "wrong_told"}
    if kind == "array" and asks_for_review(told) and tells_faults(schema, described):
        return {"slot": "issues"}
    if text := text_meant(slot, name, schema, within=within):
        return {"slot": text}
    said = name if slot == "translation" else f"{name}. {described}"
    if slot in {None, "items", "item", "translation"} and not within and in_english(schema, said):
        return {"slot": "search_words"}
    if slot is None or "const" in schema:
        return {}
    if kind == "array" or (slot == "items" and kind == "object"):
        if ontology.slots[slot].kind != "list":
            return {}
        said = f"{described}\n{told.partition(chr(10))[0]}"
        void = {"empty_for": ["issue", *found]} if (found := sorted(voids(said))) else {}
        return {**void, "empty_unless": ["action", "refund"]} if void_unpaid(said) else void
    if kind not in {"string", ""}:
        return {}
    if ontology.slots[slot].kind == "id" and slot == "order_id":
        roles = _roles(described, options, told)
        return {"roles": roles, "found": "order_match"} if roles else {}
    if within and slot in {"item", "name"} and not options and _BY_NUMBER.search(described):
        return {"slot": "sku"}
    means = meanings(slot, options, f"{described}\n{told}") if slot in _NEAR and options else {}
    return {"means": means} if means else {}


_SENTENCES = re.compile(
    r"\b(?:sentences?|paragraph|in (?:your own|plain|a few) words|in prose|briefly (?:say|tell"
    r"|describe|explain))\b",
    re.IGNORECASE,
)
_FOR_CUSTOMER = re.compile(
    r"\b(?:for|to|towards|that) (?:the |our )?(?:customer|client|buyer|sender|reader of the mail)\b",
    re.IGNORECASE,
)


def _of_an_order(slot: str | None, described: str) -> bool:
    """Whether a field of another name is said to hold an order's number: `HL-number | unclear`."""
    first = re.split(r"\s?[|/(]|,?\sor\s|\sof\s", described.strip(" <>`\"'"))[0]
    number = A_NUMBER.fullmatch(first) is not None and not _OF_AN_ARTICLE.search(first)
    return number and (slot is None or vocabulary().ontology.slots[slot].kind in {"text", "word"})


_OF_AN_ARTICLE = re.compile(r"\b(?:article|item)\b", re.IGNORECASE)
_WRONG = re.compile(
    r"^\W{0,3}(?:briefly:? |in short:? )?(?:what(?:ever)? (?:is|are|was|seems?) (?:\w+ )?"
    r"(?:wrong|amiss|off|not right)"
    r"|what (?:\w+ ){0,3}objects? to|(?:the |any |all )?(?:faults?|errors?|mistakes?|objections?|problems?)"
    r"(?: (?:that )?(?:you )?f(?:i|ou)nd)?)\b"
    r"[^.\n]{0,60}\b(?:empty|blank|nothing|\"\"|'')[^.\n]{0,12}\b(?:if|when|where|for|unless)\b"
    r"|^\W{0,3}(?:if|when|where) (?:you (?:object|disagree|reject|refuse|decline|do not agree|don['’]t agree)"
    r"|it is (?:wrong|not right)|not ok|wrong|rejected)\b[^.:,\n]{0,30}[:,]\s?(?:name |say |state |tell )?"
    r"(?:the|what|which|each|every|all|one)\b[^.\n]{0,60}"
    r"\b(?:wrong|incorrect|mistaken|at fault|amiss|not right|faults?|errors?|objections?|reasons?)\b"
    r"|^\W{0,3}(?:the |one |each |which )?(?:\w+ )?(?:fact|point|field|value|detail)s? (?:that )?"
    r"(?:is|are|was|were) (?:wrong|incorrect|mistaken|not right)\b",
    re.IGNORECASE,
)
"""Describes a text that says what is wrong, and nothing where nothing is."""


def _text(name: str, described: str) -> str:
    """The text that a few sentences are, where no name says it; empty where no sentences are wanted."""
    if not _SENTENCES.search(described):
        return ""
    named = vocabulary().ontology.slot_of(name)
    if named in {"reasoning", "reason"} and _FOR_CUSTOMER.search(described):
        return "customer_line"
    if named == "working":
        return "reasoning"
    found = vocabulary().ontology.slot_of(name, described)
    short = named is None and found is not None and vocabulary().ontology.slots[found].kind in _NO_TEXTS
    return "summary" if short else ""


_NO_TEXTS = frozenset({"id", "number", "money", "date", "flag", "word", "list"})


def voids(told: str) -> set[str]:
    """For which issues a description wants its list empty."""
    found: set[str] = set()
    for match in EMPTY.finditer(told):
        found |= issues_in(match["when"]) | set(_named(_EACH.findall(match["when"])))
        found |= set(_named(match["when"].replace(",", " ").split()))
        found |= {issue for clause, issue in _BY_CLAUSE.items() if re.search(rf"\b{clause}\b", match["when"])}
    return found


_BY_CLAUSE = {"R-1": "changed_mind", "L-1": "late", "L-2": "not_arrived", "L-4": "cancel"}


def _named(words: Iterable[str]) -> Iterable[str]:
    value_of = vocabulary().ontology.value_of
    return filter(None, (value_of("issue", word) for word in words if len(word) > 3))


def _roles(described: str, options: tuple[str, ...], told: str) -> dict[str, str]:
    """The words that stand for an order where there is not just one."""
    head = told.partition("\n")[0]
    own = [one or other or last for one, other, last in _WORDS.findall(f"{described}\n{head}")]
    own += [found["word"] for found in _ELSE_WORD.finditer(described) if not _VOID.search(found["before"])]
    own += [found["word"] for found in _TO_SAY.finditer(told) if _OF_ORDERS.search(found["before"])]
    words = dict.fromkeys(word for word in (*options, *own) if not ORDER_ID.search(word))
    found: dict[str, str] = {}
    for word in words:
        if (role := role_of(word, f"{described}\n{told}")) is not None:
            found.setdefault(role, word)
    if found and "none" not in found and "unclear" in found:
        found["none"] = found["unclear"]
    elif found and "unclear" not in found and "none" in found:
        found["unclear"] = found["none"]
    return found


def meanings(slot: str, options: tuple[str, ...], told: str) -> dict[str, str]:
    """Value → option, for values that no option names: by what is told of it, else the nearest one."""
    if slot not in _NEAR:
        return {}
    value_of = vocabulary().ontology.value_of
    named = {
        value: option
        for option in reversed(options)
        for part in (*parts_of(option), option)
        if (value := value_of(slot, part))
    }
    if len(named) < _FEWEST:
        return {}
    glossed = {option: issues_told(option, told) for option in options} if slot == "issue" else {}
    schema = {"enum": options, "description": told.partition("\n")[0]}
    defined = meant(vocabulary().ontology.predicates, schema) if slot == "issue" else {}
    found: dict[str, str] = {}
    for value in _values(slot):
        if value in named:
            continue
        said = [option for option, issues in glossed.items() if value in issues]
        said += [
            option for option, each in defined.items() if _says_first(each, value) and option not in said
        ]
        said.sort(key=lambda option: (option in named.values(), len(glossed[option])))
        held = {issue: option for option, issues in glossed.items() for issue in issues if len(issues) == 1}
        held |= {issue: option for option, issues in glossed.items() for issue in issues if issue not in held}
        held |= named
        near = [held[other] for other in _NEAR[slot].get(value, ()) if other in held]
        rest = [option for option in options if {*words_of(option)} & _OTHER or {*words_of(option)} <= _NONE]
        own = said[:1] or (rest[:1] if rest else near[:1])
        found |= {value: own[0]} if own else {}
    return found


def issues_told(option: str, told: str) -> frozenset[str]:
    """The issues that a text says an option is for."""
    gloss = gloss_of(option, told)
    said = {one.name for one in vocabulary().ontology.predicates.said_in(gloss) if one.group == "issue"}
    found = frozenset({*issues_in(gloss)} | (said & {*_values("issue")}))
    return found if _PAID.search(gloss) else found - {"already_paid_back"}


_PAID = re.compile(r"\b(?:refund(?:ed|s)?|paid|repaid|reimbursed)\b", re.IGNORECASE)


def _says_first(said: tuple[Said, ...], value: str) -> bool:
    """Whether what an option is said to mean begins with this."""
    return any(one.name == value and not one.denied and one.part == 0 for one in said)


@cache
def _values(slot: str) -> tuple[str, ...]:
    return tuple(vocabulary().ontology.slots[slot].values)


_FEWEST = 2
_OTHER = frozenset({"other", "others", "else", "misc", "miscellaneous"})
_NONE = frozenset({"none", "unknown", "nothing", "no", "neither", "unclear", "null"})
