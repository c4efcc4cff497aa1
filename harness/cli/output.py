"""How commands speak: data on stdout, messages on stderr, hostile text shown harmless."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

from rich.console import Console


def console() -> Console:
    """For tables and text that are the command's result; wide where no terminal says how wide."""
    width = None if sys.stdout.isatty() else 160
    return Console(highlight=False, soft_wrap=False, width=width)


def messages() -> Console:
    """For progress and remarks."""
    return Console(stderr=True, highlight=False)


def print_json(data: Any) -> None:
    """The result for a program: one JSON document on stdout, finite numbers only."""
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    # A command that goes on serving is read by a program while it runs.
    sys.stdout.flush()


def harmless(text: str) -> str:
    """Text of a candidate for a terminal: control, bidi and unassigned characters shown escaped."""
    return "".join(
        char if char in "\n\t" or unicodedata.category(char)[0] != "C" else f"\\u{ord(char):04x}"
        for char in text
    )


def show_problem(text: str) -> None:
    """What did not hold, on stderr."""
    sys.stderr.write(f"error: {harmless(text)}\n")
