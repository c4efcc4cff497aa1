"""`takehome export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    folder: Annotated[Path, typer.Argument(help="A grade's folder.")],
    *,
    out: Annotated[Path | None, typer.Option(help="The zip; by default `<folder>-export.zip`.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The zip's place as JSON on stdout.")] = False,
) -> int:
    """Hand over what is held of a candidate: submission, figures, their copy of the report."""
    from graders.belongings import export
    from harness.cli.output import console, print_json

    path = export(folder, out or folder.with_name(f"{folder.resolve().name}-export.zip"))
    if json:
        print_json({"export": str(path)})
    else:
        console().print(str(path), markup=False, soft_wrap=True)
    return 0
