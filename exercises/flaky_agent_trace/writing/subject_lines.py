"""The subject line above a letter, where a program wants the letter to begin with one."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters

from .dictated import language_wanted

_FIRST = re.compile(
    r"(?:\b(?:first line|erste zeile|(?:première|1re) ligne|primera línea|eerste regel|pierwsza linia"
    r"|pierwszy wiersz)\b[^\n.]{0,30}?"
    r"|\b(?:begin|start|open)s?\b[^\n.]{0,12}\bwith\b[^\n.]{0,12}?)"
    r"\b(?P<label>Subject|Betreff|Objet|Asunto|Onderwerp|Temat) ?:",
    re.IGNORECASE,
)
"""Says what the line is called that comes first."""


def under_subject(mind: Mind, told: Resolution, body: str) -> str:
    """The letter under its subject line, or as it is where none is asked for."""
    found = _FIRST.search(mind.instructions)
    if found is None:
        return body
    language = language_wanted(mind)
    about, without = letters().subject[language]
    subject = about.format(order=told.order_id) if told.order_id else without
    return f"{found['label']}: {subject}\n\n{body}"
