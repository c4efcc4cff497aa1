"""`takehome log`."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    json: Annotated[bool, typer.Option("--json", help="All events in full, as JSON.")] = False,
) -> int:
    """All that the journal has recorded, and whether its chain holds.

    This is everything that a submission tells of how you worked. It is your own word, and lowers no
    score.
    """
    import json as encoder

    from harness.cli.output import console, harmless, print_json, show_problem
    from harness.workspace.folder import find_workspace

    reading = find_workspace().journal.read()
    broken = reading.broken
    if json:
        print_json(
            {
                "events": [event.model_dump(mode="json") for event in reading.events],
                "broken": None if broken is None else {"line": broken.line, "why": broken.why},
            }
        )
    else:
        out = console()
        for event in reading.events:
            data = encoder.dumps(event.data, ensure_ascii=False)
            out.print(
                harmless(f"{event.seq:4} {event.at} {event.type:7} {data}"), markup=False, soft_wrap=True
            )
    if broken is not None:
        show_problem(f"the journal does not hold at line {broken.line}: {broken.why}")
        return 1
    return 0
