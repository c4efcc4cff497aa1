"""`takehome new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    id: Annotated[str, typer.Argument(help="The exercise's id: lower case, digits, underscores.")],
    *,
    toolkit: Annotated[
        bool,
        typer.Option("--toolkit", help="One whose model is made with the simulation toolkit."),
    ] = False,
    out: Annotated[Path | None, typer.Option(help="The folder to make; by default named by the id.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Scaffold an exercise that runs at once: change it bit by bit into yours."""
    from harness.cli.output import console, print_json
    from harness.workspace.scaffolding import scaffold

    folder = out or Path(id)
    made = scaffold(id, folder, toolkit=toolkit)
    if json:
        names = sorted(path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*.*"))
        print_json({"id": id, "folder": str(made.folder), "files": names})
        return 0
    where = str(folder) if folder.is_absolute() or "/" in str(folder) else f"./{folder}"
    console().print(
        f"`{where}` is an exercise with {len(made.bank)} practice scenarios. As a candidate would:\n"
        f"  takehome start {where} work && cd work && takehome run\n"
        "Hidden scenarios, rubric and panel belong into a vault of yours, never into this folder.",
        markup=False,
        soft_wrap=True,
    )
    return 0
