"""Fields that are questions: `"why": What is the matter? One of "late" (…); "cancel" (…)`.

Whoever asks for JSON in plain words gives the keys any names and says behind each what it asks. The question
is what such a field means, and one of the answers that it leaves is what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.outcomes import outcome_in
from harness.simulation.filling.checked import CHECKED
from harness.simulation.filling.typed import type_of
from harness.simulation.forms.contract import Contract, asked_slots
from harness.simulation.forms.menus import CHOICE
from harness.simulation.meaning.offering import POSED, Offer, asked_with, offer_of, role_of
from harness.simulation.meaning.slots import words_of

from .by_article import asked_otherwise, listed, of_an_article
from .by_article import by_key as article_keys
from .narrow import asked_day, readings
from .one_article import article_in, keyed_by_article, said_of_article
from .one_question import answering, asks_once
from .points import Narrow, PosedField
from .verdicts import GENERIC, verdict_on_letter

Json = Any
PREFIX = "posed_"
_DAY = re.compile(r"YYYY|\b(?:when|which (?:day|date)|what (?:day|date)|on (?:which|what))\b", re.IGNORECASE)
_BY_KEY = re.compile(
    r"\b(?:object|map|mapping|dict\w*|keys?|keyed)\b[^.\n]{0,80}\b(?:value|values|number|count|pieces"
    r"|quantit\w+|to)\b",
    re.IGNORECASE,
)
_ARTICLES = re.compile(
    r"\b(?:articles?|items?|goods|products?|skus?|lines?|positions?|pieces)\b", re.IGNORECASE
)


def with_posed(
    contract: Contract, articles: Mapping[str, str], asked: str, *, letter: bool = False
) -> tuple[Contract, tuple[PosedField, ...]]:
    """The contract in which such fields are marked, and what each of them asks.

    `asked`: the last message's own words, which ask what a lone `answer` is to say; `letter`: whether a
    letter is there that may be what is asked about.
    """
    if contract.form not in {"schema", "json", "submit"} or contract.step is not None or not contract.schema:
        return contract, ()
    properties = contract.schema.get("properties") or {}
    found: list[PosedField] = []
    marked = dict(properties)
    generic = [key for key in properties if {*words_of(key)} <= GENERIC]
    lone = answering(properties) if asks_once(asked) else ""
    verdict = verdict_on_letter(contract.schema, asked) if letter else None
    by_key = dict(keyed_by_article(articles, properties))
    whole = article_keys("", contract.schema, articles, asked) or {}
    for key, part in properties.items():
        if isinstance(part, dict) and CHECKED in part:
            continue  # a checklist's
        fixed = _fixed(contract, key, part, verdict)
        if fixed is not None:
            marked[key] = _marked(part, fixed, found)
            continue
        said = _with_question(part, asked) if generic == [key] or key == lone else part
        said = _of_key(part, articles[by_key[key]] or key, asked) if key in by_key else said
        said = _of_point(key, said, asked)
        if key in whole:
            marked[key] = _marked(part, whole[key], found)
        elif (keyed := article_keys(key, part, articles, asked)) is not None:
            inner = {one: _marked(part["properties"][one], posed, found) for one, posed in keyed.items()}
            marked[key] = {**part, "properties": inner}
        elif (
            posed := _posed(key, said, articles) or (listed(part, asked) if key == lone else None)
        ) is not None:
            marked[key] = _marked(part, posed, found)
    if not found:
        return contract, ()
    schema = {**contract.schema, "properties": marked}
    return replace(contract, schema=schema, slots=asked_slots(schema, vocabulary().ontology)), tuple(found)


def _fixed(contract: Contract, key: str, part: Json, verdict: tuple[str, Narrow] | None) -> PosedField | None:
    """A verdict on a letter; a menu of outcomes of the case, of which the one that is due is wanted, be it
    by a sum or in many words.
    """
    if verdict is not None and verdict[0] == key:
        return PosedField("verdict", verdict[1], part)
    options = tuple(map(str, part.get("enum") or ())) if isinstance(part, dict) else ()
    menu = contract.layout is not None and contract.layout.words is not None and key == CHOICE
    acts = {found[0] for one in options if (found := outcome_in(one)) is not None}
    if not menu or len(acts) < _SEVERAL:
        return None
    return PosedField("outcome", Narrow(Offer("", options, ""), "outcome", "action"), part)


_SEVERAL = 2


def _marked(part: Mapping[str, Json], posed: PosedField, found: list[PosedField]) -> dict[str, Json]:
    """A field marked with the question that it is, which `found` then holds."""
    found.append(posed)
    return {**part, POSED: [f"{PREFIX}{len(found) - 1}", *_slots(posed.narrow)]}


def _with_question(part: Json, asked: str) -> Json:
    """A field that says nothing of itself with the question that the prompt asks."""
    if not isinstance(part, dict) or "?" in str(part.get("description") or ""):
        return part
    offer = asked_with(asked, tuple(map(str, part.get("enum") or ())))
    if offer is None:
        return part
    # Behind the question stands what the options are for.
    _, _, rest = offer.told.rpartition(offer.question) if part.get("enum") else ("", "", "")
    return {**part, "description": f"{offer.question} {part.get('description') or ''}\n{rest}".strip()}


def _of_key(part: Json, article: str, asked: str) -> Json:
    """A choice under the name of an article, with the question that it answers."""
    if not isinstance(part, dict) or not part.get("enum"):
        return part
    return {**part, "description": f'What is wanted for "{article}"?\n{part.get("description") or asked}'}


_MARKED = (
    r"^[ \t]{{0,4}}(?:q|question|frage|no\.?|#)?[ \t]?{mark}[.):][ \t]{{1,4}}"
    r"(?P<said>[^\n]{{6,240}}\?)(?P<rest>[^\n]*)"
)


def _of_point(key: str, part: Json, asked: str) -> Json:
    """A field that is a number with the question of that number: `"2"`, `q2`, `answer_2`."""
    number = re.fullmatch(r"(?:q|question|answer|a|frage|item|no)?[ _]?(\d{1,2})", key, re.IGNORECASE)
    if number is None or not isinstance(part, dict) or "?" in str(part.get("description") or ""):
        return part
    found = re.search(_MARKED.format(mark=number[1]), asked, re.IGNORECASE | re.MULTILINE)
    if found is None:
        return part
    points = re.compile(_MARKED.format(mark=r"\d{1,2}"), re.IGNORECASE | re.MULTILINE)
    besides = points.sub("", asked) if part.get("enum") else ""
    return {**part, "description": f"{found['said']}{found['rest']}\n{besides}".strip()}


def _slots(narrow: Narrow) -> tuple[str, ...]:
    return tuple(sorted(narrow.query.slots)) if narrow.query is not None else (narrow.slot,)


def _posed(  # noqa: PLR0911  (one kind of question a look)
    key: str, part: Json, articles: Mapping[str, str]
) -> PosedField | None:
    """The question of a field whose name says nothing, or less than the question does."""
    told = str(part.get("description") or "") if isinstance(part, dict) else ""
    options = tuple(map(str, part.get("enum") or ())) if told else ()
    offer = offer_of(told, options)
    if offer is None or type_of(part) not in {"string", "", "boolean", "integer", "object", "number"}:
        return None
    rest = told.partition("?")[2]
    bare = type_of(part) in {"object", ""} and not part.get("properties")
    if bare and _BY_KEY.search(rest) and _ARTICLES.search(told):
        return PosedField("counts", Narrow(offer, "counts", "items"), part)
    if options and article_in(articles, offer.question) and said_of_article(offer) is not None:
        return PosedField("wish", next(readings(articles, offer)), part)
    if (
        one := of_an_article(key, part, articles, told) or asked_otherwise(key, part, articles, told)
    ) is not None:
        return one
    if _is_named(key, part, offer):
        return None
    if (
        type_of(part) in {"integer", "number"}
        and not offer.answers
        and (sku := article_in(articles, offer.question))
    ):
        return PosedField("pieces", Narrow(offer, "pieces", "items", sku=sku), part)
    if not offer.answers and type_of(part) == "boolean":
        offer = replace(offer, answers=("yes", "no"))
    if (narrow := next(readings(articles, offer), None)) is not None:
        return PosedField(narrow.kind, narrow, part)
    if _DAY.search(told) and not part.get("enum") and (slot := asked_day(offer)):
        return PosedField("day", Narrow(offer, "day", slot), part)
    return None


def _is_named(key: str, part: Mapping[str, Json], offer: Offer) -> bool:
    """Whether the field's own name says what it is, and none of its answers is for what no value says."""
    ontology = vocabulary().ontology
    if part.get("named") or {*words_of(key)} <= GENERIC or (offer.answers and not type_of(part)):
        return False
    options = tuple(map(str, part.get("enum") or ()))
    slot = ontology.slot_of(key, "", options, boolean=type_of(part) == "boolean")
    if slot is None:
        return False
    kind = ontology.slots[slot].kind
    roles = kind == "id" and any(role_of(word, offer.told) for word in offer.answers)
    return not (roles or (kind == "text" and offer.answers))
