"""Questions that a prompt numbers and wants gone through in one field: `one line each, with the numbers`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary

Json = Any
_THINGS = (
    r"(?:questions?|checks?|points?|steps?|fragen|prüfungen|prüfpunkte|punkte|schritte|points|étapes"
    r"|preguntas|comprobaciones|puntos|pasos|vragen|controles|punten|stappen|pytania?|punkty|kroki)"
)
_GOES = r"(?:answers?(?: to)?|go(?:es|ing)? through|work(?:s|ing)? through)"
_MANY = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_LINES = re.compile(
    r"\b(?:one|a|a single|its own|a separate) (?:short )?(?:line|sentence)s? (?:each|per|for (?:each"
    r"|every))\b"
    r"|\bline by line\b"
    r"|\b(?:each|every|all|one by one)\b[^.\n]{0,30}\b(?:in|on) (?:a|its own|separate) lines?\b"
    rf"|\b(?:{_GOES}|each of|all|the|these) (?:(?:of )?(?:the|these|those|all|my|your|above) )?{_MANY}"
    rf" {_THINGS}\b"
    rf"|\b{_GOES} (?:each|all|every|the|these|those) (?:of )?(?:the |these )?(?:above |numbered )?{_THINGS}\b"
    rf"|\b(?:jede|alle|die|zu den|pro|je)\b[^.\n]{{0,20}}\b{_THINGS}\b|\bje(?:weils)? eine zeile\b"
    r"|\b(?:une ligne (?:par|pour chaque)|una línea (?:por|para cada)|een regel per|po jednym wierszu"
    r"|jedna linia)\b"
    r"|\b(?:chaque|toutes les|les|cada|todas las|las|elke|alle|de|każde\w*|wszystkie|na)\b (?:\w+ )?"
    rf"{_THINGS}\b",
    re.IGNORECASE,
)
"""Asks, in what is said of a field, for an answer to each."""
_NUMBERED = re.compile(r"^[ \t]{0,8}(?P<n>\d{1,2})[.)][ \t]{1,3}(?P<said>\S[^\n]{4,400})$")
_FURTHER = re.compile(r"^[ \t]{2,12}(?P<said>\S[^\n]{0,400})$")
_FEWEST = 2


def wants_each(schema: Json, slot: str) -> bool:
    """Whether the field of a slot, one for words, is said to hold an answer to each of some questions."""
    node = schema if isinstance(schema, Mapping) else {}
    for name, part in (node.get("properties") or {}).items():
        if not isinstance(part, Mapping) or vocabulary().ontology.slot_of(name) != slot:
            continue
        kinds = part.get("type")
        said = str(part.get("description") or "")
        if "string" in ([kinds] if isinstance(kinds, str) else kinds or ()) and _LINES.search(said):
            return True
    return False


@lru_cache(maxsize=256)
def numbered(text: str) -> tuple[str, ...]:
    """The last questions that a text counts from one, each with the lines into which it runs on."""
    best: tuple[str, ...] = ()
    run: list[str] = []
    for line in [*text.split("\n"), ""]:
        match = _NUMBERED.match(line)
        if match is not None and int(match["n"]) == len(run) + 1:
            run.append(match["said"])
        elif run and match is None and (further := _FURTHER.match(line)) is not None:
            run[-1] += f" {further['said']}"
        else:
            best = tuple(run) if len(run) >= _FEWEST and any("?" in one for one in run) else best
            run = [match["said"]] if match is not None and int(match["n"]) == 1 else []
    return best
