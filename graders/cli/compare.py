"""`takehome compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.grade import Json


def run(
    a: Annotated[Path, typer.Argument(help="A grade's folder.")],
    b: Annotated[Path, typer.Argument(help="Another grade's folder.")],
    *,
    json: Json = False,
) -> int:
    """Two works on the same scenarios and seeds: what distinguishes them, and what does not."""
    from graders.cli.summary import show_comparison
    from graders.compare import compare
    from harness.cli.output import print_json

    found = compare(a, b)
    if json:
        print_json(found.model_dump(mode="json"))
    else:
        show_comparison(found)
    return 0
