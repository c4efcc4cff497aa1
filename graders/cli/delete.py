"""`takehome delete`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    folder: Annotated[Path, typer.Argument(help="A grade's folder.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what would go.")] = False,
    json: Annotated[bool, typer.Option("--json", help="What was deleted as JSON on stdout.")] = False,
) -> int:
    """Erase what is held of a candidate: submission, records, grade and report."""
    from graders.belongings import erase, held
    from harness.cli.output import console, print_json

    found = erase(folder) if yes else held(folder)
    if json:
        print_json({"deleted": yes, "paths": [str(path) for path in found]})
        return 0
    for path in found:
        console().print(str(path), markup=False, soft_wrap=True)
    if not yes:
        console().print("nothing was deleted; `--yes` deletes these", markup=False)
    return 0
