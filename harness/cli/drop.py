"""`takehome drop`."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Go back to the last commit's work. What is dropped is saved first."""
    from harness.cli.output import console, print_json
    from harness.workspace.changes import drop
    from harness.workspace.folder import find_workspace

    data = drop(find_workspace())
    if json:
        print_json(data)
    else:
        console().print(
            f"dropped; `git apply {data['saved']}` brings it back (claims and notes are untouched)",
            markup=False,
        )
    return 0
