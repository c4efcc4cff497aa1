"""Writes `commands.md` from the commands' own help: `make docs`."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

from harness.cli.main import all_commands, call, overview

PAGE = Path(__file__).with_name("commands.md")
WIDTH = 100
HEAD = """\
# Commands

Written by `make docs` from the commands' own help. Exit codes: 0 done, 1 what was asked for did not
hold, 2 usage, 3 environment. Data goes to stdout, messages to stderr.
"""


def page() -> str:
    """The whole page. Every command is imported, none is run."""
    os.environ.update(COLUMNS=str(WIDTH + 2), LC_ALL="C.UTF-8", NO_COLOR="1")
    table = all_commands()
    parts = [HEAD, block(overview(table))]
    for name in sorted(table):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            code = call(name, table[name], ["--help"])
        if code != 0:
            raise SystemExit(f"`takehome {name} --help` ended with {code}")
        parts.append(f"## {name}\n\n{block(text.getvalue())}")
    return "\n".join(parts)


def block(text: str) -> str:
    """A fenced block, without the blanks that a terminal does not show."""
    lines = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
    return f"```text\n{lines}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
