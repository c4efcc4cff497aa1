"""What stands in a letter that a program shows, in the shape of the fields that ask for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exercises.flaky_agent_trace.deciding.told_letters import LANGUAGES, language_of
from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.drafted import closed, greeted, promised_in, read_letter
from exercises.flaky_agent_trace.papers.outcomes import outcome_named
from exercises.flaky_agent_trace.reading.letter_fields import OF_LETTER, LetterField
from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.reading.values import sums

Json = Any
_CLAUSE = re.compile(r"(?<![\w-])[A-Z]-\d{1,2}(?![\w-])")
_LINK = re.compile(
    r"https?://|\bwww\.|(?<![\w-])[\w-]{1,40}\.(?:example|com|net|org|co\.uk|de|fr|es|nl|pl|eu)\b(?!\S*@)"
)
_SORRY = re.compile(
    r"\b(?:sorry|apolog\w+|regret|leid|bedauer\w+|entschuldig\w*|désolée?s?|regrett\w+|excus\w+|lamenta\w+"
    r"|sentimos|disculp\w+|spijt\w*|excuses|przykro|przeprasza\w+)\b",
    re.IGNORECASE,
)
_ACTS = {"pays": "refund", "denies": "deny", "hands": "escalate", "asks": "need_info"}


def letter_said(letter: str, fields: tuple[LetterField, ...]) -> dict[str, Any]:
    """What each field gets, by its mark."""
    return {f"{OF_LETTER}{n}": _value(letter, field) for n, field in enumerate(fields)}


def _value(letter: str, field: LetterField) -> Any:
    told = read_letter(letter)
    match field.kind:
        case "outcome":
            return _outcome(told.get("action"), field.schema)
        case "language":
            return _language(letter, field.schema)
        case "sums":
            return _one_or_all([_plain(value) for value in _sums(letter)], field.schema)
        case "orders":
            found = dict.fromkeys(met.group().upper() for met in ORDER_ID.finditer(letter))
            return _one_or_all([*found], field.schema)
    return _says(field.kind.removeprefix("says_"), letter, told)


def _says(what: str, letter: str, told: Mapping[str, Any]) -> bool:
    if what in _ACTS:
        return told.get("action") == _ACTS[what] or (what == "asks" and "?" in letter)
    holds = {
        "promises": bool(promised_in(letter)), "codes": bool(_CLAUSE.search(letter)),
        "links": bool(_LINK.search(letter)), "greets": greeted(letter), "signed": closed(letter),
        "sorry": bool(_SORRY.search(letter)), "orders": bool(ORDER_ID.search(letter)),
        "sums": bool(_sums(letter)),
    }  # fmt: skip
    return holds[what]


def _sums(letter: str) -> list[float]:
    return list(dict.fromkeys(found.value.cents / 100 for found in sums(ORDER_ID.sub(" ", letter))))


def _plain(value: float) -> str:
    return f"{value:.2f}"


def _one_or_all(found: list[str], schema: Mapping[str, Json]) -> Any:
    """All of them where a list is wanted, else the only one; as numbers where these are wanted."""
    kinds = _kinds(schema)
    within = _kinds(schema.get("items") or {}) if "array" in kinds else kinds
    said: list[Any] = [float(one) for one in found] if within & {"number", "integer"} else [*found]
    if "array" in kinds:
        return said
    return next(iter(said), None if "null" in kinds else "")


def _kinds(schema: Mapping[str, Json]) -> set[str]:
    """The types of which a field may be."""
    told = schema.get("type")
    own = {*told} if isinstance(told, list) else {type_of(schema)}
    return (
        own
        | {type_of(branch) for branch in schema.get("anyOf") or ()}
        | ({"null"} if schema.get("nullable") else set())
    )


def _options(schema: Mapping[str, Json]) -> list[Any]:
    every = schema.get("enum") or next((b["enum"] for b in schema.get("anyOf") or () if b.get("enum")), ())
    return [option for option in every if option is not None]


def _outcome(action: str | None, schema: Mapping[str, Json]) -> Any:
    """The option that says it; the one for the rest only where every other option is understood."""
    told = {str(option): _meant(str(option)) for option in _options(schema)}
    rest = [option for option in told if unknowing(option) or option.casefold() in _REST]
    said = [option for option, meant in told.items() if meant == action is not None and option not in rest]
    read = all(meant is not None for option, meant in told.items() if option not in rest)
    return next(iter(said or (rest if read else [])), None)


_REST = frozenset({"other", "none", "else", "unclear"})


def _meant(option: str) -> str | None:
    return vocabulary().ontology.value_of("letter_outcome", option) or outcome_named(option.casefold())


def _language(letter: str, schema: Mapping[str, Json]) -> Any:
    code = language_of(letter)
    options = _options(schema)
    if not options or code is None:
        full = re.search(
            r"\b(?:name|english word|in full|written out)\b", str(schema.get("description") or "")
        )
        return (LANGUAGES[code] if full else code) if code is not None else "unknown"
    names = {code, LANGUAGES[code].casefold()}
    return next((option for option in options if str(option).casefold() in names), None)
