"""`takehome doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.exercise.registry import Exercise
    from harness.workspace.checks import Check
    from harness.workspace.folder import Workspace

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red", "unknown": "dim"}


def run(
    *,
    exercise: Annotated[str, typer.Option(help="Check with this exercise; by default the workspace's.")] = "",
    quick: Annotated[bool, typer.Option("--quick", help="Start nothing: no gateway, no trial.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Find what will go wrong on this machine, and how to mend it. Exit code 3 when something must be."""
    from rich.table import Table

    from harness.cli.output import console, harmless, messages, print_json

    with messages().status("checking …"):
        done = list(all_checks(exercise, quick=quick))
    failed = any(check.level == "fail" for check in done)
    if json:
        rows = [{"name": c.name, "level": c.level, "detail": c.detail, "hint": c.hint} for c in done]
        print_json({"ok": not failed, "checks": rows})
        return 3 if failed else 0
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in done:
        table.add_row(check.level, check.name, harmless(check.detail), style=STYLES[check.level])
        if check.hint:
            table.add_row("", "", f"hint: {harmless(check.hint)}")
    console().print(table)
    return 3 if failed else 0


def all_checks(exercise: str, *, quick: bool = False) -> Iterator[Check]:
    """All checks, one by one; those that need an exercise only when one can be had."""
    from harness.workspace import checks, preflight

    yield from checks.machine(Path.cwd())
    yield from preflight.container()
    yield checks.guarded("packages", preflight.packages)
    yield checks.guarded("vocabulary", preflight.vocabulary)
    workspace = _workspace()
    found = _exercise(exercise, workspace)
    if not isinstance(found, checks.Check):
        first = checks.guarded("exercise", lambda: preflight.loadable(found))
        yield first
        if first.level == "ok" and not quick:
            yield checks.guarded("gateway", lambda: preflight.gateway(found))
            yield checks.guarded("trial", lambda: preflight.one_trial(found))
    else:
        yield found
    if workspace is not None:
        yield checks.guarded("simulator", lambda: preflight.simulator(workspace))


def _workspace() -> Workspace | None:
    from harness.errors import WorkspaceError
    from harness.workspace.folder import find_workspace

    try:
        return find_workspace()
    except WorkspaceError:
        return None


def _exercise(name: str, workspace: Workspace | None) -> Exercise | Check:
    from harness.errors import TakehomeError
    from harness.exercise.registry import exercise_ids, find_exercise
    from harness.workspace.checks import Check

    ids = exercise_ids()
    if not name and workspace is None and not ids:
        return Check("exercise", "warn", "none is installed", "install the kit that you were sent")
    try:
        return workspace.exercise if workspace and not name else find_exercise(name or ids[0])
    except TakehomeError as error:
        return Check("exercise", "fail", error.message, error.hint)
