"""Attacks on the reviewer's terminal: what a program printed, sent and named."""

from __future__ import annotations

from graders.attacks.arena import Arena, Shot
from graders.attacks.attack import Attack, Where
from harness.cli.output import harmless
from harness.trace import html, terminal
from harness.trial.record import TrialRecord
from harness.trial.session import describe

BOTH: tuple[Where, ...] = ("docker", "process")


def _record(arena: Arena, shot: Shot) -> TrialRecord:
    scenario = arena.assessment.bank.scenarios[0]
    return TrialRecord(
        scenario=scenario.id,
        family=scenario.family,
        replay=0,
        epoch=0,
        gateway=shot.record,
        process=describe(shot.ran),
    )


def control_characters(text: str) -> list[str]:
    """Characters that a terminal obeys or a page reorders by, but for line feeds and tabs."""
    risky = {
        char
        for char in text
        if (ord(char) < 32 and char not in "\n\t")
        or 0x7F <= ord(char) < 0xA0
        or char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    }
    return [f"U+{ord(char):04X}" for char in sorted(risky)]


def _escapes(arena: Arena) -> list[str]:
    shot = arena.shoot("52_escapes")
    found = arena.gains(shot, "escapes")
    record = _record(arena, shot)
    shown = "\n".join(line.plain for line in terminal.lines(record, full=True))
    page = html.page(record)
    for what, text in {
        "trace in the terminal": shown,
        "a message": harmless(shot.text),
        "trace as a page": page,
    }.items():
        if characters := control_characters(text):
            found.append(f"{what} holds {', '.join(characters)}")
    if "<script>alert" in page:
        found.append("a script stands in the page")
    return found


ATTACKS: tuple[Attack, ...] = (
    Attack("52_escapes", "ANSI, OSC, bidirectional text and scripts", "texts are shown escaped", _escapes,
           BOTH),
)  # fmt: skip
