"""`takehome report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    folder: Annotated[Path, typer.Argument(help="A grade's folder.")],
    *,
    candidate: Annotated[
        bool, typer.Option("--candidate", help="The candidate's own copy, without the hidden half.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The report's place as JSON on stdout.")] = False,
) -> int:
    """Make the report of a finished grade again."""
    from graders.report.page import write
    from harness.cli.output import console, print_json

    path = write(folder, copy="candidate" if candidate else "reviewer")
    if json:
        print_json({"report": str(path)})
    else:
        console().print(str(path), markup=False, soft_wrap=True)
    return 0
