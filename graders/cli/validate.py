"""`takehome validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from graders.cli.grade import Json, Vaults, one_of

if TYPE_CHECKING:
    from graders.validation import Check
    from harness.trial.session import SandboxChoice


def run(
    exercise: Annotated[str, typer.Argument(help="An exercise's id, or the path of its folder.")],
    *,
    vault: Vaults = None,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Trials of each scenario.")] = 1,
    paper: Annotated[bool, typer.Option("--paper", help="Only what can be seen without running.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where to keep the records, so that the same command goes on.")
    ] = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker or process.")] = "auto",
    jobs: Annotated[int | None, typer.Option(min=1, help="Trials at once; by default one a core.")] = None,
    json: Json = False,
) -> int:
    """Check that an exercise can be trusted: files, leaks, anchors, works that do nothing, determinism.

    Exits with 1 when something does not hold.
    """
    import tempfile
    from dataclasses import asdict

    from graders.cli.progress import GradeProgress
    from graders.validation import in_replay, on_paper
    from graders.vault_files import open_vault
    from harness.cli.output import print_json
    from harness.cli.trials import default_jobs
    from harness.exercise.registry import find_exercise
    from harness.trial.session import Session

    choice = cast("SandboxChoice", one_of("sandbox", sandbox, ("auto", "docker", "process")))
    found = find_exercise(exercise)
    hidden = open_vault(vault, found)
    checks = on_paper(found, hidden)
    if not paper:
        with (
            tempfile.TemporaryDirectory(prefix="takehome-") as temporary,
            Session(found, hidden.assessment, sandbox=choice, jobs=jobs or default_jobs()) as session,
            GradeProgress() as progress,
        ):
            checks += in_replay(
                found, hidden, session, out or Path(temporary), rounds=rounds, on_trial=progress
            )
    if json:
        print_json([asdict(check) for check in checks])
    else:
        _show(checks)
    return int(not all(check.held for check in checks))


def _show(checks: list[Check]) -> None:
    from harness.cli.output import console

    words = {True: "holds", False: "does not hold", None: "not measured"}
    for check in checks:
        console().print(f"{check.id}: {words[check.held]} ({check.detail})", markup=False, soft_wrap=True)
