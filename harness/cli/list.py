"""`takehome list`."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    json: Annotated[bool, typer.Option("--json", help="The list as JSON on stdout.")] = False,
) -> int:
    """The exercises that are installed."""
    from rich.table import Table

    from harness.cli.output import console, messages, print_json
    from harness.errors import TakehomeError
    from harness.exercise.registry import exercise_ids, find_exercise

    rows, broken = [], []
    for id in exercise_ids():
        try:
            spec = find_exercise(id).spec
        except TakehomeError as error:
            broken.append({"id": id, "error": error.message})
            continue
        rows.append(spec)
    if json:
        fields = {"id", "version", "title", "capability", "summary", "timebox_minutes", "status"}
        print_json(
            {"exercises": [spec.model_dump(mode="json", include=fields) for spec in rows], "broken": broken}
        )
        return 0
    table = Table(box=None, pad_edge=False)
    for title in ("exercise", "status", "timebox", "capability", "what it is"):
        table.add_column(title)
    for spec in rows:
        table.add_row(spec.id, spec.status, f"{spec.timebox_minutes} min", spec.capability, spec.summary)
    console().print(table)
    for item in broken:
        messages().print(f"`{item['id']}` cannot be loaded: {item['error']}", markup=False)
    return 0
