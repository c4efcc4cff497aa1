"""`takehome start`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or the path of its folder.")],
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Begin an exercise: a git repository with the starter, the brief and practice scenarios."""
    from harness.cli.output import console, print_json
    from harness.exercise.registry import find_exercise
    from harness.workspace.start import start

    found = find_exercise(exercise)
    workspace = start(found, exercise, folder)
    spec = found.spec
    if json:
        print_json(
            {
                "exercise": spec.id,
                "version": spec.version,
                "folder": str(workspace.root),
                "commit": workspace.state.commit,
                "timebox_minutes": spec.timebox_minutes,
            }
        )
        return 0
    out = console()
    out.print(f"{spec.title} ({spec.id} {spec.version}), {spec.timebox_minutes} minutes", markup=False)
    out.print(
        f"Your work is in `{folder}`. Read `BRIEF.md` there, then `takehome run`.\n"
        "`takehome log` shows all that is recorded; it stays on this machine until you submit.",
        markup=False,
    )
    return 0
