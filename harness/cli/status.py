"""`takehome status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.workspace.status import Status


def run(
    *,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Where the work stands: time, experiments, newest numbers, and what keeps it from being submitted."""
    from harness.cli.output import console, harmless, print_json
    from harness.workspace.folder import find_workspace
    from harness.workspace.status import look

    found = look(find_workspace())
    if json:
        print_json(found.as_json())
        return 0
    out = console()
    for line in report(found):
        out.print(harmless(line), markup=False, soft_wrap=True)
    return 0


def report(found: Status) -> Iterator[str]:
    """The status, line by line."""
    from harness.cli.figures import dollars, percent

    yield f"{found.exercise} {found.version}, begun {found.started}"
    yield f"time: {found.minutes:.0f} of {found.timebox} minutes since the start, breaks included"
    if found.moved:
        yield "the installed exercise is not the one that this work began with: ask whoever sent it"
    yield f"experiments: {found.tries} tried, {found.kept} kept, {found.drops} dropped"
    if found.journal:
        yield f"journal: does not hold at {found.journal}"
    row = found.run
    if row is None:
        yield "this work has not been run: `takehome run`"
    else:
        rate, simulator = row["success_rate"], row["simulator"]
        yield (
            f"this work: {row['successes']} of {row['trials']} trials succeeded "
            f"(95 % interval {percent(rate['low'])} – {percent(rate['high'])}), {row['harms']} did harm, "
            f"{dollars(row['usd_per_task'])} $ a task"
        )
        if simulator["calls"]:
            share = simulator["not_understood"] / simulator["calls"]
            yield f"calls that the simulated model did not understand: {percent(share)} (a grade bears 2 %)"
    yield f"claims: {found.claims}"
    yield f"a submission would hold {found.files} files of work, {found.bytes:,} bytes"
    if found.problems:
        yield "before it can be submitted:"
        for problem in found.problems:
            yield f"  {problem}"
    else:
        yield "ready to submit"
