"""`takehome kit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or the path of its folder.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="A new folder, or a name that ends in `.zip`; by default `ID-kit`.")
    ] = None,
    mix: Annotated[
        str,
        typer.Option(help="The assessment's `mix`, from its `parameters.toml`; by default practice's own."),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Make what candidates are sent: a wheel with the exercise's public half, and how to begin."""
    from harness.cli.output import console, print_json
    from harness.exercise.registry import find_exercise
    from harness.workspace.kit import make

    found = find_exercise(exercise)
    made = make(found, out or Path(f"{found.id}-kit"), mix)
    if json:
        print_json({"path": str(made.path), "exercise": found.id, "files": list(made.files)})
        return 0
    for name in made.files:
        console().print(f"  {name}", markup=False)
    console().print(f"{made.path}: send this to candidates", markup=False, soft_wrap=True)
    return 0
