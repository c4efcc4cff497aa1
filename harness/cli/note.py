"""`takehome note`."""

from __future__ import annotations

from typing import Annotated

import typer


def run(text: Annotated[str, typer.Argument(help="What you saw, thought or decided.")]) -> int:
    """Write a line into the journal, for the person who reads it."""
    from harness.cli.output import messages
    from harness.errors import UsageError
    from harness.workspace.folder import find_workspace

    if not text.strip():
        raise UsageError("an empty note says nothing")
    event = find_workspace().journal.append("note", {"text": text})
    messages().print(f"noted as event {event.seq}", markup=False)
    return 0
